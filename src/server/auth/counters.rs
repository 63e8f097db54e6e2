//! The counters behind the rate limits.
//!
//! They live in this process. A restart clears them, and each copy of the app counts for itself:
//! with three copies behind a load balancer, an attacker has three times the attempts.

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

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Trying something that only its owner knows: a password (at sign-in, or in a form of the
    /// account that asks for it), a code, the secret of a link, the answer to a second factor.
    Guess,
    /// Sending an email or text message to an address or number that the visitor names.
    Send,
    /// Making an account, by sign-up or for a guest. There is no subject yet, so this counts by
    /// address alone.
    Create,
}

/// How often something may be attempted in one window, which opens with the first attempt.
struct Rule {
    window: Duration,
    per_address: u32,
    per_subject: Option<u32>,
}

impl Action {
    /// All the numbers there are. The ones for an address are higher, because many people can share
    /// an address.
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

/// How many addresses and subjects are remembered for each action, which bounds the memory.
///
/// When there are more, those without an attempt for the longest time are forgotten, and start
/// anew. So to get rid of a count early, an attacker has to make this many attempts, each with a
/// new key. One address can bring no more subjects into a window than it has attempts, so that
/// takes hundreds of addresses (or IPv6 networks), and thousands of requests for each extra guess
/// at an account. Somebody who has that many addresses doesn't need the trick.
const CAPACITY: u64 = 50_000;

/// The recent attempts that this process has seen.
///
/// Addresses and subjects aren't stored. Their hashes are, with a key that is made at start and
/// never leaves the process.
pub struct Counters {
    hasher: RandomState,
    // One for each action: a cache has a single time to live, and a flood of one action mustn't
    // push out the counts of another.
    guesses: Cache<u64, Window>,
    sends: Cache<u64, Window>,
    creations: Cache<u64, Window>,
}

/// The attempts since the window opened.
#[derive(Clone, Copy)]
struct Window {
    start: Instant,
    attempts: u32,
}

/// Whose attempts are counted beside the address they come from. Each kind is counted apart, so what
/// a stranger can send as one kind never uses up the attempts of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject<'a> {
    /// An email address or phone number, as somebody typed it.
    Typed(&'a str),
    /// The ID of an account that's signed in, as Appwrite has confirmed it.
    Account(&'a str),
    /// The ID of an account that owes its second step, or is to confirm it again.
    SecondStep(&'a str),
    /// The ID of an account that a sign-in code was sent to.
    SentCode(&'a str),
    /// The ID of an account whose phone number is to be verified.
    PhoneVerification(&'a str),
    /// The secret in an address. Not the account in it: anybody can write that.
    Secret(&'a str),
}

/// What is counted.
#[derive(Hash)]
enum Key<'a> {
    Ipv4(Ipv4Addr),
    /// The first half of an IPv6 address: the network. Visitors choose the other half themselves,
    /// so counting whole addresses would count nothing.
    Ipv6(u64),
    Subject(Subject<'a>),
}

impl From<IpAddr> for Key<'_> {
    fn from(addr: IpAddr) -> Self {
        match addr.to_canonical() {
            IpAddr::V4(addr) => Self::Ipv4(addr),
            IpAddr::V6(addr) => Self::Ipv6((addr.to_bits() >> 64) as u64),
        }
    }
}

impl Counters {
    /// No attempts yet.
    pub fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    fn with_capacity(capacity: u64) -> Self {
        let cache = |action: Action| {
            Cache::builder()
                .max_capacity(capacity)
                // The default policy refuses new keys while the old ones are busier, so an attacker
                // who has filled the cache would no longer be counted.
                .eviction_policy(EvictionPolicy::lru())
                // This only frees memory: each counted attempt starts the time anew, so an entry
                // outlives its window.
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

    /// Counts an attempt against the address and, if given, the subject: an email address (in lower
    /// case), a phone number or a user ID. IPv6 addresses count by network (/64).
    ///
    /// If the address has no attempts left, nothing is counted against the subject. So one address
    /// can't keep somebody out for longer than its own attempts last. [`Action::Create`] ignores
    /// the subject.
    ///
    /// # Errors
    ///
    /// The seconds (at least 1) until the window ends, if there were too many attempts. A refused
    /// attempt doesn't prolong it.
    pub fn check(
        &self,
        action: Action,
        addr: IpAddr,
        subject: Option<Subject<'_>>,
    ) -> Result<(), u32> {
        self.check_at(Instant::now(), action, addr, subject)
    }

    fn check_at(
        &self,
        now: Instant,
        action: Action,
        addr: IpAddr,
        subject: Option<Subject<'_>>,
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

    /// Counts one attempt, or refuses it. Attempts at the same key wait for each other, so none
    /// gets lost when many come at once.
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

    /// Gives a subject its attempts back because one of them succeeded: signing in ten times with
    /// the right password is fine. The address doesn't get any back, or an attacker with an account
    /// of their own could go on forever.
    ///
    /// Only call this when the attempt has proved everything that the limit on this subject
    /// protects. If password and second factor counted against the same subject, somebody who knows
    /// the password could enter it again whenever they run out of guesses at the second factor.
    pub fn forgive(&self, action: Action, subject: Subject<'_>) {
        let key = self.hasher.hash_one(Key::Subject(subject));
        self.cache(action).invalidate(&key);
    }

    /// Takes back so many of an address's attempts, because they turned out to be none. Only call this
    /// for attempts that were counted.
    pub fn take_back(&self, action: Action, addr: IpAddr, attempts: u32) {
        let key = self.hasher.hash_one(Key::from(addr));
        self.cache(action).entry(key).and_compute_with(|entry| {
            match entry.map(Entry::into_value) {
                Some(window) => Op::Put(Window {
                    attempts: window.attempts.saturating_sub(attempts),
                    ..window
                }),
                None => Op::Nop,
            }
        });
    }

    fn cache(&self, action: Action) -> &Cache<u64, Window> {
        match action {
            Action::Guess => &self.guesses,
            Action::Send => &self.sends,
            Action::Create => &self.creations,
        }
    }
}

impl Default for Counters {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counters").finish_non_exhaustive()
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

    const ADA: Subject = Subject::Typed("ada@example.com");
    const BOB: Subject = Subject::Typed("bob@example.com");
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
        counters: &Counters,
        now: Instant,
        action: Action,
        attempts: impl Iterator<Item = (IpAddr, Option<Subject<'a>>)>,
    ) -> usize {
        attempts
            .take(100)
            .filter(|(addr, subject)| counters.check_at(now, action, *addr, *subject).is_ok())
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
            let (counters, now) = (Counters::new(), Instant::now());
            let one_address = iter::repeat((ip("203.0.113.7"), None));
            assert_eq!(allowed(&counters, now, action, one_address), per_address);
            let one_subject = addresses().map(|addr| (addr, Some(ADA)));
            assert_eq!(allowed(&counters, now, action, one_subject), per_subject);
        }
    }

    #[test]
    fn subjects_and_addresses_and_actions_count_apart() {
        let (counters, now, addr) = (Counters::new(), Instant::now(), ip("203.0.113.7"));
        let ada = iter::repeat((addr, Some(ADA)));
        assert_eq!(allowed(&counters, now, Action::Guess, ada), 10);
        // The address has none left, although another subject would have.
        let check = |action, addr, subject| counters.check_at(now, action, addr, Some(subject));
        assert!(check(Action::Guess, addr, BOB).is_err());
        assert!(check(Action::Guess, ip("203.0.113.8"), BOB).is_ok());
        assert!(check(Action::Guess, ip("203.0.113.8"), ADA).is_err());
        assert!(check(Action::Send, addr, ADA).is_ok());
    }

    #[test]
    fn one_kind_of_subject_never_uses_up_another() {
        let (counters, now) = (Counters::new(), Instant::now());
        let kinds: [fn(&'static str) -> Subject<'static>; 6] = [
            Subject::Typed,
            Subject::Account,
            Subject::SecondStep,
            Subject::SentCode,
            Subject::PhoneVerification,
            Subject::Secret,
        ];
        for kind in kinds {
            let same = addresses().map(|addr| (addr, Some(kind("u1"))));
            assert_eq!(allowed(&counters, now, Action::Guess, same), 10);
        }
    }

    #[test]
    fn an_address_that_may_not_go_on_does_not_count_against_the_subject() {
        let (counters, now, addr) = (Counters::new(), Instant::now(), ip("203.0.113.7"));
        let nobody = iter::repeat((addr, None));
        assert_eq!(allowed(&counters, now, Action::Guess, nobody), 60);
        let ada = iter::repeat((addr, Some(ADA)));
        assert_eq!(allowed(&counters, now, Action::Guess, ada), 0);
        let others = addresses().map(|addr| (addr, Some(ADA)));
        assert_eq!(allowed(&counters, now, Action::Guess, others), 10);
    }

    #[test]
    fn the_window_ends_when_it_said() {
        let (counters, start) = (Counters::new(), Instant::now());
        let mut addresses = addresses();
        let mut at = |after: Duration| {
            let addr = addresses.next().unwrap();
            counters.check_at(start + after, Action::Send, addr, Some(ADA))
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
        let (counters, now, addr) = (Counters::new(), Instant::now(), ip("203.0.113.7"));
        let later = now + SECOND;
        assert!(counters.check_at(later, Action::Create, addr, None).is_ok());
        for _ in 0..29 {
            assert!(counters.check_at(now, Action::Create, addr, None).is_ok());
        }
        assert_eq!(
            counters.check_at(now, Action::Create, addr, None),
            Err(3600)
        );
    }

    #[test]
    fn a_success_gives_the_subject_its_attempts_back_and_not_the_address() {
        let (counters, now, addr) = (Counters::new(), Instant::now(), ip("203.0.113.7"));
        for _ in 0..60 {
            let subject = Some(ADA);
            assert_eq!(counters.check_at(now, Action::Guess, addr, subject), Ok(()));
            counters.forgive(Action::Guess, ADA);
        }
        let again = counters.check_at(now, Action::Guess, addr, Some(ADA));
        assert_eq!(again, Err(600));
    }

    #[test]
    fn a_success_is_for_one_subject_and_one_action() {
        let (counters, now) = (Counters::new(), Instant::now());
        for (action, subject) in [
            (Action::Guess, ADA),
            (Action::Guess, BOB),
            (Action::Send, ADA),
        ] {
            allowed(
                &counters,
                now,
                action,
                addresses().map(|addr| (addr, Some(subject))),
            );
        }
        counters.forgive(Action::Guess, ADA);
        let addr = ip("203.0.113.7");
        let check = |action, subject| counters.check_at(now, action, addr, Some(subject));
        assert!(check(Action::Guess, ADA).is_ok());
        assert!(check(Action::Guess, BOB).is_err());
        assert!(check(Action::Send, ADA).is_err());
    }

    #[test]
    fn ipv6_counts_by_network_and_mapped_ipv4_as_ipv4() {
        let (counters, now) = (Counters::new(), Instant::now());
        let network = (0..).map(|n: u16| (ip(&format!("2001:db8:0:1:{n:x}::{n:x}")), None));
        assert_eq!(allowed(&counters, now, Action::Create, network), 30);
        let check = |addr| counters.check_at(now, Action::Create, ip(addr), None);
        assert!(check("2001:db8:0:2::1").is_ok());
        let mapped = iter::repeat((ip("::ffff:203.0.113.7"), None));
        assert_eq!(allowed(&counters, now, Action::Create, mapped), 30);
        assert!(check("203.0.113.7").is_err());
        assert!(check("203.0.113.8").is_ok());
    }

    #[test]
    fn memory_is_bounded_and_the_newest_stay() {
        let (counters, now) = (Counters::with_capacity(100), Instant::now());
        let attempt = |addr, email: &str| {
            let subject = Some(Subject::Typed(email));
            let outcome = counters.check_at(now, Action::Guess, addr, subject);
            counters.guesses.run_pending_tasks();
            assert!(counters.guesses.entry_count() <= 100);
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
            let (counters, passed) = (Counters::new(), AtomicU32::new(0));
            thread::scope(|scope| {
                for thread in 0..8 {
                    let (counters, passed) = (&counters, &passed);
                    scope.spawn(move || {
                        for addr in addresses().skip(thread * 50).take(50) {
                            let subject = Some(ADA);
                            if counters.check(Action::Guess, addr, subject).is_ok() {
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
        let counters = Counters::new();
        let _ = counters.check(Action::Guess, ip("203.0.113.7"), Some(ADA));
        assert_eq!(format!("{counters:?}"), "Counters { .. }");
    }
}
