use leptos::prelude::*;

use crate::error::AppError;

/// Ends one of the visitor's sessions, by its ID. One that has ended already is no error.
///
/// # Errors
///
/// Those of [`get_account`](super::get_account).
#[server(prefix = "/api", endpoint = "account/end-session")]
pub async fn end_session(id: String) -> Result<String, AppError> {
    use crate::{
        model::Notice,
        server::appwrite::{SessionId, create_session_client},
    };

    let client = create_session_client().await?;
    match client.account().delete_session(&SessionId::Id(id)).await {
        Err(error) if !error.is_not_found() => Err(error.into_app_error()),
        _ => Ok(Notice::SessionEnded.on("/account/sessions")),
    }
}

/// Ends all of the visitor's sessions but this one.
///
/// # Errors
///
/// Those of [`get_account`](super::get_account). Some may have ended by then.
#[server(prefix = "/api", endpoint = "account/end-other-sessions")]
pub async fn end_other_sessions() -> Result<String, AppError> {
    use crate::{
        model::Notice,
        server::appwrite::{SessionId, create_session_client},
    };

    let client = create_session_client().await?;
    let account = client.account();
    let sessions = account.list_sessions().await;
    // Appwrite has no call for all but one.
    for session in sessions.map_err(|error| error.into_app_error())? {
        if session.current {
            continue;
        }
        match account.delete_session(&SessionId::Id(session.id)).await {
            Err(error) if !error.is_not_found() => return Err(error.into_app_error()),
            _ => {}
        }
    }
    Ok(Notice::OtherSessionsEnded.on("/account/sessions"))
}
