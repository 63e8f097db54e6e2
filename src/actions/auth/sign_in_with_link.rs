use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Signs in with the link that was sent, in whichever browser it's opened. Leads to `next`.
///
/// # Errors
///
/// [`AppError::LinkExpired`], [`AppError::Blocked`], [`AppError::RateLimited`],
/// [`AppError::SwitchedOff`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/link")]
pub async fn sign_in_with_link(
    #[server(default)]
    #[server(rename = "userId")]
    user_id: String,
    #[server(default)] secret: String,
    #[server(default)] next: String,
) -> Result<Goto, AppError> {
    use crate::{
        model::SignInMethod,
        server::{
            appwrite::create_admin_client,
            auth::{first_proof, flow, link_secret, methods, session},
        },
    };

    methods::require(SignInMethod::MagicUrl)?;
    link_secret::check(&secret)?;
    let client = create_admin_client().await?;
    let is_first_proof = first_proof::is_due(&user_id).await;
    let session = match client.account().create_session(&user_id, &secret).await {
        Ok(session) => session,
        Err(error) => return session::lead_on_if_theirs(&user_id, &next, error.into()).await,
    };
    let mut goto = Goto::back(&next);
    if is_first_proof {
        goto = first_proof::complete(&session, goto).await?;
    }
    session::start(session).await?;
    // The page that waits for this link has nothing to wait for anymore.
    flow::end_all(|flow| flow.is_link_for(&user_id))?;
    Ok(goto)
}
