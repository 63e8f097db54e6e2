//! Two-step verification: completing the second step, and setting it up.

mod answer;
mod authenticator;
mod recovery_codes;
mod send_code;
mod update;

pub use answer::{
    AnswerRecoveryCode, AnswerSentCode, AnswerTotp, answer_recovery_code, answer_sent_code,
    answer_totp,
};
pub use authenticator::{AddTotp, BeginTotp, RemoveTotp, add_totp, begin_totp, remove_totp};
pub use recovery_codes::{CreateRecoveryCodes, create_recovery_codes};
pub use send_code::{SendMfaCode, send_mfa_code};
pub use update::{UpdateMfa, update_mfa};
