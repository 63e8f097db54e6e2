use leptos::prelude::*;

use crate::error::AppError;

/// Begins to add an account elsewhere as a way into this one.
///
/// Returns the address of the provider's page.
///
/// # Errors
///
/// [`AppError::SwitchedOff`], [`AppError::RateLimited`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/link-identity")]
pub async fn link_identity(provider: String) -> Result<String, AppError> {
    use crate::server::auth::oauth2::{self, Purpose};

    oauth2::begin(&provider, Purpose::Link).await
}
