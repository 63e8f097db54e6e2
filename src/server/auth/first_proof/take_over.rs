//! Signs in whoever has come, after making the account theirs: every way in but their own is closed.

use super::account::has_more_than_a_password;
use crate::{
    error::AppError,
    model::{Account, Flash, Goto, Identity},
    server::{
        appwrite::{Id, NewSession, SessionAccount, SessionClient, create_admin_client},
        auth::{
            owed::{self, Decision, Owed},
            password,
            proved::{self, Proved},
            session,
        },
        http::links::with_next,
    },
};

/// Begins half a session, which nothing but its second step completes.
pub(super) async fn start_half(session: NewSession, then: Goto) -> Result<Goto, AppError> {
    owed::note(&session.secret, &Owed::SecondStep)?;
    session::start(session).await?;
    Ok(then)
}

/// Begins the session of somebody who has come through a provider to an account with this address.
pub(super) async fn start_from_provider(
    session: NewSession,
    address: &str,
) -> Result<(), AppError> {
    owed::note_address(&session.secret, address)?;
    session::start(session).await
}

/// How the owner of an account has come.
#[derive(Clone, Copy, Debug)]
pub(super) enum CameBy<'a> {
    /// With what was sent to this address.
    Mailbox(&'a str),
    /// By an account at a provider that has the same address as theirs here. Appwrite has just linked it.
    Provider(&'a Identity),
}

impl CameBy<'_> {
    fn address(&self) -> &str {
        match self {
            Self::Mailbox(address) => address,
            Self::Provider(identity) => &identity.email,
        }
    }

    /// Whether it's the account at a provider that they came by.
    fn is_by(&self, identity: &Identity) -> bool {
        matches!(self, Self::Provider(own) if own.id == identity.id)
    }
}

impl From<CameBy<'_>> for owed::CameBy {
    fn from(came_by: CameBy<'_>) -> Self {
        match came_by {
            CameBy::Mailbox(address) => Self::Mailbox(address.to_owned()),
            CameBy::Provider(identity) => Self::Identity(identity.id.clone()),
        }
    }
}

/// Makes the account of somebody who has just signed in theirs, and signs them in here. They get a new
/// session, if others may have had one.
pub(super) async fn take_over(
    session: NewSession,
    came_by: CameBy<'_>,
    then: Goto,
) -> Result<Goto, AppError> {
    let taken_over = take_over_at_once(session, came_by, then).await;
    taken_over.map_err(|error| match error {
        // Somebody else has come at the same moment, perhaps the owner on another device, and has ended it.
        AppError::SignedOut => AppError::FlowExpired,
        error => error,
    })
}

async fn take_over_at_once(
    session: NewSession,
    came_by: CameBy<'_>,
    then: Goto,
) -> Result<Goto, AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    let service = client.account();
    if only_sessions(&service, came_by).await?.is_some()
        && session::end_others(&service).await.is_ok()
        // Until then, whoever had one may have added something.
        && let Some(account) = only_sessions(&service, came_by).await?
    {
        let proved = proof(came_by, Password::IsNew);
        proved::add(&service, &account, &[proved]).await?;
        start(session, came_by).await?;
        return Ok(then);
    }
    let user = Id::parse(&session.user_id).ok_or(AppError::Internal)?;
    let (session, account) = close(&user, came_by, Password::MayBeAStrangers).await?;
    if account.has_password {
        let decision = Decision {
            password_set: account.password_set,
            came_by: came_by.into(),
        };
        owed::note(&session.secret, &Owed::Decision(decision))?;
    }
    start(session, came_by).await?;
    Ok(if account.has_password {
        Goto::page(with_next(password::REPLACE, then.path()))
    } else {
        Goto::page_with(then.path(), Flash::OthersEnded)
    })
}

/// Begins the session of somebody who has come this way.
async fn start(session: NewSession, came_by: CameBy<'_>) -> Result<(), AppError> {
    match came_by {
        CameBy::Mailbox(_) => session::start(session).await,
        CameBy::Provider(identity) => start_from_provider(session, &identity.email).await,
    }
}

/// The account, if there are no ways in but its sessions and the one that its owner came by.
async fn only_sessions(
    service: &SessionAccount<'_>,
    came_by: CameBy<'_>,
) -> Result<Option<Account>, AppError> {
    let account = service.get().await?;
    let identities = service.list_identities().await?;
    let are_all = !account.has_password
        && identities.iter().all(|it| came_by.is_by(it))
        && is_still_it(&account, &identities, came_by);
    Ok(are_all.then_some(account))
}

/// Whether the account still has the address that its owner came by, and what they came by.
fn is_still_it(account: &Account, identities: &[Identity], came_by: CameBy<'_>) -> bool {
    came_by.address().eq_ignore_ascii_case(&account.email)
        && match came_by {
            CameBy::Mailbox(_) => true,
            CameBy::Provider(_) => identities.iter().any(|it| came_by.is_by(it)),
        }
}

/// What to think of an account's password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Password {
    /// Its owner has just set it.
    IsNew,
    /// It opens nothing here from now on.
    MayBeAStrangers,
}

/// How often to try again. Whoever has a session or the password may act at the same time, until the
/// mark is there and all sessions have ended after it.
const ATTEMPTS: usize = 4;

/// Closes the ways into an account for everybody but its owner: ends all sessions, with one call however
/// many there are, marks the password, and unlinks accounts, but for the one that the owner came by. Then
/// notes what that proved. Returns a new session, and the account.
pub(super) async fn close(
    user: &Id,
    came_by: CameBy<'_>,
    password: Password,
) -> Result<(NewSession, Account), AppError> {
    let admin = create_admin_client().await?;
    for _ in 0..ATTEMPTS {
        admin.users().delete_sessions(user).await?;
        let session = admin.users().create_session(user).await?;
        let client = SessionClient::with_secret(&session.secret)?;
        let service = client.account();
        let account = service.get().await?;
        let identities = service.list_identities().await?;
        let is_theirs = is_still_it(&account, &identities, came_by)
            && match came_by {
                CameBy::Mailbox(_) => !has_more_than_a_password(&service, &account).await?,
                // That has let everybody in by now.
                CameBy::Provider(_) => true,
            };
        if !is_theirs {
            session::discard(&session).await;
            return Err(match came_by {
                CameBy::Mailbox(_) => AppError::AddressUnproven,
                CameBy::Provider(_) => AppError::FlowExpired,
            });
        }
        let others: Vec<_> = identities.iter().filter(|it| !came_by.is_by(it)).collect();
        let password = if account.has_password {
            password
        } else {
            Password::IsNew
        };
        let proved = proof(came_by, password);
        let is_marked = password == Password::IsNew || account.password_undecided;
        if is_marked && others.is_empty() && proved::is_proved(&account, proved)? {
            return Ok((session, account));
        }
        unlink(&service, &others).await?;
        if password == Password::IsNew {
            proved::add(&service, &account, &[proved]).await?;
        } else {
            service
                .suspect_password(&proved::with(&account, &[proved])?)
                .await?;
        }
    }
    tracing::warn!("somebody else keeps changing an account whose owner has come");
    Err(AppError::Unavailable)
}

/// What coming this way proves. The address is what the owner came by, whichever the account has by now.
/// While they haven't decided about the password, that's not all: whoever else has a session could take the
/// mark away, but not make the note that follows.
fn proof(came_by: CameBy<'_>, password: Password) -> Proved<'_> {
    match (came_by, password) {
        (CameBy::Mailbox(address), Password::IsNew) => Proved::Email(address),
        (CameBy::Provider(identity), Password::IsNew) => Proved::Identity(&identity.id),
        (CameBy::Mailbox(address), Password::MayBeAStrangers) => Proved::Undecided(address),
        (CameBy::Provider(identity), Password::MayBeAStrangers) => {
            Proved::Undecided(&identity.email)
        }
    }
}

pub(super) async fn unlink(
    service: &SessionAccount<'_>,
    identities: &[&Identity],
) -> Result<(), AppError> {
    for identity in identities {
        let id = Id::parse(&identity.id).ok_or(AppError::Internal)?;
        match service.delete_identity(&id).await {
            Err(error) if !error.is_not_found() => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}
