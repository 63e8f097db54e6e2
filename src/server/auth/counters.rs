//! The rules of the rate limits, and the counters behind them.
//!
//! The counters live in this process. A restart clears them, and each copy of the app counts for
//! itself: with three copies behind a load balancer, an attacker has three times the attempts.

use std::{
    hash::{Hash, Hasher},
    mem::discriminant,
    net::{IpAddr, Ipv4Addr},
    time::{Duration, Instant},
};

use super::tally::{self, DAY, Limit, Tally};

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Trying something that only its owner knows: a password (at sign-in, or in a form of the
    /// account that asks for it), a code, the secret of a link, the answer to a second factor.
    Guess,
    /// Sending an email or text message to an address or number that the visitor names.
    Send,
    /// What can make an account: sign-up, a guest, and a message that signs in whoever gets it. This
    /// counts by address alone.
    Create,
}

/// How often something may be attempted in one window, which opens with the first attempt.
struct Rule {
    window: Duration,
    /// From one address. It's higher than the others, because many people can share an address.
    per_address: u32,
    per_account: Option<PerAccount>,
}

/// How often the same account may be meant.
struct PerAccount {
    /// By a single visitor: from one address, or by everybody who has signed in to the account before.
    per_visitor: u32,
    /// From all addresses together, by browsers that haven't signed in to the account before.
    strangers: u32,
    /// The same in a day. Those who have signed in before have as many for themselves.
    per_day: u32,
    /// By a single stranger in a day, if the growing windows don't see to it that one leaves others some of those.
    per_visitor_and_day: Option<u32>,
    /// Whether a visitor's windows grow; see [`Limit::doubles`].
    doubles: bool,
}

impl Rule {
    const fn limit(&self, allowed: u32) -> Limit {
        Limit {
            allowed,
            window: self.window,
            doubles: false,
        }
    }
}

impl Action {
    /// All the numbers there are. The README has them too, and a test compares.
    const fn rule(self) -> Rule {
        match self {
            Self::Guess => Rule {
                window: Duration::from_secs(10 * 60),
                per_address: 60,
                per_account: Some(PerAccount {
                    per_visitor: 10,
                    strangers: 30,
                    per_day: 100,
                    per_visitor_and_day: None,
                    doubles: true,
                }),
            },
            Self::Send => Rule {
                window: Duration::from_secs(15 * 60),
                per_address: 30,
                per_account: Some(PerAccount {
                    per_visitor: 5,
                    strangers: 15,
                    per_day: 24,
                    per_visitor_and_day: Some(6),
                    doubles: false,
                }),
            },
            Self::Create => Rule {
                window: Duration::from_secs(60 * 60),
                per_address: 30,
                per_account: None,
            },
        }
    }
}

/// How many keys each counter remembers, which bounds the memory.
///
/// When there are more, those without an attempt for the longest time are forgotten, and start
/// anew. So to get rid of a count early, an attacker has to make this many attempts, each with a
/// new key. One address can bring no more accounts into a window than it has attempts, so that
/// takes hundreds of addresses (or IPv6 networks), and thousands of requests for each extra guess
/// at an account. Somebody who has that many addresses doesn't need the trick.
const CAPACITY: u64 = 50_000;

/// Whose attempts are counted beside the address they come from. Each kind is counted apart, so what
/// a stranger can send as one kind never uses up the attempts of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    /// An email address or phone number, as somebody typed it.
    Typed(&'a str),
    /// The ID of an account that's signed in, as Appwrite has confirmed it.
    Account(&'a str),
    /// The ID of an account that owes its second step, or is to confirm it again.
    SecondStep(&'a str),
    /// An account that a sign-in code was sent to.
    SentCode {
        /// Its ID.
        user_id: &'a str,
        /// The email address or phone number that got the code.
        to: &'a str,
    },
    /// The ID of an account whose phone number is to be verified.
    PhoneVerification(&'a str),
    /// The secret in an address. Not the account in it: anybody can write that.
    Secret(&'a str),
}

/// Appwrite takes an ID in any case for the same, and so do the counters. Otherwise each way to write an
/// account's ID would come with attempts of its own.
impl Hash for Subject<'_> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        discriminant(self).hash(hasher);
        match self {
            Self::Typed(text) | Self::Secret(text) => text.hash(hasher),
            Self::Account(id)
            | Self::SecondStep(id)
            | Self::SentCode { user_id: id, .. }
            | Self::PhoneVerification(id) => id.to_ascii_lowercase().hash(hasher),
        }
    }
}

impl Subject<'_> {
    /// Whether people can bring it up who aren't signed in to the account. They mustn't be able to use
    /// up its owner's attempts.
    const fn is_open_to_strangers(self) -> bool {
        match self {
            Self::Typed(_) | Self::SecondStep(_) | Self::SentCode { .. } => true,
            Self::Account(_) | Self::PhoneVerification(_) | Self::Secret(_) => false,
        }
    }
}

/// A visitor's attempt at something.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// What they attempt.
    pub action: Action,
    /// Where they are. IPv6 addresses count by network (/64).
    pub addr: IpAddr,
    /// Whose account it's about: an email address (in lower case), a phone number or a user ID.
    /// [`Action::Create`] ignores it.
    pub subject: Option<Subject<'a>>,
    /// Whether their browser has signed in to that account before.
    pub is_known: bool,
}

/// What is counted.
#[derive(Clone, Copy, Debug, Hash)]
enum Key<'a> {
    Address(Network),
    /// Somebody at this address, about this account.
    Visitor(Network, Subject<'a>),
    /// Everybody else who attempts something about this account.
    Strangers(Subject<'a>),
    /// Everybody who has signed in to this account before, or is signed in to it. They count together:
    /// by forgetting cookies and signing in again, one person could be any number of browsers.
    Known(Subject<'a>),
}

/// Where an address counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Network {
    /// One IPv4 address.
    V4(Ipv4Addr),
    /// The first half of an IPv6 address: the network. Visitors choose the other half themselves,
    /// so counting whole addresses would count nothing.
    V6(u64),
}

impl From<IpAddr> for Network {
    fn from(addr: IpAddr) -> Self {
        match addr.to_canonical() {
            IpAddr::V4(addr) => Self::V4(addr),
            IpAddr::V6(addr) => Self::V6((addr.to_bits() >> 64) as u64),
        }
    }
}

/// Which of an action's counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Address,
    Day,
    VisitorDay,
    Visitor,
    Strangers,
}

/// A counter that an attempt counts in, and how many it allows.
type Counter<'a> = (Scope, Key<'a>, Limit);

impl<'a> Attempt<'a> {
    fn limit_of_address(self) -> Counter<'a> {
        let rule = self.action.rule();
        let key = Key::Address(self.addr.into());
        (Scope::Address, key, rule.limit(rule.per_address))
    }

    /// The counters of the account, in the order in which they are asked. Those with the longest
    /// windows come first, so that a visitor is told the longest wait.
    fn limits_of_account(self) -> Vec<Counter<'a>> {
        let rule = self.action.rule();
        let (Some(subject), Some(per_account)) = (self.subject, &rule.per_account) else {
            return Vec::new();
        };
        let is_stranger = subject.is_open_to_strangers() && !self.is_known;
        let (all, visitor) = if is_stranger {
            let visitor = Key::Visitor(self.addr.into(), subject);
            (Key::Strangers(subject), visitor)
        } else {
            (Key::Known(subject), Key::Known(subject))
        };
        let in_day = Limit {
            window: DAY,
            ..rule.limit(per_account.per_day)
        };
        let of_visitor = Limit {
            doubles: per_account.doubles,
            ..rule.limit(per_account.per_visitor)
        };
        let mut limits = vec![(Scope::Day, all, in_day)];
        if is_stranger && let Some(allowed) = per_account.per_visitor_and_day {
            let of_visitor_in_day = Limit { allowed, ..in_day };
            limits.push((Scope::VisitorDay, visitor, of_visitor_in_day));
        }
        limits.push((Scope::Visitor, visitor, of_visitor));
        if is_stranger {
            let of_all = rule.limit(per_account.strangers);
            limits.push((Scope::Strangers, all, of_all));
        }
        limits
    }
}

/// What an attempt has used up, so that it can be given back.
#[derive(Debug, Default)]
pub struct Spent(Vec<(Action, Scope, tally::Counted)>);

/// The recent attempts that this process has seen.
#[derive(Debug)]
pub struct Counters {
    // One for each action: a flood of one action mustn't push out the counts of another.
    guesses: Tallies,
    sends: Tallies,
    creations: Tallies,
}

#[derive(Debug)]
struct Tallies {
    addresses: Tally,
    days: Tally,
    visitor_days: Tally,
    visitors: Tally,
    strangers: Tally,
}

impl Tallies {
    fn new() -> Self {
        Self {
            addresses: Tally::new(CAPACITY),
            days: Tally::new(CAPACITY),
            visitor_days: Tally::new(CAPACITY),
            visitors: Tally::new(CAPACITY),
            strangers: Tally::new(CAPACITY),
        }
    }
}

impl Counters {
    /// No attempts yet.
    pub fn new() -> Self {
        Self {
            guesses: Tallies::new(),
            sends: Tallies::new(),
            creations: Tallies::new(),
        }
    }

    /// Counts an attempt.
    ///
    /// If the address has no attempts left, nothing is counted against the account. If the account
    /// has none left, the attempt still counts for the address.
    ///
    /// # Errors
    ///
    /// The seconds (at least 1) until it's worth trying again, if there were too many attempts. A
    /// refused attempt doesn't prolong that.
    pub fn check(&self, attempt: Attempt<'_>) -> Result<Spent, u32> {
        self.check_at(Instant::now(), attempt)
    }

    fn check_at(&self, now: Instant, attempt: Attempt<'_>) -> Result<Spent, u32> {
        let mut spent = self.count(now, attempt.action, vec![attempt.limit_of_address()])?;
        spent.0.extend(self.check_account_at(now, attempt)?.0);
        Ok(spent)
    }

    /// As [`check`](Self::check), for one more account that an attempt is about. The address isn't counted
    /// again.
    ///
    /// # Errors
    ///
    /// As for [`check`](Self::check).
    pub fn check_account(&self, attempt: Attempt<'_>) -> Result<Spent, u32> {
        self.check_account_at(Instant::now(), attempt)
    }

    fn check_account_at(&self, now: Instant, attempt: Attempt<'_>) -> Result<Spent, u32> {
        let action = attempt.action;
        let as_it_is = self.count(now, action, attempt.limits_of_account());
        match as_it_is {
            // Without its cookie, this browser would be a stranger. With it, it mustn't be worse off.
            Err(wait) if attempt.is_known => {
                let stranger = Attempt {
                    is_known: false,
                    ..attempt
                };
                let as_stranger = self.count(now, action, stranger.limits_of_account());
                as_stranger.map_err(|other| wait.min(other))
            }
            as_it_is => as_it_is,
        }
    }

    /// Counts in all of these counters, or in none.
    fn count(&self, now: Instant, action: Action, limits: Vec<Counter<'_>>) -> Result<Spent, u32> {
        let mut spent = Spent(Vec::new());
        for (scope, key, limit) in limits {
            match self.tally(action, scope).count(now, key, limit) {
                Ok(counted) => spent.0.push((action, scope, counted)),
                Err(wait) => {
                    self.give_back(&spent);
                    return Err(wait);
                }
            }
        }
        Ok(spent)
    }

    /// Takes back what an attempt has used up.
    pub fn give_back(&self, Spent(spent): &Spent) {
        for (action, scope, counted) in spent {
            self.tally(*action, *scope).give_back(*counted);
        }
    }

    /// Takes an attempt back because it succeeded, along with the visitor's earlier ones at this
    /// account: signing in ten times with the right password is fine. Attempts of others stay counted.
    /// The address doesn't get any back, or an attacker with an account of their own could go on
    /// forever.
    ///
    /// Only call this when the attempt has proved everything that the limit on this subject
    /// protects. If password and second factor counted against the same subject, somebody who knows
    /// the password could enter it again whenever they run out of guesses at the second factor.
    pub fn forgive(&self, attempt: Attempt<'_>) {
        for (scope, key, _) in attempt.limits_of_account() {
            let tally = self.tally(attempt.action, scope);
            if scope == Scope::Visitor {
                tally.forget(key);
            } else {
                tally.give_one_back(key);
            }
        }
    }

    /// Takes back so many of an address's attempts, because they turned out to be none. Only call this
    /// for attempts that were counted.
    pub fn take_back(&self, action: Action, addr: IpAddr, attempts: u32) {
        let tally = self.tally(action, Scope::Address);
        for _ in 0..attempts {
            tally.give_one_back(Key::Address(addr.into()));
        }
    }

    fn tally(&self, action: Action, scope: Scope) -> &Tally {
        let tallies = match action {
            Action::Guess => &self.guesses,
            Action::Send => &self.sends,
            Action::Create => &self.creations,
        };
        match scope {
            Scope::Address => &tallies.addresses,
            Scope::Day => &tallies.days,
            Scope::VisitorDay => &tallies.visitor_days,
            Scope::Visitor => &tallies.visitors,
            Scope::Strangers => &tallies.strangers,
        }
    }
}

impl Default for Counters {
    fn default() -> Self {
        Self::new()
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
    const MINUTE: Duration = Duration::from_secs(60);

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn here() -> IpAddr {
        ip("203.0.113.7")
    }

    /// Addresses that count apart.
    fn addresses() -> impl Iterator<Item = IpAddr> {
        (0..).map(|n| IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + n)))
    }

    fn attempt(action: Action, addr: IpAddr, subject: Option<Subject<'_>>) -> Attempt<'_> {
        Attempt {
            action,
            addr,
            subject,
            is_known: false,
        }
    }

    fn guess(addr: IpAddr, subject: Subject<'_>) -> Attempt<'_> {
        attempt(Action::Guess, addr, Some(subject))
    }

    #[test]
    fn an_id_in_another_case_is_the_same_account() {
        let counters = Counters::new();
        for _ in 0..10 {
            let attempt = guess(here(), Subject::SecondStep("6b0a8c42d"));
            assert!(counters.check(attempt).is_ok());
        }
        let attempt = guess(here(), Subject::SecondStep("6B0A8c42D"));
        assert!(counters.check(attempt).is_err());
    }

    /// The same from a browser that has signed in to the account before.
    fn known(attempt: Attempt<'_>) -> Attempt<'_> {
        Attempt {
            is_known: true,
            ..attempt
        }
    }

    /// How many of many attempts at the same moment go through.
    fn allowed<'a>(
        counters: &Counters,
        now: Instant,
        attempts: impl Iterator<Item = Attempt<'a>>,
    ) -> usize {
        attempts
            .take(200)
            .filter(|attempt| counters.check_at(now, *attempt).is_ok())
            .count()
    }

    #[test]
    fn the_numbers_in_the_readme_are_those_of_the_rules() {
        let readme = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
        let minutes = |window: Duration| match window.as_secs() / 60 {
            60 => "an hour".to_owned(),
            minutes => format!("{minutes} minutes"),
        };
        for (action, what) in [
            (Action::Guess, "guesses"),
            (Action::Send, "messages"),
            (Action::Create, "new accounts"),
        ] {
            let rule = action.rule();
            let per_account = rule.per_account.map_or_else(
                || "| | | | |".to_owned(),
                |account| {
                    let in_day = account.per_visitor_and_day;
                    format!(
                        "| {} |{} | {} | {} |",
                        account.per_visitor,
                        in_day.map_or_else(String::new, |allowed| format!(" {allowed}")),
                        account.strangers,
                        account.per_day
                    )
                },
            );
            let row = format!(
                "| {what} | {} | {} {per_account}",
                minutes(rule.window),
                rule.per_address
            );
            assert!(readme.contains(&row), "the README lacks this row:\n{row}");
        }
    }

    #[test]
    fn a_pair_is_limited_before_an_account_and_an_address_after_it() {
        for (action, per_address, per_visitor, strangers) in
            [(Action::Guess, 60, 10, 30), (Action::Send, 30, 5, 15)]
        {
            let (counters, now) = (Counters::new(), Instant::now());
            let nobody = iter::repeat(attempt(action, here(), None));
            assert_eq!(allowed(&counters, now, nobody), per_address);
            let visitor = iter::repeat(attempt(action, ip("203.0.113.8"), Some(ADA)));
            assert_eq!(allowed(&counters, now, visitor), per_visitor);
            let all = addresses().map(|addr| attempt(action, addr, Some(ADA)));
            assert_eq!(allowed(&counters, now, all), strangers - per_visitor);
        }
        // There's no account yet, so any number of addresses may.
        let (counters, now) = (Counters::new(), Instant::now());
        let one_address = iter::repeat(attempt(Action::Create, here(), None));
        assert_eq!(allowed(&counters, now, one_address), 30);
        let all = addresses().map(|addr| attempt(Action::Create, addr, Some(ADA)));
        assert_eq!(allowed(&counters, now, all), 200);
    }

    #[test]
    fn strangers_never_use_up_the_attempts_of_a_browser_that_has_signed_in_before() {
        for (action, own) in [(Action::Guess, 10), (Action::Send, 5)] {
            let (counters, now) = (Counters::new(), Instant::now());
            allowed(
                &counters,
                now,
                addresses().map(|addr| attempt(action, addr, Some(ADA))),
            );
            // Not even from the same address, and however many browsers claim to be known.
            let known = addresses().map(|addr| known(attempt(action, addr, Some(ADA))));
            assert_eq!(allowed(&counters, now, known), own);
        }
    }

    #[test]
    fn one_address_leaves_the_messages_of_a_day_to_others() {
        let (counters, start) = (Counters::new(), Instant::now());
        let mut sent = 0;
        for quarter in 0..95 {
            let now = start + MINUTE * 15 * quarter;
            let same = iter::repeat(attempt(Action::Send, here(), Some(ADA)));
            sent += allowed(&counters, now, same);
        }
        assert_eq!(sent, 6);
        let elsewhere = attempt(Action::Send, ip("203.0.113.8"), Some(ADA));
        assert!(counters.check_at(start + MINUTE * 90, elsewhere).is_ok());
    }

    #[test]
    fn a_day_has_a_limit_of_its_own() {
        for (action, per_day) in [(Action::Guess, 100), (Action::Send, 24)] {
            for is_known in [false, true] {
                let (counters, start) = (Counters::new(), Instant::now());
                let mut passed = 0;
                let mut last = None;
                for quarter in 0..95 {
                    let now = start + MINUTE * 15 * quarter;
                    for addr in addresses().take(200) {
                        let attempt = Attempt {
                            is_known,
                            ..attempt(action, addr, Some(ADA))
                        };
                        match counters.check_at(now, attempt) {
                            Ok(_) => passed += 1,
                            Err(wait) => last = Some(wait),
                        }
                    }
                }
                let own = match action {
                    _ if !is_known => 0,
                    // They count as one visitor, whose windows grow: 10 guesses in each of 8.
                    Action::Guess => 80,
                    _ => per_day,
                };
                // After its own attempts, a browser has those of strangers.
                assert_eq!(passed, own + per_day, "{action:?} {is_known}");
                assert_eq!(last, Some(30 * 60), "the rest of the day");
                let tomorrow = start + DAY;
                let again = counters.check_at(tomorrow, attempt(action, here(), Some(ADA)));
                assert!(again.is_ok());
            }
        }
    }

    #[test]
    fn a_visitor_who_keeps_guessing_wrong_waits_longer_each_time() {
        let (counters, mut now) = (Counters::new(), Instant::now());
        for minutes in [10, 20, 40, 80] {
            let same = iter::repeat_n(guess(here(), ADA), 11);
            assert_eq!(allowed(&counters, now, same), 10);
            let wait = counters.check_at(now, guess(here(), ADA)).err();
            assert_eq!(wait, Some(minutes * 60));
            now += MINUTE * minutes;
        }
        // Until they get it right.
        assert!(counters.check_at(now, guess(here(), ADA)).is_ok());
        counters.forgive(guess(here(), ADA));
        let same = iter::repeat_n(guess(here(), ADA), 11);
        assert_eq!(allowed(&counters, now, same), 10);
        assert_eq!(counters.check_at(now, guess(here(), ADA)).err(), Some(600));
    }

    #[test]
    fn subjects_and_addresses_and_actions_count_apart() {
        let (counters, now) = (Counters::new(), Instant::now());
        let ada = iter::repeat(guess(here(), ADA));
        assert_eq!(allowed(&counters, now, ada), 10);
        // The address has none left, although another subject would have.
        assert!(counters.check_at(now, guess(here(), BOB)).is_err());
        let there = ip("203.0.113.8");
        for fine in [
            guess(there, BOB),
            guess(there, ADA),
            attempt(Action::Send, here(), Some(ADA)),
        ] {
            assert!(counters.check_at(now, fine).is_ok(), "{fine:?}");
        }
    }

    #[test]
    fn one_kind_of_subject_never_uses_up_another() {
        let (counters, now) = (Counters::new(), Instant::now());
        for (subject, expected) in [
            (Subject::Typed("u1"), 30),
            (Subject::SecondStep("u1"), 30),
            (
                Subject::SentCode {
                    user_id: "u1",
                    to: "",
                },
                30,
            ),
            // Nobody but the owner can bring these up.
            (Subject::Account("u1"), 10),
            (Subject::PhoneVerification("u1"), 10),
            (Subject::Secret("u1"), 10),
        ] {
            let same = addresses().map(|addr| guess(addr, subject));
            assert_eq!(allowed(&counters, now, same), expected);
        }
    }

    #[test]
    fn an_attempt_about_two_accounts_is_one_of_the_address() {
        let (counters, now) = (Counters::new(), Instant::now());
        for number in 0..30 {
            let id = number.to_string();
            let sender = attempt(Action::Send, here(), Some(Subject::Account(&id)));
            assert!(counters.check_at(now, sender).is_ok());
            let receiver = attempt(Action::Send, ip("203.0.113.8"), Some(ADA));
            let is_counted = counters.check_account_at(now, receiver).is_ok();
            assert_eq!(is_counted, number < 5);
        }
        let nobody = attempt(Action::Send, here(), None);
        assert!(counters.check_at(now, nobody).is_err());
        let elsewhere = attempt(Action::Send, ip("203.0.113.8"), None);
        assert!(counters.check_at(now, elsewhere).is_ok());
    }

    #[test]
    fn an_address_that_may_not_go_on_does_not_count_against_the_subject() {
        let (counters, now) = (Counters::new(), Instant::now());
        let nobody = iter::repeat(attempt(Action::Guess, here(), None));
        assert_eq!(allowed(&counters, now, nobody), 60);
        let ada = iter::repeat(guess(here(), ADA));
        assert_eq!(allowed(&counters, now, ada), 0);
        let others = addresses().map(|addr| guess(addr, ADA));
        assert_eq!(allowed(&counters, now, others), 30);
    }

    #[test]
    fn a_refused_attempt_uses_up_nothing_but_the_address() {
        let (counters, now) = (Counters::new(), Instant::now());
        let others = addresses().map(|addr| guess(addr, ADA));
        assert_eq!(allowed(&counters, now, others), 30);
        assert_eq!(allowed(&counters, now, iter::repeat(guess(here(), ADA))), 0);
        // The account has attempts again, and whoever was refused has all of theirs.
        let later = now + MINUTE * 10;
        let again = iter::repeat(guess(here(), ADA));
        assert_eq!(allowed(&counters, later, again), 10);
    }

    #[test]
    fn an_attempt_that_is_given_back_was_never_made() {
        let (counters, now) = (Counters::new(), Instant::now());
        for _ in 0..200 {
            let spent = counters.check_at(now, guess(here(), ADA)).unwrap();
            counters.give_back(&spent);
        }
        let same = iter::repeat(guess(here(), ADA));
        assert_eq!(allowed(&counters, now, same), 10);
    }

    #[test]
    fn attempts_that_were_none_are_taken_back_from_the_address() {
        let (counters, now) = (Counters::new(), Instant::now());
        let leave = || attempt(Action::Guess, here(), None);
        for _ in 0..200 {
            for _ in 0..2 {
                assert!(counters.check_at(now, leave()).is_ok());
            }
            counters.take_back(Action::Guess, here(), 2);
        }
        assert_eq!(allowed(&counters, now, iter::repeat(leave())), 60);
    }

    #[test]
    fn a_success_gives_the_visitor_their_attempts_back_and_not_the_address() {
        let (counters, now) = (Counters::new(), Instant::now());
        for _ in 0..60 {
            assert!(counters.check_at(now, guess(here(), ADA)).is_ok());
            counters.forgive(guess(here(), ADA));
        }
        let again = counters.check_at(now, guess(here(), ADA));
        assert_eq!(again.err(), Some(600));
    }

    #[test]
    fn a_success_leaves_the_attempts_of_others_counted() {
        let (counters, now) = (Counters::new(), Instant::now());
        let others = addresses().map(|addr| guess(addr, ADA));
        assert_eq!(allowed(&counters, now, others.take(29)), 29);
        assert!(counters.check_at(now, guess(here(), ADA)).is_ok());
        counters.forgive(guess(here(), ADA));
        let others = addresses().skip(29).map(|addr| guess(addr, ADA));
        assert_eq!(allowed(&counters, now, others), 1);
    }

    #[test]
    fn a_success_is_for_one_subject_and_one_action() {
        let (counters, now) = (Counters::new(), Instant::now());
        let bob = guess(ip("203.0.113.8"), BOB);
        let send = attempt(Action::Send, here(), Some(ADA));
        for attempt in [guess(here(), ADA), bob, send] {
            allowed(&counters, now, iter::repeat_n(attempt, 11));
        }
        counters.forgive(guess(here(), ADA));
        assert!(counters.check_at(now, guess(here(), ADA)).is_ok());
        assert!(counters.check_at(now, bob).is_err());
        assert!(counters.check_at(now, send).is_err());
    }

    #[test]
    fn ipv6_counts_by_network_and_mapped_ipv4_as_ipv4() {
        let (counters, now) = (Counters::new(), Instant::now());
        let create = |addr| attempt(Action::Create, addr, None);
        let network = (0..).map(|n: u16| create(ip(&format!("2001:db8:0:1:{n:x}::{n:x}"))));
        assert_eq!(allowed(&counters, now, network), 30);
        let check = |addr| counters.check_at(now, create(ip(addr)));
        assert!(check("2001:db8:0:2::1").is_ok());
        let mapped = iter::repeat(create(ip("::ffff:203.0.113.7")));
        assert_eq!(allowed(&counters, now, mapped), 30);
        assert!(check("203.0.113.7").is_err());
        assert!(check("203.0.113.8").is_ok());
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
                            if counters.check(guess(addr, ADA)).is_ok() {
                                passed.fetch_add(1, Ordering::Relaxed);
                            }
                        }
                    });
                }
            });
            assert_eq!(passed.into_inner(), 30);
        }
    }
}
