use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Changes the email address. The new one isn't verified yet.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SignedOut`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/update-email")]
pub async fn update_email(email: String, password: String) -> Result<Goto, AppError> {
    use crate::{
        error::{AllValid, OnField},
        model::{CurrentPassword, Email, Flash, Problem, Value},
        server::{
            appwrite::create_session_client,
            auth::{
                limits::{self, Action, Subject},
                owed, password,
                proof::{self, Brings},
                proved, session,
            },
        },
    };

    const PAGE: &str = "/account/email";
    let (email, password) = (
        Email::parse(&email).on_field("email"),
        CurrentPassword::parse(&password).on_field("password"),
    )
        .all_valid()?;
    let visitor = session::account().await?;
    if let Some(goto) = password::missing(&visitor, PAGE) {
        return Ok(goto);
    }
    // Appwrite would say that an account has it, and not that it's this one.
    if *email == visitor.email {
        return Err(AppError::field("email", Problem::EmailUnchanged));
    }
    if let Some(goto) = proof::ask(Brings::Password, PAGE).await? {
        return Ok(goto);
    }
    limits::attempt(Action::Guess, Some(Subject::Account(&visitor.id)))?;
    let client = create_session_client().await?;
    let account = client.account();
    proved::note_set_here(&account, &visitor, &email).await;
    account
        .update_email(&email, &password)
        .await
        .on_field("email")?;
    owed::has_moved_to(&email)?;
    limits::succeeded(Action::Guess, Subject::Account(&visitor.id));
    Ok(Goto::page_with("/account", Flash::EmailChanged))
}
