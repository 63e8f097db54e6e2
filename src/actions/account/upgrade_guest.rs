use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Turns a guest's account into a full one, with an email address and a password. Everything in it
/// stays.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SignedOut`],
/// [`AppError::Unavailable`]; [`AppError::Conflict`] for an account that's already a full one, with another
/// address.
#[server(prefix = "/api", endpoint = "account/upgrade-guest")]
pub async fn upgrade_guest(
    #[server(default)] name: String,
    email: String,
    password: String,
) -> Result<Goto, AppError> {
    use crate::{
        error::{AllValid, OnField},
        model::{DisplayName, Email, Flash, NewPassword, Problem, Value},
        server::{
            appwrite::create_session_client,
            auth::{
                limits::{self, Action, Subject},
                password, second_step, verification,
            },
        },
    };

    let (name, email, password) = (
        Option::<DisplayName>::parse(&name).on_field("name"),
        Email::parse(&email).on_field("email"),
        NewPassword::parse(&password).on_field("password"),
    )
        .all_valid()?;
    password::is_not_personal(&password, &email).on_field("password")?;
    let client = create_session_client().await?;
    let account = client.account();
    let visitor = account.get().await?;
    if !visitor.is_guest() {
        // In another tab, or the answer got lost.
        return if visitor.email.eq_ignore_ascii_case(&email) {
            Ok(Goto::page_with("/account", Flash::Upgraded))
        } else {
            Err(AppError::Conflict)
        };
    }
    // By the time that Appwrite gets it, it may have a password, and this would be a way to guess it.
    limits::attempt(Action::Guess, Some(Subject::Account(&visitor.id)))?;
    // Finding out whether an address is taken counts as it does for signing up.
    limits::attempt(Action::Create, None)?;
    limits::attempt(Action::Guess, Some(Subject::Typed(&email)))?;
    // The name first: once it has an address, the account is a full one, and this form is gone.
    if let Some(name) = name {
        account.update_name(&name).await?;
    }
    let upgraded = account.update_email(&email, &password).await;
    let upgraded = upgraded.map_err(|error| match error.into() {
        AppError::EmailTaken => AppError::field("email", Problem::EmailTaken),
        // Not `on_field`: here it's a new password.
        other => other,
    })?;
    limits::succeeded(Action::Guess, Subject::Typed(&email));
    second_step::note_password(&account, &upgraded).await;
    let is_sent = verification::welcome(&account).await;
    let to = if is_sent { &*email } else { "" };
    Ok(Goto::page_about("/account", Flash::Upgraded, to))
}
