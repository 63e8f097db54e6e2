//! Counts attempts in windows of time, each of which opens with its first attempt.

use std::{
    fmt,
    hash::{BuildHasher, Hash, RandomState},
    time::{Duration, Instant},
};

use moka::{
    Entry,
    ops::compute::{CompResult, Op},
    policy::EvictionPolicy,
    sync::Cache,
};

/// The longest window there is.
pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How many attempts a window has.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// The attempts.
    pub allowed: u32,
    /// How long the window is.
    pub window: Duration,
    /// Whether each further window is twice as long as the one before, up to a day, until a success
    /// or a quiet day.
    pub doubles: bool,
}

/// Attempts, counted by key.
///
/// Keys aren't stored. Their hashes are, with a key of its own that never leaves the process.
pub struct Tally {
    hasher: RandomState,
    windows: Cache<u64, Window>,
}

/// The attempts since the window opened.
#[derive(Clone, Copy)]
struct Window {
    start: Instant,
    length: Duration,
    attempts: u32,
}

/// An attempt that was counted.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    key: u64,
    start: Instant,
}

impl Window {
    fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.start)
    }

    /// The window that an attempt after this one opens.
    fn next(&self, now: Instant, limit: Limit) -> Self {
        let is_recent = self.attempts > 0 && self.age(now) < self.length + DAY;
        Self {
            start: now,
            length: if limit.doubles && is_recent {
                (self.length * 2).min(DAY)
            } else {
                limit.window
            },
            attempts: 1,
        }
    }

    /// The seconds until it ends, at least 1.
    fn left(&self, now: Instant) -> u32 {
        let left = self.length.saturating_sub(self.age(now));
        (left.as_secs_f64().ceil() as u32).max(1)
    }
}

impl Tally {
    /// Remembers this many keys, which bounds its memory. If there are more, those without an attempt
    /// for the longest time are forgotten.
    pub fn new(capacity: u64) -> Self {
        Self {
            hasher: RandomState::new(),
            windows: Cache::builder()
                .max_capacity(capacity)
                // The default policy refuses new keys while the old ones are busier, so an attacker
                // who has filled the cache would no longer be counted.
                .eviction_policy(EvictionPolicy::lru())
                // This only frees memory: each counted attempt starts the time anew, so an entry
                // outlives its window.
                .time_to_live(DAY)
                .build(),
        }
    }

    /// Counts an attempt. Those at the same key wait for each other, so none gets lost when many come
    /// at once.
    ///
    /// # Errors
    ///
    /// The seconds (at least 1) until the window ends, if it has no attempts left. A refused attempt
    /// isn't counted, and doesn't prolong the window.
    pub fn count(&self, now: Instant, key: impl Hash, limit: Limit) -> Result<Counted, u32> {
        let key = self.hasher.hash_one(key);
        let outcome =
            self.windows
                .entry(key)
                .and_compute_with(|entry| match entry.map(Entry::into_value) {
                    None => Op::Put(Window {
                        start: now,
                        length: limit.window,
                        attempts: 1,
                    }),
                    Some(window) if window.age(now) >= window.length => {
                        Op::Put(window.next(now, limit))
                    }
                    Some(window) if window.attempts < limit.allowed => Op::Put(Window {
                        attempts: window.attempts + 1,
                        ..window
                    }),
                    Some(_) => Op::Nop,
                });
        match outcome {
            CompResult::Inserted(entry) | CompResult::ReplacedWith(entry) => Ok(Counted {
                key,
                start: entry.value().start,
            }),
            CompResult::Unchanged(entry) => Err(entry.value().left(now)),
            // Neither happens: nothing is removed, and what isn't there is put.
            CompResult::StillNone(_) | CompResult::Removed(_) => Err(1),
        }
    }

    /// The seconds until there are attempts again, if there are none left now.
    pub fn wait(&self, now: Instant, key: impl Hash, limit: Limit) -> Option<u32> {
        let window = self.windows.get(&self.hasher.hash_one(key))?;
        let used_up = window.attempts >= limit.allowed && window.age(now) < window.length;
        used_up.then(|| window.left(now))
    }

    /// Takes back an attempt that was counted, unless its window has ended.
    pub fn give_back(&self, counted: Counted) {
        self.reduce(counted.key, Some(counted.start));
    }

    /// Takes back one attempt at this key.
    pub fn give_one_back(&self, key: impl Hash) {
        self.reduce(self.hasher.hash_one(key), None);
    }

    fn reduce(&self, key: u64, start: Option<Instant>) {
        let _ =
            self.windows
                .entry(key)
                .and_compute_with(|entry| match entry.map(Entry::into_value) {
                    Some(window) if start.is_none_or(|start| start == window.start) => {
                        Op::Put(Window {
                            attempts: window.attempts.saturating_sub(1),
                            ..window
                        })
                    }
                    _ => Op::Nop,
                });
    }

    /// Forgets all attempts at this key.
    pub fn forget(&self, key: impl Hash) {
        self.windows.invalidate(&self.hasher.hash_one(key));
    }

    /// How many keys it remembers.
    #[cfg(test)]
    fn keys(&self) -> u64 {
        self.windows.run_pending_tasks();
        self.windows.entry_count()
    }
}

impl fmt::Debug for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tally").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const MINUTE: Duration = Duration::from_secs(60);

    fn five(doubles: bool) -> Limit {
        Limit {
            allowed: 5,
            window: MINUTE * 15,
            doubles,
        }
    }

    #[test]
    fn the_window_ends_when_it_said() {
        let (tally, start) = (Tally::new(10), Instant::now());
        let at = |after: Duration| {
            let counted = tally.count(start + after, "ada", five(false));
            counted.map(drop)
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
        let (tally, now) = (Tally::new(10), Instant::now());
        assert!(tally.count(now + SECOND, "ada", five(false)).is_ok());
        for _ in 0..4 {
            assert!(tally.count(now, "ada", five(false)).is_ok());
        }
        assert_eq!(tally.count(now, "ada", five(false)).err(), Some(900));
        assert_eq!(tally.wait(now, "ada", five(false)), Some(900));
        assert_eq!(tally.wait(now, "bob", five(false)), None);
    }

    #[test]
    fn each_window_is_twice_as_long_as_the_one_before_up_to_a_day() {
        let (tally, mut now) = (Tally::new(10), Instant::now());
        for minutes in [15, 30, 60, 120, 240, 480, 960, 1440, 1440] {
            for _ in 0..5 {
                assert!(tally.count(now, "ada", five(true)).is_ok());
            }
            let wait = tally.count(now, "ada", five(true)).err();
            assert_eq!(wait, Some(minutes * 60));
            now += MINUTE * minutes;
        }
        // A quiet day, and all is as at first; so it is after a success.
        for begin_anew in [true, false] {
            if begin_anew {
                now += DAY * 2;
            } else {
                tally.forget("ada");
            }
            for _ in 0..5 {
                assert!(tally.count(now, "ada", five(true)).is_ok());
            }
            assert_eq!(tally.count(now, "ada", five(true)).err(), Some(900));
        }
    }

    #[test]
    fn what_is_given_back_was_never_counted() {
        let (tally, now) = (Tally::new(10), Instant::now());
        let old = tally.count(now, "ada", five(true)).unwrap();
        for _ in 0..100 {
            let counted = tally.count(now, "ada", five(true)).unwrap();
            tally.give_back(counted);
        }
        tally.give_one_back("ada");
        // It was the only one, so the next window isn't longer, and has all its attempts.
        let later = now + MINUTE * 15;
        for _ in 0..5 {
            assert!(tally.count(later, "ada", five(true)).is_ok());
        }
        tally.give_back(old);
        assert_eq!(tally.count(later, "ada", five(true)).err(), Some(900));
    }

    #[test]
    fn memory_is_bounded_and_the_newest_stay() {
        let (tally, now) = (Tally::new(100), Instant::now());
        // The cache is full, and of keys that are busy.
        for key in 0..1000 {
            for _ in 0..5 {
                assert!(tally.count(now, key, five(false)).is_ok());
            }
            assert!(tally.keys() <= 100);
        }
        // A new one is counted all the same, and whoever is forgotten starts anew.
        for _ in 0..5 {
            assert!(tally.count(now, 1000, five(false)).is_ok());
            assert!(tally.keys() <= 100);
        }
        for (key, allowed) in [(1000, false), (999, false), (0, true)] {
            assert_eq!(tally.count(now, key, five(false)).is_ok(), allowed, "{key}");
        }
    }

    #[test]
    fn nothing_is_printed_of_anybody() {
        let tally = Tally::new(10);
        let _ = tally.count(Instant::now(), "ada", five(false));
        assert_eq!(format!("{tally:?}"), "Tally { .. }");
    }
}
