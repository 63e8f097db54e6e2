use leptos::prelude::*;

use crate::error::AppError;

/// Begins to sign in with an account elsewhere.
///
/// Returns the address of the provider's page, which leads back to `/signin/oauth2/callback`.
///
/// # Errors
///
/// [`AppError::SwitchedOff`], [`AppError::RateLimited`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/oauth2")]
pub async fn begin_oauth2(
    provider: String,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use crate::{
        model::return_to,
        server::auth::oauth2::{self, Purpose},
    };

    let next = return_to(&next).to_owned();
    oauth2::begin(&provider, Purpose::SignIn { next }).await
}

/// Goes on when the provider leads back: signs in, or links the provider's account to the one that
/// is signed in.
///
/// `failed` is Appwrite's error, a JSON object, where it brought one.
///
/// # Errors
///
/// [`AppError::NothingPending`] when this browser began nothing, [`AppError::LinkDead`],
/// [`AppError::RateLimited`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/oauth2/finish")]
pub async fn finish_oauth2(
    state: String,
    #[server(default)] user_id: String,
    #[server(default)] secret: String,
    #[server(default)] failed: String,
) -> Result<String, AppError> {
    use crate::{
        model::{Notice, return_to},
        server::{
            appwrite::create_admin_client,
            auth::{
                limits::{self, Action},
                oauth2::{self, Purpose},
                session,
            },
            http::links::with_next,
        },
    };

    let purpose = oauth2::finish(&state)?;
    if !failed.is_empty() || secret.is_empty() {
        let why = oauth2::failure_notice(&failed);
        return Ok(match purpose {
            Purpose::SignIn { next } => with_next(&why.on("/signin"), &next),
            Purpose::Link => why.on("/account/identities"),
        });
    }
    limits::attempt(Action::Guess, None)?;
    let client = create_admin_client().await?;
    let made = client.account().create_session(&user_id, &secret).await;
    let made = made.map_err(|error| error.into_app_error())?;
    match purpose {
        Purpose::SignIn { next } => {
            session::start(made).await?;
            Ok(return_to(&next).to_owned())
        }
        Purpose::Link => {
            // Appwrite finds the account by the address that the provider has verified. The session
            // was made only to see whose it is: the visitor's own may have its second step.
            if session::discard(&made).await.is_err() {
                tracing::warn!("the session that came of linking could not be ended");
            }
            let notice = match crate::actions::account::get_account().await {
                Ok(visitor) if visitor.id == made.user_id => Notice::IdentityLinked,
                Ok(_) | Err(AppError::SignedOut) => Notice::IdentityOfAnother,
                Err(error) => return Err(error),
            };
            Ok(notice.on("/account/identities"))
        }
    }
}
