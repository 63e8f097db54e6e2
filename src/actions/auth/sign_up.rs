use leptos::prelude::*;

use crate::error::AppError;

/// Makes an account, signs in to it, and sets the session cookie.
///
/// Returns the path to go to: `next` where that is a path of this site, else the account page.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::EmailTaken`], [`AppError::RateLimited`],
/// [`AppError::Unavailable`]; [`AppError::CreatedNotSignedIn`] when the account was made but the
/// sign-in after it failed.
#[server(prefix = "/api", endpoint = "auth/sign-up")]
pub async fn sign_up(
    #[server(default)] name: String,
    email: String,
    password: String,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use crate::{
        model::{Credentials, NewAccount, return_to},
        server::{appwrite::create_admin_client, session},
    };

    let account = NewAccount::check(&name, &email, password).map_err(AppError::Invalid)?;
    let client = create_admin_client().await?;
    client
        .account()
        .create(&account)
        .await
        .map_err(|error| error.into_app_error())?;
    let credentials = Credentials {
        email: account.email,
        password: account.password,
    };
    session::start(client.account(), &credentials)
        .await
        .map_err(|_| AppError::CreatedNotSignedIn)?;
    Ok(return_to(&next).to_owned())
}
