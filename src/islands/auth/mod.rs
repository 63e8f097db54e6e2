//! The forms for signing in and signing up.

mod code_form;
mod email_otp_form;
mod link_form;
mod magic_url_form;
mod phone_otp_form;
mod recovery_form;
mod reset_password_form;
mod sign_in_form;
mod sign_up_form;
mod verify_email_form;

pub use code_form::CodeForm;
pub use email_otp_form::EmailOtpForm;
pub use link_form::LinkForm;
pub use magic_url_form::MagicUrlForm;
pub use phone_otp_form::PhoneOtpForm;
pub use recovery_form::RecoveryForm;
pub use reset_password_form::ResetPasswordForm;
pub use sign_in_form::SignInForm;
pub use sign_up_form::SignUpForm;
pub use verify_email_form::VerifyEmailForm;
