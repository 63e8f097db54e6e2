use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Changes the password. Appwrite then ends the other sessions, unless that's switched off in the
/// project.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SignedOut`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/update-password")]
pub async fn update_password(password: String, new_password: String) -> Result<Goto, AppError> {
    use crate::{
        error::{AllValid, OnField},
        model::{CurrentPassword, Flash, NewPassword, Value},
        server::{
            appwrite::create_session_client,
            auth::{
                limits::{self, Action, Subject},
                session,
            },
        },
    };

    let (old, new) = (
        CurrentPassword::parse(&password).on_field("password"),
        NewPassword::parse(&new_password).on_field("new_password"),
    )
        .all_valid()?;
    let user_id = session::user_id().await?;
    limits::attempt(Action::Guess, Some(Subject::Account(&user_id)))?;
    let client = create_session_client().await?;
    let changed = client.account().update_password(&new, Some(&old)).await;
    changed.on_field("new_password")?;
    limits::succeeded(Action::Guess, Subject::Account(&user_id));
    Ok(Goto::page_with("/account/security", Flash::PasswordChanged))
}

/// Sets the first password of an account that has none.
///
/// # Errors
///
/// As for [`update_password`].
#[server(prefix = "/api", endpoint = "account/set-password")]
pub async fn set_password(password: String) -> Result<Goto, AppError> {
    use crate::{
        error::OnField,
        model::{Flash, NewPassword, Value},
        server::appwrite::create_session_client,
    };

    let password = NewPassword::parse(&password).on_field("password")?;
    let client = create_session_client().await?;
    client.account().update_password(&password, None).await?;
    Ok(Goto::page_with("/account/security", Flash::PasswordChanged))
}
