use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Starts setting up an authenticator app. It only counts once its first code has been entered.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "mfa/totp/begin")]
pub async fn begin_totp() -> Result<Goto, AppError> {
    use crate::server::{
        appwrite::create_session_client,
        auth::flow::{self, Flow},
    };

    let client = create_session_client().await?;
    let totp = client.account().create_totp().await?;
    flow::keep(&Flow::Totp {
        secret: totp.secret,
        uri: totp.uri,
    })?;
    Ok(Goto::page("/account/security/totp"))
}

/// Adds the authenticator app that is being set up, with its first code.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SignedOut`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "mfa/totp/add")]
pub async fn add_totp(code: String) -> Result<Goto, AppError> {
    use crate::{
        error::OnField,
        model::{Code, Flash, Value},
        server::{
            appwrite::create_session_client,
            auth::{flow, mfa},
        },
    };

    let code = Code::parse(&code).on_field("code")?;
    mfa::count_guess().await?;
    let client = create_session_client().await?;
    client.account().verify_totp(&code).await.on_field("code")?;
    flow::end()?;
    Ok(Goto::page_with("/account/security", Flash::TotpAdded))
}

/// Removes the authenticator app. If Appwrite wants a recent second step first, leads there and
/// back.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "mfa/totp/remove")]
pub async fn remove_totp() -> Result<Goto, AppError> {
    use crate::{
        model::Flash,
        server::{appwrite::create_session_client, http::links::with_next},
    };

    const SECURITY: &str = "/account/security";
    let client = create_session_client().await?;
    match client.account().delete_totp().await {
        Err(error) if error.is_not_found() => {}
        Err(error) => match error.into() {
            AppError::ChallengeRequired => {
                return Ok(Goto::page(with_next("/mfa", SECURITY)));
            }
            error => return Err(error),
        },
        Ok(()) => {}
    }
    Ok(Goto::page_with(SECURITY, Flash::TotpRemoved))
}
