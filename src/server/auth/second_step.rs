//! Whether an answer to a second step that was sent by text message or email is enough.
//!
//! Nobody sets up an authenticator app for somebody else, or gives them a recovery code. But whoever makes
//! an account with somebody's address can make that person's own number its second step, and the
//! account shows nothing before that's passed. So then it matters how they have passed the first step, and who
//! else has a way in.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{
    coming::Coming,
    cookie::CookieKey,
    proved::{self, Proved},
    ways_in::has_live_links,
};
use crate::{
    model::Account,
    server::appwrite::{AppwriteError, Id, SessionAccount, or_gone},
};

/// How somebody has come whose session owes the answer to its second step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FirstStep {
    /// With the password.
    Password,
    /// With what was sent to [this address](proved::sent_to).
    Mailbox(String),
    /// By an account at this provider.
    Provider(String, Coming),
}

/// Whether somebody who has come this way, and answered with one of these factors, is known to be the
/// account's owner. With a password, everything else is closed first that may be somebody else's
/// way in.
///
/// # Errors
///
/// What Appwrite said.
pub async fn is_enough(
    key: &CookieKey,
    service: &SessionAccount<'_>,
    account: &Account,
    first_step: &FirstStep,
    factors: &HashSet<String>,
) -> Result<bool, AppwriteError> {
    if factors.contains("totp") || factors.contains("recoveryCode") {
        return Ok(true);
    }
    let is_noted = |what| proved::is_noted(key, account, what);
    let is_address_noted = is_noted(Proved::Email(&account.email));
    match first_step {
        FirstStep::Password if is_address_noted => Ok(true),
        FirstStep::Password => close_others(service, factors).await,
        FirstStep::Mailbox(sent_to) => {
            Ok(is_address_noted && proved::sent_to_with(key, &account.email) == *sent_to)
        }
        FirstStep::Provider(provider, coming) => {
            let identities = service.list_identities().await?;
            Ok(coming.by(&identities, provider).is_some_and(|it| {
                let is_noted = is_noted(Proved::Identity(&it.id));
                (is_noted && is_address_noted)
                    || (account.has_address_of(it) && (is_noted || is_address_noted))
            }))
        }
    }
}

/// How often to look again. Somebody else may be changing the account meanwhile.
const LOOKS: usize = 4;

/// Closes what somebody else may get into the account by, who doesn't know its password: accounts at
/// providers, and sessions that didn't begin with the password. Its owner may just have set that with a link.
/// Returns whether that leaves nothing.
///
/// A second step of theirs can stay. It opens nothing alone.
async fn close_others(
    service: &SessionAccount<'_>,
    factors: &HashSet<String>,
) -> Result<bool, AppwriteError> {
    for _ in 0..LOOKS {
        let (account, theirs) = futures::try_join!(service.get(), service.list_mfa_factors())?;
        // A number that was just sent a code is their own.
        let has_others_number = !account.phone.is_empty() && !factors.contains("phone");
        if (theirs.totp || theirs.recovery_code) && (has_live_links(&account) || has_others_number)
        {
            return Ok(false);
        }
        let identities = service.list_identities().await?;
        // Afterwards: somebody may have signed in by one of those and unlinked it.
        let sessions = service.list_sessions().await?;
        let mut strange = sessions;
        strange.retain(|it| !it.current && !it.by_password);
        if identities.is_empty() && strange.is_empty() {
            return Ok(true);
        }
        for id in identities.iter().filter_map(|it| Id::parse(&it.id)) {
            or_gone(service.delete_identity(&id).await)?;
        }
        for id in strange.iter().filter_map(|it| Id::parse(&it.id)) {
            or_gone(service.delete_session(&id).await)?;
        }
    }
    tracing::warn!("somebody else keeps changing an account whose owner has come");
    Ok(false)
}
