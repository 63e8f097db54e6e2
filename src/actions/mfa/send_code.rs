use leptos::prelude::*;

use crate::{
    error::AppError,
    model::{Factor, Goto},
};

/// Sends a code for the second step, by email or text message. Leads to the page where it's
/// entered, and from there to `next`.
///
/// # Errors
///
/// [`AppError::BadRequest`] for a factor that needs no code sent, or that isn't accepted;
/// [`AppError::SignedOut`],
/// [`AppError::RateLimited`], [`AppError::SwitchedOff`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "mfa/send")]
pub async fn send_mfa_code(
    factor: Factor,
    #[server(default)] next: String,
) -> Result<Goto, AppError> {
    use crate::{
        model::return_to,
        server::{
            appwrite::create_session_client,
            auth::{
                flow::{self, Flow},
                limits::{self, Action, Subject},
                mfa, session,
            },
        },
    };

    if !matches!(factor, Factor::Email | Factor::Phone) {
        return Err(AppError::BadRequest);
    }
    if !mfa::factors().await?.has(factor) {
        return Err(AppError::BadRequest);
    }
    let user_id = session::user_id().await?;
    limits::attempt(Action::Send, Some(Subject::SecondStep(&user_id)))?;
    let client = create_session_client().await?;
    let id = flow::keep(Flow::Challenge {
        id: client.account().create_mfa_challenge(factor).await?,
        factor,
        next: return_to(&next).to_owned(),
    })?;
    Ok(flow::page("/mfa/code", &id))
}
