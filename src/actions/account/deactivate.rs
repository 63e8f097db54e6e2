use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Blocks the account, if the confirmation was typed, and signs out, here and everywhere else. Only the people who run the
/// site can restore it.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::SignedOut`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/deactivate")]
pub async fn deactivate(confirmation: String) -> Result<Goto, AppError> {
    use crate::{
        error::OnField,
        model::{Confirmation, Flash, Value},
        server::{
            appwrite::create_session_client,
            auth::{
                proof::{self, Brings},
                session,
            },
        },
    };

    Confirmation::parse(&confirmation).on_field("confirmation")?;
    if let Some(goto) = proof::ask(Brings::Nothing, "/account/deactivate").await? {
        return Ok(goto);
    }
    let client = create_session_client().await?;
    let account = client.account();
    // A blocked account can't end any, and they would all be back with the account.
    session::end_others(&account).await?;
    account.update_status().await?;
    session::forget()?;
    Ok(Goto::page_with("/signin", Flash::Deactivated))
}
