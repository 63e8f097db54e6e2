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
            auth::{
                limits::{self, Action},
                session,
            },
        },
    };

    limits::attempt(Action::Guess, Some(&user_id))?;
    let client = create_guest_client().await?;
    let account = client.account();
    let verified = account.update_email_verification(&user_id, &secret).await;
    verified.map_err(|error| error.into_app_error())?;
    // In another browser, or with another account signed in, there is nothing to see of it.
    let is_theirs = session::claimed_user_id()?.is_some_and(|id| id == user_id);
    let path = if is_theirs { "/account" } else { "/signin" };
    Ok(Notice::EmailVerified.on(path))
}
