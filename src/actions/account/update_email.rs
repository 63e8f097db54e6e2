use leptos::prelude::*;

use crate::error::AppError;

/// Changes the e-mail address. The new one is not verified yet.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`]; those of [`get_account`](super::get_account).
#[server(prefix = "/api", endpoint = "account/update-email")]
pub async fn update_email(email: String, password: String) -> Result<String, AppError> {
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

    let [email, password] = check([(Field::Email, &email), (Field::Password, &password)])?;
    let whose = session::user_id().await?;
    limits::attempt(Action::Guess, Some(&whose))?;
    let client = create_session_client().await?;
    let changed = client.account().update_email(&email, &password).await;
    changed.map_err(|error| error.into_form_error(Field::Email))?;
    limits::succeeded(Action::Guess, &whose);
    Ok(Notice::EmailChanged.on("/account"))
}
