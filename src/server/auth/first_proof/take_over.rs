//! Signs in whoever has come, after making the account theirs: every way in but their own is closed.

use std::time::Instant;

use base64::{Engine, engine::general_purpose::STANDARD};

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
            ways_in::{
                has_live_links, has_live_links_for_sure, has_more_than_a_password, other_sessions,
                replace_begun_app,
            },
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
/// session, if others may have had one. An account that's new was made for them, so nobody else has.
///
/// # Errors
///
/// [`AppError::ResetRequired`] if the account has a password that the API key may not remove;
/// [`AppError::AddressUnproven`] if there's more to the account than can be taken away;
/// [`AppError::FlowExpired`] if it has changed at this very moment; [`AppError::Unavailable`].
pub(super) async fn take_over(
    session: NewSession,
    came_by: CameBy<'_>,
    is_new: bool,
    then: Goto,
) -> Result<Goto, AppError> {
    let taken_over = match close_at_once(&session, came_by, is_new).await {
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
async fn close_at_once(
    session: &NewSession,
    came_by: CameBy<'_>,
    is_new: bool,
) -> Result<bool, AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    let service = client.account();
    if only_sessions(&service, came_by).await?.is_none() {
        return Ok(false);
    }
    if !is_new {
        if session::end_others(&service).await.is_err() {
            return Ok(false);
        }
        // Also if there are none: whoever had one may have asked for something with it, and have ended it.
        request::state()?.floor.let_hashing_end().await;
    }
    // Somebody may have come to a new one at a provider, and have unlinked that.
    if !other_sessions(&service).await?.is_empty() {
        return Ok(false);
    }
    // Until then, whoever had one may have added something.
    let Some(account) = only_sessions(&service, came_by).await? else {
        return Ok(false);
    };
    if !is_new {
        replace_begun_app(&service).await?;
    }
    proved::note_only(&service, &account, &[came_by.proves()]).await?;
    // Also at a new one: at a provider, anybody may have come to it who can claim its address there.
    look_once_more(&session.user_id, Before::had_nothing(account))?;
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

/// Has a password forgotten that may be somebody else's: in its place comes one that nobody knows. Returns the date
/// that the account has for that: if it gets another one, somebody has set one again.
async fn forget_password(user: &Id) -> Result<String, AppError> {
    let nobodys = STANDARD.encode(rand::random::<[u8; 32]>()).into();
    let admin = create_admin_client().await?;
    match admin.users().update_password(user, &nobodys).await {
        Err(AppwriteError::KeyRefused(_)) => Err(AppError::ResetRequired),
        deleted => Ok(deleted?),
    }
}

/// Waits for what Appwrite is hashing with an earlier password, ends what has begun with it, and makes sure that
/// the account has the new one. Whoever had a session may have linked an account at a provider, so those that
/// neither have the account's address nor are noted are unlinked. A minute later, it's looked at once more.
///
/// # Errors
///
/// [`AppError::ResetRequired`] if it has been replaced at once; [`AppError::Unavailable`].
pub(super) async fn outlast(user: &Id, new: &NewPassword) -> Result<(), AppError> {
    request::state()?.floor.let_hashing_end().await;
    match settle_alone(user, new).await {
        Ok(Some(before)) => look_once_more(user.as_str(), before),
        Ok(None) => Ok(()),
        Err(AppError::ResetRequired) => Err(AppError::ResetRequired),
        Err(error) => {
            settle_later(user.clone(), new.clone())?;
            Err(error)
        }
    }
}

/// Does the same later what couldn't be done now.
fn settle_later(user: Id, new: NewPassword) -> Result<(), AppError> {
    request::apart(async move {
        let settled = async {
            request::state()?.floor.let_everything_end().await;
            settle_alone(&user, &new).await
        };
        if let Err(error) = settled.await {
            tracing::warn!(
                ?error,
                "an account with a new password could not be settled"
            );
        }
    })
}

/// As [`settle`], where all sessions have ended. Whoever still has one can end the one that looks.
async fn settle_alone(user: &Id, new: &NewPassword) -> Result<Option<Before>, AppError> {
    let admin = create_admin_client().await?;
    for _ in 0..ATTEMPTS {
        admin.users().delete_sessions(user).await?;
        let looking = admin.users().create_session(user).await?;
        let settled = settle(&looking, user, new).await;
        session::discard(&looking).await;
        if !matches!(settled, Err(AppError::SignedOut)) {
            return settled;
        }
    }
    Err(AppError::Unavailable)
}

/// Unlinks what nobody has confirmed here, and tries the new password. Returns how the account is then, if it
/// shows.
async fn settle(
    looking: &NewSession,
    user: &Id,
    new: &NewPassword,
) -> Result<Option<Before>, AppError> {
    let client = SessionClient::with_secret(&looking.secret)?;
    let service = client.account();
    let account = match service.get().await.map_err(AppError::from) {
        // A second step hides everything.
        Err(AppError::MoreFactorsRequired) => return Ok(None),
        account => account?,
    };
    unlink_strange(&service, &account).await?;
    replace_begun_app(&service).await?;
    let factors = service.list_mfa_factors().await?;
    session::discard(&sign_in(user, &account.email, new).await?).await;
    proved::add(
        &service,
        &account,
        &[Proved::Password(&account.password_set)],
    )
    .await?;
    Ok(Some(Before {
        account,
        had_app: factors.totp || factors.recovery_code,
        since: Instant::now(),
    }))
}

/// Whether an account at a provider has the address of the account here, or is noted.
fn is_confirmed(account: &Account, identity: &Identity) -> Result<bool, AppError> {
    let is_noted = proved::is_proved(account, Proved::Identity(&identity.id))?;
    Ok(is_noted || account.has_address_of(identity))
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
    if !other_sessions(&service).await?.is_empty() {
        return Ok(Some(password));
    }
    replace_begun_app(&service).await?;
    let proved = [came_by.proves()];
    if let Some(forgotten) = forgotten {
        let proved = proved::only(&account, &proved)?;
        service.note_forgotten(forgotten, &proved).await?;
    } else {
        proved::note_only(&service, &account, &proved).await?;
    }
    look_once_more(&session.user_id, Before::had_nothing(account))?;
    Ok(None)
}

/// How an account was when it had just become its owner's.
struct Before {
    account: Account,
    /// Whether it had an authenticator app or recovery codes.
    had_app: bool,
    /// When that was. What happened here before may have been somebody else's doing.
    since: Instant,
}

impl Before {
    /// Nothing but what its owner came with.
    fn had_nothing(account: Account) -> Self {
        Self {
            account,
            had_app: false,
            since: Instant::now(),
        }
    }
}

/// How often an account is looked at while something begins in it that hasn't begun here.
const LOOKS: usize = 10;

/// Looks at an account that has just become its owner's once more, when Appwrite must be done with everything:
/// whoever keeps it busy has it hash for longer than anybody can wait for. If something had begun that hadn't begun
/// here, looks again: for as long as that's good, somebody can have had it begin something else.
fn look_once_more(user: &str, before: Before) -> Result<(), AppError> {
    let user = Id::parse(user).ok_or(AppError::Internal)?;
    request::apart(async move {
        let looked = async {
            for _ in 0..LOOKS {
                request::state()?.floor.let_everything_end().await;
                if look_late(&user, &before).await? == Found::Nothing {
                    break;
                }
            }
            Ok::<_, AppError>(())
        };
        if let Err(error) = looked.await {
            tracing::warn!(?error, "an account could not be looked at once more");
        }
    })
}

/// What somebody else has had in an account, when it's looked at once more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Nothing,
    /// Sessions, which have ended now.
    Sessions,
    /// Another way in.
    AWayIn,
}

/// Ends what has begun since and not here. If somebody has got another way into the account by now, or keeps it
/// from being looked at, everything ends, and its owner has to come once more.
async fn look_late(user: &Id, before: &Before) -> Result<Found, AppError> {
    let admin = create_admin_client().await?;
    let mut hides = false;
    for _ in 0..ATTEMPTS {
        let looking = admin.users().create_session(user).await?;
        let closed = close_late(&looking, before).await;
        session::discard(&looking).await;
        match closed {
            Ok(Found::AWayIn) => break,
            Ok(found) => return Ok(found),
            // Only its owner could set one up here.
            Err(AppError::MoreFactorsRequired)
                if request::state()?
                    .just_here
                    .has_second_step(user.as_str(), before.since) =>
            {
                return Ok(Found::Nothing);
            }
            Err(AppError::MoreFactorsRequired) => {
                hides = true;
                break;
            }
            // Whoever has a session can end the one that looks.
            Err(AppError::SignedOut) => {}
            Err(error) => return Err(error),
        }
    }
    tracing::warn!(
        "somebody had another way into an account after its owner came, so all sessions end"
    );
    if let Err(error) = forget_password(user).await {
        tracing::warn!(?error, "a password could not be forgotten");
    }
    // Before what's noted goes, because whoever has a session can write it again.
    admin.users().delete_sessions(user).await?;
    if hides {
        remove_second_step(user).await?;
    }
    let looking = admin.users().create_session(user).await?;
    let taken_back = take_back(&looking).await;
    admin.users().delete_sessions(user).await?;
    taken_back?;
    Ok(Found::AWayIn)
}

/// Takes a second step away that isn't its owner's: it would hide everything that has to be looked at.
async fn remove_second_step(user: &Id) -> Result<(), AppError> {
    let admin = create_admin_client().await?;
    admin.users().update_mfa(user, false).await?;
    Ok(or_gone(admin.users().delete_totp(user).await)?)
}

/// Unlinks what nobody has confirmed here, and takes back what was noted.
async fn take_back(looking: &NewSession) -> Result<(), AppError> {
    let client = SessionClient::with_secret(&looking.secret)?;
    let service = client.account();
    unlink_strange(&service, &service.get().await?).await?;
    proved::take_back(&service).await
}

async fn unlink_strange(service: &SessionAccount<'_>, account: &Account) -> Result<(), AppError> {
    let identities = service.list_identities().await?;
    let mut strange = Vec::new();
    for identity in &identities {
        if !is_confirmed(account, identity)? {
            strange.push(identity);
        }
    }
    unlink(service, &strange).await
}

/// Ends the sessions that haven't begun here.
async fn close_late(looking: &NewSession, before: &Before) -> Result<Found, AppError> {
    let client = SessionClient::with_secret(&looking.secret)?;
    let service = client.account();
    let account = service.get().await?;
    let Before {
        account: before,
        had_app,
        since,
    } = before;
    let state = request::state()?;
    let is_known = |same: bool, what| Ok::<_, AppError>(same || proved::is_proved(&account, what)?);
    let is_same_address = account.email.eq_ignore_ascii_case(&before.email);
    let is_same_password = account.password_set == before.password_set
        || state.just_here.sets_password(&account.id, *since);
    if !is_known(is_same_address, Proved::SetHere(&account.email))?
        || !is_known(
            account.phone == before.phone,
            Proved::SetHere(&account.phone),
        )?
        || !is_known(is_same_password, Proved::Password(&account.password_set))?
    {
        return Ok(Found::AWayIn);
    }
    let factors = service.list_mfa_factors().await?;
    let has_app = factors.totp || factors.recovery_code;
    let sets_one_up = state.just_here.has_second_step(&account.id, *since);
    if has_app && !had_app && !sets_one_up {
        return Ok(Found::AWayIn);
    }
    for identity in service.list_identities().await? {
        if !is_confirmed(&account, &identity)? {
            return Ok(Found::AWayIn);
        }
    }
    let mut found = Found::Nothing;
    for session in other_sessions(&service).await? {
        if !state.just_here.has_begun(&session.id) {
            let id = Id::parse(&session.id).ok_or(AppError::Internal)?;
            or_gone(service.delete_session(&id).await)?;
            found = Found::Sessions;
        }
    }
    if found == Found::Sessions && !sets_one_up {
        replace_begun_app(&service).await?;
    }
    Ok(found)
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
