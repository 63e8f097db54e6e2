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
        model::{Field, Method, check, return_to},
        server::{
            appwrite::create_admin_client,
            auth::{
                limits::{self, Action},
                methods, session,
            },
        },
    };

    methods::require(Method::Password)?;
    let [name, email, password] = check([
        (Field::Name, &name),
        (Field::Email, &email),
        (Field::NewPassword, &password),
    ])?;
    limits::attempt(Action::Create, None)?;
    // Whether an address is taken is something to guess, too.
    limits::attempt(Action::Guess, Some(&email))?;
    let client = create_admin_client().await?;
    let account = client.account();
    let made = account.create(&email, &password, &name).await;
    made.map_err(|error| error.into_new_account_error())?;
    let session = account.create_email_password_session(&email, &password);
    let session = session.await.map_err(|_| AppError::CreatedNotSignedIn)?;
    limits::succeeded(Action::Guess, &email);
    session::start(session).await?;
    Ok(return_to(&next).to_owned())
}
