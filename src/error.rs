//! The one error that crosses the wire, and the one sentence each of its variants has for people.

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;

use crate::model::FieldError;

/// Everything that can go wrong, as far as the browser may know.
///
/// The enum is closed and carries no free text, so nothing that Appwrite, a library or an attacker
/// wrote can reach a page through it. What happened in detail is logged where it is handled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppError {
    /// There is no session, or Appwrite no longer knows it.
    SignedOut,
    /// The session lacks a second factor (Appwrite: `user_more_factors_required`).
    MoreFactorsRequired,
    /// What is asked for takes a second step that was not long ago (Appwrite:
    /// `user_challenge_required`).
    ChallengeRequired,
    /// The account has to get a new password first (Appwrite: `user_password_reset_required`).
    ResetRequired,
    /// The account is blocked (Appwrite: `user_blocked`).
    Blocked,
    /// Wrong password or unknown e-mail; the two are not told apart.
    InvalidCredentials,
    /// An account with this e-mail exists.
    EmailTaken,
    /// Sign-up made the account, but the sign-in after it failed.
    CreatedNotSignedIn,
    /// Without it, there would be no way into the account.
    LastWayIn,
    /// The link was used, is too old, or never was one.
    LinkDead,
    /// Nothing is under way that could be gone on with.
    NothingPending,
    /// The site or its Appwrite project does not offer this.
    SwitchedOff,
    /// What was typed is not acceptable; one entry a field.
    Invalid(Vec<FieldError>),
    /// Too many attempts. Seconds to wait, where they are known.
    RateLimited(Option<u32>),
    /// Appwrite is down, slow or answers nonsense.
    Unavailable,
    /// The request is not allowed, for example because another site sent it.
    Forbidden,
    /// There is nothing at this address.
    NotFound,
    /// The address exists, but not for this HTTP method.
    MethodNotAllowed,
    /// The request cannot be read.
    BadRequest,
    /// The request's body is larger than is accepted.
    TooLarge,
    /// Our own mistake, or a reply of Appwrite's we have no name for. The log says more under the
    /// request's id.
    Internal,
}

impl AppError {
    /// The sentence people read.
    pub fn message(&self) -> &'static str {
        match self {
            Self::SignedOut => "You are signed out. Sign in to go on.",
            Self::MoreFactorsRequired => "This account asks for a second step to sign in.",
            Self::ChallengeRequired => "Prove again that it is you, then go on.",
            Self::ResetRequired => "This account needs a new password before it can be used.",
            Self::Blocked => "This account is blocked.",
            Self::InvalidCredentials => "The e-mail or the password is wrong.",
            Self::EmailTaken => "There is an account with this e-mail already.",
            Self::CreatedNotSignedIn => {
                "Your account was created, but signing you in did not work. Sign in to go on."
            }
            Self::LastWayIn => {
                "This is the only way into your account. Set a password or link another account \
                 first."
            }
            Self::LinkDead => "This link has been used, or is too old.",
            Self::NothingPending => "This has taken too long. Please start again.",
            Self::SwitchedOff => "This is not offered here at the moment.",
            Self::Invalid(_) => "Please check the marked fields.",
            Self::RateLimited(_) => "Too many attempts.",
            Self::Unavailable => {
                "The service is not reachable right now. Please try again in a moment."
            }
            Self::Forbidden => "This request was refused because it did not come from this site.",
            Self::NotFound => "There is no page at this address.",
            Self::MethodNotAllowed => "This address does not accept that kind of request.",
            Self::BadRequest => "This request could not be understood.",
            Self::TooLarge => "That is more than can be accepted at once.",
            Self::Internal => "Something went wrong on our side.",
        }
    }

    /// The HTTP status that goes with it.
    pub fn status(&self) -> u16 {
        match self {
            Self::SignedOut | Self::InvalidCredentials => 401,
            Self::MoreFactorsRequired
            | Self::ChallengeRequired
            | Self::ResetRequired
            | Self::Blocked
            | Self::Forbidden => 403,
            Self::LinkDead | Self::NothingPending => 410,
            Self::SwitchedOff => 501,
            Self::EmailTaken | Self::LastWayIn => 409,
            Self::Invalid(_) => 422,
            Self::RateLimited(_) => 429,
            Self::Unavailable | Self::CreatedNotSignedIn => 503,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::BadRequest => 400,
            Self::TooLarge => 413,
            Self::Internal => 500,
        }
    }

    /// Seconds until trying again can work, where that is what is wrong.
    pub fn wait(&self) -> Option<u32> {
        match self {
            Self::RateLimited(seconds) => Some(seconds.unwrap_or(60)),
            _ => None,
        }
    }

    /// Seconds for the `Retry-After` header, where trying again later is worth it.
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Unavailable | Self::CreatedNotSignedIn => Some(10),
            _ => self.wait(),
        }
    }

    /// The errors of single fields, empty for every other variant.
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid(fields) => fields,
            _ => &[],
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        match value {
            // In the browser: the network failed, or something between answered in our place.
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::Unavailable
            }
            // On the server: the caller sent something else than the function's arguments.
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::BadRequest,
            _ => Self::Internal,
        }
    }
}
