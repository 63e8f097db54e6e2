//! Links that verify an email address, and codes that verify a phone number.

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
    /// The address or number is verified already.
    NothingToDo,
}

/// Sends a link to the address of an account, if that may get another one. Its parameter `to` says
/// [which](proved::as_it_is): Appwrite itself sends it to whatever address the account has by then.
///
/// # Errors
///
/// [`AppError::RateLimited`], [`AppError::SwitchedOff`], [`AppError::SignedOut`],
/// [`AppError::Unavailable`].
pub async fn send(service: &SessionAccount<'_>, account: &Account) -> Result<Sent, AppError> {
    if account.email_verified {
        return Ok(Sent::NothingToDo);
    }
    let sender = Subject::Account(&account.id);
    limits::send_from(sender, &account.email)?;
    let link = format!("/verify?to={}", proved::as_it_is(account)?);
    let link = request::address_of(&link)?;
    match service.create_email_verification(&link).await {
        Err(error) if error.is_conflict() => Ok(Sent::NothingToDo),
        sent => {
            sent?;
            count_receiver(service, sender, account, |it| it.email.clone()).await;
            Ok(Sent::Sent)
        }
    }
}

/// Sends a code to the number of an account, if that may get another one.
///
/// # Errors
///
/// As for [`send`].
pub async fn send_text(service: &SessionAccount<'_>, account: &Account) -> Result<Sent, AppError> {
    let sender = Subject::Account(&account.id);
    limits::send_from(sender, &account.phone)?;
    match service.create_phone_verification().await {
        Err(error) if error.is_conflict() => Ok(Sent::NothingToDo),
        sent => {
            sent?;
            count_receiver(service, sender, account, |it| it.phone.clone()).await;
            Ok(Sent::Sent)
        }
    }
}

/// Counts a message that an account has sent for whoever got it, too: Appwrite sends it to whatever address
/// or number the account has by then, which may be another than the one it has been counted for. Whoever
/// changes it at that very moment sends no more for a while: it may have changed back since.
pub async fn count_receiver(
    service: &SessionAccount<'_>,
    sender: Subject<'_>,
    before: &Account,
    receiver: impl Fn(&Account) -> String,
) {
    let Ok(now) = service.get().await else {
        return;
    };
    let got = receiver(&now);
    if got == receiver(before) && now.email_changed == before.email_changed {
        return;
    }
    tracing::warn!("an account got another address while it sent a message");
    // It has been sent, whether or not that was one too many.
    let _ = limits::also_sent_to(&got);
    limits::use_up(Action::Send, sender);
}

/// Sends one to the address of an account that has just been created, or has just got its address, and
/// returns whether it's on its way. If not, perhaps because the address has had enough of them, there's a
/// button on the account's page.
pub async fn welcome(service: &SessionAccount<'_>) -> bool {
    let sent = async { send(service, &service.get().await?).await };
    match sent.await {
        Ok(sent) => sent == Sent::Sent,
        Err(AppError::RateLimited(_)) => false,
        Err(error) => {
            tracing::warn!(?error, "a new address got no link to verify it");
            false
        }
    }
}

/// As [`welcome`], for the account of a session that isn't this request's yet.
pub async fn welcome_to(session: &NewSession) -> bool {
    match SessionClient::with_secret(&session.secret) {
        Ok(client) => welcome(&client.account()).await,
        Err(_) => false,
    }
}
