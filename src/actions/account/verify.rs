use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Sends an email with a link that verifies the visitor's address.
///
/// # Errors
///
/// [`AppError::RateLimited`], [`AppError::SwitchedOff`], [`AppError::SignedOut`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/send-email-verification")]
pub async fn send_email_verification() -> Result<Goto, AppError> {
    use crate::{
        model::Flash,
        server::{
            appwrite::create_session_client,
            auth::{
                flow::{self, Flow},
                proof,
                proved::{self, Proved},
                session,
                verification::{self, Sent},
            },
        },
    };

    let visitor = session::account().await?;
    let client = create_session_client().await?;
    match verification::send(&client.account(), &visitor).await? {
        Sent::Sent => {
            // So that the link's page knows that this browser has asked for it.
            flow::keep(Flow::Verification {
                user_id: visitor.id,
                to: visitor.email.clone(),
            })?;
            let sent = Flash::VerificationSent;
            Ok(Goto::page_about("/account", sent, &visitor.email))
        }
        Sent::NothingToDo => {
            if !proved::is_proved(&visitor, Proved::Email(&visitor.email))? {
                // Appwrite sends no link for an address that it calls verified.
                return proof::send_code_to_address(visitor, "/account").await;
            }
            Ok(Goto::page_with("/account", Flash::EmailVerified))
        }
    }
}

/// Sends a text message with a code that verifies the visitor's number.
///
/// # Errors
///
/// As for [`send_email_verification`].
#[server(prefix = "/api", endpoint = "account/send-phone-verification")]
pub async fn send_phone_verification() -> Result<Goto, AppError> {
    use crate::{
        model::Flash,
        server::{
            appwrite::create_session_client,
            auth::{
                flow::{self, Flow},
                session,
                verification::{self, Sent},
            },
        },
    };

    let visitor = session::account().await?;
    let client = create_session_client().await?;
    match verification::send_text(&client.account(), &visitor).await? {
        Sent::NothingToDo => Ok(Goto::page_with("/account", Flash::PhoneVerified)),
        Sent::Sent => {
            let id = flow::keep(Flow::PhoneVerification)?;
            Ok(flow::page("/account/phone/verify", &id))
        }
    }
}

/// Verifies the visitor's number with the code that was sent to it.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SignedOut`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/verify-phone")]
pub async fn verify_phone(code: String) -> Result<Goto, AppError> {
    use crate::{
        error::OnField,
        model::{Code, Flash, Value},
        server::{
            appwrite::create_session_client,
            auth::{
                flow::{self, Flow},
                limits::{self, Action, Subject},
                session,
            },
        },
    };

    let code = Code::parse(&code).on_field("code")?;
    let user_id = session::user_id().await?;
    limits::attempt(Action::Guess, Some(Subject::PhoneVerification(&user_id)))?;
    let client = create_session_client().await?;
    let verified = client
        .account()
        .update_phone_verification(&user_id, &code)
        .await;
    verified.on_field("code")?;
    limits::succeeded(Action::Guess, Subject::PhoneVerification(&user_id));
    flow::end_all(|flow| *flow == Flow::PhoneVerification)?;
    Ok(Goto::page_with("/account", Flash::PhoneVerified))
}
