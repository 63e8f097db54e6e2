//! Whether a password, or an answer to a second step that was sent by text message or email, is enough.
//!
//! Nobody sets up an authenticator app for somebody else, or gives them a recovery code. But whoever makes
//! an account with somebody's address can make that person's own number its second step, and the
//! account shows nothing before that's passed. So then it matters how they have passed the first step, and who
//! else has a way in.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    coming::Coming,
    cookie::CookieKey,
    proved::{self, Proved},
    ways_in::{has_live_links, other_sessions},
};
use crate::{
    model::{Account, Session},
    server::appwrite::{AppwriteError, Id, SessionAccount, or_gone},
};

/// How somebody has come whose session owes the answer to its second step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FirstStep {
    /// With the password, typed at this moment of Appwrite's clock, or later.
    Password(Option<OffsetDateTime>),
    /// With what was sent to [this address](proved::sent_to).
    Mailbox(String),
    /// By an account at this provider.
    Provider(String, Coming),
}

/// What both steps together say of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They're the account's owner.
    Known,
    /// Others may be.
    Unproven,
    /// Nobody can say anymore: the account has changed since they came.
    Changed,
}

impl Verdict {
    fn known_if(is_known: bool) -> Self {
        if is_known {
            Self::Known
        } else {
            Self::Unproven
        }
    }
}

/// Whether somebody who has come this way, and answered with one of these factors, is known to be the
/// account's owner. With a password, everything else is closed first that may be somebody else's
/// way in.
///
/// # Errors
///
/// What Appwrite said.
pub async fn judge(
    key: &CookieKey,
    service: &SessionAccount<'_>,
    account: &Account,
    first_step: &FirstStep,
    factors: &HashSet<String>,
) -> Result<Verdict, AppwriteError> {
    if factors.contains("totp") || factors.contains("recoveryCode") {
        return Ok(Verdict::Known);
    }
    let is_noted = |what| proved::is_noted(key, account, what);
    let is_address_noted = is_noted(Proved::Email(&account.email));
    let is_known = match first_step {
        FirstStep::Password(typed) if !is_of_now(account, *typed) => return Ok(Verdict::Changed),
        FirstStep::Password(_) => {
            is_password_known(key, account) || close_others(key, service, factors).await?
        }
        FirstStep::Mailbox(sent_to) => {
            is_address_noted && proved::sent_to_with(key, &account.email) == *sent_to
        }
        FirstStep::Provider(provider, coming) => {
            let identities = service.list_identities().await?;
            let Some(identity) = coming.by(&identities, provider) else {
                return Ok(Verdict::Changed);
            };
            let is_noted = is_noted(Proved::Identity(&identity.id));
            (is_noted && is_address_noted)
                || (account.has_address_of(identity) && (is_noted || is_address_noted))
        }
    };
    Ok(Verdict::known_if(is_known))
}

/// How long a password is one that somebody may just have set with a link.
const JUST_SET: Duration = Duration::days(7);

/// How far apart the dates of an account and of its first password are, at most. Appwrite takes them one after the
/// other.
const SIGNED_UP_WITHIN: Duration = Duration::SECOND;

/// How long a session may take to begin, once somebody has typed the password.
const HASHED_WITHIN: Duration = Duration::minutes(1);

/// Whether whoever has the password is the account's owner, or whoever made it: it was set long ago, or
/// when they signed up, or [noted](note_password) when it was set here. Otherwise a link can have set it,
/// while the account [hid](super::first_proof) who else has a way in.
fn is_password_known(key: &CookieKey, account: &Account) -> bool {
    let is_noted = |what| proved::is_noted(key, account, what);
    if is_noted(Proved::Email(&account.email)) || is_noted(Proved::Password(&account.password_set))
    {
        return true;
    }
    let Ok(set) = OffsetDateTime::parse(&account.password_set, &Rfc3339) else {
        return false;
    };
    let registered = OffsetDateTime::parse(&account.registered, &Rfc3339);
    registered.is_ok_and(|registered| (set - registered).abs() <= SIGNED_UP_WITHIN)
        || OffsetDateTime::now_utc() - set >= JUST_SET
}

/// Notes that the password which an account has just got is known to be its owner's. If that fails, other ways
/// in are closed when somebody signs in with it.
pub async fn note_password(service: &SessionAccount<'_>, account: &Account) {
    let password = Proved::Password(&account.password_set);
    if let Err(error) = proved::add(service, account, &[password]).await {
        tracing::warn!(?error, "a new password could not be noted");
    }
}

/// What there is to do for somebody who has signed in with the password alone.
pub enum ByPassword {
    /// Nothing.
    Known,
    /// Nothing anymore: other ways in have been closed.
    Closed,
    /// They can't be let in. There's more to the account than can be taken away.
    Unproven,
    /// They can't be let in. The account has got another password since they typed theirs.
    Changed,
}

/// Looks whether somebody who has signed in with the password alone, [typed then](FirstStep::Password), is
/// known, and if not, closes other ways in.
///
/// # Errors
///
/// What Appwrite said.
pub async fn by_password(
    key: &CookieKey,
    service: &SessionAccount<'_>,
    account: &Account,
    typed: Option<OffsetDateTime>,
) -> Result<ByPassword, AppwriteError> {
    if !is_of_now(account, typed) {
        return Ok(ByPassword::Changed);
    }
    if is_password_known(key, account) {
        return Ok(ByPassword::Known);
    }
    Ok(if close_others(key, service, &HashSet::new()).await? {
        ByPassword::Closed
    } else {
        ByPassword::Unproven
    })
}

/// Whether a password that was typed then, or later, is the one that the account has now, and not an earlier
/// one, which Appwrite was still hashing when this one was set.
fn is_of_now(account: &Account, typed: Option<OffsetDateTime>) -> bool {
    let set = OffsetDateTime::parse(&account.password_set, &Rfc3339).ok();
    typed.zip(set).is_some_and(|(typed, set)| typed > set)
}

/// The same for the one that a session began with, as far as that's sure.
fn began_with(account: &Account, session: &Session) -> bool {
    let began = OffsetDateTime::parse(&session.created, &Rfc3339).ok();
    session.by_password && is_of_now(account, began.map(|began| began - HASHED_WITHIN))
}

/// How often to look again. Somebody else may be changing the account meanwhile.
const LOOKS: usize = 4;

/// Closes what somebody else may get into the account by, who doesn't know its password: accounts at
/// providers, and sessions that didn't begin with the password. Its owner may just have set that with a link.
/// Returns whether that leaves nothing.
///
/// After a second step, others' second steps can stay. They open nothing alone.
async fn close_others(
    key: &CookieKey,
    service: &SessionAccount<'_>,
    second_step: &HashSet<String>,
) -> Result<bool, AppwriteError> {
    for _ in 0..LOOKS {
        let (account, theirs) = futures::try_join!(service.get(), service.list_mfa_factors())?;
        let has_app = theirs.totp || theirs.recovery_code;
        // A number that was just sent a code is their own.
        let has_number = !account.phone.is_empty() && !second_step.contains("phone");
        let takes_one_step = second_step.is_empty();
        let has_links = has_live_links(&account);
        if has_number || (takes_one_step && has_links) || (has_app && (takes_one_step || has_links))
        {
            return Ok(false);
        }
        let identities = service.list_identities().await?;
        // Afterwards: somebody may have signed in by one of those and unlinked it.
        let mut strange = other_sessions(service).await?;
        strange.retain(|it| !began_with(&account, it));
        if identities.is_empty() && strange.is_empty() {
            let known = proved::with_key(key, &account, &[Proved::Password(&account.password_set)]);
            service.note_proved(&known).await?;
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
