use leptos::prelude::*;

use crate::error::AppError;

/// Verifies an e-mail address with the link that was sent to it, in whichever browser it was opened.
///
/// # Errors
///
/// [`AppError::LinkDead`], [`AppError::RateLimited`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/verify-email")]
pub async fn verify_email(user_id: String, secret: String) -> Result<String, AppError> {
    use crate::{
        model::Notice,
        server::{
            appwrite::create_guest_client,
            limits::{self, Action},
        },
    };

    limits::attempt(Action::Guess, Some(&user_id))?;
    let client = create_guest_client().await?;
    let account = client.account();
    let verified = account.update_email_verification(&user_id, &secret).await;
    verified.map_err(|error| error.into_app_error())?;
    Ok(Notice::EmailVerified.on("/account"))
}
