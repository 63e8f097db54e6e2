//! Flows that take more than one page. A cookie keeps them in between, so people who close the page
//! or mistype a code can go on where they were.

use serde::{
    Deserialize, Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use time::{Duration, OffsetDateTime};

use super::cookie::SealedCookie;
use crate::{error::AppError, model::Factor, server::request};

/// How a code is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Channel {
    /// By email.
    Email,
    /// By text message.
    TextMessage,
}

/// What the visitor is in the middle of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flow {
    /// A code to sign in with is on its way.
    Code {
        /// How it was sent.
        sent_by: Channel,
        /// Appwrite's ID of the user who signs in.
        user_id: String,
        /// The email address or phone number that it was sent to.
        to: String,
        /// Words that the email repeats. Empty for a text message.
        phrase: String,
        /// Where to go afterwards.
        next: String,
    },
    /// A link to sign in with is on its way.
    Link {
        /// The email address that it was sent to.
        to: String,
        /// Words that the email repeats.
        phrase: String,
        /// Where to go afterwards, in case another link is asked for.
        next: String,
    },
    /// A code for the second step is on its way.
    Challenge {
        /// Appwrite's ID of the challenge.
        id: String,
        /// How it was sent.
        factor: Factor,
        /// Where to go afterwards.
        next: String,
    },
    /// A code that proves that the account is the visitor's is on its way.
    Proof {
        /// How it was sent.
        sent_by: Channel,
        /// The account's address or number, which it was sent to.
        to: String,
        /// Words that the email repeats. Empty for a text message.
        phrase: String,
        /// Where to go afterwards.
        next: String,
    },
    /// An authenticator app is being set up. The page that does so shows the secret anyway.
    Totp {
        /// To type into the app.
        secret: String,
        /// To scan with the app.
        uri: String,
    },
}

impl Flow {
    /// As long as Appwrite accepts the code or link.
    fn lifetime(&self) -> Duration {
        match self {
            Self::Code { .. } | Self::Proof { .. } => Duration::minutes(15),
            Self::Link { .. } | Self::Challenge { .. } | Self::Totp { .. } => Duration::hours(1),
        }
    }
}

/// Keeps a flow for the visitor's next page. It replaces any other flow of theirs.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn keep(flow: &Flow) -> Result<(), AppError> {
    let state = request::state()?;
    let expires = OffsetDateTime::now_utc() + flow.lifetime();
    request::set_cookie(SealedCookie::Flow.set(&state.site, &state.cookie_key, flow, expires))
}

/// What the visitor is in the middle of.
///
/// # Errors
///
/// [`AppError::FlowExpired`] when there is no flow, or no longer.
pub fn current() -> Result<Flow, AppError> {
    read()?.ok_or(AppError::FlowExpired)
}

/// Ends the visitor's flow, if there is one.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn end() -> Result<(), AppError> {
    match read::<IgnoredAny>()? {
        Some(_) => request::set_cookie(SealedCookie::Flow.remove(&request::state()?.site)),
        None => Ok(()),
    }
}

fn read<T: DeserializeOwned>() -> Result<Option<T>, AppError> {
    let state = request::state()?;
    request::with_headers(|headers| {
        SealedCookie::Flow.read(&state.site, &state.cookie_key, headers)
    })
}
