//! The first sign-in that proves that an account's email address is somebody's.
//!
//! Anybody can sign up with anybody's address. When its owner comes by code, by link or through a
//! provider, Appwrite lets them into that account, with the sessions and the password of whoever made
//! it. So a sign-in that proves an address for the first time, and has neither the account's session
//! nor its password, makes the account its owner's: Appwrite forgets the password, all other sessions
//! end, and linked accounts are unlinked. From then on, nobody else has a way in. So does a new password
//! that somebody sets with a link, and where the API key may not have Appwrite forget a password, that's
//! what they have to do first.
//!
//! Where there's more to the account, as a second step or a phone number, that wouldn't be enough. A
//! code or link doesn't open such an account at all: Appwrite never gets to see it. If a second step hides
//! that, whoever comes has to answer it, and [nothing else](super::owed) completes their session.
//!
//! The last step is a [note](super::proved). If anything fails before, the next sign-in takes it up.
//!
//! Verifying the address from the session that signed up keeps everything.

mod provider;
mod take_over;

pub use provider::{at_provider, linked, note_linked};

use std::time::Duration;

use self::take_over::{CameBy, Password, close, outlast, start_half, take_over};
use super::{
    flash, flow, owed,
    proved::{self, Proved},
    second_step::{self, ByPassword, FirstStep},
    session,
    ways_in::{has_live_links, has_more_than_a_password},
};
use crate::{
    error::AppError,
    model::{Account, EMAIL_CHANGED_UNKNOWN, Flash, Goto, NewPassword},
    server::{
        appwrite::{Id, NewSession, SessionClient, create_admin_client, create_session_client},
        request,
    },
};

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
    /// What stands for the address.
    fn code(self) -> Result<String, AppError> {
        match self {
            Self::Email(to) => proved::sent_to(to),
            Self::Named(code) | Self::AsItWas(code) => Ok(code.to_owned()),
        }
    }

    fn is_address_of(self, account: &Account) -> Result<bool, AppError> {
        Ok(match self {
            Self::Email(to) => to.eq_ignore_ascii_case(&account.email),
            Self::Named(code) => proved::sent_to(&account.email)? == code,
            Self::AsItWas(code) => proved::as_it_is(account)? == code,
        })
    }
}

/// Signs in somebody who has given the password of an account, which took Appwrite so long to check. If a
/// link may have set it while the account hid who else has a way in, that's closed first, and they're told.
///
/// # Errors
///
/// [`AppError::AddressUnproven`] if there's more to such an account than can be taken away;
/// [`AppError::Conflict`] if it has got another password meanwhile; what Appwrite said when it was asked. The
/// person hasn't been signed in here then.
pub async fn by_password(session: NewSession, took: Duration) -> Result<(), AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    let service = client.account();
    let typed = session.created.map(|created| created - took);
    if let Some(typed) = typed {
        request::state()?.just_here.note_typed(&session, typed);
    }
    let looked = async {
        let account = match service.get().await.map_err(AppError::from) {
            Err(AppError::MoreFactorsRequired) => {
                owed::note(&session.secret, &FirstStep::Password(typed))?;
                return Ok(ByPassword::Known);
            }
            account => account?,
        };
        let key = &request::state()?.cookie_key;
        Ok(second_step::by_password(key, &service, &account, typed).await?)
    };
    let looked = match looked.await {
        Ok(ByPassword::Unproven) => Err(AppError::AddressUnproven),
        Ok(ByPassword::Changed) => Err(AppError::Conflict),
        looked => looked,
    };
    match looked {
        Ok(known) => {
            session::start(session).await?;
            if matches!(known, ByPassword::Closed) {
                flash::keep(Flash::OthersEnded);
            }
            Ok(())
        }
        Err(error) => {
            session::discard(&session).await;
            Err(error)
        }
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
    if let Some(visitor) = session::account_of(user_id).await {
        let is_due = is_due(&visitor, to)?;
        return Ok(if is_due {
            FirstProof::OfVisitor(visitor)
        } else {
            FirstProof::None
        });
    }
    of_account(user_id, to).await
}

/// How often to look at an account. Whoever comes at the same moment, perhaps its owner on another device,
/// ends all sessions, also the one that looks.
const LOOKS: usize = 4;

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

/// What will be proved of somebody's account, seen with a session that's made with the API key.
async fn of_account<'a>(user_id: &'a str, to: SentTo<'a>) -> Result<FirstProof<'a>, AppError> {
    for _ in 0..LOOKS {
        let Some(looking) = look_at(user_id).await? else {
            return Ok(FirstProof::None);
        };
        let seen = match to {
            SentTo::AsItWas(_) => seen_to_verify(&looking, to).await,
            SentTo::Email(_) | SentTo::Named(_) => seen_by(&looking, to).await,
        };
        match seen {
            // It ended while it looked.
            Err(AppError::SignedOut) => continue,
            Ok(Seen::Due(email)) => return Ok(FirstProof::OfAccount { looking, email }),
            Ok(Seen::Hidden | Seen::NothingDue) | Err(_) => session::discard(&looking).await,
        }
        return Ok(match seen? {
            Seen::Hidden => FirstProof::Hidden { user_id, to },
            Seen::NothingDue | Seen::Due(_) => FirstProof::None,
        });
    }
    Err(AppError::Unavailable)
}

/// Notes that the visitor has entered a code that was sent to this address, if it's their account's.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Unavailable`].
pub async fn by_code(visitor: &Account, to: &str) -> Result<(), AppError> {
    if !SentTo::Email(to).is_address_of(visitor)? || has_live_links(visitor) {
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
    if let Some(visitor) = session::account_of(user_id).await {
        let is_due = is_due(&visitor, to)? && !has_live_links(&visitor);
        return Ok(if is_due {
            FirstProof::OfVisitor(visitor)
        } else {
            FirstProof::None
        });
    }
    of_account(user_id, to).await
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

/// As [`is_due`], for the account of this session, which a link for this address will verify.
async fn seen_to_verify(session: &NewSession, to: SentTo<'_>) -> Result<Seen, AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    match client.account().get().await.map_err(AppError::from) {
        Ok(account) => is_due(&account, to).map(|is_due| Seen::of(account, is_due)),
        // There's no reading or writing notes with half a session.
        Err(AppError::MoreFactorsRequired | AppError::Blocked) => Ok(Seen::NothingDue),
        Err(error) => Err(error),
    }
}

/// As [`is_due`], for the account of this session.
async fn seen_by(session: &NewSession, to: SentTo<'_>) -> Result<Seen, AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    let service = client.account();
    match service.get().await.map_err(AppError::from) {
        Ok(account) if !is_due(&account, to)? => Ok(Seen::NothingDue),
        Ok(account) => {
            let more = has_more_than_a_password(&service, &account);
            let identities = async { Ok(service.list_identities().await?) };
            let (has_more, identities) = futures::try_join!(more, identities)?;
            if has_more
                || has_live_links(&account)
                || !identities.iter().all(|it| account.has_address_of(it))
            {
                return Err(AppError::AddressUnproven);
            }
            Ok(Seen::Due(account.email))
        }
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
            match note_verified(looking, email).await {
                Err(AppError::SignedOut) => {}
                noted => return noted,
            }
            for _ in 1..LOOKS {
                let Some(looking) = look_at(&looking.user_id).await? else {
                    return Ok(());
                };
                let noted = note_verified(&looking, email).await;
                session::discard(&looking).await;
                match noted {
                    Err(AppError::SignedOut) => {}
                    noted => return noted,
                }
            }
            Err(AppError::Unavailable)
        };
        let noted = noted.await;
        session::discard(looking).await;
        noted
    }

    /// Goes on with what Appwrite said of the code: signs whoever came in, who then goes there. If it was
    /// the first proof, the account becomes its owner's, and they're told.
    ///
    /// # Errors
    ///
    /// What Appwrite said; [`AppError::ResetRequired`] if the account has a password that the API key may
    /// not remove; [`AppError::Unavailable`]. The person hasn't been signed in here then, and if Appwrite has
    /// taken the code, their next sign-in takes up the proof.
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
            Self::Hidden { to, .. } => {
                let first_step = FirstStep::Mailbox(to.code()?);
                start_half(created?, &first_step, then).await
            }
            Self::OfAccount { looking, email } => {
                let came_by = CameBy::Mailbox(&email);
                let is_new = flow::has_made(&looking.user_id);
                let taken_over = async { take_over(created?, came_by, is_new?, then).await };
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
    /// What Appwrite said of the link; [`AppError::AddressUnproven`] if it's set, but the account has got more
    /// meanwhile than can be taken away; [`AppError::ResetRequired`] if somebody else has set another one since.
    pub async fn password_set(
        self,
        user_id: &str,
        set: Result<(), AppError>,
        password: &NewPassword,
    ) -> Result<(), AppError> {
        if let Err(error) = set {
            if let Self::OfAccount { looking, .. } = &self {
                session::discard(looking).await;
            }
            return Err(error);
        }
        match self.close_after(user_id, password).await {
            Ok(()) => Ok(()),
            Err(error @ (AppError::AddressUnproven | AppError::ResetRequired)) => Err(error),
            // It's set, and the link is used up. The first sign-in with it closes the rest.
            Err(error) => {
                tracing::warn!(
                    ?error,
                    "a new password is set, but other ways in are not closed yet"
                );
                Ok(())
            }
        }
    }

    async fn close_after(self, user_id: &str, password: &NewPassword) -> Result<(), AppError> {
        let user = Id::parse(user_id).ok_or(AppError::Internal)?;
        let (looking, email) = match self {
            Self::OfAccount { looking, email } => (looking, email),
            Self::Hidden { user_id, to } => match look_again(user_id, to).await? {
                FirstProof::OfAccount { looking, email } => (looking, email),
                _ => return Ok(()),
            },
            Self::OfVisitor(visitor) => {
                outlast(&user, password).await?;
                let Some(looking) = look_at(&visitor.id).await? else {
                    return Ok(());
                };
                let noted = note_verified(&looking, &visitor.email).await;
                session::discard(&looking).await;
                return noted;
            }
            Self::None => return outlast(&user, password).await,
        };
        let closed = close(&user, CameBy::Mailbox(&email), Password::IsNew(password)).await;
        let last = closed.as_ref().unwrap_or(&looking);
        session::discard(last).await;
        closed.map(drop)
    }
}

/// Notes in this session that this address is verified, which the account may not have anymore.
async fn note_verified(looking: &NewSession, email: &str) -> Result<(), AppError> {
    let client = SessionClient::with_secret(&looking.secret)?;
    let service = client.account();
    let account = service.get().await?;
    proved::add(&service, &account, &[Proved::Email(email)]).await
}

/// Ends all sessions of an account that was hidden, and looks at it again. Nobody can turn two-step
/// verification off anymore who doesn't pass it.
async fn look_again<'a>(user_id: &'a str, to: SentTo<'a>) -> Result<FirstProof<'a>, AppError> {
    let user = Id::parse(user_id).ok_or(AppError::Internal)?;
    let admin = create_admin_client().await?;
    request::state()?.floor.let_hashing_end().await;
    admin.users().delete_sessions(&user).await?;
    begin(user_id, to).await
}
