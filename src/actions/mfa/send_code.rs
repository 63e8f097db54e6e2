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
        model::{Account, return_to},
        server::{
            appwrite::create_session_client,
            auth::{
                flow::{self, Flow},
                limits::{self, Action, Subject},
                mfa, session, verification,
            },
        },
    };

    if !matches!(factor, Factor::Email | Factor::Phone) {
        return Err(AppError::BadRequest);
    }
    if !mfa::factors().await?.has(factor) {
        return Err(AppError::BadRequest);
    }
    let owner = session::owner().await?;
    let sender = Subject::SecondStep(&owner.user_id);
    let receiver = |account: &Account| match factor {
        Factor::Phone => account.phone.clone(),
        _ => account.email.clone(),
    };
    // Half a session doesn't show who gets it.
    match &owner.account {
        Some(account) => limits::send_from(sender, &receiver(account))?,
        None => limits::attempt(Action::Send, Some(sender))?,
    }
    let client = create_session_client().await?;
    let service = client.account();
    let challenge = service.create_mfa_challenge(factor).await?;
    if let Some(account) = &owner.account {
        verification::count_receiver(&service, sender, account, receiver).await;
    }
    let id = flow::keep(Flow::Challenge {
        id: challenge,
        factor,
        next: return_to(&next).to_owned(),
    })?;
    Ok(flow::page("/mfa/code", &id))
}
