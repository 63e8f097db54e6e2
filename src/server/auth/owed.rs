//! What a session owes before it's good for anything.
//!
//! Half a session shows nothing of its account. So if an account asks for a second step, nobody can see [who
//! else has a way in](super::first_proof). That's fine as long as only the owner of the second factor gets
//! any further. But whoever has another session of the account can turn two-step verification off, and then
//! half a session is a whole one. So a cookie says that it owes an answer. If it shows its account without
//! one, it ends, and when the person signs in once more, the app can look. Nor is every answer
//! [enough](second_step).
//!
//! And a session that began at a provider is worth nothing if the account has got another address, which
//! isn't [proved]: Appwrite tells the app whose it is when everybody with a session has had the time
//! to move it there and back. So another cookie has the address that the account had then.
//!
//! The cookies have the session in their names, so what one answer removes is no other session's.

use axum::http::{HeaderMap, HeaderValue};
use serde::Serialize;
use time::OffsetDateTime;

use super::{
    cookie::{self, SealedCookie},
    fingerprint::Fingerprint,
    proved::{self, Proved},
    second_step::{self, FirstStep, Verdict},
};
use crate::{
    error::AppError,
    model::{Account, Flash},
    server::{
        appwrite::{AppwriteError, Id, SessionAccount, SessionSecret},
        request,
        state::AppState,
    },
};

fn cookie_of(secret: &SessionSecret) -> SealedCookie<'static> {
    SealedCookie::Owed(Fingerprint::of(secret))
}

fn address_of(secret: &SessionSecret) -> SealedCookie<'static> {
    SealedCookie::Address(Fingerprint::of(secret))
}

/// Notes that the session which this answer begins owes the answer to its second step.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn note(secret: &SessionSecret, first_step: &FirstStep) -> Result<(), AppError> {
    set(cookie_of(secret), first_step)
}

/// Notes the address that an account has whose owner comes from a provider, by a session that this answer
/// begins.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn note_address(secret: &SessionSecret, address: &str) -> Result<(), AppError> {
    set(address_of(secret), &address)
}

/// The same, for the session of this request, whose owner has just changed the address. If it didn't begin
/// at a provider, there's nothing to note.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn has_moved_to(address: &str) -> Result<(), AppError> {
    let app = request::state()?;
    let began_at_provider = request::with_headers(|headers| {
        cookie::session_secret(&app.site, headers)
            .filter(|secret| address_of(secret).is_present(&app.site, headers))
    })?;
    began_at_provider.map_or(Ok(()), |secret| note_address(&secret, address))
}

fn set(cookie: SealedCookie<'_>, value: &impl Serialize) -> Result<(), AppError> {
    let app = request::state()?;
    let expires = OffsetDateTime::now_utc() + cookie::LONGEST_LIFETIME;
    request::set_cookie(cookie.set(&app.site, &app.cookie_key, value, expires))
}

/// How somebody has come whose session owes something. If the note can't be read anymore, after a new API
/// key, it's a way that isn't enough.
fn of(app: &AppState, headers: &HeaderMap, secret: &SessionSecret) -> Option<FirstStep> {
    let cookie = cookie_of(secret);
    cookie.is_present(&app.site, headers).then(|| {
        let noted = cookie.read(&app.site, &app.cookie_key, headers);
        noted.unwrap_or_else(|| FirstStep::Mailbox(String::new()))
    })
}

/// Whether the session of a request owes anything.
pub fn owes(app: &AppState, headers: &HeaderMap, secret: &SessionSecret) -> bool {
    cookie_of(secret).is_present(&app.site, headers)
}

/// `Set-Cookie` that says that this session owes nothing, or nothing anymore.
pub fn settle(app: &AppState, secret: &SessionSecret) -> Option<HeaderValue> {
    cookie_of(secret).remove(&app.site)
}

/// Removes all notes about the session of this request, if there are any: another one takes its place, or
/// none.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn forget() -> Result<(), AppError> {
    let app = request::state()?;
    let cookies: Vec<_> = request::with_headers(|headers| {
        let secret = cookie::session_secret(&app.site, headers);
        let cookies = secret
            .into_iter()
            .flat_map(|it| [cookie_of(&it), address_of(&it)]);
        let there = cookies.filter(|cookie| cookie.is_present(&app.site, headers));
        there.map(|cookie| cookie.remove(&app.site)).collect()
    })?;
    cookies.into_iter().try_for_each(request::set_cookie)
}

/// What a session that shows its account turns out to be.
pub enum Standing {
    /// One of this account, as this session may see it.
    Good {
        /// The account.
        account: Box<Account>,
        /// Whether it owes nothing anymore, and the note can go.
        is_settled: bool,
    },
    /// Nobody's. It has been ended, and this says why.
    Ended(Flash),
}

/// Looks at what the session of a request owes, now that it shows its account.
///
/// # Errors
///
/// What Appwrite said.
pub async fn look(
    app: &AppState,
    headers: &HeaderMap,
    secret: &SessionSecret,
    service: &SessionAccount<'_>,
    account: Account,
) -> Result<Standing, AppwriteError> {
    let owed = of(app, headers, secret);
    if let Some(first_step) = &owed {
        let factors = service.session_factors().await?;
        if factors.len() < 2 {
            return Ok(end(service, Flash::ChangedMeanwhile).await);
        }
        let key = &app.cookie_key;
        match second_step::judge(key, service, &account, first_step, &factors).await? {
            Verdict::Known => {}
            Verdict::Unproven => return Ok(end(service, Flash::AddressUnproven).await),
            Verdict::Changed => return Ok(end(service, Flash::ChangedMeanwhile).await),
        }
    }
    let address: Option<String> = address_of(secret).read(&app.site, &app.cookie_key, headers);
    let is_same = |address: &String| address.eq_ignore_ascii_case(&account.email);
    if address.is_some_and(|address| !is_same(&address))
        && !proved::is_noted(&app.cookie_key, &account, Proved::Email(&account.email))
    {
        return Ok(end(service, Flash::AddressMoved).await);
    }
    Ok(Standing::Good {
        account: Box::new(account),
        is_settled: owed.is_some(),
    })
}

async fn end(service: &SessionAccount<'_>, why: Flash) -> Standing {
    if service.delete_session(&Id::current()).await.is_err() {
        tracing::warn!("a session that is no longer good could not be ended");
    }
    Standing::Ended(why)
}
