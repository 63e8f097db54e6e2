//! Which sessions began with which password, where an account has just got another one.

use std::time::Duration;

use moka::sync::Cache;
use time::OffsetDateTime;

/// When the passwords were typed, by Appwrite's clock, that sessions have just begun with here.
#[derive(Debug)]
pub struct JustTyped(Cache<String, OffsetDateTime>);

impl Default for JustTyped {
    fn default() -> Self {
        // Longer than anybody waits for what Appwrite is hashing.
        let minute = Duration::from_secs(60);
        Self(
            Cache::builder()
                .max_capacity(10_000)
                .time_to_live(minute)
                .build(),
        )
    }
}

impl JustTyped {
    /// Takes in when the password was typed that the session with this ID began with, at the earliest.
    pub fn note(&self, session: &str, typed: OffsetDateTime) {
        let Self(sessions) = self;
        sessions.insert(session.to_owned(), typed);
    }

    /// Whether that's known, and after this moment.
    pub fn is_after(&self, session: &str, moment: OffsetDateTime) -> bool {
        let Self(sessions) = self;
        sessions.get(session).is_some_and(|typed| typed > moment)
    }
}
