//! Whoever comes through a provider, such as GitHub.

use super::{
    account::{is_anothers, visitor},
    take_over::{CameBy, start_from_provider, start_half, take_over, unlink},
};
use crate::{
    error::AppError,
    model::{Account, Goto, Identity},
    server::{
        appwrite::{NewSession, SessionAccount, SessionClient, create_session_client},
        auth::{
            owed,
            proved::{self, Proved},
            session,
        },
    },
};

/// As a code or link is the first proof, so is a provider that somebody comes by for the first time who
/// isn't signed in to the account. Signs them in here, and returns where they go first.
///
/// Appwrite has linked the provider's account and verified the address on the way here, and a code for
/// the address may have been its first proof before. Which of the linked accounts it was that they came by,
/// Appwrite doesn't say.
///
/// # Errors
///
/// [`AppError::FlowExpired`] if nobody can say which it was, so that they have to come again;
/// [`AppError::AddressUnproven`] if the account's address isn't proved, and is another than over there;
/// [`AppError::Unavailable`]. The person hasn't been signed in here then.
pub async fn at_provider(
    session: NewSession,
    provider: &str,
    then: Goto,
) -> Result<Goto, AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    let service = client.account();
    let account = match service.get().await.map_err(AppError::from) {
        Err(AppError::MoreFactorsRequired) => {
            let came_by = owed::CameBy::Provider(provider.to_owned());
            return start_half(session, &came_by, then).await;
        }
        account => account?,
    };
    let identities = service.list_identities().await?;
    let here: Vec<_> = identities
        .iter()
        .filter(|it| it.provider == provider)
        .collect();
    if here.is_empty() {
        // Somebody has unlinked it at this very moment.
        session::discard(&session).await;
        return Err(AppError::FlowExpired);
    }
    let is_address_proved = proved::is_proved(&account, Proved::Email(&account.email))?;
    if visitor(&account.id).await.is_some() {
        note_own(&service, &account, &here).await?;
        start_from_provider(session, &account.email).await?;
        return Ok(then);
    }
    let mut new = Vec::new();
    for identity in &here {
        if !proved::is_proved(&account, Proved::Identity(&identity.id))? {
            new.push(*identity);
        }
    }
    match new[..] {
        [] => {
            // Whoever has come may have another account there, with this address, which somebody has
            // unlinked in the meantime.
            let is_known = is_address_proved
                || account.email.is_empty()
                || here.iter().any(|it| !is_anothers(it, &account));
            if !is_known {
                session::discard(&session).await;
                return Err(AppError::AddressUnproven);
            }
            start_from_provider(session, &account.email).await?;
            Ok(then)
        }
        [identity] if !is_anothers(identity, &account) => {
            if !is_address_proved {
                return take_over(session, CameBy::Provider(identity), then).await;
            }
            note_own(&service, &account, &here).await?;
            start_from_provider(session, &account.email).await?;
            Ok(then)
        }
        // Somebody has moved the account to another address at this very moment, or there are several.
        // Next time, the one that they come by is the only one that's new.
        _ => {
            unlink(&service, &new).await?;
            session::discard(&session).await;
            Err(AppError::FlowExpired)
        }
    }
}

/// Notes that the visitor has linked their accounts at this provider.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::MoreFactorsRequired`], [`AppError::Unavailable`].
pub async fn linked(visitor: &Account, provider: &str) -> Result<(), AppError> {
    let client = create_session_client().await?;
    let service = client.account();
    let identities = service.list_identities().await?;
    let here: Vec<_> = identities
        .iter()
        .filter(|it| it.provider == provider)
        .collect();
    note_own(&service, visitor, &here).await
}

/// Notes those of the linked accounts that are the account owner's for sure: they have its address, which
/// is proved. A session alone says little. Anybody can sign up with anybody's address, and then Appwrite
/// links its owner's accounts.
async fn note_own(
    service: &SessionAccount<'_>,
    account: &Account,
    linked: &[&Identity],
) -> Result<(), AppError> {
    if !proved::is_proved(account, Proved::Email(&account.email))? {
        return Ok(());
    }
    let own = linked.iter().filter(|it| !is_anothers(it, account));
    let own: Vec<_> = own.map(|it| Proved::Identity(&it.id)).collect();
    proved::add(service, account, &own).await
}
