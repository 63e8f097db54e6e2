use leptos::prelude::*;

use crate::error::AppError;

/// Blocks the account, after the word for it was typed, and signs out. Only who runs the site can
/// bring it back.
///
/// # Errors
///
/// [`AppError::Invalid`]; those of [`get_account`](super::get_account).
#[server(prefix = "/api", endpoint = "account/deactivate")]
pub async fn deactivate(confirmation: String) -> Result<String, AppError> {
    use crate::{
        model::{Field, Notice, check},
        server::{appwrite::create_session_client, auth::session},
    };

    check([(Field::Confirmation, &confirmation)])?;
    let client = create_session_client().await?;
    let account = client.account();
    let blocked = account.update_status().await;
    blocked.map_err(|error| error.into_app_error())?;
    session::forget()?;
    Ok(Notice::Deactivated.on("/signin"))
}
