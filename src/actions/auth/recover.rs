use leptos::prelude::*;

use crate::error::AppError;

/// Sends a link that sets a new password. The answer is the same for an address that nobody has.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SwitchedOff`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/recover")]
pub async fn recover(email: String) -> Result<String, AppError> {
    use crate::{
        model::{Field, Form, Method, check},
        server::{
            appwrite::create_admin_client,
            auth::{
                limits::{self, Action},
                methods,
            },
            request,
        },
    };

    methods::require(Method::Password)?;
    let [email] = check([(Field::Email, &email)])?;
    limits::attempt(Action::Send, Some(&email))?;
    let link = request::address_of(Form::ResetPassword.path())?;
    let client = create_admin_client().await?;
    let sent = client.account().create_recovery(&email, &link).await;
    match sent.map_err(|error| error.into_app_error()) {
        // Nobody's, or somebody's who may not sign in: not for a stranger to know.
        Ok(()) | Err(AppError::LinkDead | AppError::Blocked) => Ok("/recover/sent".to_owned()),
        Err(error) => Err(error),
    }
}

/// Sets a new password with the link that was sent. Appwrite then ends all sessions, unless the
/// project says otherwise.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::LinkDead`], [`AppError::RateLimited`],
/// [`AppError::SwitchedOff`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/reset-password")]
pub async fn reset_password(
    user_id: String,
    secret: String,
    password: String,
) -> Result<String, AppError> {
    use crate::{
        model::{Field, Method, Notice, check},
        server::{
            appwrite::create_admin_client,
            auth::{
                limits::{self, Action},
                methods, session,
            },
        },
    };

    methods::require(Method::Password)?;
    let [password] = check([(Field::NewPassword, &password)])?;
    limits::attempt(Action::Guess, Some(&user_id))?;
    let client = create_admin_client().await?;
    let account = client.account();
    let set = account.update_recovery(&user_id, &secret, &password).await;
    set.map_err(|error| error.into_app_error())?;
    limits::succeeded(Action::Guess, &user_id);
    // Whoever was signed in here signs in anew, which also shows that the password is the one meant.
    // Where it was somebody else, their session is not left behind.
    if session::end().await.is_err() {
        tracing::warn!("the session in the browser that set a password could not be ended");
    }
    Ok(Notice::PasswordReset.on("/signin"))
}
