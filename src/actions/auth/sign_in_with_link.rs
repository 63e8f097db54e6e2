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
            auth::{link_secret, methods, session},
        },
    };

    methods::require(SignInMethod::MagicUrl)?;
    link_secret::check(&secret)?;
    let client = create_admin_client().await?;
    let session = client.account().create_session(&user_id, &secret).await?;
    session::start(session).await?;
    Ok(Goto::back(&next))
}
