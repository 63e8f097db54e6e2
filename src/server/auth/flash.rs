//! The message that a redirect brings to the next page.
//!
//! It's in a sealed cookie, so nobody but this server can put a message on a page, and it's for the session
//! that the answer has left its browser with, so none is brought there from another browser. The page that
//! shows it removes the cookie, so the message is gone when people reload that page or come back to it.

use axum::http::HeaderValue;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::{
    cookie::{self, SealedCookie},
    fingerprint::Fingerprint,
};
use crate::{
    error::AppError,
    model::{Flash, Goto},
    server::{appwrite::SessionSecret, request, state::AppState},
};

/// Longer than a redirect takes. After that the message would be about something else.
const LIFETIME: Duration = Duration::minutes(1);

/// A message as it's kept.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    /// The message itself.
    pub message: Message,
    /// When it ends, in seconds since 1970. A browser's word for it isn't enough.
    pub until: i64,
    /// The session of the browser that it's for, if it has one.
    pub session: Option<Fingerprint>,
}

/// A message, and what it's about: Appwrite's ID of a provider, or an email address.
pub type Message = (Flash, Option<String>);

impl Goto {
    /// This page, with a message on it. The answer that is being made brings the message along.
    pub fn page_with(path: impl Into<String>, flash: Flash) -> Self {
        keep(flash);
        Self::page(path)
    }

    /// The same, for a message about a provider, given by Appwrite's ID, or about an email address. If
    /// that's empty, it isn't known.
    pub fn page_about(path: impl Into<String>, flash: Flash, about: &str) -> Self {
        let about = Some(about).filter(|about| !about.is_empty());
        keep_message(&(flash, about.map(str::to_owned)));
        Self::page(path)
    }
}

/// Has the next page show a message. If this answer begins a session, or ends it, do that first.
pub fn keep(flash: Flash) {
    keep_message(&(flash, None));
}

fn keep_message(message: &Message) {
    if try_keep(message).is_err() {
        // What it's about is done all the same.
        tracing::error!("a message could not be kept for the next page");
    }
}

fn try_keep(message: &Message) -> Result<(), AppError> {
    let app = request::state()?;
    let session = request::with_headers(|headers| {
        request::with_response_headers(|answer| cookie::session_after(&app.site, headers, answer))
    })??;
    request::set_cookie(cookie(&app, session.as_ref(), message))
}

/// `Set-Cookie` that brings a message to the next page of a browser with this session, which may have
/// ended.
pub fn cookie(
    app: &AppState,
    session: Option<&SessionSecret>,
    message: &Message,
) -> Option<HeaderValue> {
    let expires = OffsetDateTime::now_utc() + LIFETIME;
    let kept = Kept {
        message: message.clone(),
        until: expires.unix_timestamp(),
        session: session.map(Fingerprint::of),
    };
    SealedCookie::Flash.set(&app.site, &app.cookie_key, &kept, expires)
}

/// The message that the last redirect brought, which this answer takes out of the browser.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn take() -> Result<Option<Message>, AppError> {
    let app = request::state()?;
    let has_one =
        request::with_headers(|headers| SealedCookie::Flash.is_present(&app.site, headers))?;
    if !has_one {
        return Ok(None);
    }
    request::set_cookie(SealedCookie::Flash.remove(&app.site))?;
    read()
}

/// The address that has a new password, for the page where it's used. The message stays.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn address_with_new_password() -> Result<Option<String>, AppError> {
    Ok(match read()? {
        Some((Flash::PasswordReset, address)) => address,
        _ => None,
    })
}

fn read() -> Result<Option<Message>, AppError> {
    let app = request::state()?;
    let (kept, session): (Option<Kept>, _) = request::with_headers(|headers| {
        let kept = SealedCookie::Flash.read(&app.site, &app.cookie_key, headers);
        (kept, cookie::session_secret(&app.site, headers))
    })?;
    let session = session.as_ref().map(Fingerprint::of);
    let now = OffsetDateTime::now_utc().unix_timestamp();
    Ok(kept
        .filter(|kept| kept.until > now && kept.session == session)
        .map(|kept| kept.message))
}
