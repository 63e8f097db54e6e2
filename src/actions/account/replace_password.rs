use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Keeps a password that was set before the account's address was proved: whoever knows it has set
/// it. Leads to `next`.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SignedOut`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/keep-password")]
pub async fn keep_password(
    password: String,
    #[server(default)] next: String,
) -> Result<Goto, AppError> {
    use crate::{
        error::OnField,
        model::{CurrentPassword, Value},
        server::auth::first_proof,
    };

    let password = CurrentPassword::parse(&password).on_field("password")?;
    first_proof::keep_password(&password).await?;
    Ok(Goto::back(&next))
}

/// Gives up such a password, which may be a stranger's. Leads to `next`.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/give-up-password")]
pub async fn give_up_password(#[server(default)] next: String) -> Result<Goto, AppError> {
    use crate::server::auth::first_proof;

    first_proof::give_up_password().await?;
    Ok(Goto::back(&next))
}
