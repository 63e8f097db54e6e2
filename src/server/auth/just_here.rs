//! What has happened here within the last minutes. Whatever else happens to an account that has just become its
//! owner's, or has just got another password, may be somebody else's doing.

use std::time::{Duration, Instant};

use moka::sync::Cache;
use time::OffsetDateTime;

use crate::server::appwrite::NewSession;

/// Longer than anything is looked at again.
const REMEMBERED_FOR: Duration = Duration::from_secs(3 * 60);

/// The most that's remembered of each kind.
const CAPACITY: u64 = 10_000;

/// What has just happened here.
#[derive(Debug)]
pub struct JustHere {
    begun: Cache<String, ()>,
    typed: Cache<String, OffsetDateTime>,
    second_steps: Cache<String, Instant>,
    passwords: Cache<String, Instant>,
}

impl Default for JustHere {
    fn default() -> Self {
        Self {
            begun: remembering(),
            typed: remembering(),
            second_steps: remembering(),
            passwords: remembering(),
        }
    }
}

fn remembering<Of: Clone + Send + Sync + 'static>() -> Cache<String, Of> {
    Cache::builder()
        .max_capacity(CAPACITY)
        .time_to_live(REMEMBERED_FOR)
        .build()
}

impl JustHere {
    /// Takes in that a session begins here.
    pub fn note_begun(&self, session: &NewSession) {
        self.begun.insert(session.id.clone(), ());
    }

    /// Whether the session with this ID has begun here.
    pub fn has_begun(&self, session: &str) -> bool {
        self.begun.contains_key(session)
    }

    /// Takes in when the password was typed, by Appwrite's clock, that a session begins with, at the earliest.
    pub fn note_typed(&self, session: &NewSession, typed: OffsetDateTime) {
        self.typed.insert(session.id.clone(), typed);
    }

    /// Whether the password that the session with this ID began with was typed here, after this moment.
    pub fn typed_after(&self, session: &str, moment: OffsetDateTime) -> bool {
        let typed = self.typed.get(session);
        typed.is_some_and(|typed| typed > moment)
    }

    /// Takes in that somebody who is in this account is about to set another password.
    pub fn note_password(&self, user: &str) {
        self.passwords
            .insert(user.to_ascii_lowercase(), Instant::now());
    }

    /// Takes in that they couldn't.
    pub fn forget_password(&self, user: &str) {
        self.passwords.invalidate(&user.to_ascii_lowercase());
    }

    /// Whether somebody has been about to since then.
    pub fn sets_password(&self, user: &str, since: Instant) -> bool {
        is_since(&self.passwords, user, since)
    }

    /// Takes in that somebody who is in this account is about to set up a second step.
    pub fn note_second_step(&self, user: &str) {
        let now = Instant::now();
        self.second_steps.insert(user.to_ascii_lowercase(), now);
    }

    /// Takes in that they couldn't.
    pub fn forget_second_step(&self, user: &str) {
        self.second_steps.invalidate(&user.to_ascii_lowercase());
    }

    /// Whether somebody has been about to since then.
    pub fn has_second_step(&self, user: &str, since: Instant) -> bool {
        is_since(&self.second_steps, user, since)
    }
}

fn is_since(notes: &Cache<String, Instant>, user: &str, since: Instant) -> bool {
    let noted = notes.get(&user.to_ascii_lowercase());
    noted.is_some_and(|noted| noted >= since)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_before_or_failed_does_not_count() {
        let just_here = JustHere::default();
        just_here.note_second_step("Ada");
        let since = Instant::now();
        assert!(!just_here.has_second_step("ada", since));
        just_here.note_second_step("ada");
        just_here.note_password("ada");
        assert!(just_here.has_second_step("ADA", since));
        assert!(just_here.sets_password("ada", since));
        just_here.forget_second_step("ada");
        just_here.forget_password("ada");
        assert!(!just_here.has_second_step("ada", since));
        assert!(!just_here.sets_password("ada", since));
    }
}
