use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Sends a password reset link by email. The answer is the same if nobody has the address.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SwitchedOff`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/recovery")]
pub async fn send_recovery(email: String) -> Result<Goto, AppError> {
    use crate::{
        error::OnField,
        model::{Email, SignInMethod, Value},
        server::{
            appwrite::create_admin_client,
            auth::{
                flow::{self, Flow},
                limits::{self, Action, Subject},
                methods, proved,
            },
            request,
        },
    };

    methods::require(SignInMethod::Password)?;
    let email = Email::parse(&email).on_field("email")?;
    limits::attempt(Action::Send, Some(Subject::Typed(&email)))?;
    let link = request::address_of(&proved::link("/recover/confirm", &email)?)?;
    let client = create_admin_client().await?;
    let sent = client.account().create_recovery(&email, &link).await;
    // Filled in later, on the page that the link leads to and where people sign in then.
    flow::keep(Flow::Recovery {
        to: email.to_string(),
    })?;
    match sent.map_err(AppError::from) {
        // Nobody has the address, or its owner is blocked. Strangers mustn't learn which.
        Ok(()) | Err(AppError::LinkExpired | AppError::Blocked) => Ok(Goto::page("/recover/sent")),
        Err(error) => Err(error),
    }
}

/// Sets a new password with the link that was sent. All sessions end then.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::LinkExpired`], [`AppError::AddressUnproven`] (there's more to the
/// account than can be taken away), [`AppError::ResetRequired`] (somebody else has set another one at the same
/// moment), [`AppError::RateLimited`], [`AppError::SwitchedOff`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/reset-password")]
pub async fn reset_password(
    #[server(default)]
    #[server(rename = "userId")]
    user_id: String,
    #[server(default)] secret: String,
    #[server(default)] to: String,
    password: String,
) -> Result<Goto, AppError> {
    use crate::{
        error::OnField,
        model::{Flash, NewPassword, SignInMethod, Value},
        server::{
            appwrite::create_admin_client,
            auth::{
                first_proof::{self, SentTo},
                flow, link_secret, methods, password as passwords, session,
            },
        },
    };

    methods::require(SignInMethod::Password)?;
    let password = NewPassword::parse(&password).on_field("password")?;
    let address = flow::address_to_recover()?.unwrap_or_default();
    passwords::is_not_personal(&password, &address).on_field("password")?;
    link_secret::check(&secret)?;
    let client = create_admin_client().await?;
    let account = client.account();
    let proof = first_proof::begin(&user_id, SentTo::Named(&to)).await?;
    let set = account.update_recovery(&user_id, &secret, &password).await;
    let set = set.map_err(AppError::from);
    proof.password_set(&user_id, set, &password).await?;
    // Whoever was signed in here signs in again, which also shows that they know the new password.
    // If that was somebody else, their session isn't left behind.
    if session::end().await.is_err() {
        tracing::warn!("the session in the browser that set a password could not be ended");
    }
    Ok(Goto::page_about("/signin", Flash::PasswordReset, &address))
}
