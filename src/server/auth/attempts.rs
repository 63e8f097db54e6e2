//! What the request that is being answered has attempted.
//!
//! How it ends is only known when it's answered, so `http::attempts` looks at this then.

use std::sync::{Arc, Mutex, PoisonError};

use super::counters::Spent;

/// The attempts of one request. They're part of it from the start.
#[derive(Clone, Debug, Default)]
pub struct Attempts(Arc<Mutex<Vec<Spent>>>);

impl Attempts {
    /// Adds an attempt that was counted.
    pub fn add(&self, spent: Spent) {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        made.push(spent);
    }

    /// Takes out what was used up.
    pub fn take_spent(&self) -> Vec<Spent> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut made)
    }
}
