use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Signs in as a guest, with a new account that can become a full one. Leads to `next`. Whoever is signed in
/// stays so: a guest's account ends with its session, and the button may stand on a page from before.
///
/// # Errors
///
/// [`AppError::RateLimited`], [`AppError::SwitchedOff`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/anonymous")]
pub async fn sign_in_anonymously(#[server(default)] next: String) -> Result<Goto, AppError> {
    use crate::{
        model::{Flash, SignInMethod},
        server::{
            appwrite::create_admin_client,
            auth::{
                flash,
                limits::{self, Action},
                methods, session,
            },
        },
    };

    methods::require(SignInMethod::Anonymous)?;
    match session::account().await {
        Ok(_) => {
            flash::keep(Flash::AlreadySignedIn);
            return Ok(Goto::back(&next));
        }
        Err(AppError::Unavailable) => return Err(AppError::Unavailable),
        // Whoever can't get on with their session may begin another one.
        Err(_) => {}
    }
    limits::attempt(Action::Create, None)?;
    let client = create_admin_client().await?;
    let session = client.account().create_anonymous_session().await?;
    session::start(session).await?;
    Ok(Goto::back(&next))
}
