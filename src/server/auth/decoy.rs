//! The answer for an email address that Appwrite sends nothing to. It must look like any other.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::{
    error::AppError,
    server::appwrite::{AppwriteError, Token},
};

/// The token that Appwrite sent by email or, where it sent none, one that looks the same.
///
/// Appwrite sends none if the address is only known from an OAuth2 provider: that account signs in
/// over there. That's not for strangers to know, so they get a decoy, which is good for nothing.
/// The pages that wait for an email say where else to go.
///
/// # Errors
///
/// Any but [`AppError::EmailTaken`].
pub fn or_decoy(token: Result<Token, AppwriteError>, email: &str) -> Result<Token, AppError> {
    match token.map_err(AppError::from) {
        Err(AppError::EmailTaken) => {
            tracing::info!("no email sent: the address is known from an OAuth2 provider only");
            Ok(Token {
                user_id: user_id(email),
                phrase: phrase(),
            })
        }
        other => other,
    }
}

/// As long as Appwrite's, and the same each time, so guesses at its code are counted together.
fn user_id(email: &str) -> String {
    let mut hasher = DefaultHasher::new();
    email.hash(&mut hasher);
    format!("{:020x}", hasher.finish())
}

/// Two words, like Appwrite's phrases.
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
            let token = or_decoy(refused(kind), email).ok().unwrap();
            assert_eq!(token.user_id.len(), 20);
            assert_eq!(token.phrase.split(' ').count(), 2);
            let again = or_decoy(refused(kind), email).ok().unwrap();
            assert_eq!(token.user_id, again.user_id);
        }
        let other = or_decoy(refused("general_smtp_disabled"), email);
        assert_eq!(other.err(), Some(AppError::SwitchedOff));
    }
}
