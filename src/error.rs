//! The one error that crosses the wire, and the one sentence each of its variants has for people.

use std::borrow::Cow;

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use server_fn::{Bytes, Decodes, codec::JsonEncoding};

use crate::model::{Factor, FieldError, Problem};

/// Everything that can go wrong, as far as the browser may know.
///
/// The enum is closed and carries no free text, so nothing that Appwrite, a library or an attacker
/// wrote can reach a page through it. The details are in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppError {
    /// There is no session, or Appwrite no longer knows it.
    SignedOut,
    /// The session lacks its second factor (Appwrite: `user_more_factors_required`).
    MoreFactorsRequired,
    /// This needs a recent second step (Appwrite: `user_challenge_required`).
    ChallengeRequired,
    /// This needs a fresh proof that the account is the visitor's.
    ProofRequired,
    /// The second step was right, but it was of the same kind as the first, so there is still only
    /// one. With the factor.
    SameFactor(Factor),
    /// The account needs a new password first (Appwrite: `user_password_reset_required`).
    ResetRequired,
    /// Nobody has proved the account's address, and there's more to the account than a password. Who
    /// only has the mailbox doesn't get in.
    AddressUnproven,
    /// The page was shown to another account than the one that's signed in now.
    OtherAccount,
    /// The browser hasn't kept the session's cookie.
    CookiesRefused,
    /// The account is blocked (Appwrite: `user_blocked`).
    Blocked,
    /// Wrong password or unknown email. Which of the two, we don't say.
    InvalidCredentials,
    /// An account with this email exists.
    EmailTaken,
    /// Sign-up created the account, but signing in afterwards failed.
    CreatedNotSignedIn,
    /// It's the account's only sign-in method, so it has to stay.
    LastSignInMethod,
    /// The link was already used, has expired, or was never valid.
    LinkExpired,
    /// The flow that this continues has ended, or never began in this browser.
    FlowExpired,
    /// The site or its Appwrite project does not offer this.
    SwitchedOff,
    /// The project lacks a database, a table or a column that the site needs.
    NotSetUp,
    /// Not theirs to do (Appwrite: `user_unauthorized` of a row).
    NotPermitted,
    /// Somebody, or another tab, was faster.
    Conflict,
    /// A number that may not get larger or smaller.
    LimitReached,
    /// What was typed isn't acceptable. There's one entry per field.
    Invalid(Vec<FieldError>),
    /// Too many attempts. With the seconds to wait, if they're known.
    RateLimited(Option<u32>),
    /// Appwrite is down, is slow, or answers nonsense.
    Unavailable,
    /// The request is not allowed, for example because another site sent it.
    Forbidden,
    /// There is nothing at this address.
    NotFound,
    /// The address exists, but not for this HTTP method.
    MethodNotAllowed,
    /// The request cannot be read.
    BadRequest,
    /// The request's body is too large.
    TooLarge,
    /// The server said something that this page's code doesn't know, because it's older.
    Outdated,
    /// A bug of ours, or an answer from Appwrite that we have no name for. The log says more, under
    /// the request's ID.
    Internal,
}

impl AppError {
    /// An error about one field.
    pub fn field(field: impl Into<Cow<'static, str>>, problem: Problem) -> Self {
        Self::Invalid(vec![FieldError {
            field: field.into(),
            problem,
        }])
    }

    /// The sentence people read.
    pub fn message(&self) -> &'static str {
        match self {
            Self::SignedOut => "You're signed out. Sign in to continue.",
            Self::MoreFactorsRequired => "Confirm it's you to finish signing in.",
            Self::ChallengeRequired | Self::ProofRequired => "Confirm it's you, then try again.",
            Self::SameFactor(Factor::Phone) => {
                "A text message can't be both of your steps. Sign out, then sign in with your email or password."
            }
            Self::SameFactor(_) => {
                "After an email or a linked account, an email can't be your second step. Sign out, then sign in with your password."
            }
            Self::ResetRequired => "This account needs a new password first.",
            Self::AddressUnproven => {
                "This address hasn't been verified here, or has just changed. Sign in the way you did before, then verify it. If you have never been here, somebody else has used your address: please contact us."
            }
            Self::OtherAccount => {
                "You switched accounts after you opened this page, so nothing was changed. To do it in this account, try again."
            }
            Self::CookiesRefused => {
                "Your browser didn't keep the cookie that signs you in. Allow cookies for this site, then try again."
            }
            Self::Blocked => "This account is blocked.",
            Self::InvalidCredentials => "Incorrect email or password.",
            Self::EmailTaken => "An account with this email already exists.",
            Self::CreatedNotSignedIn => {
                "Your account was created, but we couldn't sign you in. Try signing in."
            }
            Self::LastSignInMethod => {
                "This is your only way to sign in. Set a password or link another account first."
            }
            Self::LinkExpired => "This link has expired or was already used.",
            Self::FlowExpired => "This took too long. Please start again.",
            Self::SwitchedOff => "This isn't available right now.",
            Self::NotSetUp => "This site isn't set up yet.",
            Self::NotPermitted => "You aren't allowed to do this.",
            Self::Conflict => "This was changed somewhere else in the meantime.",
            Self::LimitReached => "That's as far as it goes.",
            Self::Invalid(_) => "Please check the marked fields.",
            Self::RateLimited(_) => "Too many attempts.",
            Self::Unavailable => {
                "We can't reach the service right now. Please try again in a moment."
            }
            Self::Forbidden => {
                "This request was refused because it didn't come from this site's own address."
            }
            Self::NotFound => "There's no page at this address.",
            Self::MethodNotAllowed => "This address doesn't accept such a request.",
            Self::BadRequest => "We couldn't understand this request.",
            Self::TooLarge => "That's more than we can accept at once.",
            Self::Outdated => "Something went wrong. Please reload this page and try again.",
            Self::Internal => "Something went wrong on our side.",
        }
    }

    /// The same, for a form that's still there. Whoever only lacks the second step signs in in another
    /// tab, like anybody whose session has ended, because that leaves what they typed. From there, the
    /// guard leads them to the second step.
    #[must_use]
    pub fn in_form(self) -> Self {
        match self {
            Self::MoreFactorsRequired => Self::SignedOut,
            error => error,
        }
    }

    /// Where somebody can go next when trying again won't help, and what the link there says.
    pub fn next_step(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::MoreFactorsRequired | Self::ChallengeRequired => Some(("/mfa", "Continue")),
            Self::ProofRequired => Some(("/account/confirm", "Continue")),
            Self::ResetRequired => Some(("/recover", "Set a new password")),
            Self::AddressUnproven => Some(("/signin", "Sign in another way")),
            Self::EmailTaken
            | Self::CreatedNotSignedIn
            | Self::SignedOut
            | Self::CookiesRefused
            | Self::FlowExpired => Some(("/signin", "Sign in")),
            _ => None,
        }
    }

    /// The HTTP status that goes with it.
    pub fn status(&self) -> u16 {
        match self {
            Self::SignedOut | Self::InvalidCredentials => 401,
            Self::MoreFactorsRequired
            | Self::ChallengeRequired
            | Self::ProofRequired
            | Self::SameFactor(_)
            | Self::ResetRequired
            | Self::AddressUnproven
            | Self::CookiesRefused
            | Self::Blocked
            | Self::NotPermitted
            | Self::Forbidden => 403,
            Self::LinkExpired | Self::FlowExpired => 410,
            Self::SwitchedOff => 501,
            Self::OtherAccount
            | Self::EmailTaken
            | Self::LastSignInMethod
            | Self::Conflict
            | Self::LimitReached => 409,
            Self::Invalid(_) => 422,
            Self::RateLimited(_) => 429,
            Self::Unavailable | Self::CreatedNotSignedIn | Self::NotSetUp => 503,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::BadRequest => 400,
            Self::TooLarge => 413,
            Self::Outdated | Self::Internal => 500,
        }
    }

    /// Seconds until it's worth trying again, if there were too many attempts.
    pub fn wait(&self) -> Option<u32> {
        match self {
            Self::RateLimited(seconds) => Some(seconds.unwrap_or(60)),
            _ => None,
        }
    }

    /// Seconds for the `Retry-After` header, if trying again later can help.
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Unavailable | Self::CreatedNotSignedIn => Some(10),
            _ => self.wait(),
        }
    }

    /// The errors of single fields; empty for every other variant.
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid(fields) => fields,
            _ => &[],
        }
    }
}

/// Says which field an error is about.
pub trait OnField<T> {
    /// The same result, with the error next to this field, given by the `name` of its input.
    ///
    /// # Errors
    ///
    /// [`AppError::Invalid`] if the error is about what's in the field.
    fn on_field(self, field: &'static str) -> Result<T, AppError>;
}

impl<T> OnField<T> for Result<T, Problem> {
    fn on_field(self, field: &'static str) -> Result<T, AppError> {
        self.map_err(|problem| AppError::field(field, problem))
    }
}

/// All of the values, or all of their errors, so that a form shows every mistake at once.
pub trait AllValid {
    /// The values.
    type Values;

    /// Takes the values out.
    ///
    /// # Errors
    ///
    /// [`AppError::Invalid`] with every field that is wrong, in the order given.
    fn all_valid(self) -> Result<Self::Values, AppError>;
}

impl<A, B> AllValid for (Result<A, AppError>, Result<B, AppError>) {
    type Values = (A, B);

    fn all_valid(self) -> Result<(A, B), AppError> {
        match self {
            (Ok(first), Ok(second)) => Ok((first, second)),
            (Err(AppError::Invalid(mut first)), Err(AppError::Invalid(second))) => {
                first.extend(second);
                Err(AppError::Invalid(first))
            }
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }
}

impl<A, B, C> AllValid
    for (
        Result<A, AppError>,
        Result<B, AppError>,
        Result<C, AppError>,
    )
{
    type Values = (A, B, C);

    fn all_valid(self) -> Result<(A, B, C), AppError> {
        let (first, second, third) = self;
        let ((first, second), third) = ((first, second).all_valid(), third).all_valid()?;
        Ok((first, second, third))
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        match value {
            // On the server: the caller's request can't be read.
            ServerFnErrorErr::Deserialization(_) if cfg!(feature = "ssr") => Self::BadRequest,
            // In the browser: the answer can't be read.
            ServerFnErrorErr::Deserialization(_) => Self::Outdated,
            // In the browser: the network failed.
            ServerFnErrorErr::Request(_) => Self::Unavailable,
            // On the server: the caller sent something other than the function's arguments.
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::BadRequest,
            _ => Self::Internal,
        }
    }

    fn de(data: Bytes) -> Self {
        // Something between us and the server answers in HTML or plain text. The server doesn't.
        let is_ours = data.starts_with(b"\"") || data.starts_with(b"{");
        JsonEncoding::decode(data).unwrap_or(if is_ours {
            Self::Outdated
        } else {
            Self::Unavailable
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DisplayName, Email, NewPassword, Value};

    #[test]
    fn an_unknown_answer_asks_for_a_reload_and_a_foreign_one_is_an_outage() {
        for (answer, error) in [
            ("\"NotFound\"", AppError::NotFound),
            (r#"{"RateLimited":5}"#, AppError::RateLimited(Some(5))),
            ("\"MadeUpLater\"", AppError::Outdated),
            (r#"{"MadeUpLater":1}"#, AppError::Outdated),
            ("<h1>502 Bad Gateway</h1>", AppError::Unavailable),
            ("", AppError::Unavailable),
        ] {
            assert_eq!(AppError::de(answer.into()), error, "{answer}");
        }
        assert!(AppError::Outdated.message().contains("reload this page"));
    }

    #[test]
    fn every_wrong_field_is_named_in_the_order_of_the_form() {
        let error = (
            DisplayName::parse(&"n".repeat(129)).on_field("name"),
            Email::parse("").on_field("email"),
            NewPassword::parse("short").on_field("password"),
        )
            .all_valid()
            .unwrap_err();
        let found: Vec<_> = error
            .fields()
            .iter()
            .map(|error| (error.field.as_ref(), error.problem))
            .collect();
        assert_eq!(
            found,
            [
                ("name", Problem::TooLong(128)),
                ("email", Problem::EmailMissing),
                ("password", Problem::TooShort(8)),
            ]
        );
    }
}
