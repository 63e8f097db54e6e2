use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{error::AppError, model::Account};

/// The account of the visitor. On a page the guard has asked Appwrite already; elsewhere this does.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::MoreFactorsRequired`], [`AppError::Blocked`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account", input = GetUrl)]
pub async fn get_account() -> Result<Account, AppError> {
    use crate::server::{appwrite::create_session_client, request};

    if let Some(account) = request::visitor() {
        return Ok(account);
    }
    let client = create_session_client().await?;
    let account = client.account().get().await;
    account.map_err(|error| error.into_app_error())
}
