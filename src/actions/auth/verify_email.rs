use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Verifies an email address with the link that was sent to it, in whichever browser it's opened.
///
/// # Errors
///
/// [`AppError::LinkExpired`], [`AppError::RateLimited`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/verify-email")]
pub async fn verify_email(
    #[server(default)]
    #[server(rename = "userId")]
    user_id: String,
    #[server(default)] secret: String,
) -> Result<Goto, AppError> {
    use crate::{
        model::Flash,
        server::{
            appwrite::create_guest_client,
            auth::{link_secret, session},
        },
    };

    link_secret::check(&secret)?;
    let client = create_guest_client().await?;
    let account = client.account();
    account.update_email_verification(&user_id, &secret).await?;
    // In another browser, or with another account signed in, the account page wouldn't show it.
    let is_theirs = session::claimed_user_id()?.is_some_and(|id| id == user_id);
    let path = if is_theirs { "/account" } else { "/signin" };
    Ok(Goto::page_with(path, Flash::EmailVerified))
}
