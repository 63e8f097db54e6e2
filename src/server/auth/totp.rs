//! Codes from authenticator apps that Appwrite doesn't accept.

use time::OffsetDateTime;
use totp_rs::{Algorithm, Secret, TOTP};

use crate::{
    error::AppError,
    model::{Code, Problem},
};

/// How long a code is valid, in seconds.
const STEP: u64 = 30;

/// How far off a clock may be for us to notice, in steps: an hour. Of the codes that are only
/// mistyped, about one in 4000 fits one of these.
const FAR: u64 = 60 * 60 / STEP;

/// Says more about a wrong code in the field `code`: whether the clock of the device is wrong.
///
/// That can only be told while an app is being set up. Later nobody but Appwrite knows the secret, so
/// it's empty, and the clock is only a guess.
pub fn explain(error: AppError, secret: &str, code: &Code) -> AppError {
    if error != AppError::field("code", Problem::CodeWrong) {
        return error;
    }
    let now = OffsetDateTime::now_utc().unix_timestamp().unsigned_abs();
    let problem = if is_of_another_time(secret, code, now) {
        Problem::ClockWrong
    } else {
        Problem::AppCodeWrong
    };
    AppError::field("code", problem)
}

/// Whether it's the code of another time than this one, given as a Unix time. The steps next to it
/// don't count: that's somebody who was slow to type.
fn is_of_another_time(secret: &str, code: &str, now: u64) -> bool {
    let secret = match Secret::Encoded(secret.to_owned()).to_bytes() {
        Ok(secret) if !secret.is_empty() => secret,
        _ => return false,
    };
    // Appwrite's own numbers.
    let totp = TOTP::new_unchecked(Algorithm::SHA1, 6, 0, STEP, secret, None, String::new());
    (2..=FAR).any(|steps| {
        let away = steps * STEP;
        [now.saturating_sub(away), now.saturating_add(away)]
            .into_iter()
            .any(|time| totp.generate(time) == code)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appendix B of RFC 6238, the last six of eight digits: `287082` at 59 seconds.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn a_code_of_another_time_is_told_from_a_wrong_one() {
        let at = 1_111_111_109;
        assert!(is_of_another_time(SECRET, "081804", at + 300));
        assert!(is_of_another_time(SECRET, "081804", at - 3600));
        // Now, a little late, and days ago.
        for now in [at, at + 30, at - 30, at + 3 * 24 * 60 * 60] {
            assert!(!is_of_another_time(SECRET, "081804", now), "{now}");
        }
        assert!(!is_of_another_time("", "081804", at + 300));
        assert!(!is_of_another_time("not base32!", "081804", at + 300));
    }
}
