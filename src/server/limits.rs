//! Our own rate limits.
//!
//! Appwrite limits what visitors do by itself, but not what comes with an API key, and sign-in,
//! sign-up and the mails do. So every server function that lets somebody guess, send or create
//! calls [`attempt`] first.
//!
//! The counts are in this process. They are gone when it restarts, and each of several copies of
//! the app counts for itself, so that behind a balancer an attacker has as many attempts as there
//! are copies times the number here.

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv4Addr},
    time::{Duration, Instant},
};

use moka::{
    Entry,
    ops::compute::{CompResult, Op},
    policy::EvictionPolicy,
    sync::Cache,
};

use super::context;
use crate::error::AppError;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Something that only its owner knows is tried: a password (at sign-in, and where a form of
    /// the account asks for it), a code or the secret of a link, the answer to a second factor.
    Guess,
    /// A mail or a text message goes to an address that the visitor names.
    Send,
    /// An account comes into being: by sign-up, or a guest's. It has no subject yet, so this is
    /// counted by address alone.
    Create,
}

/// How often something may be attempted in a window that opens with the first attempt.
struct Rule {
    window: Duration,
    per_address: u32,
    per_subject: Option<u32>,
}

impl Action {
    /// All the numbers there are. Those for an address are higher because many people can share
    /// one.
    const fn rule(self) -> Rule {
        match self {
            Self::Guess => Rule {
                window: Duration::from_secs(10 * 60),
                per_address: 60,
                per_subject: Some(10),
            },
            Self::Send => Rule {
                window: Duration::from_secs(15 * 60),
                per_address: 30,
                per_subject: Some(5),
            },
            Self::Create => Rule {
                window: Duration::from_secs(60 * 60),
                per_address: 30,
                per_subject: None,
            },
        }
    }
}

/// Addresses and subjects that are remembered for each action, which bounds the memory.
///
/// When there are more, the ones longest without an attempt are forgotten and start anew. To get
/// rid of a count before its time, an attacker must therefore make this many attempts that each
/// bring a new key. One address brings only so many subjects in a window as it has attempts, so
/// that takes hundreds of addresses (or IPv6 networks) and thousands of requests for each further
/// guess at an account. Somebody with as many has no use for it.
const CAPACITY: u64 = 50_000;

/// The attempts of late, of the whole process.
///
/// Neither addresses nor subjects are kept, only hashes of them with a key that is made at start
/// and never leaves the process.
pub struct Limits {
    hasher: RandomState,
    // One for each action, because a cache has one time to live, and so that a flood of one action
    // pushes out no counts of another.
    guesses: Cache<u64, Window>,
    sends: Cache<u64, Window>,
    creations: Cache<u64, Window>,
}

/// The attempts since a certain moment.
#[derive(Clone, Copy)]
struct Window {
    start: Instant,
    attempts: u32,
}

/// Whose attempts are counted.
#[derive(Hash)]
enum Key<'a> {
    Ipv4(Ipv4Addr),
    /// The first half of an IPv6 address, which is a network. The other half is for the visitor to
    /// choose, so counting by whole addresses would count nothing.
    Ipv6(u64),
    Subject(&'a str),
}

impl From<IpAddr> for Key<'_> {
    fn from(addr: IpAddr) -> Self {
        match addr.to_canonical() {
            IpAddr::V4(addr) => Self::Ipv4(addr),
            IpAddr::V6(addr) => Self::Ipv6((addr.to_bits() >> 64) as u64),
        }
    }
}

impl Limits {
    /// No attempts yet.
    pub fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    fn with_capacity(capacity: u64) -> Self {
        let cache = |action: Action| {
            Cache::builder()
                .max_capacity(capacity)
                // The default policy refuses new keys while the ones it has are busier, so that an
                // attacker who fills the cache would not be counted any more.
                .eviction_policy(EvictionPolicy::lru())
                // Only frees memory: an entry lives on for this long after each attempt that was
                // counted, and so never less than its window.
                .time_to_live(action.rule().window)
                .build()
        };
        Self {
            hasher: RandomState::new(),
            guesses: cache(Action::Guess),
            sends: cache(Action::Send),
            creations: cache(Action::Create),
        }
    }

    /// Counts an attempt against the address and, when given, the subject: an e-mail address (in
    /// lower case), a phone number or a user ID. IPv6 addresses count by their network (/64).
    ///
    /// An attempt that the address may not make is not counted against the subject, so that one
    /// address cannot keep somebody out for longer than its own attempts last. [`Action::Create`]
    /// has no use for a subject.
    ///
    /// # Errors
    ///
    /// There were too many: seconds (at least 1) until the window ends. A refused attempt does not
    /// make that later.
    pub fn check(&self, action: Action, addr: IpAddr, subject: Option<&str>) -> Result<(), u32> {
        self.check_at(Instant::now(), action, addr, subject)
    }

    fn check_at(
        &self,
        now: Instant,
        action: Action,
        addr: IpAddr,
        subject: Option<&str>,
    ) -> Result<(), u32> {
        let rule = action.rule();
        self.count(now, action, &Key::from(addr), rule.per_address)?;
        match (subject, rule.per_subject) {
            (Some(subject), Some(allowed)) => {
                self.count(now, action, &Key::Subject(subject), allowed)
            }
            _ => Ok(()),
        }
    }

    /// Counts one attempt, or refuses it. Attempts at the same key wait for each other, so none is
    /// lost when many come at once.
    fn count(&self, now: Instant, action: Action, key: &Key, allowed: u32) -> Result<(), u32> {
        let length = action.rule().window;
        let age = |window: &Window| now.saturating_duration_since(window.start);
        let entry = self.cache(action).entry(self.hasher.hash_one(key));
        let outcome = entry.and_compute_with(|entry| {
            match entry.map(Entry::into_value).filter(|it| age(it) < length) {
                None => Op::Put(Window {
                    start: now,
                    attempts: 1,
                }),
                Some(Window { start, attempts }) if attempts < allowed => Op::Put(Window {
                    start,
                    attempts: attempts + 1,
                }),
                Some(_) => Op::Nop,
            }
        });
        match outcome {
            CompResult::Unchanged(entry) => {
                let left = length.saturating_sub(age(entry.value()));
                Err((left.as_secs_f64().ceil() as u32).max(1))
            }
            _ => Ok(()),
        }
    }

    /// Gives a subject its attempts back, because one of them succeeded: signing in correctly ten
    /// times is no trouble. Those of the address stay, or an attacker with one account of their own
    /// could go on for ever.
    ///
    /// Call it only when the attempt proved all that this subject's attempts are to protect. If the
    /// password and the second factor counted against the same subject, who knows the password
    /// could give it once more whenever the guesses at the second factor run out.
    pub fn forgive(&self, action: Action, subject: &str) {
        let key = self.hasher.hash_one(Key::Subject(subject));
        self.cache(action).invalidate(&key);
    }

    fn cache(&self, action: Action) -> &Cache<u64, Window> {
        match action {
            Action::Guess => &self.guesses,
            Action::Send => &self.sends,
            Action::Create => &self.creations,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits").finish_non_exhaustive()
    }
}

/// Counts an attempt of the visitor's; see [`Limits::check`]. To be called by a server function
/// before it does what is limited, and after it has checked the form of what was typed.
///
/// # Errors
///
/// [`AppError::RateLimited`] with the seconds to wait, [`AppError::Internal`] outside of a request.
pub fn attempt(action: Action, subject: Option<&str>) -> Result<(), AppError> {
    let app = context::app()?;
    let addr = context::client_addr()?;
    app.limits.check(action, addr, subject).map_err(|seconds| {
        // Not who it was: neither belongs in a log, and the request's id and path are in the span.
        tracing::info!(?action, seconds, "refused after too many attempts");
        AppError::RateLimited(Some(seconds))
    })
}

/// Gives the subject its attempts back; see [`Limits::forgive`] for when that is right. Does
/// nothing outside of a request.
pub fn succeeded(action: Action, subject: &str) {
    if let Ok(app) = context::app() {
        app.limits.forgive(action, subject);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        iter,
        sync::atomic::{AtomicU32, Ordering},
        thread,
    };

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// Addresses that count apart.
    fn addresses() -> impl Iterator<Item = IpAddr> {
        (0..).map(|n| IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + n)))
    }

    /// How many of many attempts at the same moment go through.
    fn allowed<'a>(
        limits: &Limits,
        now: Instant,
        action: Action,
        attempts: impl Iterator<Item = (IpAddr, Option<&'a str>)>,
    ) -> usize {
        attempts
            .take(100)
            .filter(|(addr, subject)| limits.check_at(now, action, *addr, *subject).is_ok())
            .count()
    }

    #[test]
    fn the_numbers_are_those_of_the_table() {
        for (action, per_address, per_subject) in [
            (Action::Guess, 60, 10),
            (Action::Send, 30, 5),
            // No subject, so a hundred addresses may.
            (Action::Create, 30, 100),
        ] {
            let (limits, now) = (Limits::new(), Instant::now());
            let one_address = iter::repeat((ip("203.0.113.7"), None));
            assert_eq!(allowed(&limits, now, action, one_address), per_address);
            let one_subject = addresses().map(|addr| (addr, Some("ada@example.com")));
            assert_eq!(allowed(&limits, now, action, one_subject), per_subject);
        }
    }

    #[test]
    fn subjects_and_addresses_and_actions_count_apart() {
        let (limits, now, addr) = (Limits::new(), Instant::now(), ip("203.0.113.7"));
        let ada = iter::repeat((addr, Some("ada@example.com")));
        assert_eq!(allowed(&limits, now, Action::Guess, ada), 10);
        // The address has none left, although another subject would have.
        let check = |action, addr, subject| limits.check_at(now, action, addr, Some(subject));
        assert!(check(Action::Guess, addr, "bob@example.com").is_err());
        assert!(check(Action::Guess, ip("203.0.113.8"), "bob@example.com").is_ok());
        assert!(check(Action::Guess, ip("203.0.113.8"), "ada@example.com").is_err());
        assert!(check(Action::Send, addr, "ada@example.com").is_ok());
    }

    #[test]
    fn an_address_that_may_not_go_on_does_not_count_against_the_subject() {
        let (limits, now, addr) = (Limits::new(), Instant::now(), ip("203.0.113.7"));
        let nobody = iter::repeat((addr, None));
        assert_eq!(allowed(&limits, now, Action::Guess, nobody), 60);
        let ada = iter::repeat((addr, Some("ada@example.com")));
        assert_eq!(allowed(&limits, now, Action::Guess, ada), 0);
        let others = addresses().map(|addr| (addr, Some("ada@example.com")));
        assert_eq!(allowed(&limits, now, Action::Guess, others), 10);
    }

    #[test]
    fn the_window_ends_when_it_said() {
        let (limits, start) = (Limits::new(), Instant::now());
        let mut addresses = addresses();
        let mut at = |after: Duration| {
            let addr = addresses.next().unwrap();
            limits.check_at(start + after, Action::Send, addr, Some("ada@example.com"))
        };
        for n in 0..5 {
            assert_eq!(at(SECOND * n), Ok(()));
        }
        assert_eq!(at(SECOND * 5), Err(895));
        // A refused attempt changes nothing, and a part of a second counts as a whole one.
        assert_eq!(at(SECOND * 6), Err(894));
        assert_eq!(at(Duration::from_millis(6500)), Err(894));
        assert_eq!(at(SECOND * 899), Err(1));
        assert_eq!(at(SECOND * 900 - Duration::from_nanos(1)), Err(1));
        // Then a whole new window begins.
        for _ in 0..5 {
            assert_eq!(at(SECOND * 900), Ok(()));
        }
        assert_eq!(at(SECOND * 901), Err(899));
    }

    #[test]
    fn a_moment_before_the_window_counts_as_its_start() {
        // Threads can read the clock in one order and count in the other.
        let (limits, now, addr) = (Limits::new(), Instant::now(), ip("203.0.113.7"));
        let later = now + SECOND;
        assert!(limits.check_at(later, Action::Create, addr, None).is_ok());
        for _ in 0..29 {
            assert!(limits.check_at(now, Action::Create, addr, None).is_ok());
        }
        assert_eq!(limits.check_at(now, Action::Create, addr, None), Err(3600));
    }

    #[test]
    fn a_success_gives_the_subject_its_attempts_back_and_not_the_address() {
        let (limits, now, addr) = (Limits::new(), Instant::now(), ip("203.0.113.7"));
        for _ in 0..60 {
            let subject = Some("ada@example.com");
            assert_eq!(limits.check_at(now, Action::Guess, addr, subject), Ok(()));
            limits.forgive(Action::Guess, "ada@example.com");
        }
        let again = limits.check_at(now, Action::Guess, addr, Some("ada@example.com"));
        assert_eq!(again, Err(600));
    }

    #[test]
    fn a_success_is_for_one_subject_and_one_action() {
        let (limits, now) = (Limits::new(), Instant::now());
        for (action, subject) in [
            (Action::Guess, "ada@example.com"),
            (Action::Guess, "bob@example.com"),
            (Action::Send, "ada@example.com"),
        ] {
            allowed(
                &limits,
                now,
                action,
                addresses().map(|addr| (addr, Some(subject))),
            );
        }
        limits.forgive(Action::Guess, "ada@example.com");
        let addr = ip("203.0.113.7");
        let check = |action, subject| limits.check_at(now, action, addr, Some(subject));
        assert!(check(Action::Guess, "ada@example.com").is_ok());
        assert!(check(Action::Guess, "bob@example.com").is_err());
        assert!(check(Action::Send, "ada@example.com").is_err());
    }

    #[test]
    fn ipv6_counts_by_network_and_mapped_ipv4_as_ipv4() {
        let (limits, now) = (Limits::new(), Instant::now());
        let network = (0..).map(|n: u16| (ip(&format!("2001:db8:0:1:{n:x}::{n:x}")), None));
        assert_eq!(allowed(&limits, now, Action::Create, network), 30);
        let check = |addr| limits.check_at(now, Action::Create, ip(addr), None);
        assert!(check("2001:db8:0:2::1").is_ok());
        let mapped = iter::repeat((ip("::ffff:203.0.113.7"), None));
        assert_eq!(allowed(&limits, now, Action::Create, mapped), 30);
        assert!(check("203.0.113.7").is_err());
        assert!(check("203.0.113.8").is_ok());
    }

    #[test]
    fn memory_is_bounded_and_the_newest_stay() {
        let (limits, now) = (Limits::with_capacity(100), Instant::now());
        let attempt = |addr, subject: &str| {
            let outcome = limits.check_at(now, Action::Guess, addr, Some(subject));
            limits.guesses.run_pending_tasks();
            assert!(limits.guesses.entry_count() <= 100);
            outcome
        };
        // The cache is full, and of keys that are busy.
        for (n, addr) in addresses().take(1000).enumerate() {
            for _ in 0..10 {
                assert_eq!(attempt(addr, &format!("{n}@example.com")), Ok(()));
            }
        }
        // A new one is counted all the same, and whoever is forgotten starts anew.
        for addr in addresses().skip(1000).take(10) {
            assert_eq!(attempt(addr, "ada@example.com"), Ok(()));
        }
        let addr = ip("203.0.113.7");
        assert_eq!(attempt(addr, "ada@example.com"), Err(600));
        assert_eq!(attempt(addr, "999@example.com"), Err(600));
        assert_eq!(attempt(addr, "0@example.com"), Ok(()));
    }

    #[test]
    fn attempts_at_once_are_counted_exactly() {
        for _ in 0..20 {
            let (limits, passed) = (Limits::new(), AtomicU32::new(0));
            thread::scope(|scope| {
                for thread in 0..8 {
                    let (limits, passed) = (&limits, &passed);
                    scope.spawn(move || {
                        for addr in addresses().skip(thread * 50).take(50) {
                            let subject = Some("ada@example.com");
                            if limits.check(Action::Guess, addr, subject).is_ok() {
                                passed.fetch_add(1, Ordering::Relaxed);
                            }
                        }
                    });
                }
            });
            assert_eq!(passed.into_inner(), 10);
        }
    }

    #[test]
    fn nothing_is_printed_of_anybody() {
        let limits = Limits::new();
        let _ = limits.check(Action::Guess, ip("203.0.113.7"), Some("ada@example.com"));
        assert_eq!(format!("{limits:?}"), "Limits { .. }");
    }
}
