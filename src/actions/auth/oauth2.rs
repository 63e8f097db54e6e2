use leptos::prelude::*;

use crate::{error::AppError, model::ProviderPage};

/// Starts signing in with an OAuth2 provider, whose page leads back to `/signin/oauth2/callback`,
/// and from there to `next`.
///
/// # Errors
///
/// [`AppError::SwitchedOff`], [`AppError::RateLimited`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/oauth2")]
pub async fn begin_oauth2(
    provider: String,
    #[server(default)] next: String,
) -> Result<ProviderPage, AppError> {
    use crate::{
        model::return_to,
        server::auth::{flow::Purpose, oauth2},
    };

    let next = return_to(&next).to_owned();
    oauth2::begin(provider, Purpose::SignIn { next }).await
}
