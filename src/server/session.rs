//! Starting and ending the visitor's session: at Appwrite, and in the cookie.

use std::sync::Arc;

use super::{
    appwrite::{AdminAccount, SessionClient, SessionId},
    context, cookie,
};
use crate::{error::AppError, model::Credentials};

/// Signs the visitor in: a session at Appwrite, its secret in the cookie. The session that the
/// cookie held before is ended.
///
/// # Errors
///
/// What Appwrite says of the credentials, or that it cannot be reached. The cookie is as before
/// then.
pub async fn start(account: AdminAccount<'_>, credentials: &Credentials) -> Result<(), AppError> {
    let session = account
        .create_email_password_session(credentials)
        .await
        .map_err(|error| error.into_app_error())?;
    let app = context::app()?;
    context::set_cookie(cookie::session(&app.site, &session.secret, session.expire))?;
    if end_at_appwrite().await.is_err() {
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
    let app = context::app()?;
    context::set_cookie(cookie::forget(&app.site))?;
    end_at_appwrite().await
}

/// Ends the session that the request came with, if it came with one.
async fn end_at_appwrite() -> Result<(), AppError> {
    let app = context::app()?;
    let Some(secret) = context::with_headers(|headers| cookie::session_secret(&app.site, headers))?
    else {
        return Ok(());
    };
    let client = SessionClient::new(Arc::clone(&app.transport), &secret)?;
    match client.account().delete_session(&SessionId::Current).await {
        Err(error) if !error.is_dead_session() => Err(error.into_app_error()),
        _ => Ok(()),
    }
}
