//! Whose sessions are, remembered for some seconds where the site allows it.
//!
//! It's switched off unless `VISITOR_CACHE_SECONDS` says otherwise: until then, whoever ends a session
//! or changes an account past this app goes unnoticed, by pages that are shown. What happens through this
//! app is noticed at once, and whatever changes something asks Appwrite.

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::http::{HeaderValue, Method};
use moka::{policy::EvictionPolicy, sync::Cache};

use super::secret::SessionSecret;
use crate::model::Account;

/// How many are remembered.
const CAPACITY: u64 = 10_000;

/// The accounts of sessions that were seen lately.
pub(super) struct Visitors {
    lifetime: Duration,
    /// Two keys that never leave the process: nobody can make two secrets that are taken for one.
    hashers: [RandomState; 2],
    accounts: Cache<[u64; 2], Remembered>,
    /// When accounts were last changed, by their IDs in lower case.
    changed: Cache<String, Instant>,
    /// When something was last changed, and nobody could say of whom.
    anybody_changed: Mutex<Option<Instant>>,
}

#[derive(Clone)]
struct Remembered {
    account: Account,
    /// When Appwrite was asked. What was changed later isn't in it.
    asked: Instant,
}

/// Whose account a call changes.
pub(super) enum Affected {
    Nobody,
    /// The one with this ID.
    One(String),
    /// One that isn't named.
    Somebody,
}

impl Visitors {
    /// Remembers each for so long; zero is not at all.
    pub fn new(lifetime: Duration) -> Self {
        let capacity = if lifetime.is_zero() { 0 } else { CAPACITY };
        Self {
            lifetime,
            hashers: [RandomState::new(), RandomState::new()],
            accounts: Cache::builder()
                .max_capacity(capacity)
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(lifetime)
                .build(),
            changed: Cache::builder()
                .max_capacity(capacity)
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(lifetime)
                .build(),
            anybody_changed: Mutex::default(),
        }
    }

    fn key(&self, secret: &HeaderValue) -> [u64; 2] {
        self.hashers
            .each_ref()
            .map(|it| it.hash_one(secret.as_bytes()))
    }

    /// Whose session this is, if that was found out lately, and nothing has changed since.
    pub fn recall(&self, secret: Option<&HeaderValue>) -> Option<Account> {
        if self.lifetime.is_zero() {
            return None;
        }
        let Remembered { account, asked } = self.accounts.get(&self.key(secret?))?;
        let is_old = asked.elapsed() >= self.lifetime;
        let changed = self.changed.get(&account.id.to_ascii_lowercase());
        let anybody_changed = *self
            .anybody_changed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let has_changed = changed.max(anybody_changed).is_some_and(|at| at >= asked);
        (!is_old && !has_changed).then_some(account)
    }

    /// Remembers what Appwrite has said when it was asked then.
    pub fn remember(&self, secret: Option<&HeaderValue>, account: &Account, asked: Instant) {
        if let Some(secret) = secret
            && !self.lifetime.is_zero()
        {
            let account = account.clone();
            let remembered = Remembered { account, asked };
            self.accounts.insert(self.key(secret), remembered);
        }
    }

    /// Whose account is affected by a call with this session, or with none but a key.
    pub fn affected(&self, method: &Method, path: &str, secret: Option<&HeaderValue>) -> Affected {
        let is_about_accounts = path.starts_with("/account") || path.starts_with("/users");
        if self.lifetime.is_zero() || method == Method::GET || !is_about_accounts {
            return Affected::Nobody;
        }
        if let Some(secret) = secret {
            let secret = secret.to_str().ok().and_then(SessionSecret::decode);
            return secret.map_or(Affected::Somebody, |secret| {
                Affected::One(secret.user_id().to_ascii_lowercase())
            });
        }
        // Without a session, posts begin something, as an account, a session or a message, and change
        // nothing that's there. But a session that begins with a code also verifies an address.
        if method == Method::POST && path != "/account/sessions/token" {
            return Affected::Nobody;
        }
        Affected::Somebody
    }

    /// Forgets whoever is affected.
    pub fn forget(&self, affected: &Affected) {
        let now = Instant::now();
        match affected {
            Affected::Nobody => {}
            Affected::One(id) => self.changed.insert(id.clone(), now),
            Affected::Somebody => {
                let mut changed = self
                    .anybody_changed
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                *changed = Some(now);
            }
        }
    }

    /// Forgets a session that Appwrite doesn't know any more.
    pub fn forget_session(&self, secret: Option<&HeaderValue>) {
        if let Some(secret) = secret
            && !self.lifetime.is_zero()
        {
            self.accounts.invalidate(&self.key(secret));
        }
    }
}

impl fmt::Debug for Visitors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visitors").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::*;

    fn secret(user: &str, number: usize) -> HeaderValue {
        let json = format!(r#"{{"id":"{user}","secret":"{number}"}}"#);
        STANDARD.encode(json).parse().unwrap()
    }

    fn account(id: &str) -> Account {
        let json = format!(r#"{{"$id":"{id}"}}"#);
        let account: super::super::wire::Account = serde_json::from_str(&json).unwrap();
        account.into()
    }

    fn recalled(visitors: &Visitors, secret: &HeaderValue) -> Option<String> {
        visitors.recall(Some(secret)).map(|account| account.id)
    }

    #[test]
    fn each_session_is_its_owners_until_something_changes() {
        let visitors = Visitors::new(Duration::from_secs(60));
        let (ada, there, bea) = (secret("Ada", 1), secret("Ada", 2), secret("bea", 1));
        let remember = || {
            for (secret, id) in [(&ada, "Ada"), (&there, "Ada"), (&bea, "bea")] {
                visitors.remember(Some(secret), &account(id), Instant::now());
                assert_eq!(recalled(&visitors, secret).as_deref(), Some(id));
            }
        };
        let nobody = [
            (Method::GET, "/account", Some(&ada)),
            (Method::PATCH, "/tablesdb/app/tables/t/rows/r", Some(&ada)),
            (Method::POST, "/account/sessions/email", None),
            (Method::POST, "/users/bea/sessions", None),
        ];
        let hers = [
            (Method::PATCH, "/account/name"),
            (Method::DELETE, "/account/sessions/x"),
        ];
        let somebody = [
            (Method::POST, "/account/sessions/token"),
            (Method::PUT, "/account/recovery"),
            (Method::DELETE, "/users/bea/sessions"),
        ];
        let calls = nobody.into_iter().map(|call| (call, [true; 3]));
        let calls = calls.chain(hers.map(|(method, path)| {
            // In whatever case, and from whichever of her sessions.
            ((method, path, Some(&there)), [false, false, true])
        }));
        let calls = calls.chain(somebody.map(|(method, path)| ((method, path, None), [false; 3])));
        for ((method, path, with), is_known) in calls {
            remember();
            visitors.forget(&visitors.affected(&method, path, with));
            let known = [&ada, &there, &bea].map(|it| recalled(&visitors, it).is_some());
            assert_eq!(known, is_known, "{method} {path}");
        }
        remember();
        visitors.forget_session(Some(&ada));
        assert_eq!(recalled(&visitors, &ada), None);
        assert_eq!(recalled(&visitors, &there).as_deref(), Some("Ada"));
    }

    #[test]
    fn what_was_asked_before_a_change_is_not_remembered_after_it() {
        let visitors = Visitors::new(Duration::from_secs(60));
        let ada = secret("ada", 1);
        let asked = Instant::now();
        visitors.forget(&Affected::One("ada".to_owned()));
        visitors.remember(Some(&ada), &account("ada"), asked);
        assert_eq!(recalled(&visitors, &ada), None);
    }

    #[test]
    fn without_a_time_nothing_is_remembered() {
        let visitors = Visitors::new(Duration::ZERO);
        let ada = secret("ada", 1);
        visitors.remember(Some(&ada), &account("ada"), Instant::now());
        assert_eq!(recalled(&visitors, &ada), None);
    }
}
