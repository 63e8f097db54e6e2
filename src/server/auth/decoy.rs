//! The answer for an email address that Appwrite sends nothing to. It must look like any other.

use super::{cookie::CookieKey, sent_phrases::SentPhrases};
use crate::{
    error::AppError,
    server::{
        appwrite::{AppwriteError, Token},
        request,
    },
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
    let state = request::state()?;
    or_decoy_of(&state.cookie_key, &state.sent_phrases, token, email)
}

fn or_decoy_of(
    key: &CookieKey,
    sent: &SentPhrases,
    token: Result<Token, AppwriteError>,
    email: &str,
) -> Result<Token, AppError> {
    if let Ok(token) = &token {
        sent.add(&token.phrase);
    }
    match token.map_err(AppError::from) {
        Err(AppError::EmailTaken) => {
            tracing::info!("no email sent: the address is known from an OAuth2 provider only");
            Ok(Token {
                user_id: user_id(key, email),
                phrase: sent.mixed().unwrap_or_else(phrase),
                is_new_account: false,
            })
        }
        other => other,
    }
}

/// As long as Appwrite's, and the same each time, so guesses at its code are counted together. Nobody else
/// knows it: whoever had an account with this ID would see whether guesses at both are counted together.
fn user_id(key: &CookieKey, email: &str) -> String {
    let mut id = key.code_for(&["decoy", email]);
    id.truncate(20);
    id
}

/// Two words, like Appwrite's phrases, for the time before it has sent one.
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
    use crate::server::config::ApiKey;

    fn refused(kind: &str) -> Result<Token, AppwriteError> {
        Err(AppwriteError::Refused {
            status: StatusCode::CONFLICT,
            kind: kind.to_owned(),
            message: String::new(),
            retry_after: None,
        })
    }

    fn key() -> CookieKey {
        CookieKey::derive(&ApiKey::new("k"))
    }

    #[test]
    fn an_address_without_a_mail_has_a_token_of_the_same_form() {
        let email = "ada@example.com";
        let sent = SentPhrases::default();
        for kind in ["user_email_already_exists", "user_already_exists"] {
            let token = or_decoy_of(&key(), &sent, refused(kind), email)
                .ok()
                .unwrap();
            assert_eq!(token.user_id.len(), 20);
            assert_eq!(token.phrase.split(' ').count(), 2);
            let again = or_decoy_of(&key(), &sent, refused(kind), email)
                .ok()
                .unwrap();
            assert_eq!(token.user_id, again.user_id);
        }
        let other = or_decoy_of(&key(), &sent, refused("general_smtp_disabled"), email);
        assert_eq!(other.err(), Some(AppError::SwitchedOff));
    }

    #[test]
    fn a_decoys_phrase_has_words_that_appwrite_has_sent() {
        let sent = SentPhrases::default();
        let (first, second) = (["Crisp", "Jolly"], ["sparrow", "heron"]);
        for (first, second) in first.iter().zip(second) {
            let token = Token {
                user_id: "u1".to_owned(),
                phrase: format!("{first} {second}"),
                is_new_account: true,
            };
            or_decoy_of(&key(), &sent, Ok(token), "bob@example.com")
                .ok()
                .unwrap();
        }
        for _ in 0..20 {
            let decoy = or_decoy_of(
                &key(),
                &sent,
                refused("user_already_exists"),
                "ada@example.com",
            );
            let phrase = decoy.ok().unwrap().phrase;
            let words = phrase.split_once(' ').unwrap();
            assert!(
                first.contains(&words.0) && second.contains(&words.1),
                "{phrase}"
            );
        }
    }
}
