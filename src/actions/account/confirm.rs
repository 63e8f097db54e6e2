use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Confirms with the password that the account is the visitor's, for a change that needs it. Leads
/// to `next`.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SignedOut`],
/// [`AppError::Unavailable`]; [`AppError::ProofRequired`] if it takes something else.
#[server(prefix = "/api", endpoint = "account/confirm")]
pub async fn confirm_with_password(
    password: String,
    #[server(default)] next: String,
) -> Result<Goto, AppError> {
    use crate::{
        error::OnField,
        model::{CurrentPassword, Value},
        server::auth::proof,
    };

    let password = CurrentPassword::parse(&password).on_field("password")?;
    proof::take_password(&password).await?;
    Ok(Goto::back(&next))
}

/// Sends a code for the same to the account's verified address, or to its number if there's no
/// address. Leads to the page where it's entered, and from there to `next`.
///
/// # Errors
///
/// [`AppError::RateLimited`], [`AppError::SwitchedOff`], [`AppError::SignedOut`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/confirm/send")]
pub async fn send_confirmation_code(#[server(default)] next: String) -> Result<Goto, AppError> {
    use crate::server::auth::proof;

    proof::send_code(&next).await
}

/// Confirms it with the code that was sent, in the flow with this ID.
///
/// # Errors
///
/// As for [`confirm_with_password`].
#[server(prefix = "/api", endpoint = "account/confirm/code")]
pub async fn confirm_with_code(
    code: String,
    #[server(default)] flow: String,
) -> Result<Goto, AppError> {
    use crate::{
        error::OnField,
        model::{Code, Value},
        server::auth::proof,
    };

    let code = Code::parse(&code).on_field("code")?;
    proof::take_code(&code, &flow).await
}
