use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{error::AppError, model::Event};

/// What happened to the account lately, newest first; nothing where Appwrite keeps no log of it.
///
/// # Errors
///
/// Those of [`get_account`](super::get_account).
#[server(prefix = "/api", endpoint = "account/events", input = GetUrl)]
pub async fn list_events() -> Result<Option<Vec<Event>>, AppError> {
    use crate::server::appwrite::create_session_client;

    let client = create_session_client().await?;
    match client.account().list_logs().await {
        Ok(events) => Ok(Some(events)),
        Err(error) if error.is_not_found() && !error.is_dead_session() => Ok(None),
        Err(error) => Err(error.into_app_error()),
    }
}
