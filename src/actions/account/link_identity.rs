use leptos::prelude::*;

use crate::{error::AppError, model::ProviderPage};

/// Starts linking an account at an OAuth2 provider to this one.
///
/// # Errors
///
/// [`AppError::SwitchedOff`], [`AppError::RateLimited`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/link-identity")]
pub async fn link_identity(provider: String) -> Result<ProviderPage, AppError> {
    use crate::server::auth::{flow::Purpose, oauth2};

    oauth2::begin(provider, Purpose::Link).await
}
