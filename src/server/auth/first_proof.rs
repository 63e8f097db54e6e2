//! The first sign-in that proves that an account's email address is somebody's.
//!
//! Anybody can sign up with anybody's address. When its owner comes by code, by link or through a
//! provider, Appwrite lets them into that account, with the sessions and the password of whoever made
//! it. So a sign-in that proves an address for the first time, and has neither the account's session
//! nor its password, makes the account its owner's: all other sessions end, linked accounts are
//! unlinked, and the password opens nothing here until its owner has said at [`password::REPLACE`] what
//! becomes of it. So does a new password that somebody sets with a link.
//!
//! Where there's more to the account, as a second step or a phone number, that wouldn't be enough. A
//! code or link doesn't open such an account at all: Appwrite never gets to see it. If a second step hides
//! that, whoever comes has to answer it, and [nothing else](super::owed) completes their session.
//!
//! The last step is a [note](super::proved). If anything fails before, the next sign-in takes it up.
//!
//! Verifying the address from the session that signed up keeps everything.

use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    owed::{self, Decision, Owed},
    password,
    proved::{self, Proved},
    session,
};
use crate::{
    error::AppError,
    model::{Account, CurrentPassword, EMAIL_CHANGED_UNKNOWN, Flash, Goto, Identity},
    server::{
        appwrite::{
            AppwriteError, Id, NewSession, SessionAccount, SessionClient, create_admin_client,
            create_session_client,
        },
        http::links::with_next,
        request,
    },
};

/// How long links in emails are good, at most.
const LINKS_LIVE: Duration = Duration::hours(1);

/// Which address something was sent to.
#[derive(Clone, Copy, Debug)]
pub enum SentTo<'a> {
    /// A code to this one.
    Email(&'a str),
    /// A link to the one that it [names](proved::sent_to).
    Named(&'a str),
    /// A link to the one that the account had [when it was made](proved::as_it_is).
    AsItWas(&'a str),
}

impl SentTo<'_> {
    fn is_address_of(self, account: &Account) -> Result<bool, AppError> {
        Ok(match self {
            Self::Email(to) => to.eq_ignore_ascii_case(&account.email),
            Self::Named(code) => proved::sent_to(&account.email)? == code,
            Self::AsItWas(code) => proved::as_it_is(account)? == code,
        })
    }
}

/// What Appwrite's taking a code or link proves. It hasn't seen it yet.
pub enum FirstProof<'a> {
    /// Nothing new.
    None,
    /// Nobody knows: half a session shows nothing of the account.
    Hidden {
        /// The account's ID.
        user_id: &'a str,
        /// Where the code or link was sent to.
        to: SentTo<'a>,
    },
    /// That the address of the account that's signed in is its owner's.
    OfVisitor(Account),
    /// That this address of somebody's account is.
    OfAccount {
        /// A session of theirs that was made with the API key.
        looking: NewSession,
        /// The account's address when this began. Whoever has a session may change it at any time.
        email: String,
    },
}

/// Finds out what a link would prove that verifies an address. Whoever presses its button has the mailbox,
/// and may not have the account: its page says so, and [the account stays as it is](FirstProof::verified).
///
/// # Errors
///
/// As for [`begin`], but for [`AppError::AddressUnproven`].
pub async fn begin_verification<'a>(
    user_id: &'a str,
    to: &'a str,
) -> Result<FirstProof<'a>, AppError> {
    let to = SentTo::AsItWas(to);
    if let Some(visitor) = visitor(user_id).await {
        if visitor.password_undecided {
            return Ok(FirstProof::None);
        }
        let is_due = is_due(&visitor, to)?;
        return Ok(if is_due {
            FirstProof::OfVisitor(visitor)
        } else {
            FirstProof::None
        });
    }
    let Some(looking) = look_at(user_id).await? else {
        return Ok(FirstProof::None);
    };
    let client = SessionClient::with_secret(&looking.secret)?;
    let seen = match client.account().get().await.map_err(AppError::from) {
        // Verifying the address is no word about the password.
        Ok(account) => is_due(&account, to).and_then(|is_due| {
            let is_due = is_due && !is_undecided(&account)?;
            Ok(Seen::of(account, is_due))
        }),
        // There's no reading or writing notes with half a session.
        Err(AppError::MoreFactorsRequired | AppError::Blocked) => Ok(Seen::NothingDue),
        Err(error) => Err(error),
    };
    of_account(looking, seen, to, user_id).await
}

/// What a look at an account has shown.
enum Seen {
    /// Nothing new will be proved.
    NothingDue,
    /// That this address is its owner's.
    Due(String),
    /// Nothing.
    Hidden,
}

impl Seen {
    fn of(account: Account, is_due: bool) -> Self {
        if is_due {
            Self::Due(account.email)
        } else {
            Self::NothingDue
        }
    }
}

/// What will be proved of an account.
async fn of_account<'a>(
    looking: NewSession,
    seen: Result<Seen, AppError>,
    to: SentTo<'a>,
    user_id: &'a str,
) -> Result<FirstProof<'a>, AppError> {
    if let Ok(Seen::Due(email)) = seen {
        return Ok(FirstProof::OfAccount { looking, email });
    }
    session::discard(&looking).await;
    seen.map(|seen| match seen {
        Seen::Hidden => FirstProof::Hidden { user_id, to },
        Seen::NothingDue | Seen::Due(_) => FirstProof::None,
    })
}

/// Notes that the visitor has entered a code that was sent to this address, if it's their account's.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Unavailable`].
pub async fn by_code(visitor: &Account, to: &str) -> Result<(), AppError> {
    if !SentTo::Email(to).is_address_of(visitor)?
        || has_live_links(visitor)
        || visitor.password_undecided
    {
        return Ok(());
    }
    let client = create_session_client().await?;
    let email = Proved::Email(&visitor.email);
    proved::add(&client.account(), visitor, &[email]).await
}

/// A session of this user's, made with the API key: a key that may only create sessions has no other way
/// to look at an account. `None` if there's no such user.
async fn look_at(user_id: &str) -> Result<Option<NewSession>, AppError> {
    let Some(id) = Id::parse(user_id) else {
        return Ok(None);
    };
    let admin = create_admin_client().await?;
    match admin.users().create_session(&id).await {
        Err(error) if error.is_not_found() => Ok(None),
        session => Ok(Some(session?)),
    }
}

/// Finds out what a code or link for this account would prove.
///
/// # Errors
///
/// [`AppError::LinkExpired`] if it wasn't sent to the address that the account has now;
/// [`AppError::AddressUnproven`] if the mailbox alone mustn't open the account;
/// [`AppError::Unavailable`], because afterwards it would be too late to find out.
pub async fn begin<'a>(user_id: &'a str, to: SentTo<'a>) -> Result<FirstProof<'a>, AppError> {
    if let Some(visitor) = visitor_who_decided(user_id).await {
        let is_due = is_due(&visitor, to)? && !has_live_links(&visitor);
        return Ok(if is_due {
            FirstProof::OfVisitor(visitor)
        } else {
            FirstProof::None
        });
    }
    let Some(looking) = look_at(user_id).await? else {
        return Ok(FirstProof::None);
    };
    let seen = seen_by(&looking, to).await;
    of_account(looking, seen, to, user_id).await
}

/// The account, if this browser has its own session.
async fn visitor(user_id: &str) -> Option<Account> {
    if !session::claims_to_be(user_id).is_ok_and(|claims| claims) {
        return None;
    }
    let visitor = session::account().await.ok();
    visitor.filter(|visitor| visitor.id.eq_ignore_ascii_case(user_id))
}

/// As [`visitor`], unless somebody still has to say whether the account's password is theirs. It takes as
/// much as the first time then.
async fn visitor_who_decided(user_id: &str) -> Option<Account> {
    let visitor = visitor(user_id).await;
    visitor.filter(|visitor| !visitor.password_undecided)
}

fn is_undecided(account: &Account) -> Result<bool, AppError> {
    Ok(proved::is_undecided(&request::state()?.cookie_key, account))
}

fn is_due(account: &Account, to: SentTo<'_>) -> Result<bool, AppError> {
    if !to.is_address_of(account)? {
        return Err(AppError::LinkExpired);
    }
    if matches!(to, SentTo::AsItWas(_)) && account.email_changed == EMAIL_CHANGED_UNKNOWN {
        // It may have had another address in between.
        return Ok(false);
    }
    Ok(!proved::is_proved(account, Proved::Email(&account.email))?)
}

/// As [`is_due`], for the account of this session.
async fn seen_by(session: &NewSession, to: SentTo<'_>) -> Result<Seen, AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    let service = client.account();
    match service.get().await.map_err(AppError::from) {
        Ok(account) if !is_due(&account, to)? => Ok(Seen::NothingDue),
        Ok(account) if has_more_than_a_password(&service, &account).await? => {
            Err(AppError::AddressUnproven)
        }
        Ok(account) => Ok(Seen::Due(account.email)),
        // It has a second step. Email is one of its factors if the address is verified.
        Err(AppError::MoreFactorsRequired) if service.list_mfa_factors().await?.email => {
            Ok(Seen::Hidden)
        }
        Err(AppError::MoreFactorsRequired) => Err(AppError::AddressUnproven),
        // Appwrite won't take the code.
        Err(AppError::Blocked) => Ok(Seen::NothingDue),
        Err(error) => Err(error),
    }
}

/// Whether there are ways into the account that can't be closed for its owner.
async fn has_more_than_a_password(
    service: &SessionAccount<'_>,
    account: &Account,
) -> Result<bool, AppError> {
    let (factors, identities) =
        futures::try_join!(service.list_mfa_factors(), service.list_identities())?;
    Ok(factors.totp
        || factors.recovery_code
        || !account.phone.is_empty()
        || identities.iter().any(|it| is_anothers(it, account))
        || has_live_links(account))
}

/// Whether it's linked by another address than the account's own.
fn is_anothers(identity: &Identity, account: &Account) -> bool {
    !identity.email.eq_ignore_ascii_case(&account.email)
}

/// Whether what was sent to an address that the account had before may still be good. Another address takes
/// a password.
fn has_live_links(account: &Account) -> bool {
    let changed = OffsetDateTime::parse(&account.email_changed, &Rfc3339);
    let is_settled = changed.is_ok_and(|changed| OffsetDateTime::now_utc() - changed >= LINKS_LIVE);
    account.has_password && !account.email_changed.is_empty() && !is_settled
}

impl FirstProof<'_> {
    /// Notes it, if it's about the account that's signed in.
    async fn of_visitor_given(&self) -> Result<(), AppError> {
        let Self::OfVisitor(visitor) = self else {
            return Ok(());
        };
        let client = create_session_client().await?;
        let email = Proved::Email(&visitor.email);
        proved::add(&client.account(), visitor, &[email]).await
    }

    /// Goes on with what Appwrite said of a link that verifies an address. If it's taken, that's noted, and
    /// nothing else changes.
    ///
    /// # Errors
    ///
    /// What Appwrite said; [`AppError::Unavailable`].
    pub async fn verified(self, verified: Result<(), AppError>) -> Result<(), AppError> {
        let Self::OfAccount { looking, email } = &self else {
            verified?;
            return self.of_visitor_given().await;
        };
        let noted = async {
            verified?;
            let client = SessionClient::with_secret(&looking.secret)?;
            let account = client.account().get().await?;
            // The address may be another one by now.
            let email = Proved::Email(email);
            proved::add(&client.account(), &account, &[email]).await
        };
        let noted = noted.await;
        session::discard(looking).await;
        noted
    }

    /// Goes on with what Appwrite said of the code: signs whoever came in, who then goes there. If it was
    /// the first proof, the account becomes its owner's. Returns where they go first: if there was a
    /// password, they say what becomes of it.
    ///
    /// # Errors
    ///
    /// What Appwrite said; [`AppError::Unavailable`]. The person hasn't been signed in here then, and
    /// if Appwrite has taken the code, their next sign-in takes up the proof.
    pub async fn signed_in(
        self,
        created: Result<NewSession, AppError>,
        then: Goto,
    ) -> Result<Goto, AppError> {
        match self {
            Self::None | Self::OfVisitor(_) => {
                let created = created?;
                self.of_visitor_given().await?;
                session::start(created).await?;
                Ok(then)
            }
            Self::Hidden { .. } => start_half(created?, then).await,
            Self::OfAccount { looking, email } => {
                let came_by = CameBy::Mailbox(&email);
                let taken_over = async { take_over(created?, came_by, then).await };
                let taken_over = taken_over.await;
                session::discard(&looking).await;
                taken_over
            }
        }
    }

    /// As [`signed_in`](Self::signed_in), where the link has set a new password, and nobody is signed
    /// in yet.
    ///
    /// # Errors
    ///
    /// As for [`signed_in`](Self::signed_in).
    pub async fn password_set(self, set: Result<(), AppError>) -> Result<(), AppError> {
        let (looking, email, set) = match self {
            Self::OfAccount { looking, email } => (looking, email, set),
            Self::Hidden { user_id, to } => {
                set?;
                match look_again(user_id, to).await? {
                    FirstProof::OfAccount { looking, email } => (looking, email, Ok(())),
                    _ => return Ok(()),
                }
            }
            Self::None | Self::OfVisitor(_) => return set,
        };
        let user = Id::parse(&looking.user_id).ok_or(AppError::Internal)?;
        let taken_over = async {
            set?;
            close(&user, CameBy::Mailbox(&email), Password::IsNew).await
        };
        let taken_over = taken_over.await;
        let last = taken_over.as_ref().map_or(&looking, |(session, _)| session);
        session::discard(last).await;
        taken_over.map(drop)
    }
}

/// Begins half a session, which nothing but its second step completes.
async fn start_half(session: NewSession, then: Goto) -> Result<Goto, AppError> {
    owed::note(&session.secret, &Owed::SecondStep)?;
    session::start(session).await?;
    Ok(then)
}

/// Ends all sessions of an account that was hidden, and looks at it again. Nobody can turn two-step
/// verification off anymore who doesn't pass it.
async fn look_again<'a>(user_id: &'a str, to: SentTo<'a>) -> Result<FirstProof<'a>, AppError> {
    let user = Id::parse(user_id).ok_or(AppError::Internal)?;
    let admin = create_admin_client().await?;
    admin.users().delete_sessions(&user).await?;
    begin(user_id, to).await
}

/// How the owner of an account has come.
#[derive(Clone, Copy, Debug)]
enum CameBy<'a> {
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
async fn take_over(session: NewSession, came_by: CameBy<'_>, then: Goto) -> Result<Goto, AppError> {
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

/// Begins the session of somebody who has come through a provider to an account with this address.
async fn start_from_provider(session: NewSession, address: &str) -> Result<(), AppError> {
    owed::note_address(&session.secret, address)?;
    session::start(session).await
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
enum Password {
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
async fn close(
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

async fn unlink(service: &SessionAccount<'_>, identities: &[&Identity]) -> Result<(), AppError> {
    for identity in identities {
        let id = Id::parse(&identity.id).ok_or(AppError::Internal)?;
        match service.delete_identity(&id).await {
            Err(error) if !error.is_not_found() => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

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
        Err(AppError::MoreFactorsRequired) => return start_half(session, then).await,
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
    if visitor_who_decided(&account.id).await.is_some() {
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

/// Keeps a password that may have been a stranger's, because the owner knows it. Only whoever
/// [has to](owed::decision) can.
///
/// # Errors
///
/// As for [`password::check`].
pub async fn keep_password(typed: &CurrentPassword) -> Result<(), AppError> {
    let Some((visitor, decision)) = undecided().await? else {
        return Ok(());
    };
    password::check(&visitor, typed).await?;
    let client = create_session_client().await?;
    let service = client.account();
    let proved = proved_by(&service, &decision).await?;
    service.trust_password(&proved).await?;
    owed::is_settled()
}

/// Goes on without a password that may be a stranger's. Here it's refused from now on; Appwrite also
/// forgets it if the key has the scope `users.write`. Only whoever [has to](owed::decision) can.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::MoreFactorsRequired`], [`AppError::Unavailable`].
pub async fn give_up_password() -> Result<(), AppError> {
    let Some((visitor, decision)) = undecided().await? else {
        return Ok(());
    };
    let admin = create_admin_client().await?;
    let id = Id::parse(&visitor.id).ok_or(AppError::Internal)?;
    match admin.users().delete_password(&id).await {
        Err(AppwriteError::KeyRefused(_)) => {
            let client = create_session_client().await?;
            let service = client.account();
            let proved = proved_by(&service, &decision).await?;
            service.refuse_password(&proved).await?;
            owed::is_settled()
        }
        Err(error) => Err(error.into()),
        Ok(()) => {
            // That has ended all sessions, and left the date of a password that isn't there.
            let session = admin.users().create_session(&id).await?;
            let client = SessionClient::with_secret(&session.secret)?;
            let service = client.account();
            let proved = proved_by(&service, &decision).await?;
            service.refuse_password(&proved).await?;
            match decision.came_by {
                owed::CameBy::Mailbox(_) => session::start(session).await,
                owed::CameBy::Identity(_) => start_from_provider(session, &visitor.email).await,
            }
        }
    }
}

/// The visitor, and what they have to decide. `None` if there's nothing, or it isn't up to this session:
/// whoever knows the password can have one, too.
async fn undecided() -> Result<Option<(Account, Decision)>, AppError> {
    let visitor = session::account().await?;
    let decision = owed::decision()?.filter(|_| visitor.password_undecided);
    Ok(decision.map(|decision| (visitor, decision)))
}

/// What's noted of the account once this is decided.
async fn proved_by(service: &SessionAccount<'_>, decision: &Decision) -> Result<String, AppError> {
    let account = service.get().await?;
    proved::with(&account, &[decision.came_by.proves()])
}

/// Refuses a session that was opened with a password which is no longer good here.
///
/// # Errors
///
/// [`AppError::ResetRequired`] if it is one; [`AppError::Blocked`], [`AppError::Unavailable`].
pub async fn refuse_old_password(session: &NewSession) -> Result<(), AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    let refusal = match client.account().get().await.map_err(AppError::from) {
        Ok(account) if account.password_refused || is_undecided(&account)? => {
            AppError::ResetRequired
        }
        // Half a session doesn't show the mark. The README says what that leaves open.
        Ok(_) | Err(AppError::MoreFactorsRequired) => return Ok(()),
        Err(error) => error,
    };
    session::discard(session).await;
    Err(refusal)
}
