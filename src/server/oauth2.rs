//! Leading to an OAuth2 provider and back, and the one-use state of an OAuth2 sign-in, which binds it to the browser that began it: without it,
//! somebody could have another person sign in to an account that is not theirs.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::{
    appwrite::{AppwriteError, create_admin_client},
    context,
    cookie::{self, Aside},
    limits::{self, Action},
    ways,
};
use crate::{
    error::AppError,
    model::{Flash, ProviderPage, SignInMethod},
};

/// How long somebody may take at the provider's.
const LIFETIME: Duration = Duration::minutes(10);

/// What an OAuth2 sign-in is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// To sign in, and go there.
    SignIn {
        /// Where to go afterwards.
        next: String,
    },
    /// To add a way in to the account that is signed in.
    Link,
}

#[derive(Serialize, Deserialize)]
struct Begun {
    state: String,
    provider: String,
    purpose: Purpose,
}

/// Where a provider leads back to.
pub const CALLBACK: &str = "/signin/oauth2/callback";

/// Begins a sign-in, and returns the address of the provider's page.
///
/// # Errors
///
/// [`AppError::SwitchedOff`], [`AppError::RateLimited`], [`AppError::Unavailable`].
pub async fn lead_to(provider: String, purpose: Purpose) -> Result<ProviderPage, AppError> {
    ways::require(SignInMethod::OAuth2)?;
    if !ways::offered()?.providers.iter().any(|it| *it == provider) {
        return Err(AppError::SwitchedOff);
    }
    limits::attempt(Action::Guess, None)?;
    let state = begin(provider.clone(), purpose)?;
    let back = context::address_of(&format!("{CALLBACK}?state={state}"))?;
    let client = create_admin_client().await?;
    let account = client.account();
    match account.create_oauth2_token(&provider, &back, &back).await {
        Ok(address) => Ok(ProviderPage { provider, address }),
        // These routes answer with a page for people where others have JSON.
        Err(AppwriteError::Garbage { status, .. }) if status.is_client_error() => {
            tracing::error!(
                provider,
                status = status.as_u16(),
                "appwrite does not lead to this provider: is it switched on, and the site's host \
                 registered as a platform of the project?"
            );
            Err(AppError::SwitchedOff)
        }
        Err(error) => Err(error.into_app_error()),
    }
}

/// What to say of the error that Appwrite's redirect brought.
pub fn why(failed: &str) -> Flash {
    #[derive(Deserialize)]
    struct Failed {
        #[serde(default, rename = "type")]
        kind: String,
    }
    let kind = serde_json::from_str(failed).map_or_else(|_| String::new(), |it: Failed| it.kind);
    match kind.as_str() {
        "user_blocked" => Flash::OAuth2Blocked,
        // The address belongs to an account that the provider cannot prove to be the same person's.
        "general_bad_request" | "user_already_exists" | "user_email_already_exists" => {
            Flash::OAuth2AddressTaken
        }
        _ => Flash::OAuth2Failed,
    }
}

/// Keeps what a sign-in is for, and returns the state that the provider must bring back.
fn begin(provider: String, purpose: Purpose) -> Result<String, AppError> {
    let state = format!("{:032x}", rand::random::<u128>());
    let app = context::app()?;
    let begun = Begun {
        state: state.clone(),
        provider,
        purpose,
    };
    let expires = OffsetDateTime::now_utc() + LIFETIME;
    context::set_cookie(cookie::keep_aside(Aside::OAuth2, &app, &begun, expires))?;
    Ok(state)
}

/// Ends the sign-in that this browser began with this state. Returns Appwrite's ID of the provider,
/// and what it was for.
///
/// # Errors
///
/// [`AppError::FlowExpired`] when this browser began none, or another one.
pub fn end(state: &str) -> Result<(String, Purpose), AppError> {
    let app = context::app()?;
    let begun: Option<Begun> =
        context::with_headers(|headers| cookie::aside(Aside::OAuth2, &app, headers))?;
    context::set_cookie(cookie::forget_aside(Aside::OAuth2, &app.site))?;
    match begun {
        Some(begun) if begun.state == state => Ok((begun.provider, begun.purpose)),
        _ => Err(AppError::FlowExpired),
    }
}
