use leptos::prelude::*;

use crate::error::AppError;

/// Signs in with e-mail and password, and sets the session cookie.
///
/// Returns the path to go to: `next` where that is a path of this site, else the account page.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::InvalidCredentials`] (wrong password and unknown e-mail
/// alike), [`AppError::Blocked`], [`AppError::RateLimited`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/sign-in")]
pub async fn sign_in(
    email: String,
    password: String,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use crate::{
        model::{Credentials, return_to},
        server::{appwrite::create_admin_client, session},
    };

    let credentials = Credentials::check(&email, password).map_err(AppError::Invalid)?;
    if !credentials.password_is_possible() {
        return Err(AppError::InvalidCredentials);
    }
    let client = create_admin_client().await?;
    session::start(client.account(), &credentials).await?;
    Ok(return_to(&next).to_owned())
}
