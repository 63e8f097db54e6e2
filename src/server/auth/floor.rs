//! How long the answers take that mustn't tell by their time whether an account exists.
//!
//! Appwrite hashes a password only if there's an account to compare it with, so it answers for a known
//! address half a second later than for an unknown one. It can't be made to do that work for nothing,
//! so what has failed waits, until it has taken as long as a password that was right.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::server::config::AnswerFloor;

/// So many of the last sign-ins are looked at.
const REMEMBERED: usize = 64;

/// So many of them may have taken longer than the floor. A single slow one mustn't slow down everybody
/// who mistypes a password.
const SLOWER: usize = 3;

/// So many passwords may be hashed at the same time where one takes as long as the floor.
const HASHES: u32 = 8;

/// How long to wait for them at most.
const LONGEST_HASHING: Duration = Duration::from_secs(5);

/// The least time that an answer takes which isn't a success. It follows what checking a password takes
/// this Appwrite.
pub struct Floor {
    bounds: AnswerFloor,
    recent: Mutex<Recent>,
}

/// How long the last sign-ins took. The oldest is replaced first.
struct Recent {
    took: Vec<Duration>,
    next: usize,
}

impl Floor {
    /// Nothing has been measured yet.
    pub fn new(bounds: AnswerFloor) -> Self {
        Self {
            bounds,
            recent: Mutex::new(Recent {
                took: Vec::with_capacity(REMEMBERED),
                next: 0,
            }),
        }
    }

    /// Takes in how long Appwrite took to find that a password is right. Only that is sure to have been
    /// the whole work.
    pub fn learn(&self, took: Duration) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let next = recent.next;
        match recent.took.get_mut(next) {
            Some(oldest) => *oldest = took,
            None => recent.took.push(took),
        }
        recent.next = (next + 1) % REMEMBERED;
    }

    /// The floor now: a quarter more than nearly all of the last sign-ins took.
    fn now(&self) -> Duration {
        let mut took = {
            let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
            recent.took.clone()
        };
        took.sort_unstable();
        // The more there are, the more of them may be exceptions.
        let slower = took.len() * SLOWER / REMEMBERED;
        let usual = took.iter().rev().nth(slower);
        usual
            .map_or(self.bounds.at_first, |usual| *usual * 5 / 4)
            .min(self.bounds.at_most)
    }

    /// Waits until what began then has taken as long as the floor, and a random bit longer, so that
    /// the floor itself can't be measured and compared with.
    pub async fn reach(&self, begun: Instant) {
        let floor = self.now();
        let bit = floor.mul_f64(rand::random_range(0.0..0.125));
        tokio::time::sleep_until(begun + floor + bit).await;
    }

    /// Waits until Appwrite is done with what somebody asked for with a password that's gone since: it looks
    /// at who they are, hashes the password, and only then begins the session or changes the account.
    pub async fn let_hashing_end(&self) {
        tokio::time::sleep(self.hashing()).await;
    }

    /// Waits until Appwrite is done with that even if somebody keeps it busy.
    pub async fn let_everything_end(&self) {
        tokio::time::sleep(self.bounds.done_after).await;
    }

    fn hashing(&self) -> Duration {
        (self.now() * HASHES).min(LONGEST_HASHING)
    }
}

impl fmt::Debug for Floor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Floor").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milliseconds(number: u64) -> Duration {
        Duration::from_millis(number)
    }

    fn floor() -> Floor {
        Floor::new(AnswerFloor {
            at_first: milliseconds(600),
            at_most: milliseconds(2000),
            done_after: milliseconds(60_000),
        })
    }

    #[test]
    fn it_follows_what_a_right_password_takes() {
        let floor = floor();
        assert_eq!(floor.now(), milliseconds(600), "nothing is measured yet");
        floor.learn(milliseconds(80));
        assert_eq!(floor.now(), milliseconds(100));
        // The slowest counts as long as there are few.
        floor.learn(milliseconds(400));
        floor.learn(milliseconds(80));
        assert_eq!(floor.now(), milliseconds(500));
        for _ in 0..REMEMBERED {
            floor.learn(milliseconds(160));
        }
        assert_eq!(
            floor.now(),
            milliseconds(200),
            "what is long ago is forgotten"
        );
    }

    #[test]
    fn several_passwords_are_waited_for_but_not_for_ever() {
        for (took, waits) in [(80, 800), (4000, 5000)] {
            let floor = floor();
            floor.learn(milliseconds(took));
            assert_eq!(floor.hashing(), milliseconds(waits));
        }
    }

    #[test]
    fn a_few_slow_answers_do_not_raise_it_and_nothing_raises_it_for_long() {
        let floor = floor();
        for number in 0..REMEMBERED as u64 {
            let slow = number % 22 == 0;
            floor.learn(milliseconds(if slow { 9000 } else { 160 }));
        }
        assert_eq!(floor.now(), milliseconds(200));
        for _ in 0..REMEMBERED {
            floor.learn(milliseconds(9000));
        }
        assert_eq!(floor.now(), milliseconds(2000));
    }
}
