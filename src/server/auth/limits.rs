//! Our own rate limits.
//!
//! Appwrite limits what visitors do, but not what comes with an API key, as sign-in, sign-up and
//! the emails do. So every server function that lets people guess, send or create something calls
//! [`attempt`] first.
//!
//! If the request then fails because Appwrite can't be reached, `http::attempts` gives the attempt
//! back.

pub use super::counters::{Action, Subject};
use super::{
    attempts::Attempts,
    counters::{Attempt, Counters, Spent},
    device,
};
use crate::{
    error::AppError,
    server::{request, state::AppState},
};

/// Counts an attempt by the visitor; see [`Counters::check`](super::counters::Counters::check). A
/// server function calls this before it does what is limited, and after it has checked the form of
/// what was typed.
///
/// # Errors
///
/// [`AppError::RateLimited`] with the seconds to wait, [`AppError::Internal`] outside of a request.
pub fn attempt(action: Action, subject: Option<Subject<'_>>) -> Result<(), AppError> {
    count(action, subject, Counters::check)
}

/// Counts a message that an account sends to this email address or phone number. It counts for both: one
/// account can have had any number of addresses, and any number of accounts the same one.
///
/// # Errors
///
/// As for [`attempt`].
pub fn send_from(sender: Subject<'_>, to: &str) -> Result<(), AppError> {
    attempt(Action::Send, Some(sender))?;
    also_sent_to(to)
}

/// Counts a message, which has been counted, for this address or number as well.
///
/// # Errors
///
/// As for [`attempt`].
pub fn also_sent_to(to: &str) -> Result<(), AppError> {
    count(
        Action::Send,
        Some(Subject::Typed(to)),
        Counters::check_account,
    )
}

/// Leaves no attempts at this subject to somebody who has got around its limit.
pub fn use_up(action: Action, subject: Subject<'_>) {
    while count(action, Some(subject), Counters::check_account).is_ok() {}
}

fn count(
    action: Action,
    subject: Option<Subject<'_>>,
    check: impl FnOnce(&Counters, Attempt<'_>) -> Result<Spent, u32>,
) -> Result<(), AppError> {
    let state = request::state()?;
    let attempt = by_visitor(&state, action, subject)?;
    match check(&state.counters, attempt) {
        Ok(spent) => {
            if let Some(attempts) = request::extension::<Attempts>() {
                attempts.add(spent, action, subject);
            }
            Ok(())
        }
        Err(seconds) => {
            // Address and subject don't belong in a log. The request's ID and path are in the span.
            tracing::info!(?action, seconds, "refused after too many attempts");
            Err(AppError::RateLimited(Some(seconds)))
        }
    }
}

/// Counts a message that signs in whoever gets it, to this email address or phone number.
///
/// If the address has no account, Appwrite makes one. Whether it has is not for the visitor to learn,
/// so each such message counts as a new account as well, unless this browser has been signed in to the
/// account before.
///
/// # Errors
///
/// As for [`attempt`].
pub fn send_sign_in(to: &str) -> Result<(), AppError> {
    let subject = Subject::Typed(to);
    attempt(Action::Send, Some(subject))?;
    if by_visitor(&*request::state()?, Action::Send, Some(subject))?.is_known {
        return Ok(());
    }
    attempt(Action::Create, None)
}

/// Takes back so many of the visitor's attempts, because they turned out to be none; see
/// [`Counters::take_back`](super::counters::Counters::take_back). Does nothing outside of a request.
pub fn were_none(action: Action, attempts: u32) {
    if let (Ok(state), Ok(addr)) = (request::state(), request::client_addr()) {
        state.counters.take_back(action, addr, attempts);
    }
}

/// Gives the visitor their attempts at this subject back; see
/// [`Counters::forgive`](super::counters::Counters::forgive) for when that is right. Does nothing
/// outside of a request.
pub fn succeeded(action: Action, subject: Subject<'_>) {
    if let Ok(state) = request::state()
        && let Ok(attempt) = by_visitor(&state, action, Some(subject))
    {
        state.counters.forgive(attempt);
    }
}

fn by_visitor<'a>(
    state: &AppState,
    action: Action,
    subject: Option<Subject<'a>>,
) -> Result<Attempt<'a>, AppError> {
    let knows = |subject| request::with_headers(|headers| device::knows(state, headers, subject));
    Ok(Attempt {
        action,
        addr: request::client_addr()?,
        subject,
        is_known: subject.map(knows).transpose()?.unwrap_or_default(),
    })
}
