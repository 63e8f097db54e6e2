//! `/account/security` and the pages below it.

pub mod overview;
mod qr_code;
pub mod recovery_codes;
pub mod totp;
