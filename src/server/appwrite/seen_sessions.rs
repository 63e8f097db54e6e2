//! What Appwrite has lately said of the session secrets that browsers brought.
//!
//! Anybody can invent secrets, and each would cost a call. So Appwrite isn't asked twice in a short
//! time about one that it doesn't know, and an address that brings too many of them has to wait.
//!
//! A secret can't become valid later: Appwrite makes them at random, and says each to one browser. And
//! an address that has to wait keeps nobody out whose session has been seen alive here.

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use moka::{policy::EvictionPolicy, sync::Cache};
use tokio::{
    sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{error::AppwriteError, secret::SessionSecret};
use crate::server::auth::{
    counters::Network,
    tally::{DAY, Limit, Tally},
};

/// How long Appwrite isn't asked again about a secret that it doesn't know.
const DEAD_FOR: Duration = Duration::from_secs(30);

/// How many secrets that Appwrite doesn't know an address may bring.
const UNKNOWN: Limit = Limit {
    allowed: 60,
    window: Duration::from_secs(10 * 60),
    doubles: false,
};

/// About how many secrets that haven't been seen alive here Appwrite is asked at the same time, for one address.
/// Whether they're unknown only counts once it has answered, so the others wait.
const AT_ONCE: usize = 16;

/// How long they wait at most.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// How many secrets of each kind, and how many addresses, are remembered.
const CAPACITY: u64 = 50_000;

/// What's remembered of secrets: hashes, with a key that never leaves the process.
pub(super) struct SeenSessions {
    hasher: RandomState,
    dead: Cache<u64, ()>,
    alive: Cache<u64, ()>,
    unknown: Tally,
    asking: Cache<Network, Arc<Semaphore>>,
    /// The sessions whose accounts' preferences are being changed.
    changing: Cache<u64, Arc<Mutex<()>>>,
}

/// A secret, and where it came from.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    secret: u64,
    network: Network,
}

impl SeenSessions {
    pub fn new() -> Self {
        let cache = || {
            Cache::builder()
                .max_capacity(CAPACITY)
                .eviction_policy(EvictionPolicy::lru())
        };
        Self {
            hasher: RandomState::new(),
            dead: cache().time_to_live(DEAD_FOR).build(),
            // From when it was last seen.
            alive: cache().time_to_idle(DAY).build(),
            unknown: Tally::new(CAPACITY),
            asking: Cache::builder()
                .max_capacity(CAPACITY)
                .eviction_policy(EvictionPolicy::lru())
                .build(),
            changing: Cache::builder()
                .max_capacity(CAPACITY)
                .eviction_policy(EvictionPolicy::lru())
                .build(),
        }
    }

    pub fn see(&self, secret: &SessionSecret, addr: IpAddr) -> Seen {
        Seen {
            secret: self.hash(secret),
            network: addr.into(),
        }
    }

    fn hash(&self, secret: &SessionSecret) -> u64 {
        self.hasher.hash_one(secret.expose())
    }

    /// Whether this one has been seen alive here, and not dead since.
    pub fn is_alive(&self, seen: Seen) -> bool {
        self.alive.contains_key(&seen.secret)
    }

    /// The same, of this secret.
    pub fn has_seen(&self, secret: &SessionSecret) -> bool {
        self.alive.contains_key(&self.hash(secret))
    }

    /// Waits until Appwrite may be asked. What's returned is held until it has answered.
    ///
    /// # Errors
    ///
    /// What Appwrite would say of a session that it doesn't know, or of too many calls.
    pub async fn admit(&self, seen: Seen) -> Result<Option<OwnedSemaphorePermit>, AppwriteError> {
        self.check(seen)?;
        if self.is_alive(seen) {
            return Ok(None);
        }
        let places = || Arc::new(Semaphore::new(AT_ONCE));
        let places = self.asking.get_with(seen.network, places);
        let place = timeout(LONGEST_WAIT, places.acquire_owned()).await;
        let place = place.map_err(|_| {
            AppwriteError::Unreachable("others at this address wait for answers".to_owned())
        })?;
        self.check(seen)?;
        // It's never closed.
        Ok(place.ok())
    }

    /// Waits until nothing else in this session changes its account's preferences, which Appwrite only replaces
    /// as a whole. What's returned is held until they're changed.
    pub async fn change_preferences(&self, seen: Seen) -> OwnedMutexGuard<()> {
        let one_at_a_time = self.changing.get_with(seen.secret, Arc::default);
        one_at_a_time.lock_owned().await
    }

    fn check(&self, seen: Seen) -> Result<(), AppwriteError> {
        let refused = |status, kind: &str, message: &str, retry_after| AppwriteError::Refused {
            status,
            kind: kind.to_owned(),
            message: format!("{message} (Appwrite was not asked)"),
            retry_after,
        };
        if self.dead.contains_key(&seen.secret) {
            return Err(refused(
                StatusCode::UNAUTHORIZED,
                NO_SESSION,
                "this session was unknown a moment ago",
                None,
            ));
        }
        if self.is_alive(seen) {
            return Ok(());
        }
        match self.unknown.wait(Instant::now(), seen.network, UNKNOWN) {
            None => Ok(()),
            wait => Err(refused(
                StatusCode::TOO_MANY_REQUESTS,
                "general_rate_limit_exceeded",
                "too many unknown sessions from one address",
                wait,
            )),
        }
    }

    /// Takes in what Appwrite answered.
    pub fn note<T>(&self, seen: Seen, answer: &Result<T, AppwriteError>) {
        match answer {
            // Most have been seen before, and looking is quicker than remembering again.
            Ok(_) if self.alive.get(&seen.secret).is_some() => {}
            Ok(_) => self.alive.insert(seen.secret, ()),
            Err(AppwriteError::Refused { status, kind, .. }) => match kind.as_str() {
                // Who is asking is nobody. Other errors are about what was asked for.
                NO_SESSION if *status == StatusCode::UNAUTHORIZED => {
                    self.alive.invalidate(&seen.secret);
                    self.dead.insert(seen.secret, ());
                    let _ = self.unknown.count(Instant::now(), seen.network, UNKNOWN);
                }
                "user_more_factors_required" | "user_challenge_required" | "user_blocked" => {
                    self.alive.insert(seen.secret, ());
                }
                _ => {}
            },
            Err(_) => {}
        }
    }

    /// Takes in a session that Appwrite has just made, or that was alive at another time. One that's known to
    /// be dead stays so.
    pub fn started(&self, secret: &SessionSecret) {
        let secret = self.hash(secret);
        if !self.dead.contains_key(&secret) {
            self.alive.insert(secret, ());
        }
    }
}

/// Appwrite's type for what only somebody with a session may do.
const NO_SESSION: &str = "general_unauthorized_scope";

impl fmt::Debug for SeenSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeenSessions").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::*;

    fn secret(number: usize) -> SessionSecret {
        let json = format!(r#"{{"id":"u1","secret":"{number}"}}"#);
        SessionSecret::decode(&STANDARD.encode(json)).unwrap()
    }

    fn refused(status: u16, kind: &str) -> Result<(), AppwriteError> {
        Err(AppwriteError::Refused {
            status: StatusCode::from_u16(status).unwrap(),
            kind: kind.to_owned(),
            message: String::new(),
            retry_after: None,
        })
    }

    fn here() -> IpAddr {
        "203.0.113.7".parse().unwrap()
    }

    #[tokio::test]
    async fn only_a_session_that_appwrite_does_not_know_is_dead() {
        for (answer, is_dead) in [
            (refused(401, "general_unauthorized_scope"), true),
            // The session may be alive, and what was asked for is not there or not allowed.
            (refused(404, "user_session_not_found"), false),
            (refused(401, "user_unauthorized"), false),
            (refused(401, "user_more_factors_required"), false),
            (refused(403, "general_unauthorized_scope"), false),
            (refused(500, "general_unknown"), false),
            (Err(AppwriteError::Unreachable(String::new())), false),
            (Ok(()), false),
        ] {
            let sessions = SeenSessions::new();
            let seen = sessions.see(&secret(1), here());
            assert!(sessions.admit(seen).await.is_ok());
            sessions.note(seen, &answer);
            let again = sessions.admit(seen).await;
            assert_eq!(again.is_err(), is_dead, "{answer:?}");
            assert!(again.is_ok() || again.is_err_and(|error| error.is_dead_session()));
            let other = sessions.see(&secret(2), here());
            assert!(sessions.admit(other).await.is_ok());
        }
    }

    #[tokio::test]
    async fn an_address_has_only_some_of_its_unknown_sessions_asked_about_at_a_time() {
        const SHORT: Duration = Duration::from_millis(20);
        let sessions = SeenSessions::new();
        let see = |number, addr| sessions.see(&secret(number), addr);
        let asked = (0..AT_ONCE).map(|number| sessions.admit(see(number, here())));
        let mut places = futures::future::join_all(asked).await;
        let next = see(100, here());
        assert!(timeout(SHORT, sessions.admit(next)).await.is_err());
        let elsewhere = see(101, "203.0.113.8".parse().unwrap());
        assert!(sessions.admit(elsewhere).await.is_ok());
        sessions.started(&secret(102));
        assert!(sessions.admit(see(102, here())).await.is_ok());
        places.pop();
        assert!(sessions.admit(next).await.is_ok());
    }

    #[tokio::test]
    async fn an_address_may_bring_sixty_unknown_sessions_and_keeps_out_no_live_one() {
        let sessions = SeenSessions::new();
        let alive = sessions.see(&secret(0), here());
        sessions.note(alive, &Ok(()));
        sessions.started(&secret(1));
        for number in 100..160 {
            let invented = sessions.see(&secret(number), here());
            assert!(sessions.admit(invented).await.is_ok());
            sessions.note(invented, &refused(401, NO_SESSION));
        }
        let another = sessions.see(&secret(160), here());
        let error = sessions.admit(another).await.unwrap_err();
        assert!(!error.is_dead_session(), "nobody is signed out for it");
        assert!(matches!(
            error,
            AppwriteError::Refused { status, retry_after: Some(1..=600), .. } if status == 429
        ));
        assert!(sessions.admit(alive).await.is_ok());
        let started = sessions.see(&secret(1), here());
        assert!(sessions.admit(started).await.is_ok());
        let elsewhere = "203.0.113.8".parse().unwrap();
        let elsewhere = sessions.see(&secret(160), elsewhere);
        assert!(sessions.admit(elsewhere).await.is_ok());
    }
}
