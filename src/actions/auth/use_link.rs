use leptos::prelude::*;

use crate::error::AppError;

/// Signs in with the link that was sent, in whichever browser it was opened.
///
/// # Errors
///
/// [`AppError::LinkDead`], [`AppError::Blocked`], [`AppError::RateLimited`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/link")]
pub async fn use_link(
    user_id: String,
    secret: String,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use crate::{
        model::{Method, return_to},
        server::{
            appwrite::create_admin_client,
            auth::{
                limits::{self, Action},
                methods, session,
            },
        },
    };

    methods::require(Method::MagicUrl)?;
    limits::attempt(Action::Guess, Some(&user_id))?;
    let client = create_admin_client().await?;
    let session = client.account().create_session(&user_id, &secret).await;
    session::start(session.map_err(|error| error.into_app_error())?).await?;
    limits::succeeded(Action::Guess, &user_id);
    Ok(return_to(&next).to_owned())
}
