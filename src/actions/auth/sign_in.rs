use leptos::prelude::*;

use crate::error::AppError;

/// Signs in with e-mail and password, and sets the session cookie.
///
/// Returns the path to go to: `next` where that is a path of this site, else the account page.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::InvalidCredentials`] (wrong password and unknown e-mail
/// alike), [`AppError::Blocked`], [`AppError::RateLimited`], [`AppError::SwitchedOff`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/sign-in")]
pub async fn sign_in(
    email: String,
    password: String,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use crate::{
        model::{Field, Method, check, password_is_possible, return_to},
        server::{
            appwrite::create_admin_client,
            auth::{
                limits::{self, Action},
                methods, session,
            },
        },
    };

    methods::require(Method::Password)?;
    let [email, password] = check([(Field::Email, &email), (Field::Password, &password)])?;
    limits::attempt(Action::Guess, Some(&email))?;
    if !password_is_possible(&password) {
        return Err(AppError::InvalidCredentials);
    }
    let client = create_admin_client().await?;
    let account = client.account();
    let session = account.create_email_password_session(&email, &password);
    session::start(session.await.map_err(|error| error.into_app_error())?).await?;
    limits::succeeded(Action::Guess, &email);
    Ok(return_to(&next).to_owned())
}
