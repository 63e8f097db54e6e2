//! A fresh proof that it's the owner of the account who asks, for changes that somebody at a borrowed
//! browser mustn't make. Each of them calls [`ask`] or [`require`] in its server function: a page
//! that asks keeps nobody from posting. ARCHITECTURE.md lists them.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    cookie::SealedCookie,
    first_proof, flash,
    flow::{self, Channel, Flow},
    limits::{self, Action, Subject},
    mfa, password, session,
};
use crate::{
    error::{AppError, OnField},
    model::{Account, Code, CurrentPassword, Factors, Flash, Goto, return_to},
    server::{
        appwrite::{Id, create_admin_client, create_session_client},
        http::links::with_next,
        request,
    },
};

/// The page that asks for the proof.
pub const PAGE: &str = "/account/confirm";

/// How long a second step stays fresh: as long as Appwrite itself takes it for recent.
const SECOND_STEP_IS_FRESH: Duration = Duration::minutes(30);

/// How long a password or a code stays fresh. It's enough to set up an authenticator app.
const PROOF_IS_FRESH: Duration = Duration::minutes(15);

/// How somebody can prove that the account is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Nothing to prove: a guest's account has no owner but its session.
    Nothing,
    /// A second step, because the account has a factor for it.
    SecondStep,
    /// The account's password.
    Password,
    /// A code to the account's verified address or number.
    Code(Channel),
    /// None yet: the address has to be verified first.
    VerifyFirst,
}

impl Way {
    fn of(account: &Account, factors: Factors) -> Self {
        if factors.totp || account.mfa && factors.can_protect() {
            Self::SecondStep
        } else if account.can_use_password() {
            Self::Password
        } else if account.email_verified {
            Self::Code(Channel::Email)
        } else if account.phone_verified {
            Self::Code(Channel::TextMessage)
        } else if account.is_guest() {
            Self::Nothing
        } else {
            Self::VerifyFirst
        }
    }
}

/// What a change brings along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brings {
    /// No proof.
    Nothing,
    /// The account's password, which Appwrite checks before it makes the change.
    Password,
}

/// The proof, as the cookie keeps it. It's for this session only.
#[derive(Serialize, Deserialize)]
struct Proof {
    user_id: String,
    session_id: String,
    /// When it was given, as a Unix time.
    at: i64,
}

/// Makes sure that the visitor has proved lately that the account is theirs.
///
/// # Errors
///
/// [`AppError::ProofRequired`], [`AppError::SignedOut`], [`AppError::MoreFactorsRequired`],
/// [`AppError::Unavailable`].
pub async fn require(brings: Brings) -> Result<(), AppError> {
    let account = session::account().await?;
    let way = way(&account).await?;
    if is_fresh(&account, way).await? {
        return Ok(());
    }
    let brings_password = brings == Brings::Password && account.can_use_password();
    match way {
        Way::Nothing => Ok(()),
        // Where there's a second factor, knowing the first one isn't enough.
        Way::Password | Way::Code(_) | Way::VerifyFirst if brings_password => Ok(()),
        _ => Err(AppError::ProofRequired),
    }
}

/// As [`require`], but returns the page that asks for the proof, if it's missing. That page leads
/// back to `back`, which must be a page without a query.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::MoreFactorsRequired`], [`AppError::Unavailable`].
pub async fn ask(brings: Brings, back: &str) -> Result<Option<Goto>, AppError> {
    match require(brings).await {
        Ok(()) => Ok(None),
        Err(AppError::ProofRequired) => Ok(Some(page(back))),
        Err(error) => Err(error),
    }
}

/// The page that asks for the proof, and then leads to `back`.
pub fn page(back: &str) -> Goto {
    Goto::page(with_next(PAGE, back))
}

/// How this account proves whose it is.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Unavailable`].
pub async fn way(account: &Account) -> Result<Way, AppError> {
    let client = create_session_client().await?;
    let factors = client.account().list_mfa_factors().await?;
    Ok(Way::of(account, factors))
}

/// Takes the account's password as the proof.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SignedOut`],
/// [`AppError::Unavailable`]; [`AppError::ProofRequired`] if the account proves it in another way.
pub async fn take_password(password: &CurrentPassword) -> Result<(), AppError> {
    let account = session::account().await?;
    if way(&account).await? != Way::Password {
        return Err(AppError::ProofRequired);
    }
    password::check(&account, password).await?;
    flash::keep(Flash::Proved);
    keep(&account).await
}

/// Sends a code to the account's verified address or number. Returns the page where it's entered,
/// which then leads to `next`.
///
/// # Errors
///
/// [`AppError::RateLimited`], [`AppError::SwitchedOff`], [`AppError::SignedOut`],
/// [`AppError::Unavailable`].
pub async fn send_code(next: &str) -> Result<Goto, AppError> {
    let next = return_to(next);
    let account = session::account().await?;
    let Way::Code(sent_by) = way(&account).await? else {
        return Ok(Goto::page(with_next(PAGE, next)));
    };
    send(account, sent_by, next).await
}

/// Sends a code to an address that Appwrite calls verified, but that isn't [noted](super::proved) as the
/// account owner's. Returns the page where it's entered, which then leads to `next`.
///
/// # Errors
///
/// As for [`send_code`].
pub async fn send_code_to_address(account: Account, next: &str) -> Result<Goto, AppError> {
    send(account, Channel::Email, next).await
}

async fn send(account: Account, sent_by: Channel, next: &str) -> Result<Goto, AppError> {
    let to = match sent_by {
        Channel::Email => &account.email,
        Channel::TextMessage => &account.phone,
    };
    limits::send_from(Subject::Account(&account.id), to)?;
    let client = create_admin_client().await?;
    let admin = client.account();
    let (token, to) = match sent_by {
        Channel::Email => (
            admin.create_email_token(&account.email).await?,
            account.email,
        ),
        Channel::TextMessage => (
            admin.create_phone_token(&account.phone).await?,
            account.phone,
        ),
    };
    if token.user_id != account.id {
        // The address has changed hands in this very moment.
        return Err(AppError::Unavailable);
    }
    let id = flow::keep(Flow::Proof {
        sent_by,
        to,
        phrase: token.phrase,
        next: next.to_owned(),
    })?;
    Ok(flow::page("/account/confirm/code", &id))
}

/// Takes the code that [`send_code`] has sent, for the flow with this ID: as the proof, if this account
/// gives it like that. If it was sent by email, it's also noted that the address is its owner's. Returns
/// where to go next.
///
/// # Errors
///
/// As for [`take_password`], and [`AppError::ProofRequired`] if no code was sent.
pub async fn take_code(code: &Code, flow: &str) -> Result<Goto, AppError> {
    let account = session::account().await?;
    let (sent_by, to, next) = match flow::find(flow)? {
        Some(Flow::Proof {
            sent_by, to, next, ..
        }) => (sent_by, to, next),
        Some(Flow::Done { path }) => return Ok(Goto::page(path)),
        _ => return Err(AppError::ProofRequired),
    };
    mfa::count_guess().await?;
    // Whoever can exchange the code for a session can read the mailbox. The session isn't needed.
    let client = create_admin_client().await?;
    let started = client.account().create_session(&account.id, code).await;
    let started = session::began_with(started.on_field("code")?, sent_by.provider()).await?;
    session::discard(&started).await;
    limits::succeeded(Action::Guess, Subject::SecondStep(&account.id));
    if sent_by == Channel::Email {
        first_proof::by_code(&account, &to).await?;
    }
    if let Way::Code(_) = way(&account).await? {
        keep(&account).await?;
    }
    flash::keep(Flash::Proved);
    let goto = Goto::back(&next);
    flow::finish(flow, &goto)?;
    Ok(goto)
}

async fn keep(account: &Account) -> Result<(), AppError> {
    let client = create_session_client().await?;
    let session = client.account().get_session(&Id::current()).await?;
    let now = OffsetDateTime::now_utc();
    let proof = Proof {
        user_id: account.id.clone(),
        session_id: session.id,
        at: now.unix_timestamp(),
    };
    let app = request::state()?;
    let expires = now + PROOF_IS_FRESH;
    request::set_cookie(SealedCookie::Proof.set(&app.site, &app.cookie_key, &proof, expires))
}

/// Whether the visitor has proved lately that this account is theirs, in the session they have now. A second step
/// only counts where it's the way to prove it: elsewhere Appwrite takes a code, too, and whoever has the
/// phone that lies beside a borrowed browser would need no password.
async fn is_fresh(account: &Account, way: Way) -> Result<bool, AppError> {
    let client = create_session_client().await?;
    let session = client.account().get_session(&Id::current()).await?;
    let now = OffsetDateTime::now_utc();
    let within =
        |at: OffsetDateTime, limit: Duration| at <= now + CLOCKS_DIFFER && now - at < limit;
    let second_step = OffsetDateTime::parse(&session.second_step, &Rfc3339);
    if way == Way::SecondStep && second_step.is_ok_and(|at| within(at, SECOND_STEP_IS_FRESH)) {
        return Ok(true);
    }
    let app = request::state()?;
    let proof: Option<Proof> = request::with_headers(|headers| {
        SealedCookie::Proof.read(&app.site, &app.cookie_key, headers)
    })?;
    Ok(proof.is_some_and(|proof| {
        let at = OffsetDateTime::from_unix_timestamp(proof.at);
        proof.user_id == account.id
            && proof.session_id == session.id
            && at.is_ok_and(|at| within(at, PROOF_IS_FRESH))
    }))
}

/// How far ahead the clock of another machine may be: Appwrite's, or that of another copy of this
/// server.
const CLOCKS_DIFFER: Duration = Duration::minutes(1);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Preferences;

    fn guest() -> Account {
        Account {
            id: "u1".to_owned(),
            name: String::new(),
            email: String::new(),
            email_verified: false,
            email_changed: String::new(),
            phone: String::new(),
            phone_verified: false,
            has_password: false,
            password_set: String::new(),
            password_forgotten: false,
            mfa: false,
            registered: String::new(),
            updated: String::new(),
            proved: String::new(),
            preferences: Preferences::default(),
        }
    }

    #[test]
    fn the_strongest_proof_that_an_account_has_is_asked_for() {
        let none = Factors::default();
        let app = Factors { totp: true, ..none };
        let email = Factors {
            email: true,
            ..none
        };
        let codes = Factors {
            recovery_code: true,
            ..none
        };
        let with_password = Account {
            email: "ada@example.com".to_owned(),
            has_password: true,
            ..guest()
        };
        let protected = Account {
            email_verified: true,
            mfa: true,
            ..with_password.clone()
        };
        let at_provider = Account {
            email: "ada@example.com".to_owned(),
            email_verified: true,
            ..guest()
        };
        let unverified = Account {
            email_verified: false,
            ..at_provider.clone()
        };
        let by_phone = Account {
            phone: "+15550100199".to_owned(),
            phone_verified: true,
            ..guest()
        };
        for (account, factors, way) in [
            (&guest(), none, Way::Nothing),
            (&guest(), app, Way::SecondStep),
            (&with_password, none, Way::Password),
            (&with_password, codes, Way::Password),
            (&with_password, app, Way::SecondStep),
            (&protected, email, Way::SecondStep),
            // Switched on, but there's nothing that Appwrite would ask for.
            (&protected, none, Way::Password),
            (&at_provider, email, Way::Code(Channel::Email)),
            (&unverified, none, Way::VerifyFirst),
            (&by_phone, none, Way::Code(Channel::TextMessage)),
        ] {
            assert_eq!(Way::of(account, factors), way, "{account:?} {factors:?}");
        }
    }
}
