//! Flows that take more than one page, kept in a cookie between them: whoever closes the page, or
//! types a wrong code, goes on where they were.

use serde::{Deserialize, Serialize, de::IgnoredAny};
use time::{Duration, OffsetDateTime};

use super::{
    context,
    cookie::{self, Aside},
};
use crate::{error::AppError, model::Factor};

/// How a code is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Channel {
    /// By email.
    Email,
    /// By text message.
    TextMessage,
}

/// Where somebody is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flow {
    /// A code to sign in with is on its way.
    Code {
        /// How it was sent.
        sent_by: Channel,
        /// Whose sign-in it is.
        user_id: String,
        /// The address or number that it was sent to.
        to: String,
        /// The words that stand in the mail as well; empty for a text message.
        phrase: String,
        /// Where to go afterwards.
        next: String,
    },
    /// A link to sign in with is on its way.
    Link {
        /// The address that it was sent to.
        to: String,
        /// The words that stand in the mail as well.
        phrase: String,
        /// Where to go afterwards, for another link.
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
    /// An authenticator app is being set up. Its secret is on the page that shows it, too.
    Totp {
        /// To be typed.
        secret: String,
        /// To be scanned.
        uri: String,
    },
}

impl Flow {
    /// As long as Appwrite's codes and links live.
    fn lifetime(&self) -> Duration {
        match self {
            Self::Code { .. } => Duration::minutes(15),
            Self::Link { .. } | Self::Challenge { .. } | Self::Totp { .. } => Duration::hours(1),
        }
    }
}

/// Keeps where the visitor is. It takes the place of any other flow of theirs.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn keep(flow: &Flow) -> Result<(), AppError> {
    let app = context::app()?;
    let expires = OffsetDateTime::now_utc() + flow.lifetime();
    context::set_cookie(cookie::keep_aside(Aside::Flow, &app, flow, expires))
}

/// Where the visitor is.
///
/// # Errors
///
/// [`AppError::FlowExpired`] when there is no flow, as after its end.
pub fn current() -> Result<Flow, AppError> {
    let app = context::app()?;
    context::with_headers(|headers| cookie::aside(Aside::Flow, &app, headers))?
        .ok_or(AppError::FlowExpired)
}

/// Ends the visitor's flow, if there is one.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn end() -> Result<(), AppError> {
    let app = context::app()?;
    let there: Option<IgnoredAny> =
        context::with_headers(|headers| cookie::aside(Aside::Flow, &app, headers))?;
    match there {
        Some(_) => context::set_cookie(cookie::forget_aside(Aside::Flow, &app.site)),
        None => Ok(()),
    }
}
