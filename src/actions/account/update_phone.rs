use leptos::prelude::*;

use crate::error::AppError;

/// Changes the phone number. The new one is not verified yet.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`]; those of [`get_account`](super::get_account).
#[server(prefix = "/api", endpoint = "account/update-phone")]
pub async fn update_phone(phone: String, password: String) -> Result<String, AppError> {
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

    let [phone, password] = check([(Field::Phone, &phone), (Field::Password, &password)])?;
    let whose = session::user_id().await?;
    limits::attempt(Action::Guess, Some(&whose))?;
    let client = create_session_client().await?;
    let changed = client.account().update_phone(&phone, &password).await;
    changed.map_err(|error| error.into_form_error(Field::Phone))?;
    limits::succeeded(Action::Guess, &whose);
    Ok(Notice::PhoneChanged.on("/account"))
}
