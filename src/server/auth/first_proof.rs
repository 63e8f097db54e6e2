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
//! code or link doesn't open such an account at all: Appwrite never gets to see it.
//!
//! The last step is a [note](super::proved). If anything fails before, the next sign-in takes it up.
//!
//! Verifying the address from the session that signed up keeps everything.

use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    password,
    proved::{self, Proved},
    session,
};
use crate::{
    error::AppError,
    model::{Account, CurrentPassword, Goto, Identity},
    server::{
        appwrite::{
            AppwriteError, Id, NewSession, SessionAccount, SessionClient, create_admin_client,
            create_session_client,
        },
        http::links::with_next,
    },
};

/// How long links in emails are good, at most.
const LINKS_LIVE: Duration = Duration::hours(1);

/// Which address a code or link was sent to.
#[derive(Clone, Copy, Debug)]
pub enum SentTo<'a> {
    /// This one.
    Email(&'a str),
    /// The one that the link [names](proved::sent_to).
    Named(&'a str),
}

impl SentTo<'_> {
    fn is(self, email: &str) -> Result<bool, AppError> {
        Ok(match self {
            Self::Email(to) => to.eq_ignore_ascii_case(email),
            Self::Named(code) => proved::sent_to(email)? == code,
        })
    }
}

/// What Appwrite's taking a code or link proves. It hasn't seen it yet.
pub enum FirstProof {
    /// Nothing new.
    None,
    /// That the address of the account that's signed in is its owner's.
    OfVisitor(Account),
    /// That the address of somebody's account is. This session of theirs was made with the API key.
    OfAccount(NewSession),
}

/// Finds out what a link proves that verifies an address: something about the account that's signed in,
/// or nothing. Whoever opens it elsewhere may have been talked into that.
///
/// # Errors
///
/// [`AppError::LinkExpired`] if it wasn't sent to the address that the account has now.
pub async fn of_visitor(user_id: &str, to: SentTo<'_>) -> Result<FirstProof, AppError> {
    Ok(match visitor(user_id).await {
        Some(visitor) if is_due(&visitor, to)? => FirstProof::OfVisitor(visitor),
        _ => FirstProof::None,
    })
}

/// Finds out what a code or link for this account would prove.
///
/// # Errors
///
/// [`AppError::LinkExpired`] if it wasn't sent to the address that the account has now;
/// [`AppError::AddressUnproven`] if the mailbox alone mustn't open the account;
/// [`AppError::Unavailable`], because afterwards it would be too late to find out.
pub async fn begin(user_id: &str, to: SentTo<'_>) -> Result<FirstProof, AppError> {
    if let Some(visitor) = visitor(user_id).await {
        let is_due = is_due(&visitor, to)? && !has_live_links(&visitor);
        return Ok(if is_due {
            FirstProof::OfVisitor(visitor)
        } else {
            FirstProof::None
        });
    }
    let Some(id) = Id::parse(user_id) else {
        return Ok(FirstProof::None);
    };
    // A key that may only create sessions has no other way to look at an account.
    let admin = create_admin_client().await?;
    let looking = match admin.users().create_session(&id).await {
        Err(error) if error.is_not_found() => return Ok(FirstProof::None),
        session => session?,
    };
    let is_due = is_due_at(&looking, to).await;
    if is_due == Ok(true) {
        return Ok(FirstProof::OfAccount(looking));
    }
    session::discard(&looking).await;
    is_due.map(|_| FirstProof::None)
}

/// The account, if this browser has its own session.
async fn visitor(user_id: &str) -> Option<Account> {
    if !session::claims_to_be(user_id).is_ok_and(|claims| claims) {
        return None;
    }
    let visitor = session::account().await.ok();
    visitor.filter(|visitor| visitor.id.eq_ignore_ascii_case(user_id))
}

fn is_due(account: &Account, to: SentTo<'_>) -> Result<bool, AppError> {
    if !to.is(&account.email)? {
        return Err(AppError::LinkExpired);
    }
    Ok(!proved::is_proved(account, Proved::Email(&account.email))?)
}

/// As [`is_due`], for the account of this session.
async fn is_due_at(session: &NewSession, to: SentTo<'_>) -> Result<bool, AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    let service = client.account();
    let account = match service.get().await.map_err(AppError::from) {
        Ok(account) if !is_due(&account, to)? => return Ok(false),
        Ok(account) => account,
        // It has a second step. Email is one of its factors if the address is verified.
        Err(AppError::MoreFactorsRequired) if service.list_mfa_factors().await?.email => {
            return Ok(false);
        }
        Err(AppError::MoreFactorsRequired) => return Err(AppError::AddressUnproven),
        // Appwrite won't take the code.
        Err(AppError::Blocked) => return Ok(false),
        Err(error) => return Err(error),
    };
    let (factors, identities) =
        futures::try_join!(service.list_mfa_factors(), service.list_identities())?;
    let has_more = factors.totp
        || factors.recovery_code
        || !account.phone.is_empty()
        || identities.iter().any(|it| is_anothers(it, &account))
        || has_live_links(&account);
    if has_more {
        return Err(AppError::AddressUnproven);
    }
    Ok(true)
}

/// Whether it's linked by another address than the account's own.
fn is_anothers(identity: &Identity, account: &Account) -> bool {
    !identity.email.eq_ignore_ascii_case(&account.email)
}

/// Whether what was sent to an address that the account had before may still be good.
fn has_live_links(account: &Account) -> bool {
    let changed = OffsetDateTime::parse(&account.email_changed, &Rfc3339);
    changed.is_ok_and(|changed| OffsetDateTime::now_utc() - changed < LINKS_LIVE)
}

impl FirstProof {
    /// Notes it, if it's about the account that's signed in.
    ///
    /// # Errors
    ///
    /// [`AppError::Unavailable`].
    pub async fn of_visitor_given(&self) -> Result<(), AppError> {
        let Self::OfVisitor(visitor) = self else {
            return Ok(());
        };
        let client = create_session_client().await?;
        let email = Proved::Email(&visitor.email);
        proved::add(&client.account(), visitor, &[email]).await
    }

    /// Goes on with what Appwrite said of the code. If it was the first proof, the account becomes its
    /// owner's. Returns their session, and where they go first: if there was a password, they say what
    /// becomes of it.
    ///
    /// # Errors
    ///
    /// What Appwrite said; [`AppError::Unavailable`]. The person hasn't been signed in here then, and
    /// if Appwrite has taken the code, their next sign-in takes up the proof.
    pub async fn signed_in(
        self,
        created: Result<NewSession, AppError>,
        then: Goto,
    ) -> Result<(NewSession, Goto), AppError> {
        match self {
            Self::None | Self::OfVisitor(_) => {
                let created = created?;
                self.of_visitor_given().await?;
                Ok((created, then))
            }
            Self::OfAccount(looking) => {
                let taken_over = async { take_over(created?, None, then).await };
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
        let Self::OfAccount(looking) = self else {
            return set;
        };
        let taken_over = async {
            set?;
            // That may have ended all sessions.
            let admin = create_admin_client().await?;
            let user = Id::parse(&looking.user_id).ok_or(AppError::Internal)?;
            admin.users().delete_sessions(&user).await?;
            let session = admin.users().create_session(&user).await?;
            let client = SessionClient::with_secret(&session.secret)?;
            let service = client.account();
            let account = service.get().await?;
            unlink(&service, &service.list_identities().await?).await?;
            proved::add(&service, &account, &[Proved::Email(&account.email)]).await?;
            Ok(session)
        };
        let session = taken_over.await;
        session::discard(session.as_ref().unwrap_or(&looking)).await;
        session.map(drop)
    }
}

/// Makes the account of somebody who has just signed in theirs: the password opens nothing here from
/// now on, linked accounts are unlinked, but for those at the provider that they came by, and all
/// sessions end, with one call however many there are. They get a new one.
async fn take_over(
    session: NewSession,
    came_by: Option<&str>,
    then: Goto,
) -> Result<(NewSession, Goto), AppError> {
    let user = Id::parse(&session.user_id).ok_or(AppError::Internal)?;
    let client = SessionClient::with_secret(&session.secret)?;
    let service = client.account();
    let account = service.get().await?;
    let (own, others): (Vec<_>, Vec<_>) = service
        .list_identities()
        .await?
        .into_iter()
        .partition(|it| came_by == Some(&it.provider) && !is_anothers(it, &account));
    let proved: Vec<Proved<'_>> = match came_by {
        None => vec![Proved::Email(&account.email)],
        Some(_) => own.iter().map(|it| Proved::Identity(&it.id)).collect(),
    };
    if !account.has_password && others.is_empty() {
        // Nobody else can have signed in to it.
        proved::add(&service, &account, &proved).await?;
        return Ok((session, then));
    }
    if account.has_password {
        service.suspect_password().await?;
    }
    unlink(&service, &others).await?;
    let admin = create_admin_client().await?;
    admin.users().delete_sessions(&user).await?;
    let session = admin.users().create_session(&user).await?;
    let client = SessionClient::with_secret(&session.secret)?;
    proved::add(&client.account(), &account, &proved).await?;
    let goto = if account.has_password {
        Goto::page(with_next(password::REPLACE, then.path()))
    } else {
        then
    };
    Ok((session, goto))
}

async fn unlink(service: &SessionAccount<'_>, identities: &[Identity]) -> Result<(), AppError> {
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
/// isn't signed in to the account. Returns their session, and where they go first.
///
/// Appwrite has linked the provider's account and verified the address on the way here, and a code for
/// the address may have been its first proof before.
///
/// # Errors
///
/// [`AppError::Unavailable`]. The person hasn't been signed in here then.
pub async fn at_provider(
    session: NewSession,
    provider: &str,
    then: Goto,
) -> Result<(NewSession, Goto), AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    let service = client.account();
    let account = match service.get().await.map_err(AppError::from) {
        // Nothing can be done about it with half a session.
        Err(AppError::MoreFactorsRequired) => return Ok((session, then)),
        account => account?,
    };
    let identities = service.list_identities().await?;
    let here = at(provider, &identities);
    let mut is_known = true;
    for identity in &here {
        is_known &= proved::is_proved(&account, *identity)?;
    }
    if is_known {
        return Ok((session, then));
    }
    let is_theirs = visitor(&account.id).await.is_some()
        || proved::is_proved(&account, Proved::Email(&account.email))?;
    if is_theirs {
        proved::add(&service, &account, &here).await?;
        return Ok((session, then));
    }
    take_over(session, Some(provider), then).await
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
    proved::add(&service, visitor, &at(provider, &identities)).await
}

/// The accounts at this provider, as what may be proved.
fn at<'a>(provider: &str, identities: &'a [Identity]) -> Vec<Proved<'a>> {
    let here = identities.iter().filter(|it| it.provider == provider);
    here.map(|it| Proved::Identity(&it.id)).collect()
}

/// Keeps a password that may have been a stranger's, because the owner knows it.
///
/// # Errors
///
/// As for [`password::check`].
pub async fn keep_password(typed: &CurrentPassword) -> Result<(), AppError> {
    let visitor = session::account().await?;
    if !visitor.password_undecided {
        return Ok(());
    }
    password::check(&visitor, typed).await?;
    let client = create_session_client().await?;
    Ok(client.account().trust_password().await?)
}

/// Goes on without a password that may be a stranger's. Here it's refused from now on; Appwrite also
/// forgets it if the key has the scope `users.write`.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::MoreFactorsRequired`], [`AppError::Unavailable`].
pub async fn give_up_password() -> Result<(), AppError> {
    let visitor = session::account().await?;
    if !visitor.password_undecided {
        return Ok(());
    }
    let admin = create_admin_client().await?;
    let id = Id::parse(&visitor.id).ok_or(AppError::Internal)?;
    match admin.users().delete_password(&id).await {
        Err(AppwriteError::KeyRefused(_)) => {
            let client = create_session_client().await?;
            Ok(client.account().refuse_password().await?)
        }
        Err(error) => Err(error.into()),
        Ok(()) => {
            // That has ended all sessions, and left the date of a password that isn't there.
            let session = admin.users().create_session(&id).await?;
            let client = SessionClient::with_secret(&session.secret)?;
            client.account().refuse_password().await?;
            session::start(session).await
        }
    }
}

/// Refuses a session that was opened with a password which is no longer good here.
///
/// # Errors
///
/// [`AppError::ResetRequired`] if it is one; [`AppError::Blocked`], [`AppError::Unavailable`].
pub async fn refuse_old_password(session: &NewSession) -> Result<(), AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    let refusal = match client.account().get().await.map_err(AppError::from) {
        Ok(account) if account.password_refused => AppError::ResetRequired,
        // Only the owner of the address can have set up a second step since.
        Ok(_) | Err(AppError::MoreFactorsRequired) => return Ok(()),
        Err(error) => error,
    };
    session::discard(session).await;
    Err(refusal)
}
