use leptos::prelude::*;

use crate::error::AppError;

/// Sends a mail with a link that verifies the visitor's address.
///
/// # Errors
///
/// [`AppError::RateLimited`], [`AppError::SwitchedOff`]; those of
/// [`get_account`](super::get_account).
#[server(prefix = "/api", endpoint = "account/send-email-verification")]
pub async fn send_email_verification() -> Result<String, AppError> {
    use crate::{
        model::{Form, Notice},
        server::{
            appwrite::create_session_client,
            auth::{
                limits::{self, Action},
                session,
            },
            request,
        },
    };

    limits::attempt(Action::Send, Some(&session::user_id().await?))?;
    let link = request::address_of(Form::VerifyEmail.path())?;
    let client = create_session_client().await?;
    match client.account().create_email_verification(&link).await {
        Err(error) if error.is_conflict() => Ok(Notice::EmailVerified.on("/account")),
        Err(error) => Err(error.into_app_error()),
        Ok(()) => Ok(Notice::VerificationSent.on("/account")),
    }
}

/// Sends a text message with a code that verifies the visitor's number.
///
/// # Errors
///
/// As for [`send_email_verification`].
#[server(prefix = "/api", endpoint = "account/send-phone-verification")]
pub async fn send_phone_verification() -> Result<String, AppError> {
    use crate::{
        model::{Form, Notice},
        server::{
            appwrite::create_session_client,
            auth::{
                limits::{self, Action},
                session,
            },
        },
    };

    limits::attempt(Action::Send, Some(&session::user_id().await?))?;
    let client = create_session_client().await?;
    match client.account().create_phone_verification().await {
        Err(error) if error.is_conflict() => Ok(Notice::PhoneVerified.on("/account")),
        Err(error) => Err(error.into_app_error()),
        Ok(()) => Ok(Form::VerifyPhone.path().to_owned()),
    }
}

/// Verifies the visitor's number with the code that was sent to it.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`]; those of
/// [`get_account`](super::get_account).
#[server(prefix = "/api", endpoint = "account/verify-phone")]
pub async fn verify_phone(code: String) -> Result<String, AppError> {
    use crate::{
        model::{Field, Notice, check},
        server::{
            appwrite::create_session_client,
            auth::{
                limits::{self, Action},
                session,
            },
        },
    };

    let [code] = check([(Field::Code, &code)])?;
    let whose = session::user_id().await?;
    limits::attempt(Action::Guess, Some(&whose))?;
    let client = create_session_client().await?;
    let account = client.account();
    let verified = account.update_phone_verification(&whose, &code).await;
    verified.map_err(|error| error.into_code_error(Field::Code))?;
    limits::succeeded(Action::Guess, &whose);
    Ok(Notice::PhoneVerified.on("/account"))
}
