//! What pages say, as far as more than one test looks for it.

pub const ACCOUNT_BLOCKED: &str = "This account is blocked.";
pub const APP_CODE_WRONG: &str = "If it looks right, check your phone's clock.";
pub const CHECK: &str = "Please check the marked fields.";
pub const CLOCK_WRONG: &str = "That code is for another time.";
pub const CODE_MISSING: &str = "Enter the code.";
pub const CODE_WRONG: &str = "That code is incorrect or has expired.";
pub const EMAIL_MALFORMED: &str = "address like name@example.com.";
pub const EMAIL_MISSING: &str = "Enter your email address.";
pub const LINK_DEAD: &str = "has expired or was already used";
pub const NOT_OFFERED: &str = "Not available";
pub const NOT_REACHABLE: &str = "Temporarily unavailable";
pub const PASSWORD_MISSING: &str = "Enter your password.";
pub const PASSWORD_NOT_CHOSEN: &str = "Choose a password.";
pub const PASSWORD_NOT_YOURS: &str = "Incorrect password.";
pub const PASSWORD_PERSONAL: &str = "use your name, email or phone number";
pub const PASSWORD_TOO_SHORT: &str = "Use at least 8 characters.";
pub const PASSWORD_USED_BEFORE: &str = "used this password before.";
pub const PASSWORD_WEAK: &str = "This password is too common or too weak.";
pub const PHONE_MALFORMED: &str = "Enter a number with its country code";
pub const PHONE_MISSING: &str = "Enter your phone number.";
pub const RATE_LIMITED: &str = "Too many attempts";
pub const START_AGAIN: &str = "Start again";

/// Marks a field whose value isn't accepted.
pub const INVALID: &str = r#"aria-invalid="true""#;

/// Follows an address or a number that is proved.
pub const VERIFIED: &str = ">verified<";
pub const NOT_VERIFIED: &str = "not verified";

/// What a field shows again; nothing if nothing was typed.
pub fn value(typed: &str) -> String {
    if typed.is_empty() {
        return String::new();
    }
    format!(r#"value="{typed}""#)
}

/// Where whoever has a link to verify this address is led, and told so.
pub fn link_sent(email: &str) -> String {
    format!("/account?flash=verification-sent&provider={email}")
}
