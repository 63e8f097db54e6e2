use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{error::AppError, model::Factors};

/// Which second steps the visitor could take. Answers also before one was taken.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Blocked`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "mfa/factors", input = GetUrl)]
pub async fn list_factors() -> Result<Factors, AppError> {
    use crate::server::appwrite::create_session_client;

    let client = create_session_client().await?;
    let factors = client.account().list_mfa_factors().await;
    factors.map_err(|error| error.into_app_error())
}
