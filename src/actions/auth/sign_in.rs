use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Signs in with email and password, and sets the session cookie. Leads to `next`.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::InvalidCredentials`] (wrong password and unknown email alike),
/// [`AppError::Blocked`], [`AppError::RateLimited`], [`AppError::SwitchedOff`],
/// [`AppError::AddressUnproven`] (a link may have set the password, and there's more to the account),
/// [`AppError::Conflict`] (it's being changed),
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/sign-in")]
pub async fn sign_in(
    email: String,
    password: String,
    #[server(default)] next: String,
) -> Result<Goto, AppError> {
    use std::time::Instant;

    use crate::{
        error::{AllValid, OnField},
        model::{CurrentPassword, Email, SignInMethod, Value},
        server::{
            appwrite::create_admin_client,
            auth::{
                first_proof,
                limits::{self, Action, Subject},
                methods,
            },
            request,
        },
    };

    methods::require(SignInMethod::Password)?;
    let (email, password) = (
        Email::parse(&email).on_field("email"),
        CurrentPassword::parse(&password).on_field("password"),
    )
        .all_valid()?;
    limits::attempt(Action::Guess, Some(Subject::Typed(&email)))?;
    if !password.can_exist() {
        return Err(AppError::InvalidCredentials);
    }
    let signed_in = async || {
        let client = create_admin_client().await?;
        let account = client.account();
        let asked = Instant::now();
        let session = account
            .create_email_password_session(&email, &password)
            .await?;
        let took = asked.elapsed();
        request::state()?.floor.learn(took);
        first_proof::by_password(session, took).await
    };
    match signed_in().await {
        // The account has just got a password. The second time, it's sure whether it's this one.
        Err(AppError::Conflict) => signed_in().await?,
        first => first?,
    }
    limits::succeeded(Action::Guess, Subject::Typed(&email));
    Ok(Goto::back(&next))
}
