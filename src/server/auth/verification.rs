//! Links that verify an email address.

use super::{
    limits::{self, Action, Subject},
    proved,
};
use crate::{
    error::AppError,
    model::Account,
    server::{
        appwrite::{NewSession, SessionAccount, SessionClient},
        request,
    },
};

/// What came of sending a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It's on its way.
    Sent,
    /// The address is verified already.
    NothingToDo,
}

/// Sends a link to the address of an account. Its parameter `to` says [which](proved::as_it_is): Appwrite
/// itself sends it to whatever address the account has by then.
///
/// # Errors
///
/// [`AppError::SwitchedOff`], [`AppError::SignedOut`], [`AppError::Unavailable`].
pub async fn send(service: &SessionAccount<'_>, account: &Account) -> Result<Sent, AppError> {
    let link = format!("/verify?to={}", proved::as_it_is(account)?);
    let link = request::address_of(&link)?;
    match service.create_email_verification(&link).await {
        Err(error) if error.is_conflict() => Ok(Sent::NothingToDo),
        sent => {
            sent?;
            Ok(Sent::Sent)
        }
    }
}

/// Sends one to the address of an account that has just been created, or has just got its address, and
/// returns whether it's on its way. If not, perhaps because the address has had enough of them, there's a
/// button on the account's page.
pub async fn welcome(service: &SessionAccount<'_>, email: &str) -> bool {
    // Any number of accounts can have had the address.
    if limits::attempt(Action::Send, Some(Subject::Typed(email))).is_err() {
        return false;
    }
    let sent = async { send(service, &service.get().await?).await };
    match sent.await {
        Ok(sent) => sent == Sent::Sent,
        Err(error) => {
            tracing::warn!(?error, "a new address got no link to verify it");
            false
        }
    }
}

/// As [`welcome`], for the account of a session that isn't this request's yet.
pub async fn welcome_to(session: &NewSession, email: &str) -> bool {
    match SessionClient::with_secret(&session.secret) {
        Ok(client) => welcome(&client.account(), email).await,
        Err(_) => false,
    }
}
