//! Our own rate limits.
//!
//! Appwrite limits what visitors do, but not what comes with an API key, as sign-in, sign-up and
//! the emails do. So every server function that lets people guess, send or create something calls
//! [`attempt`] first.

pub use super::counters::{Action, Subject};
use crate::{error::AppError, server::request};

/// Counts an attempt by the visitor; see [`Counters::check`](super::counters::Counters::check). A
/// server function calls this before it does what is limited, and after it has checked the form of
/// what was typed.
///
/// # Errors
///
/// [`AppError::RateLimited`] with the seconds to wait, [`AppError::Internal`] outside of a request.
pub fn attempt(action: Action, subject: Option<Subject<'_>>) -> Result<(), AppError> {
    let state = request::state()?;
    let addr = request::client_addr()?;
    let counted = state.counters.check(action, addr, subject);
    counted.map_err(|seconds| {
        // Address and subject don't belong in a log. The request's ID and path are in the span.
        tracing::info!(?action, seconds, "refused after too many attempts");
        AppError::RateLimited(Some(seconds))
    })
}

/// Takes back so many of the visitor's attempts, because they turned out to be none; see
/// [`Counters::take_back`](super::counters::Counters::take_back). Does nothing outside of a request.
pub fn were_none(action: Action, attempts: u32) {
    if let (Ok(state), Ok(addr)) = (request::state(), request::client_addr()) {
        state.counters.take_back(action, addr, attempts);
    }
}

/// Gives the subject its attempts back; see
/// [`Counters::forgive`](super::counters::Counters::forgive) for when that is right. Does nothing
/// outside of a request.
pub fn succeeded(action: Action, subject: Subject<'_>) {
    if let Ok(state) = request::state() {
        state.counters.forgive(action, subject);
    }
}
