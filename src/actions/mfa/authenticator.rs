use leptos::prelude::*;

use crate::error::AppError;

/// Begins to set up an authenticator app. It counts once its first code was typed.
///
/// # Errors
///
/// Those of [`get_account`](crate::actions::account::get_account).
#[server(prefix = "/api", endpoint = "mfa/totp/begin")]
pub async fn begin_totp() -> Result<String, AppError> {
    use crate::{
        model::Form,
        server::{
            appwrite::create_session_client,
            auth::flow::{self, Flow},
        },
    };

    let client = create_session_client().await?;
    let made = client.account().create_totp().await;
    let totp = made.map_err(|error| error.into_app_error())?;
    flow::keep(&Flow::Totp {
        secret: totp.secret,
        uri: totp.uri,
    })?;
    Ok(Form::AddTotp.path().to_owned())
}

/// Adds the authenticator app that is being set up, with its first code.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`]; those of
/// [`get_account`](crate::actions::account::get_account).
#[server(prefix = "/api", endpoint = "mfa/totp/add")]
pub async fn add_totp(code: String) -> Result<String, AppError> {
    use crate::{
        model::{Field, Notice, check},
        server::{
            appwrite::create_session_client,
            auth::{
                flow,
                limits::{self, Action},
                session,
            },
        },
    };

    let [code] = check([(Field::Code, &code)])?;
    let whose = format!("mfa:{}", session::user_id().await?);
    limits::attempt(Action::Guess, Some(&whose))?;
    let client = create_session_client().await?;
    let added = client.account().verify_totp(&code).await;
    added.map_err(|error| error.into_code_error(Field::Code))?;
    flow::end()?;
    Ok(Notice::TotpAdded.on("/account/security"))
}

/// Removes the authenticator app.
///
/// # Errors
///
/// [`AppError::ChallengeRequired`]; those of
/// [`get_account`](crate::actions::account::get_account).
#[server(prefix = "/api", endpoint = "mfa/totp/remove")]
pub async fn remove_totp() -> Result<String, AppError> {
    use crate::{model::Notice, server::appwrite::create_session_client};

    let client = create_session_client().await?;
    match client.account().delete_totp().await {
        Err(error) if !error.is_not_found() => Err(error.into_app_error()),
        _ => Ok(Notice::TotpRemoved.on("/account/security")),
    }
}
