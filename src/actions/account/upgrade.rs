use leptos::prelude::*;

use crate::error::AppError;

/// Makes a guest's account a full one: an e-mail address and a password. Everything in it stays.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::EmailTaken`], [`AppError::RateLimited`]; those of
/// [`get_account`](super::get_account).
#[server(prefix = "/api", endpoint = "account/upgrade")]
pub async fn upgrade(
    #[server(default)] name: String,
    email: String,
    password: String,
) -> Result<String, AppError> {
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

    let [name, email, password] = check([
        (Field::Name, &name),
        (Field::Email, &email),
        (Field::NewPassword, &password),
    ])?;
    // For an account that has a password this would be a way to guess it.
    limits::attempt(Action::Guess, Some(&session::user_id().await?))?;
    let client = create_session_client().await?;
    let account = client.account();
    let visitor = account
        .get()
        .await
        .map_err(|error| error.into_app_error())?;
    if !visitor.is_guest() {
        return Err(AppError::BadRequest);
    }
    // The name first: after the address the account is a full one, and this form is gone.
    if !name.is_empty() {
        let named = account.update_name(&name).await;
        named.map_err(|error| error.into_app_error())?;
    }
    let changed = account.update_email(&email, &password).await;
    changed.map_err(|error| error.into_new_account_error())?;
    Ok(Notice::Upgraded.on("/account"))
}
