use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Changes the password. Appwrite then ends the other sessions, unless that's switched off in the
/// project.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SignedOut`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/update-password")]
pub async fn update_password(password: String, new_password: String) -> Result<Goto, AppError> {
    use std::time::Instant;

    use crate::{
        error::{AllValid, OnField},
        model::{CurrentPassword, Flash, NewPassword, Value},
        server::{
            appwrite::create_session_client,
            auth::{
                limits::{self, Action, Subject},
                password,
                proof::{self, Brings},
                second_step, session,
            },
            request,
        },
    };

    let (old, new) = (
        CurrentPassword::parse(&password).on_field("password"),
        NewPassword::parse(&new_password).on_field("new_password"),
    )
        .all_valid()?;
    let visitor = session::account().await?;
    if let Some(goto) = password::missing(&visitor, "") {
        return Ok(goto);
    }
    password::is_not_personal(&new, &visitor.email).on_field("new_password")?;
    if let Some(goto) = proof::ask(Brings::Password, "/account/password").await? {
        return Ok(goto);
    }
    limits::attempt(Action::Guess, Some(Subject::Account(&visitor.id)))?;
    let client = create_session_client().await?;
    let account = client.account();
    let state = request::state()?;
    state.just_here.note_password(&visitor.id);
    let asked = Instant::now();
    let changed = account.update_password(&new, Some(&old)).await;
    let took = asked.elapsed();
    if changed.is_err() {
        state.just_here.forget_password(&visitor.id);
    }
    let changed = changed.on_field("new_password")?;
    second_step::note_password(&account, &changed).await;
    password::end_what_begins_with_the_one_before(&changed, took);
    limits::succeeded(Action::Guess, Subject::Account(&visitor.id));
    Ok(Goto::page_with("/account/security", Flash::PasswordChanged))
}

/// Sets the first password of an account that has none. Leads to `next`, or else to the security
/// page.
///
/// # Errors
///
/// As for [`update_password`].
#[server(prefix = "/api", endpoint = "account/set-password")]
pub async fn set_password(
    password: String,
    #[server(default)] next: String,
) -> Result<Goto, AppError> {
    use crate::{
        error::OnField,
        model::{Flash, NewPassword, Value},
        server::{
            appwrite::create_session_client,
            auth::{
                password as passwords,
                proof::{self, Brings},
                second_step, session,
            },
            request,
        },
    };

    let password = NewPassword::parse(&password).on_field("password")?;
    let visitor = session::account().await?;
    if visitor.is_guest() {
        return Ok(Goto::page("/account/upgrade"));
    }
    if visitor.has_password {
        return Ok(Goto::page("/account/password"));
    }
    if visitor.password_forgotten {
        // That page has it set with a link.
        return Ok(Goto::page("/account/password/new"));
    }
    passwords::is_not_personal(&password, &visitor.email).on_field("password")?;
    if let Some(goto) = proof::ask(Brings::Nothing, "/account/password/new").await? {
        return Ok(goto);
    }
    let client = create_session_client().await?;
    let account = client.account();
    let state = request::state()?;
    state.just_here.note_password(&visitor.id);
    let set = account.update_password(&password, None).await;
    if set.is_err() {
        state.just_here.forget_password(&visitor.id);
    }
    let set = set.on_field("password")?;
    second_step::note_password(&account, &set).await;
    if next.is_empty() {
        return Ok(Goto::page_with("/account/security", Flash::PasswordChanged));
    }
    Ok(Goto::back(&next))
}
