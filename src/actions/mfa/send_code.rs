use leptos::prelude::*;

use crate::error::AppError;

/// Sends a code for the second step, by e-mail or text message.
///
/// # Errors
///
/// [`AppError::BadRequest`] for a factor that nothing is sent for, [`AppError::SignedOut`],
/// [`AppError::RateLimited`], [`AppError::SwitchedOff`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "mfa/send")]
pub async fn send_mfa_code(
    factor: String,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use crate::{
        model::{Factor, Form, return_to},
        server::{
            appwrite::create_session_client,
            auth::{
                flow::{self, Flow},
                limits::{self, Action},
                session,
            },
        },
    };

    let factor = match Factor::from_name(&factor) {
        Some(factor @ (Factor::Email | Factor::Phone)) => factor,
        _ => return Err(AppError::BadRequest),
    };
    limits::attempt(Action::Send, Some(&session::user_id().await?))?;
    let client = create_session_client().await?;
    let made = client.account().create_mfa_challenge(factor).await;
    flow::keep(&Flow::Challenge {
        id: made.map_err(|error| error.into_app_error())?,
        factor,
        next: return_to(&next).to_owned(),
    })?;
    Ok(Form::MfaCode.path().to_owned())
}
