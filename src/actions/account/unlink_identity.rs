use leptos::prelude::*;

use crate::error::AppError;

/// Removes an account at a provider, by its ID: it signs in no more. Never the last way in.
///
/// # Errors
///
/// [`AppError::LastWayIn`]; those of [`get_account`](super::get_account).
#[server(prefix = "/api", endpoint = "account/unlink-identity")]
pub async fn unlink_identity(id: String) -> Result<String, AppError> {
    use crate::{
        model::Notice,
        server::{appwrite::create_session_client, auth::methods},
    };

    let client = create_session_client().await?;
    let account = client.account();
    let unexpected = |error: crate::server::appwrite::AppwriteError| error.into_app_error();
    let visitor = account.get().await.map_err(unexpected)?;
    let identities = account.list_identities().await.map_err(unexpected)?;
    if !visitor.can_lose(&id, &identities, &methods::offered()?) {
        return Err(AppError::LastWayIn);
    }
    match account.delete_identity(&id).await {
        Err(error) if !error.is_not_found() => Err(error.into_app_error()),
        _ => Ok(Notice::IdentityUnlinked.on("/account/identities")),
    }
}
