use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Ends one of the visitor's sessions, by its ID. It's fine if it has already ended.
///
/// # Errors
///
/// [`AppError::BadRequest`] for what can't be an ID, [`AppError::SignedOut`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/end-session")]
pub async fn end_session(id: String) -> Result<Goto, AppError> {
    use crate::{
        model::Flash,
        server::appwrite::{Id, create_session_client},
    };

    let client = create_session_client().await?;
    let id = Id::parse(&id).ok_or(AppError::BadRequest)?;
    match client.account().delete_session(&id).await {
        Err(error) if !error.is_not_found() => Err(error.into()),
        _ => Ok(Goto::page_with("/account/sessions", Flash::SessionEnded)),
    }
}

/// Ends all of the visitor's sessions but this one.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Unavailable`]. Some may have ended by then.
#[server(prefix = "/api", endpoint = "account/end-other-sessions")]
pub async fn end_other_sessions() -> Result<Goto, AppError> {
    use crate::{
        model::Flash,
        server::{appwrite::create_session_client, auth::session},
    };

    let client = create_session_client().await?;
    session::end_others(&client.account()).await?;
    Ok(Goto::page_with(
        "/account/sessions",
        Flash::OtherSessionsEnded,
    ))
}
