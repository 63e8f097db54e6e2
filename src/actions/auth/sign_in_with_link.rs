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
    #[server(default)] to: String,
    #[server(default)] next: String,
) -> Result<Goto, AppError> {
    use crate::{
        model::SignInMethod,
        server::{
            appwrite::create_admin_client,
            auth::{
                first_proof::{self, SentTo},
                flow, link_secret, methods, session,
            },
        },
    };

    methods::require(SignInMethod::MagicUrl)?;
    link_secret::check(&secret)?;
    let signed_in = async {
        let client = create_admin_client().await?;
        let proof = first_proof::begin(&user_id, SentTo::Named(&to)).await?;
        let created = client.account().create_session(&user_id, &secret).await;
        let created = match created {
            Ok(created) => session::began_with(created, "magic-url").await,
            Err(error) => Err(error.into()),
        };
        proof.signed_in(created, Goto::back(&next)).await
    };
    let goto = match signed_in.await {
        Ok(goto) => goto,
        Err(error) => return session::lead_on_if_theirs(&user_id, &next, error).await,
    };
    // The page that waits for this link has nothing to wait for anymore.
    flow::end_all(|flow| flow.is_link_for(&user_id))?;
    Ok(goto)
}
