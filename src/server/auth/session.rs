//! Starts, extends and ends the visitor's session, both at Appwrite and in the cookie.

use axum::http::{HeaderMap, HeaderValue};
use time::{Duration, OffsetDateTime};

use super::{
    cookie::{self, SealedCookie},
    flow,
};
use crate::{
    error::AppError,
    model::Account,
    server::{
        appwrite::{
            Id, NewSession, SessionAccount, SessionClient, SessionSecret, create_session_client,
        },
        request,
        state::AppState,
    },
};

/// How long a session is in use before it's extended again.
const EXTEND_EVERY: Duration = Duration::days(1);

/// Signs the visitor in with a session that Appwrite has just made. Its secret goes into the
/// cookie, and the session that the cookie held before is ended.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub async fn start(session: NewSession) -> Result<(), AppError> {
    let state = request::state()?;
    request::set_cookie(cookie::session(
        &state.site,
        &session.secret,
        session.expire,
    ))?;
    request::set_cookie(extended_now(&state, session.expire))?;
    // A flow has either led here, or was somebody else's.
    flow::end()?;
    if end_at_appwrite(Sessions::Current).await.is_err() {
        // The person is signed in all the same, and the earlier session will expire.
        tracing::warn!("the earlier session could not be ended");
    }
    Ok(())
}

/// Signs the visitor out: removes the cookie, and ends the session at Appwrite.
///
/// # Errors
///
/// Appwrite couldn't be told. The cookie is gone anyway.
pub async fn end() -> Result<(), AppError> {
    forget()?;
    end_at_appwrite(Sessions::Current).await
}

/// As [`end`], but ends all of the visitor's sessions.
///
/// # Errors
///
/// As for [`end`].
pub async fn end_all() -> Result<(), AppError> {
    forget()?;
    end_at_appwrite(Sessions::All).await
}

/// The cookie that says when Appwrite was last asked to extend the session. It has to be a cookie:
/// the server keeps nothing, and Appwrite doesn't tell.
fn extended_now(state: &AppState, expires: OffsetDateTime) -> Option<HeaderValue> {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    SealedCookie::Extended.set(&state.site, &state.cookie_key, &now, expires)
}

/// Extends the session of this request, at most once a day. Returns the cookies that follow from
/// it.
///
/// If Appwrite doesn't extend it, for whatever reason, the session is still as good as before, and
/// Appwrite is asked again the next day.
pub async fn extend(
    state: &AppState,
    headers: &HeaderMap,
    secret: &SessionSecret,
    account: &SessionAccount<'_>,
) -> Vec<HeaderValue> {
    let now = OffsetDateTime::now_utc();
    let last: Option<i64> = SealedCookie::Extended.read(&state.site, &state.cookie_key, headers);
    let last = last.and_then(|last| OffsetDateTime::from_unix_timestamp(last).ok());
    if last.is_some_and(|last| last <= now && now - last < EXTEND_EVERY) {
        return Vec::new();
    }
    let cookies = match account.extend_session().await {
        Ok(expire) => [
            cookie::session(&state.site, secret, expire),
            extended_now(state, expire),
        ],
        Err(error) => {
            tracing::warn!(cause = %error, "the session could not be extended");
            [None, extended_now(state, now + EXTEND_EVERY)]
        }
    };
    cookies.into_iter().flatten().collect()
}

/// Ends a session that Appwrite has just made, and that won't be used.
///
/// # Errors
///
/// Appwrite couldn't be told.
pub async fn discard(session: &NewSession) -> Result<(), AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    let ended = client.account().delete_session(&Id::current()).await;
    Ok(ended?)
}

/// Removes the cookie, and whatever was half done.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn forget() -> Result<(), AppError> {
    let state = request::state()?;
    cookie::forget(&state.site)
        .into_iter()
        .try_for_each(|cookie| request::set_cookie(Some(cookie)))
}

/// The visitor's account. On a page the guard has asked Appwrite already; elsewhere this does.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::MoreFactorsRequired`], [`AppError::Blocked`],
/// [`AppError::Unavailable`].
pub async fn account() -> Result<Account, AppError> {
    if let Some(visitor) = request::visitor() {
        return Ok(visitor);
    }
    let client = create_session_client().await?;
    Ok(client.account().get().await?)
}

/// Whose session a request came with.
pub struct Owner {
    /// Their user ID.
    pub user_id: String,
    /// Whether the session has its second step, or needs none.
    pub is_signed_in: bool,
}

/// The visitor's user ID, even while they lack their second step; see [`owner`].
///
/// # Errors
///
/// As for [`owner`].
pub async fn user_id() -> Result<String, AppError> {
    Ok(owner().await?.user_id)
}

/// Who the visitor is, even while they lack their second step. On a page, the guard knows it
/// already.
///
/// Attempts count against this ID, because Appwrite has confirmed it. The secret in a cookie names
/// its owner too, but anybody can make one up, and use up somebody else's attempts.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Blocked`], [`AppError::Unavailable`].
pub async fn owner() -> Result<Owner, AppError> {
    let owner = |user_id, is_signed_in| Owner {
        user_id,
        is_signed_in,
    };
    if let Some(visitor) = request::visitor() {
        return Ok(owner(visitor.id, true));
    }
    let claimed = claimed_user_id()?.ok_or(AppError::SignedOut)?;
    let client = create_session_client().await?;
    let account = client.account();
    match account.get().await.map_err(AppError::from) {
        Ok(visitor) => Ok(owner(visitor.id, true)),
        Err(AppError::MoreFactorsRequired) => Ok(owner(claimed, false)),
        Err(error) => Err(error),
    }
}

/// The user ID that the cookie claims. Nobody has confirmed it.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn claimed_user_id() -> Result<Option<String>, AppError> {
    let state = request::state()?;
    let secret = request::with_headers(|headers| cookie::session_secret(&state.site, headers))?;
    Ok(secret.map(|secret| secret.user_id().to_owned()))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sessions {
    Current,
    All,
}

/// Ends sessions of the visitor's at Appwrite, if the request came with one.
async fn end_at_appwrite(sessions: Sessions) -> Result<(), AppError> {
    let client = match create_session_client().await {
        Err(AppError::SignedOut) => return Ok(()),
        client => client?,
    };
    let account = client.account();
    let ended = match sessions {
        Sessions::Current => account.delete_session(&Id::current()).await,
        Sessions::All => account.delete_sessions().await,
    };
    match ended.map_err(AppError::from) {
        // Nobody can use the session anymore.
        Ok(()) | Err(AppError::SignedOut | AppError::Blocked) => Ok(()),
        // Without the second step, only the current one can be ended.
        Err(AppError::MoreFactorsRequired) if sessions == Sessions::All => {
            let ended = account.delete_session(&Id::current()).await;
            ended?;
            Err(AppError::MoreFactorsRequired)
        }
        Err(error) => Err(error),
    }
}
