//! The way to an OAuth2 provider and back.
//!
//! A one-use state binds the sign-in to the browser that began it. Without the state, an attacker
//! could sign somebody else in to the attacker's own account.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::{
    cookie::SealedCookie,
    limits::{self, Action},
    methods,
};
use crate::{
    error::AppError,
    model::{Flash, ProviderPage, SignInMethod},
    server::{
        appwrite::{AppwriteError, Id, create_admin_client},
        request,
    },
};

/// The page that a provider leads back to.
pub const CALLBACK: &str = "/signin/oauth2/callback";

/// How long somebody may take at the provider's pages.
const LIFETIME: Duration = Duration::minutes(10);

/// What an OAuth2 sign-in is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// To sign in.
    SignIn {
        /// Where to go afterwards.
        next: String,
    },
    /// To link the provider's account to the one that is signed in.
    Link,
}

/// A sign-in between its two halves: what the cookie holds while the visitor is at the provider's.
#[derive(Serialize, Deserialize)]
struct PendingOAuth2 {
    state: String,
    provider: String,
    purpose: Purpose,
}

/// Begins a sign-in, and returns the provider's page.
///
/// # Errors
///
/// [`AppError::SwitchedOff`], [`AppError::RateLimited`], [`AppError::Unavailable`].
pub async fn begin(provider: String, purpose: Purpose) -> Result<ProviderPage, AppError> {
    methods::require(SignInMethod::OAuth2)?;
    let offered = methods::offered()?.providers;
    let id = Id::parse(&provider).filter(|_| offered.contains(&provider));
    let id = id.ok_or(AppError::SwitchedOff)?;
    limits::attempt(Action::Guess, None)?;
    let state = keep(provider.clone(), purpose)?;
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

/// Keeps what the sign-in is for, and returns the state that has to come back with the visitor.
fn keep(provider: String, purpose: Purpose) -> Result<String, AppError> {
    let state = format!("{:032x}", rand::random::<u128>());
    let pending = PendingOAuth2 {
        state: state.clone(),
        provider,
        purpose,
    };
    let expires = OffsetDateTime::now_utc() + LIFETIME;
    let app = request::state()?;
    request::set_cookie(SealedCookie::OAuth2.set(&app.site, &app.cookie_key, &pending, expires))?;
    Ok(state)
}

/// Ends the sign-in that this browser began with this state, and returns Appwrite's ID of the
/// provider, and what it was for.
///
/// # Errors
///
/// [`AppError::FlowExpired`] when this browser began none, or a different one.
pub fn finish(state: &str) -> Result<(String, Purpose), AppError> {
    let app = request::state()?;
    let pending: Option<PendingOAuth2> = request::with_headers(|headers| {
        SealedCookie::OAuth2.read(&app.site, &app.cookie_key, headers)
    })?;
    request::set_cookie(SealedCookie::OAuth2.remove(&app.site))?;
    match pending {
        Some(pending) if pending.state == state => Ok((pending.provider, pending.purpose)),
        _ => Err(AppError::FlowExpired),
    }
}
