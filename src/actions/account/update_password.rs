use leptos::prelude::*;

use crate::error::AppError;

/// Changes the password. Appwrite then ends the other sessions, unless the project says otherwise.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`]; those of [`get_account`](super::get_account).
#[server(prefix = "/api", endpoint = "account/update-password")]
pub async fn update_password(password: String, new_password: String) -> Result<String, AppError> {
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

    let [old, new] = check([
        (Field::Password, &password),
        (Field::NewPassword, &new_password),
    ])?;
    let whose = session::user_id().await?;
    limits::attempt(Action::Guess, Some(&whose))?;
    let client = create_session_client().await?;
    let changed = client.account().update_password(&new, Some(&old)).await;
    changed.map_err(|error| error.into_form_error(Field::NewPassword))?;
    limits::succeeded(Action::Guess, &whose);
    Ok(Notice::PasswordChanged.on("/account/security"))
}

/// Gives an account that has no password its first.
///
/// # Errors
///
/// As for [`update_password`].
#[server(prefix = "/api", endpoint = "account/set-password")]
pub async fn set_password(new_password: String) -> Result<String, AppError> {
    use crate::{
        model::{Field, Notice, check},
        server::appwrite::create_session_client,
    };

    let [new] = check([(Field::NewPassword, &new_password)])?;
    let client = create_session_client().await?;
    let changed = client.account().update_password(&new, None).await;
    changed.map_err(|error| error.into_form_error(Field::NewPassword))?;
    Ok(Notice::PasswordChanged.on("/account/security"))
}
