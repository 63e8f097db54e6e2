//! Signs in whoever has come, after making the account theirs: every way in but their own is closed.

use crate::{
    error::AppError,
    model::{Account, Flash, Goto, Identity, NewPassword},
    server::{
        appwrite::{
            AppwriteError, Id, NewSession, SessionAccount, SessionClient, create_admin_client,
            or_gone,
        },
        auth::{
            owed,
            proved::{self, Proved},
            second_step::FirstStep,
            session,
            ways_in::{has_live_links, has_live_links_for_sure, has_more_than_a_password},
        },
        request,
    },
};

/// Begins half a session, which nothing but its second step completes.
pub(super) async fn start_half(
    session: NewSession,
    first_step: &FirstStep,
    then: Goto,
) -> Result<Goto, AppError> {
    owed::note(&session.secret, first_step)?;
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

    /// What coming this way proves. The address is the one they came by, whichever the account has by now.
    fn proves(&self) -> Proved<'_> {
        match self {
            Self::Mailbox(address) => Proved::Email(address),
            Self::Provider(identity) => Proved::Identity(&identity.id),
        }
    }

    /// Whether it's the account at a provider that they came by.
    fn is_by(&self, identity: &Identity) -> bool {
        matches!(self, Self::Provider(own) if own.id == identity.id)
    }
}

/// Makes the account of somebody who has just signed in theirs, and signs them in here. They get a new
/// session, if others may have had one.
///
/// # Errors
///
/// [`AppError::ResetRequired`] if the account has a password that the API key may not remove;
/// [`AppError::AddressUnproven`] if there's more to the account than can be taken away;
/// [`AppError::FlowExpired`] if it has changed at this very moment; [`AppError::Unavailable`].
pub(super) async fn take_over(
    session: NewSession,
    came_by: CameBy<'_>,
    then: Goto,
) -> Result<Goto, AppError> {
    let taken_over = match close_at_once(&session, came_by).await {
        Ok(true) => {
            start(session, came_by).await?;
            return Ok(then);
        }
        Ok(false) => close_for_good(&session, came_by).await,
        Err(error) => Err(error),
    };
    let session = match taken_over {
        Ok(new) => new,
        Err(error) => {
            session::discard(&session).await;
            return Err(match error {
                // Somebody else has come at the same moment, perhaps the owner on another device, and
                // has ended it.
                AppError::SignedOut => AppError::FlowExpired,
                error => error,
            });
        }
    };
    start(session, came_by).await?;
    Ok(Goto::page_with(then.path(), Flash::OthersEnded))
}

/// Ends all other sessions, if there's nothing else to close. Returns whether that's so.
async fn close_at_once(session: &NewSession, came_by: CameBy<'_>) -> Result<bool, AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    let service = client.account();
    if only_sessions(&service, came_by).await?.is_none() {
        return Ok(false);
    }
    if service.list_sessions().await?.iter().any(|it| !it.current) {
        if session::end_others(&service).await.is_err() {
            return Ok(false);
        }
        request::state()?.floor.let_hashing_end().await;
        if service.list_sessions().await?.len() > 1 {
            return Ok(false);
        }
    }
    // Until then, whoever had one may have added something.
    let Some(account) = only_sessions(&service, came_by).await? else {
        return Ok(false);
    };
    proved::add(&service, &account, &[came_by.proves()]).await?;
    Ok(true)
}

/// Closes every way in, and returns a new session.
async fn close_for_good(session: &NewSession, came_by: CameBy<'_>) -> Result<NewSession, AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    let service = client.account();
    let account = service.get().await?;
    if has_live_links(&account) || has_more_than_a_password(&service, &account).await? {
        return Err(AppError::AddressUnproven);
    }
    let user = Id::parse(&session.user_id).ok_or(AppError::Internal)?;
    close(&user, came_by, Password::before(&account)).await
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
    let are_all = account.password_set.is_empty()
        && identities.iter().all(|it| came_by.is_by(it))
        && is_still_it(&account, &identities, came_by)
        && !has_live_links(&account)
        && !has_more_than_a_password(service, &account).await?;
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
#[derive(Clone, Copy, Debug)]
pub(super) enum Password<'a> {
    /// Its owner has just set it, to this.
    IsNew(&'a NewPassword),
    /// There is none.
    IsNone,
    /// Appwrite is to forget it.
    MayBeAStrangers,
}

impl Password<'_> {
    /// What to think of the one that an account had before its owner came. A preference may say that it's
    /// forgotten, but whoever has a session writes those.
    fn before(account: &Account) -> Self {
        if account.password_set.is_empty() {
            Self::IsNone
        } else {
            Self::MayBeAStrangers
        }
    }
}

/// How often to try again. Whoever has a session or the password may act at the same time, until they have
/// neither.
const ATTEMPTS: usize = 4;

/// Closes the ways into an account for everybody but its owner: has its password forgotten, ends all
/// sessions, with one call however many there are, and unlinks accounts, but for the one that the owner came
/// by, until there's nothing left. Notes what that proved, and returns a new session.
///
/// # Errors
///
/// As for [`take_over`]; also [`AppError::ResetRequired`] if a new password has been replaced at once.
pub(super) async fn close(
    user: &Id,
    came_by: CameBy<'_>,
    mut password: Password<'_>,
) -> Result<NewSession, AppError> {
    let admin = create_admin_client().await?;
    for _ in 0..ATTEMPTS {
        let forgotten = match password {
            Password::MayBeAStrangers => Some(forget_password(user).await?),
            Password::IsNew(_) | Password::IsNone => None,
        };
        // Before the wait, so that nothing more is asked for with them, and after it, because some may have
        // begun meanwhile.
        admin.users().delete_sessions(user).await?;
        request::state()?.floor.let_hashing_end().await;
        admin.users().delete_sessions(user).await?;
        let session = match password {
            Password::IsNew(new) => sign_in(user, came_by.address(), new).await?,
            Password::IsNone | Password::MayBeAStrangers => {
                admin.users().create_session(user).await?
            }
        };
        let looked = look(&session, came_by, password, forgotten.as_deref()).await;
        if let Ok(None) = looked {
            return Ok(session);
        }
        session::discard(&session).await;
        if let Some(found) = looked? {
            password = found;
        }
    }
    tracing::warn!("somebody else keeps changing an account whose owner has come");
    Err(AppError::Unavailable)
}

/// Has a password forgotten that may be somebody else's. Returns the date that the account has for that: if
/// it gets another one, somebody has set one again.
async fn forget_password(user: &Id) -> Result<String, AppError> {
    let admin = create_admin_client().await?;
    match admin.users().delete_password(user).await {
        Err(AppwriteError::KeyRefused(_)) => Err(AppError::ResetRequired),
        deleted => Ok(deleted?),
    }
}

/// Signs in with a new password. If that isn't the account's, somebody else has set another one since, which
/// goes, too.
async fn sign_in(user: &Id, address: &str, new: &NewPassword) -> Result<NewSession, AppError> {
    let admin = create_admin_client().await?;
    let session = admin
        .account()
        .create_email_password_session(address, new)
        .await;
    match session.map_err(AppError::from) {
        Err(AppError::InvalidCredentials) => {
            forget_password(user).await?;
            Err(AppError::ResetRequired)
        }
        session => session,
    }
}

/// Looks whether everything is closed, and the password is still forgotten if it was at that date. If not, closes
/// what can be, and returns what to think of the password by now.
async fn look<'p>(
    session: &NewSession,
    came_by: CameBy<'_>,
    password: Password<'p>,
    forgotten: Option<&str>,
) -> Result<Option<Password<'p>>, AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    let service = client.account();
    let account = service.get().await?;
    let identities = service.list_identities().await?;
    if !is_still_it(&account, &identities, came_by) {
        return Err(match came_by {
            CameBy::Mailbox(_) => AppError::AddressUnproven,
            CameBy::Provider(_) => AppError::FlowExpired,
        });
    }
    if has_live_links_for_sure(&account) || has_more_than_a_password(&service, &account).await? {
        return Err(AppError::AddressUnproven);
    }
    let others: Vec<_> = identities.iter().filter(|it| !came_by.is_by(it)).collect();
    if !others.is_empty() {
        unlink(&service, &others).await?;
        return Ok(Some(password));
    }
    let is_another = match password {
        Password::IsNew(_) => false,
        Password::IsNone => !account.password_set.is_empty(),
        Password::MayBeAStrangers => forgotten != Some(&account.password_set),
    };
    if is_another {
        return Ok(Some(Password::MayBeAStrangers));
    }
    // Somebody may have signed in and unlinked an account at this very moment.
    if service.list_sessions().await?.len() > 1 {
        return Ok(Some(password));
    }
    let proved = [came_by.proves()];
    if let Some(forgotten) = forgotten {
        let proved = proved::with(&account, &proved)?;
        service.note_forgotten(forgotten, &proved).await?;
    } else {
        proved::add(&service, &account, &proved).await?;
    }
    Ok(None)
}

pub(super) async fn unlink(
    service: &SessionAccount<'_>,
    identities: &[&Identity],
) -> Result<(), AppError> {
    for identity in identities {
        let id = Id::parse(&identity.id).ok_or(AppError::Internal)?;
        or_gone(service.delete_identity(&id).await)?;
    }
    Ok(())
}
