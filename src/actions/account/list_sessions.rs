use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{error::AppError, model::Session};

/// Where the visitor is signed in: this device first, then the newest.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::MoreFactorsRequired`], [`AppError::Blocked`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/sessions", input = GetUrl)]
pub async fn list_sessions() -> Result<Vec<Session>, AppError> {
    use std::cmp::Reverse;

    use crate::server::appwrite::create_session_client;

    let client = create_session_client().await?;
    let mut sessions = client
        .account()
        .list_sessions()
        .await
        .map_err(|error| error.into_app_error())?;
    sessions.sort_by_key(|session| (!session.current, Reverse(session.created.clone())));
    Ok(sessions)
}
