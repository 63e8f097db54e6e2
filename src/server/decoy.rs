//! The answer for an address to which Appwrite sends nothing, which must not be told from the others.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::appwrite::{AppwriteError, Token};
use crate::error::AppError;

/// What comes of asking for a token that is sent by e-mail.
///
/// Appwrite sends none to an address that only an account at a provider has: it signs in there. That
/// is not for a stranger to know, so such an address gets a token as well, which nothing can be done
/// with. The pages that wait for a mail say where else to go.
///
/// # Errors
///
/// All but [`AppError::EmailTaken`].
pub fn instead_of_none(
    asked: Result<Token, AppwriteError>,
    email: &str,
) -> Result<Token, AppError> {
    match asked.map_err(AppError::from) {
        Err(AppError::EmailTaken) => {
            tracing::info!("no mail: only an account at a provider has the address");
            Ok(Token {
                user_id: user_id(email),
                phrase: phrase(),
            })
        }
        other => other,
    }
}

/// As long as Appwrite's, and the same each time, so that guesses at its codes are counted together.
fn user_id(email: &str) -> String {
    let mut hasher = DefaultHasher::new();
    email.hash(&mut hasher);
    format!("{:020x}", hasher.finish())
}

/// Two words, as Appwrite's phrases have.
fn phrase() -> String {
    const FIRST: [&str; 24] = [
        "Blissful", "Candid", "Cheerful", "Curious", "Daring", "Diligent", "Earnest", "Elegant",
        "Fearless", "Friendly", "Graceful", "Humble", "Ideal", "Joyful", "Keen", "Loyal", "Merry",
        "Modest", "Nimble", "Polite", "Radiant", "Serene", "Thankful", "Vivid",
    ];
    const SECOND: [&str; 24] = [
        "apple", "bridge", "candle", "castle", "desert", "dolphin", "engine", "flower", "forest",
        "garden", "guitar", "hammer", "kitten", "ladder", "mirror", "mountain", "ocean", "pencil",
        "planet", "rabbit", "spider", "tiger", "violin", "window",
    ];
    let any = |words: &[&'static str]| words[rand::random_range(0..words.len())];
    format!("{} {}", any(&FIRST), any(&SECOND))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;

    fn refused(kind: &str) -> Result<Token, AppwriteError> {
        Err(AppwriteError::Refused {
            status: StatusCode::CONFLICT,
            kind: kind.to_owned(),
            message: String::new(),
            retry_after: None,
        })
    }

    #[test]
    fn an_address_without_a_mail_has_a_token_of_the_same_form() {
        let email = "ada@example.com";
        for kind in ["user_email_already_exists", "user_already_exists"] {
            let token = instead_of_none(refused(kind), email).ok().unwrap();
            assert_eq!(token.user_id.len(), 20);
            assert_eq!(token.phrase.split(' ').count(), 2);
            let again = instead_of_none(refused(kind), email).ok().unwrap();
            assert_eq!(token.user_id, again.user_id);
        }
        let other = instead_of_none(refused("general_smtp_disabled"), email);
        assert_eq!(other.err(), Some(AppError::SwitchedOff));
    }
}
