use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Changes the phone number, and sends a code to verify the new one. If that can't be sent, the number
/// is saved all the same.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SignedOut`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/update-phone")]
pub async fn update_phone(phone: String, password: String) -> Result<Goto, AppError> {
    use crate::{
        error::{AllValid, OnField},
        model::{Account, CurrentPassword, Flash, Phone, Problem, Value},
        server::{
            appwrite::create_session_client,
            auth::{
                flow::{self, Flow},
                limits::{self, Action, Subject},
                password,
                proof::{self, Brings},
                proved, session,
                verification::{self, Sent},
            },
        },
    };

    const PAGE: &str = "/account/phone";
    let (phone, password) = (
        Phone::parse(&phone).on_field("phone"),
        CurrentPassword::parse(&password).on_field("password"),
    )
        .all_valid()?;
    let visitor = session::account().await?;
    if let Some(goto) = password::missing(&visitor, PAGE) {
        return Ok(goto);
    }
    // Appwrite would say that an account has it, and not that it's this one.
    if *phone == visitor.phone {
        return Err(AppError::field("phone", Problem::PhoneUnchanged));
    }
    if let Some(goto) = proof::ask(Brings::Password, PAGE).await? {
        return Ok(goto);
    }
    limits::attempt(Action::Guess, Some(Subject::Account(&visitor.id)))?;
    let client = create_session_client().await?;
    let account = client.account();
    proved::note_set_here(&account, &visitor, &phone).await;
    account
        .update_phone(&phone, &password)
        .await
        .on_field("phone")?;
    limits::succeeded(Action::Guess, Subject::Account(&visitor.id));
    let visitor = Account {
        phone: phone.to_string(),
        ..visitor
    };
    if verification::send_text(&account, &visitor).await == Ok(Sent::Sent) {
        let id = flow::keep(Flow::PhoneVerification)?;
        return Ok(flow::page("/account/phone/verify", &id));
    }
    Ok(Goto::page_with("/account", Flash::PhoneChanged))
}
