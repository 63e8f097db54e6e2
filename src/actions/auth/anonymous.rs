use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Signs in as a guest, with a new account that can become a full one. Leads to `next`.
///
/// # Errors
///
/// [`AppError::RateLimited`], [`AppError::SwitchedOff`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/anonymous")]
pub async fn sign_in_anonymously(#[server(default)] next: String) -> Result<Goto, AppError> {
    use crate::{
        model::SignInMethod,
        server::{
            appwrite::create_admin_client,
            auth::{
                limits::{self, Action},
                methods, session,
            },
        },
    };

    methods::require(SignInMethod::Anonymous)?;
    limits::attempt(Action::Create, None)?;
    let client = create_admin_client().await?;
    let session = client.account().create_anonymous_session().await?;
    session::start(session).await?;
    Ok(Goto::back(&next))
}
