//! The forms for the second step.

mod add_totp_form;
mod recovery_code_form;
mod sent_code_form;
mod totp_form;

pub use add_totp_form::AddTotpForm;
pub use recovery_code_form::RecoveryCodeForm;
pub use sent_code_form::SentCodeForm;
pub use totp_form::TotpForm;
