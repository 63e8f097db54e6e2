//! Flows that take more than one page. Cookies keep them in between, so people who close the page or
//! mistype a code can go on where they were.
//!
//! Each flow has a cookie of its own, named by the ID that's in the address of the page that continues
//! it. So flows in several tabs don't know of each other, and no answer, however late, overwrites what
//! another one has kept.

use axum::http::HeaderValue;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::cookie::{self, SealedCookie};
use crate::{
    error::AppError,
    model::{Factor, Goto},
    server::{appwrite::Token, request},
};

/// How many flows a browser has at once. The oldest ones make room for a new one.
const MAX_FLOWS: usize = 5;

/// How long all their cookies may be together. Every request carries them, and what's in front of
/// this server may refuse one with 8 kB of headers.
const MAX_BYTES: usize = 4096;

/// How a code is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Channel {
    /// By email.
    Email,
    /// By text message.
    TextMessage,
}

impl Channel {
    /// What Appwrite says of a session that began with a code that was sent this way.
    pub fn provider(self) -> &'static str {
        match self {
            Self::Email => "token",
            Self::TextMessage => "phone",
        }
    }
}

/// When the account was made that a code or link signs in to. Both are as long in a cookie, whose length
/// anybody can see who asks for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Made {
    /// Before, perhaps by somebody else.
    #[serde(rename = "before")]
    Before,
    /// By asking for it: nobody else can have a way in.
    #[serde(rename = "by now")]
    ByNow,
}

impl Made {
    /// By asking for this token, or before.
    pub fn by(token: &Token) -> Self {
        if token.is_new_account {
            Self::ByNow
        } else {
            Self::Before
        }
    }
}

/// What an OAuth2 sign-in is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// To sign in.
    SignIn {
        /// Where to go afterwards.
        next: String,
    },
    /// To link the provider's account to the one that is signed in.
    Link,
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
        /// When the account was made.
        made: Made,
    },
    /// A link to sign in with is on its way.
    Link {
        /// Appwrite's ID of the user who signs in.
        user_id: String,
        /// The email address that it was sent to.
        to: String,
        /// Words that the email repeats.
        phrase: String,
        /// Where to go afterwards, in case another link is asked for.
        next: String,
        /// When the account was made.
        made: Made,
    },
    /// Somebody is at an OAuth2 provider's pages. This flow's ID is the state that has to come back
    /// with them.
    OAuth2 {
        /// Appwrite's ID of the provider.
        provider: String,
        /// What it's for.
        purpose: Purpose,
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
    /// A code that verifies the account's phone number is on its way.
    PhoneVerification,
    /// An authenticator app is being set up. The page that does so shows the secret anyway.
    Totp {
        /// To type into the app.
        secret: String,
        /// To scan with the app.
        uri: String,
    },
    /// A link that verifies an email address is on its way.
    Verification {
        /// Appwrite's ID of the user whose address it is.
        user_id: String,
        /// The address.
        to: String,
    },
    /// A link to set a new password was asked for.
    Recovery {
        /// The address that was typed, whether it has an account or not.
        to: String,
    },
    /// It's done. Whoever comes back to it is led on.
    Done {
        /// Where it has led.
        path: String,
    },
}

impl Flow {
    /// As long as Appwrite accepts the code or link, or as somebody may take at a provider's pages.
    fn lifetime(&self) -> Duration {
        match self {
            Self::Code { .. } | Self::Proof { .. } | Self::PhoneVerification => {
                Duration::minutes(15)
            }
            Self::OAuth2 { .. } => Duration::minutes(10),
            Self::Link { .. }
            | Self::Recovery { .. }
            | Self::Verification { .. }
            | Self::Challenge { .. }
            | Self::Totp { .. }
            | Self::Done { .. } => Duration::hours(1),
        }
    }

    /// The email address that something was sent to, if it was for this account.
    pub fn sent_to(self, id: &str) -> Option<String> {
        match self {
            Self::Link { user_id, to, .. }
            | Self::Verification { user_id, to }
            | Self::Code {
                sent_by: Channel::Email,
                user_id,
                to,
                ..
            } => (user_id == id).then_some(to),
            _ => None,
        }
    }

    /// Whether this account was made for it.
    fn has_made(&self, id: &str) -> bool {
        match self {
            Self::Code { user_id, made, .. } | Self::Link { user_id, made, .. } => {
                user_id == id && *made == Made::ByNow
            }
            _ => false,
        }
    }

    /// Whether it waits for a link to sign in to this account.
    pub fn is_link_for(&self, id: &str) -> bool {
        matches!(self, Self::Link { user_id, .. } if user_id == id)
    }

    /// Whether it's about the account that is signed in, and nothing to anybody else.
    pub fn belongs_to_account(&self) -> bool {
        matches!(
            self,
            Self::Challenge { .. }
                | Self::Proof { .. }
                | Self::PhoneVerification
                | Self::Totp { .. }
        )
    }
}

/// What a cookie holds.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// In milliseconds since 1970.
    began: i64,
    flow: Flow,
}

/// Keeps a flow for the visitor's next page, and returns its ID. If there are too many, the oldest
/// ones end.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn keep(flow: Flow) -> Result<String, AppError> {
    let id = format!("{:032x}", rand::random::<u128>());
    let cookie = cookie_for(&id, flow)?;
    make_room(cookie.len())?;
    request::set_cookie(Some(cookie))?;
    Ok(id)
}

/// The page that continues a flow.
pub fn page(path: &str, id: &str) -> Goto {
    Goto::page([path, "?flow=", id].concat())
}

/// The flow with this ID, which comes from an address. `None` if this browser has none, or no longer.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn find(id: &str) -> Result<Option<Flow>, AppError> {
    Ok(read(id)?.map(|kept| kept.flow))
}

/// How many seconds ago the flow with this ID began: when its code or link was sent. `None` if this
/// browser has none, or no longer.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn age(id: &str) -> Result<Option<u32>, AppError> {
    let began = read(id)?.map(|kept| kept.began);
    // Another copy of this server may have a clock that is ahead.
    Ok(began.map(|began| u32::try_from((now() - began) / 1000).unwrap_or(0)))
}

/// The email address of this account that this browser has had something sent to. `None` if it never
/// asked for anything for the account.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn address_asked_for(user_id: &str) -> Result<Option<String>, AppError> {
    for (id, _) in carried()? {
        if let Some(to) = find(&id)?.and_then(|flow| flow.sent_to(user_id)) {
            return Ok(Some(to));
        }
    }
    Ok(None)
}

/// Whether this account was made when this browser asked for a code or link.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn has_made(user_id: &str) -> Result<bool, AppError> {
    for (id, _) in carried()? {
        if find(&id)?.is_some_and(|flow| flow.has_made(user_id)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The address whose password this browser wants to set anew. `None` if it has asked for none, or for
/// several: links name an account, and not its address.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn address_to_recover() -> Result<Option<String>, AppError> {
    let mut found = None;
    for (id, _) in carried()? {
        if let Some(Flow::Recovery { to }) = find(&id)?
            && found.replace(to.clone()).is_some_and(|other| other != to)
        {
            return Ok(None);
        }
    }
    Ok(found)
}

/// Ends a flow that has led there, so that coming back to it leads there again.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn finish(id: &str, goto: &Goto) -> Result<(), AppError> {
    let path = goto.path().to_owned();
    request::set_cookie(Some(cookie_for(id, Flow::Done { path })?))
}

/// Ends a flow that leads nowhere.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn end(id: &str) -> Result<(), AppError> {
    request::set_cookie(SealedCookie::Flow(id).remove(&request::state()?.site))
}

/// Ends all of the visitor's flows that are like this, and those that can't be read.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn end_all(are: impl Fn(&Flow) -> bool) -> Result<(), AppError> {
    for (id, _) in carried()? {
        if find(&id)?.is_none_or(|flow| are(&flow)) {
            end(&id)?;
        }
    }
    Ok(())
}

/// Ends the oldest flows, so that there's room for another one that takes so many bytes.
fn make_room(needed: usize) -> Result<(), AppError> {
    let mut flows = Vec::new();
    for (id, bytes) in carried()? {
        let began = read(&id)?.map_or(0, |kept| kept.began);
        flows.push((began, id, bytes));
    }
    for id in surplus(flows, MAX_BYTES.saturating_sub(needed)) {
        end(&id)?;
    }
    Ok(())
}

/// Of flows, each with when it began and the length of its cookie, those that have to end.
fn surplus(mut flows: Vec<(i64, String, usize)>, mut room: usize) -> Vec<String> {
    flows.sort_unstable_by_key(|(began, ..)| -began);
    let mut ended = Vec::new();
    for (index, (_, id, bytes)) in flows.into_iter().enumerate() {
        room = room.saturating_sub(bytes);
        if room == 0 || index + 1 >= MAX_FLOWS {
            ended.push(id);
        }
    }
    ended
}

fn cookie_for(id: &str, flow: Flow) -> Result<HeaderValue, AppError> {
    let state = request::state()?;
    let expires = OffsetDateTime::now_utc() + flow.lifetime();
    let kept = Kept { began: now(), flow };
    SealedCookie::Flow(id)
        .set(&state.site, &state.cookie_key, &kept, expires)
        .ok_or(AppError::Internal)
}

fn read(id: &str) -> Result<Option<Kept>, AppError> {
    let state = request::state()?;
    let kept: Option<Kept> = request::with_headers(|headers| {
        SealedCookie::Flow(id).read(&state.site, &state.cookie_key, headers)
    })?;
    // Browsers forget it then, but not everybody who sends one is a browser.
    Ok(kept.filter(|kept| Duration::milliseconds(now() - kept.began) < kept.flow.lifetime()))
}

/// The time in milliseconds since 1970. Flows of the same second have an order, too.
fn now() -> i64 {
    (OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000) as i64
}

/// The IDs of the flows that the request carries, and how long their cookies are. A browser has a few at
/// most, and looking at one costs a walk through all cookies.
fn carried() -> Result<Vec<(String, usize)>, AppError> {
    let state = request::state()?;
    let mut flows = request::with_headers(|headers| cookie::flows(&state.site, headers))?;
    flows.truncate(4 * MAX_FLOWS);
    Ok(flows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_flows_make_room() {
        let flow = |began: i64, bytes| (began, began.to_string(), bytes);
        let flows = vec![flow(3, 300), flow(1, 300), flow(2, 300), flow(4, 300)];
        assert!(
            surplus(flows.clone(), 3000).is_empty(),
            "four and a new one"
        );
        let five = [flows.clone(), vec![flow(5, 300)]].concat();
        assert_eq!(surplus(five, 3000), ["1"]);
        assert_eq!(surplus(flows, 700), ["2", "1"], "no room for more");
        assert!(surplus(Vec::new(), 0).is_empty());
    }
}
