//! The way to an OAuth2 provider and back.
//!
//! A one-use state binds the sign-in to the browser that began it. Without the state, an attacker
//! could sign somebody else in to the attacker's own account.

use axum::http::header::ORIGIN;
use serde::Deserialize;
use url::Url;

use super::{
    flow::{self, Flow, Purpose},
    limits::{self, Action},
    methods,
};
use crate::{
    error::AppError,
    model::{Flash, ProviderPage, SignInMethod},
    server::{
        appwrite::{AppwriteError, Id, create_admin_client},
        http::links::with_next,
        request,
    },
};

/// Takes back what a successful sign-in at a provider has counted as guesses: leaving for the provider,
/// once for each state, and coming back.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn was_no_guess(state: &str) -> Result<(), AppError> {
    let app = request::state()?;
    let is_first = app.used_states.add(state);
    limits::were_none(Action::Guess, if is_first { 2 } else { 1 });
    Ok(())
}

/// The page that a provider leads back to.
pub const CALLBACK: &str = "/signin/oauth2/callback";

/// Begins a sign-in, and returns the provider's page.
///
/// The provider leads back to `SITE_URL`. On another of the site's names, like localhost for
/// 127.0.0.1, the state's cookie would stay behind. So this leads to `SITE_URL` first, where the
/// sign-in begins once more.
///
/// # Errors
///
/// [`AppError::SwitchedOff`], [`AppError::RateLimited`], [`AppError::Unavailable`].
pub async fn begin(provider: String, purpose: Purpose) -> Result<ProviderPage, AppError> {
    methods::require(SignInMethod::OAuth2)?;
    let offered = methods::offered()?.providers;
    let id = Id::parse(&provider).filter(|_| offered.contains(&provider));
    let id = id.ok_or(AppError::SwitchedOff)?;
    if is_elsewhere()? {
        let page = match &purpose {
            Purpose::SignIn { next } => with_next("/signin", next),
            Purpose::Link => "/account/identities".to_owned(),
        };
        let address = request::address_of(&page)?;
        return Ok(ProviderPage { provider, address });
    }
    limits::attempt(Action::Guess, None)?;
    let state = flow::keep(Flow::OAuth2 {
        provider: provider.clone(),
        purpose,
    })?;
    let back = request::address_of(&format!("{CALLBACK}?state={state}"))?;
    let client = create_admin_client().await?;
    let account = client.account();
    match account.create_oauth2_token(&id, &back, &back).await {
        Ok(address) => Ok(ProviderPage { provider, address }),
        // This route answers with a web page where others answer with JSON.
        Err(AppwriteError::Garbage { status, .. }) if status.is_client_error() => {
            tracing::error!(
                provider,
                status = status.as_u16(),
                "appwrite does not lead to this provider: is it switched on, and the site's host \
                 registered as a platform of the project?"
            );
            Err(AppError::SwitchedOff)
        }
        Err(error) => Err(error.into()),
    }
}

/// What to tell the visitor about the `error` in Appwrite's redirect.
pub fn failure_flash(error: &str) -> Flash {
    #[derive(Deserialize)]
    struct Failed {
        #[serde(default, rename = "type")]
        kind: String,
    }
    let kind = serde_json::from_str(error).map_or_else(|_| String::new(), |it: Failed| it.kind);
    match kind.as_str() {
        "user_blocked" => Flash::OAuth2Blocked,
        // The email address has an account already, and the provider hasn't verified whose it is.
        "general_bad_request" | "user_already_exists" | "user_email_already_exists" => {
            Flash::OAuth2AddressTaken
        }
        _ => Flash::OAuth2Failed,
    }
}

/// Whether the visitor is at another of the site's names than `SITE_URL` says. Browsers say where they
/// are with each form. `Host` wouldn't do: a proxy may have changed it.
fn is_elsewhere() -> Result<bool, AppError> {
    let site = request::state()?.site.url.origin();
    request::with_headers(|headers| {
        let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
        let origin = origin.and_then(|origin| Url::parse(origin).ok());
        origin.is_some_and(|origin| origin.origin() != site)
    })
}
