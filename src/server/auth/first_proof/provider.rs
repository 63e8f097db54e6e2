//! Whoever comes through a provider, such as GitHub.

use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::take_over::{CameBy, start_from_provider, start_half, take_over, unlink};
use crate::{
    error::AppError,
    model::{Account, Goto, Identity},
    server::{
        appwrite::{NewSession, SessionAccount, SessionClient, create_session_client},
        auth::{
            coming::Coming,
            proved::{self, Proved},
            second_step::FirstStep,
            session,
        },
    },
};

/// As a code or link is the first proof, so is a provider that somebody comes by for the first time who
/// isn't signed in to the account. Signs them in here, and returns where they go first. `None` if nobody
/// can say by which of the linked accounts they came: they haven't been signed in then, and have
/// to come again.
///
/// Appwrite has linked the provider's account and verified the address on the way here, and a code for
/// the address may have been its first proof before.
///
/// # Errors
///
/// [`AppError::AddressUnproven`] if the account's address is another than over there, and it isn't noted
/// that both are its owner's; [`AppError::Unavailable`]. The person hasn't been signed in here then.
pub async fn at_provider(
    session: NewSession,
    provider: &str,
    secret: &str,
    then: Goto,
) -> Result<Option<Goto>, AppError> {
    let Some(coming) = Coming::of(secret, session.created) else {
        session::discard(&session).await;
        return Ok(None);
    };
    let known = match know(&session, provider, &coming).await {
        Ok(Some(known)) => known,
        nobody => {
            session::discard(&session).await;
            return nobody.map(|_| None);
        }
    };
    match known {
        Known::Hidden => {
            let first_step = FirstStep::Provider(provider.to_owned(), coming);
            start_half(session, &first_step, then).await.map(Some)
        }
        Known::For(address) => {
            start_from_provider(session, &address).await?;
            Ok(Some(then))
        }
        Known::ForTheFirstTime { identity, is_new } => {
            match take_over(session, CameBy::Provider(&identity), is_new, then).await {
                // It has changed at this very moment.
                Err(AppError::FlowExpired) => Ok(None),
                taken_over => taken_over.map(Some),
            }
        }
    }
}

/// As whom the app knows somebody who has come through a provider.
enum Known {
    /// A second step hides that.
    Hidden,
    /// As the owner of an account with this address.
    For(String),
    /// As the owner of an account that has to be made theirs, by this linked account.
    ForTheFirstTime { identity: Identity, is_new: bool },
}

/// How long it takes Appwrite at most from making an account to linking who it has made it for.
const LINKED_WITHIN: Duration = Duration::milliseconds(100);

/// Whether Appwrite has made this account for whoever has come by this one. If it takes longer, it looks as if it
/// had been there before.
fn is_made_for(identity: &Identity, account: &Account) -> bool {
    let date = |date| OffsetDateTime::parse(date, &Rfc3339).ok();
    let dates = date(&identity.linked).zip(date(&account.registered));
    dates.is_some_and(|(linked, registered)| (linked - registered).abs() <= LINKED_WITHIN)
}

/// Finds out by which of the linked accounts somebody has come, and whether that's enough. `None` if nobody
/// can say which it was.
async fn know(
    session: &NewSession,
    provider: &str,
    coming: &Coming,
) -> Result<Option<Known>, AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    let service = client.account();
    let account = match service.get().await.map_err(AppError::from) {
        Err(AppError::MoreFactorsRequired) => return Ok(Some(Known::Hidden)),
        account => account?,
    };
    let identities = service.list_identities().await?;
    let Some(identity) = coming.by(&identities, provider) else {
        return Ok(None);
    };
    let is_new = coming.was_at(&identity.linked);
    let is_visitor = session::account_of(&account.id).await.is_some();
    let is_noted = proved::is_proved(&account, Proved::Identity(&identity.id))?;
    let is_address_proved = proved::is_proved(&account, Proved::Email(&account.email))?;
    let has_its_address = account.has_address_of(identity);
    let is_settled = is_noted && (is_address_proved || account.email.is_empty());
    if !(is_visitor || has_its_address || is_settled) {
        // If it's new, Appwrite has led them here by an address that somebody has linked, or that the
        // account had until now.
        if is_new && !is_noted {
            unlink(&service, &[identity]).await?;
        }
        return Err(AppError::AddressUnproven);
    }
    if !(is_visitor || is_noted || is_address_proved) {
        return Ok(Some(Known::ForTheFirstTime {
            is_new: is_new && is_made_for(identity, &account),
            identity: identity.clone(),
        }));
    }
    if has_its_address {
        note(&service, &account, identity).await?;
    }
    Ok(Some(Known::For(account.email)))
}

/// The account at a provider that this session was made for, in exchange for this secret, if it's linked to
/// the visitor's, and nobody else can have come by it.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::MoreFactorsRequired`], [`AppError::Unavailable`].
pub async fn linked(
    session: &NewSession,
    provider: &str,
    secret: &str,
) -> Result<Option<Identity>, AppError> {
    let client = create_session_client().await?;
    let identities = client.account().list_identities().await?;
    let coming = Coming::of(secret, session.created);
    Ok(coming.and_then(|coming| coming.by(&identities, provider).cloned()))
}

/// Notes that the visitor has come by this account. If it has another address than theirs here, they have to
/// have [proved](super::super::proof) that they're more than somebody with a session.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::MoreFactorsRequired`], [`AppError::Unavailable`].
pub async fn note_linked(visitor: &Account, identity: &Identity) -> Result<(), AppError> {
    let client = create_session_client().await?;
    note(&client.account(), visitor, identity).await
}

/// Notes the account that somebody has just come by, if the address of theirs here is proved. A session
/// alone says little. Anybody can sign up with anybody's address, and then Appwrite links its owner's
/// accounts.
async fn note(
    service: &SessionAccount<'_>,
    account: &Account,
    identity: &Identity,
) -> Result<(), AppError> {
    if !proved::is_proved(account, Proved::Email(&account.email))? {
        return Ok(());
    }
    proved::add(service, account, &[Proved::Identity(&identity.id)]).await
}
