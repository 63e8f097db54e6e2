use std::time::Duration;

/// Bounds of the least time that an answer takes which mustn't tell whether an account exists. In
/// between, it follows what checking a password takes; see
/// [`Floor`](crate::server::auth::floor::Floor).
///
/// No variable sets them: they fit every Appwrite. Tests that don't want to wait do.
#[derive(Clone, Copy, Debug)]
pub struct AnswerFloor {
    /// Until somebody has signed in with a password.
    pub at_first: Duration,
    /// However long Appwrite takes.
    pub at_most: Duration,
    /// After so long, Appwrite is done with what it was asked for, however busy it is.
    pub done_after: Duration,
}

impl Default for AnswerFloor {
    fn default() -> Self {
        Self {
            // More than what an Appwrite with default settings takes on a small and busy machine.
            at_first: Duration::from_secs(1),
            at_most: Duration::from_secs(2),
            // Nothing in front of Appwrite, nor Appwrite itself, lets a call take longer.
            done_after: Duration::from_secs(60),
        }
    }
}
