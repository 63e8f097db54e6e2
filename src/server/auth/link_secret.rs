//! The secrets in addresses that Appwrite leads people to: of links in emails, and of OAuth2.

use super::limits::{self, Action, Subject};
use crate::error::AppError;

/// Shorter than any secret in an address of Appwrite's, and far longer than its codes.
const MIN_LENGTH: usize = 32;

/// Counts a use of a secret, and refuses one that's a code: Appwrite takes either, but codes have a
/// page of their own, where guesses at them are counted for each account.
///
/// It's counted by the secret itself and not by the account in the address. Anybody can write any
/// account's ID there, and would use up the attempts of somebody else.
///
/// # Errors
///
/// [`AppError::RateLimited`], [`AppError::LinkExpired`].
pub fn check(secret: &str) -> Result<(), AppError> {
    limits::attempt(Action::Guess, Some(Subject::Secret(secret)))?;
    if secret.len() < MIN_LENGTH {
        return Err(AppError::LinkExpired);
    }
    Ok(())
}
