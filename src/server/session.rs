//! Starting, extending and ending the visitor's session: at Appwrite, and in the cookie.

use std::{net::IpAddr, sync::Arc};

use axum::http::{HeaderMap, HeaderValue};
use time::{Duration, OffsetDateTime};

use super::{
    appwrite::{NewSession, SessionClient, SessionId, create_session_client},
    context::{self, App},
    cookie::{self, Aside},
    flow,
};
use crate::{error::AppError, model::Account};

/// Signs the visitor in with a session that Appwrite has just made: its secret goes into the cookie.
/// The session that the cookie held before is ended.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub async fn start(session: NewSession) -> Result<(), AppError> {
    let app = context::app()?;
    context::set_cookie(cookie::session(&app.site, &session.secret, session.expire))?;
    context::set_cookie(asked_now(&app, session.expire))?;
    // It was somebody else's, or has led here.
    flow::end()?;
    if end_at_appwrite(Which::Current).await.is_err() {
        // The person is signed in all the same, and the old session ends when it expires.
        tracing::warn!("the earlier session could not be ended");
    }
    Ok(())
}

/// Signs the visitor out: the cookie goes in any case, the session at Appwrite where it is
/// reachable.
///
/// # Errors
///
/// Appwrite could not be told; the cookie is gone nevertheless.
pub async fn end() -> Result<(), AppError> {
    forget()?;
    end_at_appwrite(Which::Current).await
}

/// As [`end`], with all the sessions that the visitor has.
///
/// # Errors
///
/// As for [`end`].
pub async fn end_all() -> Result<(), AppError> {
    forget()?;
    end_at_appwrite(Which::All).await
}

/// How long a session is in use before it is extended again.
const EXTEND_EVERY: Duration = Duration::days(1);

/// The cookie that says when Appwrite was last asked to extend the session. There is no other place
/// for it: the server keeps nothing, and Appwrite does not tell.
fn asked_now(app: &App, expires: OffsetDateTime) -> Option<HeaderValue> {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    cookie::keep_aside(Aside::Extended, app, &now, expires)
}

/// Extends a session that is in use, at most once a day. Returns the cookies that follow from it.
///
/// An Appwrite that does not extend it, for whatever reason, is asked again the next day: the
/// session is as good as before.
pub async fn extend(app: &Arc<App>, headers: &HeaderMap, addr: IpAddr) -> Vec<HeaderValue> {
    let now = OffsetDateTime::now_utc();
    let last: Option<i64> = cookie::aside(Aside::Extended, app, headers);
    let last = last.and_then(|last| OffsetDateTime::from_unix_timestamp(last).ok());
    if last.is_some_and(|last| last <= now && now - last < EXTEND_EVERY) {
        return Vec::new();
    }
    let Some(secret) = cookie::session_secret(&app.site, headers) else {
        return Vec::new();
    };
    let Ok(client) = SessionClient::new(Arc::clone(&app.transport), &secret, addr) else {
        return Vec::new();
    };
    let extended = client.account().extend_session().await;
    let cookies = match extended {
        Ok(expire) => [
            cookie::session(&app.site, &secret, expire),
            asked_now(app, expire),
        ],
        Err(error) => {
            tracing::warn!(cause = %error, "the session could not be extended");
            // Not asked again before its time.
            [None, asked_now(app, now + EXTEND_EVERY)]
        }
    };
    cookies.into_iter().flatten().collect()
}

/// Ends a session that was started but is not to be used.
///
/// # Errors
///
/// Appwrite could not be told.
pub async fn discard(session: &NewSession) -> Result<(), AppError> {
    let app = context::app()?;
    let client = SessionClient::new(
        Arc::clone(&app.transport),
        &session.secret,
        context::client_addr()?,
    )?;
    let ended = client.account().delete_session(&SessionId::Current).await;
    ended.map_err(|error| error.into_app_error())
}

/// Removes the cookie, and with it what was half done.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn forget() -> Result<(), AppError> {
    let app = context::app()?;
    cookie::forget(&app.site)
        .into_iter()
        .try_for_each(|cookie| context::set_cookie(Some(cookie)))
}

/// The visitor's account. On a page the guard has asked Appwrite already; elsewhere this does.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::MoreFactorsRequired`], [`AppError::Blocked`],
/// [`AppError::Unavailable`].
pub async fn account() -> Result<Account, AppError> {
    if let Some(visitor) = context::visitor() {
        return Ok(visitor);
    }
    let client = create_session_client().await?;
    Ok(client.account().get().await?)
}

/// Who the visitor is, also while they lack their second step. On a page the guard knows it already.
///
/// What is counted against a person is counted against this, which Appwrite has confirmed. The secret
/// in a cookie names its owner too, but anybody can write one, and use up another's attempts.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Blocked`], [`AppError::Unavailable`].
pub async fn user_id() -> Result<String, AppError> {
    if let Some(visitor) = context::visitor() {
        return Ok(visitor.id);
    }
    let named = named_user_id()?.ok_or(AppError::SignedOut)?;
    let client = create_session_client().await?;
    let account = client.account();
    match account.get().await.map_err(|error| error.into_app_error()) {
        Ok(visitor) => Ok(visitor.id),
        Err(AppError::MoreFactorsRequired) => Ok(named),
        Err(error) => Err(error),
    }
}

/// Whose session the cookie holds, as it says itself. Nobody has confirmed it.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn named_user_id() -> Result<Option<String>, AppError> {
    let app = context::app()?;
    let secret = context::with_headers(|headers| cookie::session_secret(&app.site, headers))?;
    Ok(secret.map(|secret| secret.user_id().to_owned()))
}

enum Which {
    Current,
    All,
}

/// Ends sessions of whoever the request came from, if it came with one.
async fn end_at_appwrite(which: Which) -> Result<(), AppError> {
    let app = context::app()?;
    let Some(secret) = context::with_headers(|headers| cookie::session_secret(&app.site, headers))?
    else {
        return Ok(());
    };
    let addr = context::client_addr()?;
    let client = SessionClient::new(Arc::clone(&app.transport), &secret, addr)?;
    let account = client.account();
    let ended = match which {
        Which::Current => account.delete_session(&SessionId::Current).await,
        Which::All => account.delete_sessions().await,
    };
    match ended.map_err(|error| error.into_app_error()) {
        // There is nothing left that could be used.
        Ok(()) | Err(AppError::SignedOut | AppError::Blocked) => Ok(()),
        // Without the second step only this one can be ended.
        Err(AppError::MoreFactorsRequired) if matches!(which, Which::All) => {
            let ended = account.delete_session(&SessionId::Current).await;
            ended.map_err(|error| error.into_app_error())?;
            Err(AppError::MoreFactorsRequired)
        }
        Err(error) => Err(error),
    }
}
