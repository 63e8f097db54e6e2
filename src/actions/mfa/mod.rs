//! The second step of signing in: asking for it, and setting it up.

mod answer;
mod authenticator;
mod factors;
mod recovery_codes;
mod send_code;
mod update;

pub use answer::{answer_recovery_code, answer_sent_code, answer_totp};
pub use authenticator::{add_totp, begin_totp, remove_totp};
pub use factors::list_factors;
pub use recovery_codes::make_recovery_codes;
pub use send_code::send_mfa_code;
pub use update::update_mfa;
