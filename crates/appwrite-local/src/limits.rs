//! Appwrite's rate limits: a number of calls per fixed window, counted under the keys that a route
//! names.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use time::OffsetDateTime;

/// A route's limit.
#[derive(Clone, Copy)]
pub struct Limit {
    /// How many calls a window allows.
    pub calls: u32,
    /// How long a window is, in seconds.
    pub window: i64,
    /// The keys that calls are counted under. If there are several, the one with the most calls
    /// decides. `{url}` is the route, `{ip}` the caller's address, `{userId}` the caller,
    /// `{param-NAME}` a parameter.
    pub keys: &'static [&'static str],
    /// Whether a call that succeeds begins the count anew.
    pub resets: bool,
}

/// The default keys.
pub const URL_IP: &[&str] = &["url:{url},ip:{ip}"];

/// What's left of a limit, for the response's headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining {
    /// How many calls a window allows.
    pub limit: u32,
    /// How many are left after this one.
    pub calls: u32,
    /// When the window ends, in seconds since 1970.
    pub reset: i64,
    /// Whether this call is one too many.
    pub exceeded: bool,
}

/// The counters. They're in memory, so a restart clears them.
#[derive(Default)]
pub struct Limits {
    counted: Mutex<HashMap<String, (i64, u32)>>,
}

impl Limits {
    /// Counts a call under these keys, unless it's `free`, and returns what's left.
    pub fn count(&self, limit: &Limit, keys: &[String], free: bool) -> Remaining {
        self.count_at(
            limit,
            keys,
            free,
            OffsetDateTime::now_utc().unix_timestamp(),
        )
    }

    /// Begins the count under these keys anew.
    pub fn forget(&self, keys: &[String]) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            counted.remove(key);
        }
    }

    fn count_at(&self, limit: &Limit, keys: &[String], free: bool, now: i64) -> Remaining {
        let reset = now - now.rem_euclid(limit.window) + limit.window;
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        // Drop windows that have ended, so memory never holds more than one window's callers.
        counted.retain(|_, (ends, _)| *ends > now);
        let of = |key: &String| counted.get(key).map_or(0, |(_, calls)| *calls);
        let most = keys.iter().map(of).max().unwrap_or(0);
        let exceeded = !free && most >= limit.calls;
        if !free && !exceeded {
            for key in keys {
                counted.entry(key.clone()).or_insert((reset, 0)).1 += 1;
            }
        }
        Remaining {
            limit: limit.calls,
            calls: limit.calls.saturating_sub(most + 1),
            reset,
            exceeded,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit {
        calls: 2,
        window: 60,
        keys: URL_IP,
        resets: false,
    };

    fn keys(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_window_allows_a_number_of_calls() {
        let limits = Limits::default();
        let call = |now| limits.count_at(&LIMIT, &keys(&["a"]), false, now);
        assert_eq!((call(61).calls, call(62).calls), (1, 0));
        let third = call(119);
        assert!(third.exceeded);
        assert_eq!((third.calls, third.reset), (0, 120));
        assert!(!call(120).exceeded);
    }

    #[test]
    fn of_several_keys_the_one_with_the_most_calls_decides() {
        let limits = Limits::default();
        limits.count_at(&LIMIT, &keys(&["ip", "a"]), false, 0);
        limits.count_at(&LIMIT, &keys(&["ip", "b"]), false, 0);
        assert!(
            limits
                .count_at(&LIMIT, &keys(&["ip", "c"]), false, 0)
                .exceeded
        );
        assert!(
            !limits
                .count_at(&LIMIT, &keys(&["other", "a"]), false, 0)
                .exceeded
        );
    }

    #[test]
    fn a_free_call_is_neither_counted_nor_refused() {
        let limits = Limits::default();
        for _ in 0..9 {
            let left = limits.count_at(&LIMIT, &keys(&["a"]), true, 0);
            assert_eq!((left.calls, left.exceeded), (1, false));
        }
    }

    #[test]
    fn what_is_forgotten_is_counted_anew() {
        let limits = Limits::default();
        let call = |name| limits.count_at(&LIMIT, &keys(&[name]), false, 0).calls;
        assert_eq!((call("a"), call("a"), call("b")), (1, 0, 1));
        limits.forget(&keys(&["a"]));
        assert_eq!((call("a"), call("b")), (1, 0));
    }

    #[test]
    fn windows_that_ended_take_no_memory() {
        let limits = Limits::default();
        for caller in 0..100 {
            limits.count_at(&LIMIT, &[caller.to_string()], false, 0);
        }
        limits.count_at(&LIMIT, &keys(&["a"]), false, 60);
        assert_eq!(limits.counted.lock().unwrap().len(), 1);
    }
}
