//! The forms on the account's pages.

mod avatar_color_form;
mod confirm_code_form;
mod confirm_form;
mod deactivate_form;
mod email_form;
mod name_form;
mod password_form;
mod phone_form;
mod preferences_form;
mod set_password_form;
mod upgrade_form;
mod verify_phone_form;

pub use avatar_color_form::AvatarColorForm;
pub use confirm_code_form::ConfirmCodeForm;
pub use confirm_form::ConfirmForm;
pub use deactivate_form::DeactivateForm;
pub use email_form::EmailForm;
pub use name_form::NameForm;
pub use password_form::PasswordForm;
pub use phone_form::PhoneForm;
pub use preferences_form::PreferencesForm;
pub use set_password_form::SetPasswordForm;
pub use upgrade_form::UpgradeForm;
pub use verify_phone_form::VerifyPhoneForm;
