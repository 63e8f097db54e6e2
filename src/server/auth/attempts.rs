//! What the request that is being answered has attempted.
//!
//! How it ends is only known when it's answered, so `http::attempts` looks at this then.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;

use super::counters::{Action, Spent, Subject};

/// The attempts of one request. They're part of it from the start.
#[derive(Clone, Debug, Default)]
pub struct Attempts(Arc<Mutex<Made>>);

#[derive(Debug, Default)]
struct Made {
    spent: Vec<Spent>,
    telling: Option<Telling>,
}

/// An attempt at something of an account that may not exist, which nobody may learn from how long the
/// answer takes.
#[derive(Clone, Copy, Debug)]
pub struct Telling {
    /// When it was made.
    pub at: Instant,
    /// Whether a success may be told from a failure. A guess has to say which it is. A message says
    /// the same either way.
    pub success_shows: bool,
    /// Whether it's a code, which takes other calls than a password.
    pub is_code: bool,
}

impl Attempts {
    /// Adds an attempt that was counted.
    pub fn add(&self, spent: Spent, action: Action, subject: Option<Subject<'_>>) {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        made.spent.push(spent);
        if let Some(Subject::Typed(_) | Subject::SentCode { .. }) = subject {
            made.telling.get_or_insert_with(|| Telling {
                at: Instant::now(),
                success_shows: action == Action::Guess,
                is_code: matches!(subject, Some(Subject::SentCode { .. })),
            });
        }
    }

    /// Takes out what was used up.
    pub fn take_spent(&self) -> Vec<Spent> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut made.spent)
    }

    /// The first attempt whose answer must not tell by its time whether an account exists.
    pub fn telling(&self) -> Option<Telling> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .telling
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_an_account_may_be_missing_for_is_telling() {
        for (action, subject, expected) in [
            (Action::Guess, Some(Subject::Typed("a")), Some(true)),
            (
                Action::Guess,
                Some(Subject::SentCode {
                    user_id: "a",
                    to: "a",
                }),
                Some(true),
            ),
            (Action::Send, Some(Subject::Typed("a")), Some(false)),
            // Whoever brings these has a session, or a secret that nobody guesses.
            (Action::Guess, Some(Subject::Account("a")), None),
            (Action::Guess, Some(Subject::SecondStep("a")), None),
            (Action::Send, Some(Subject::SecondStep("a")), None),
            (Action::Guess, Some(Subject::PhoneVerification("a")), None),
            (Action::Guess, Some(Subject::Secret("a")), None),
            (Action::Create, None, None),
        ] {
            let attempts = Attempts::default();
            attempts.add(Spent::default(), action, subject);
            let shows = attempts.telling().map(|attempt| attempt.success_shows);
            assert_eq!(shows, expected, "{action:?} {subject:?}");
        }
    }
}
