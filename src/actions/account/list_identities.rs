use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{error::AppError, model::Identity};

/// The accounts at OAuth2 providers that sign the visitor in.
///
/// # Errors
///
/// Those of [`get_account`](super::get_account).
#[server(prefix = "/api", endpoint = "account/identities", input = GetUrl)]
pub async fn list_identities() -> Result<Vec<Identity>, AppError> {
    use crate::server::appwrite::create_session_client;

    let client = create_session_client().await?;
    let identities = client.account().list_identities().await;
    identities.map_err(|error| error.into_app_error())
}
