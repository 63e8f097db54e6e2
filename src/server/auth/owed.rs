//! The second step that a session owes.
//!
//! Half a session shows nothing of its account. So if somebody comes by code, by link or through a
//! provider, and the account asks for a second step, nobody can see [who else has a way
//! in](super::first_proof). That's fine as long as only the owner of the second factor gets any further.
//! But whoever has another session of the account can turn two-step verification off, and then half a
//! session is a whole one. So a cookie says that it owes an answer. If it shows its account without one,
//! it ends, and when the person signs in once more, the app can look.
//!
//! The cookie has the session in its name, so what one answer removes is no other session's.

use axum::http::{HeaderMap, HeaderValue};
use time::OffsetDateTime;

use super::{
    cookie::{self, SealedCookie},
    fingerprint::Fingerprint,
};
use crate::{
    error::AppError,
    server::{
        appwrite::{AppwriteError, Id, SessionAccount, SessionSecret},
        request,
        state::AppState,
    },
};

fn cookie_of(secret: &SessionSecret) -> SealedCookie<'static> {
    SealedCookie::Owed(Fingerprint::of(secret))
}

/// Notes that the session that this answer begins owes its second step.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn note(secret: &SessionSecret) -> Result<(), AppError> {
    let app = request::state()?;
    let expires = OffsetDateTime::now_utc() + cookie::LONGEST_LIFETIME;
    request::set_cookie(cookie_of(secret).set(&app.site, &app.cookie_key, &true, expires))
}

/// Whether the session of a request owes its second step. It does even if the note can't be read
/// anymore, after a new API key.
pub fn owes(app: &AppState, headers: &HeaderMap, secret: &SessionSecret) -> bool {
    cookie_of(secret).is_present(&app.site, headers)
}

/// `Set-Cookie` that says that this session owes nothing, or nothing anymore.
pub fn settle(app: &AppState, secret: &SessionSecret) -> Option<HeaderValue> {
    cookie_of(secret).remove(&app.site)
}

/// Whether a session that owes its second step, and shows its account, has answered it. If it hasn't, it
/// ends.
///
/// # Errors
///
/// What Appwrite said.
pub async fn has_answered(account: &SessionAccount<'_>) -> Result<bool, AppwriteError> {
    let has_answered = account.has_second_step().await?;
    if !has_answered && account.delete_session(&Id::current()).await.is_err() {
        tracing::warn!("a session without its second step could not be ended");
    }
    Ok(has_answered)
}
