//! Knows browsers that have signed in to an account before.
//!
//! Limits for a whole account are there for strangers, and any stranger can use them up. So a browser
//! that has been signed in keeps a cookie that says to which accounts, and its attempts at them count
//! apart. The cookie lets nobody in: it's worth nothing but a few attempts.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::http::{HeaderMap, HeaderValue};
use time::{Duration, OffsetDateTime};

use super::{
    cookie::SealedCookie,
    counters::Subject,
    proved::{self, Proved},
};
use crate::{model::Account, server::state::AppState};

/// How long a browser is known.
const LIFETIME: Duration = Duration::days(365);

/// An account has up to two marks. So this is five accounts or more; the oldest are forgotten.
const MAX_MARKS: usize = 10;

/// Whether this browser has been signed in to the account that an attempt is about.
pub fn knows(state: &AppState, headers: &HeaderMap, subject: Subject<'_>) -> bool {
    mark(subject).is_some_and(|mark| marks(state, headers).contains(&mark))
}

/// The cookie to set for a browser that's signed in to this account, second step and all. `None` if
/// it's known already, or if nothing says that the account is its owner's; or if it's a guest's, who never
/// signs in again.
pub fn remember(state: &AppState, headers: &HeaderMap, account: &Account) -> Option<HeaderValue> {
    // Anybody can have somebody else's address for a while, or their number, and Appwrite calls it verified
    // after a code for another one. Then the account becomes its owner's, and this browser isn't one of theirs.
    // Of numbers, nothing is noted here, and no account changes hands.
    let is_proved = proved::is_noted(&state.cookie_key, account, Proved::Email(&account.email));
    let is_by_number = account.email.is_empty() && !account.is_guest();
    if !is_proved && !is_by_number {
        return None;
    }
    let own = [
        Some(Subject::SecondStep(&account.id)),
        Some(Subject::Typed(&account.email)).filter(|_| is_proved),
    ];
    let own: Vec<u64> = own.into_iter().flatten().filter_map(mark).collect();
    let mut marks = marks(state, headers);
    if own.iter().all(|mark| marks.contains(mark)) {
        return None;
    }
    marks.retain(|mark| !own.contains(mark));
    marks.extend(own);
    let oldest = marks.len().saturating_sub(MAX_MARKS);
    marks.drain(..oldest);
    let expires = OffsetDateTime::now_utc() + LIFETIME;
    SealedCookie::Device.set(&state.site, &state.cookie_key, &marks, expires)
}

fn marks(state: &AppState, headers: &HeaderMap) -> Vec<u64> {
    let marks = SealedCookie::Device.read(&state.site, &state.cookie_key, headers);
    marks.unwrap_or_default()
}

/// What stands for an account in the cookie: hashes of its ID and its address, because attempts name it by
/// one of those. By the address wherever that's known: the account may have been somebody else's, at another
/// one. `None` for what nobody but the owner can attempt.
fn mark(subject: Subject<'_>) -> Option<u64> {
    let (kind, text) = match subject {
        Subject::Typed(text) => ("typed", text),
        Subject::SentCode { to, .. } if to.contains('@') => ("typed", to),
        Subject::SecondStep(id) | Subject::SentCode { user_id: id, .. } => ("id", id),
        Subject::Account(_) | Subject::PhoneVerification(_) | Subject::Secret(_) => return None,
    };
    let mut hasher = DefaultHasher::new();
    // Appwrite takes any case of an ID for the same.
    (kind, text.to_ascii_lowercase()).hash(&mut hasher);
    Some(hasher.finish())
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;

    use super::*;
    use crate::model::Preferences;

    fn account(state: &AppState, number: usize) -> Account {
        let mut account = Account {
            id: format!("u{number}"),
            name: String::new(),
            email: format!("{number}@example.com"),
            email_verified: true,
            email_changed: String::new(),
            phone: format!("+1555{number}"),
            phone_verified: true,
            has_password: true,
            password_set: String::new(),
            password_forgotten: false,
            mfa: false,
            registered: String::new(),
            updated: String::new(),
            proved: String::new(),
            preferences: Preferences::default(),
        };
        let email = Proved::Email(&account.email);
        account.proved = proved::note_with(&state.cookie_key, &account, email);
        account
    }

    fn sent<'a>(user_id: &'a str, to: &'a str) -> Subject<'a> {
        Subject::SentCode { user_id, to }
    }

    #[test]
    fn a_browser_is_known_by_id_and_address_at_its_last_accounts() {
        let (state, mut headers) = (AppState::alone(), HeaderMap::new());
        for number in 0..20 {
            let account = account(&state, number);
            let set = remember(&state, &headers, &account).unwrap();
            assert!(set.len() < 1024, "{}", set.len());
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            headers.insert(COOKIE, pair.parse().unwrap());
            for subject in [
                Subject::Typed(&account.email),
                Subject::SecondStep(&account.id),
                sent(&account.id, &account.email),
                sent(&account.id, &account.phone),
            ] {
                assert!(knows(&state, &headers, subject), "{subject:?}");
                assert!(!knows(&state, &HeaderMap::new(), subject));
            }
            // An address isn't taken for an ID, nor one for the other way around.
            assert!(!knows(&state, &headers, Subject::Typed(&account.id)));
            assert!(!knows(
                &state,
                &headers,
                Subject::SecondStep(&account.email)
            ));
            // It was at another address when somebody else had it.
            let elsewhere = sent(&account.id, "mallory@example.com");
            assert!(!knows(&state, &headers, elsewhere));
            // It's set once.
            assert!(remember(&state, &headers, &account).is_none());
        }
        assert!(knows(&state, &headers, Subject::SecondStep("u15")));
        assert!(!knows(&state, &headers, Subject::SecondStep("u14")));
    }

    /// Appwrite's word for it isn't enough.
    #[test]
    fn an_address_that_is_not_proved_makes_nobody_known_nor_does_a_number() {
        let (state, headers) = (AppState::alone(), HeaderMap::new());
        let unproved = Account {
            proved: String::new(),
            ..account(&state, 1)
        };
        assert!(remember(&state, &headers, &unproved).is_none());
        let by_number = Account {
            email: String::new(),
            ..unproved
        };
        let set = remember(&state, &headers, &by_number).unwrap();
        let pair = set.to_str().unwrap().split(';').next().unwrap();
        let headers = HeaderMap::from_iter([(COOKIE, pair.parse().unwrap())]);
        assert!(knows(&state, &headers, Subject::SecondStep("u1")));
        assert!(knows(&state, &headers, sent("u1", &by_number.phone)));
        assert!(!knows(&state, &headers, Subject::Typed(&by_number.phone)));
    }
}
