use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Verifies an email address with the link that was sent to it, in whichever browser it's opened. If it's
/// verified already, its owner is told so.
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
    #[server(default)] to: String,
) -> Result<Goto, AppError> {
    use crate::{
        model::Flash,
        server::{
            appwrite::create_guest_client,
            auth::{first_proof, link_secret, proved, session},
        },
    };

    link_secret::check(&secret)?;
    let proof = first_proof::begin_verification(&user_id, &to).await?;
    let client = create_guest_client().await?;
    let account = client.account();
    let verified = account.update_email_verification(&user_id, &secret).await;
    if let Err(error) = proof.verified(verified.map_err(AppError::from)).await {
        let is_done = match session::account().await {
            Ok(visitor) if visitor.id.eq_ignore_ascii_case(&user_id) => {
                proved::is_verified(&visitor)?
            }
            _ => false,
        };
        return if is_done {
            Ok(Goto::page_with("/account", Flash::AlreadyVerified))
        } else {
            Err(error)
        };
    }
    // Whoever is signed in stays so: the link says nothing about who opened it.
    Ok(match session::account().await {
        Ok(visitor) if visitor.id.eq_ignore_ascii_case(&user_id) => {
            Goto::page_with("/account", Flash::EmailVerified)
        }
        Ok(_) => Goto::page_with("/account", Flash::OtherEmailVerified),
        Err(_) => Goto::page_with("/signin", Flash::EmailVerified),
    })
}
