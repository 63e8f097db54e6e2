use leptos::prelude::*;

use crate::error::AppError;

/// Signs in as a guest, with a new account that can become a full one.
///
/// # Errors
///
/// [`AppError::RateLimited`], [`AppError::SwitchedOff`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/anonymous")]
pub async fn sign_in_anonymously(#[server(default)] next: String) -> Result<String, AppError> {
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

    methods::require(Method::Anonymous)?;
    limits::attempt(Action::Create, None)?;
    let client = create_admin_client().await?;
    let session = client.account().create_anonymous_session().await;
    session::start(session.map_err(|error| error.into_app_error())?).await?;
    Ok(return_to(&next).to_owned())
}
