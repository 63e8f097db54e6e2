//! Which addresses of an account are somebody's: noted when they have been proved.
//!
//! Appwrite's own word for it isn't enough. It says "verified" as soon as it has seen a code, whatever
//! has to follow; of an address that a code was never sent to, if the account had another one then; and
//! of an address that some provider claims. So there's a note in the account's preferences, written as
//! the last step, with a code that only this server can make: its owner can't, and can't take it to
//! another account or address.

use super::cookie::CookieKey;
use crate::{
    error::AppError,
    model::Account,
    server::{appwrite::SessionAccount, request},
};

/// How many notes are kept. The oldest go, and with each new password or number there's one more.
const MAX_NOTES: usize = 32;

/// What was proved to be the account owner's.
#[derive(Clone, Copy, Debug)]
pub enum Proved<'a> {
    /// The account's email address.
    Email(&'a str),
    /// An account at a provider, by the identity's ID.
    Identity(&'a str),
    /// The password that was set at this date, in Appwrite's words.
    Password(&'a str),
    /// That recovery codes were made here. Whether they're still those, it doesn't say.
    RecoveryCodes,
    /// The phone number or email address that was set here. It says nothing of whose it is.
    SetHere(&'a str),
}

pub(super) fn note_with(key: &CookieKey, account: &Account, what: Proved<'_>) -> String {
    let (kind, name) = match what {
        Proved::Email(address) => ("email", address.to_lowercase()),
        Proved::Identity(id) => ("identity", id.to_owned()),
        Proved::Password(date) => ("password", date.to_owned()),
        Proved::RecoveryCodes => ("recovery codes", String::new()),
        Proved::SetHere(what) => ("set here", what.to_lowercase()),
    };
    key.code_for(&["proved", &account.id.to_ascii_lowercase(), kind, &name])
}

/// Whether this was proved, where there's no request to ask for the key.
pub fn is_noted(key: &CookieKey, account: &Account, what: Proved<'_>) -> bool {
    let note = note_with(key, account, what);
    account.proved.split(' ').any(|noted| noted == note)
}

/// Whether this was proved.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn is_proved(account: &Account, what: Proved<'_>) -> Result<bool, AppError> {
    Ok(is_noted(&request::state()?.cookie_key, account, what))
}

/// Whether there's nothing left to verify: Appwrite calls the address verified, and it's noted. Without a password,
/// the note can wait. With one, its owner would lose that to the next code or link.
///
/// # Errors
///
/// As for [`is_proved`].
pub fn is_verified(account: &Account) -> Result<bool, AppError> {
    let is_noted = is_proved(account, Proved::Email(&account.email))?;
    Ok(account.email_verified && (is_noted || !account.has_password))
}

/// Whether all of these were.
///
/// # Errors
///
/// As for [`is_proved`].
pub fn are_proved(account: &Account, all: &[Proved<'_>]) -> Result<bool, AppError> {
    let found = all.iter().map(|what| is_proved(account, *what));
    Ok(found
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .all(|is| is))
}

/// What's noted of this account, with these among it.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn with(account: &Account, proved: &[Proved<'_>]) -> Result<String, AppError> {
    Ok(with_key(&request::state()?.cookie_key, account, proved))
}

/// The same, where there's no request to ask for the key.
pub(super) fn with_key(key: &CookieKey, account: &Account, proved: &[Proved<'_>]) -> String {
    let new = proved.iter().map(|what| note_with(key, account, *what));
    let mut new: Vec<_> = new.collect();
    // Any number of accounts at providers don't push the address out.
    let email = Proved::Email(&account.email);
    if is_noted(key, account, email) {
        new.push(note_with(key, account, email));
    }
    new.dedup();
    let mut notes: Vec<&str> = account.proved.split(' ').collect();
    notes.retain(|noted| !noted.is_empty() && !new.iter().any(|note| note == noted));
    notes.extend(new.iter().map(String::as_str));
    let oldest = notes.len().saturating_sub(MAX_NOTES);
    notes[oldest..].join(" ")
}

/// What's noted of an account that has just become its owner's: only this. Whoever had it before may have prepared
/// notes.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn only(account: &Account, proved: &[Proved<'_>]) -> Result<String, AppError> {
    let nothing = Account {
        proved: String::new(),
        ..account.clone()
    };
    with(&nothing, proved)
}

/// Notes [only] that these were proved.
///
/// # Errors
///
/// [`AppError::Unavailable`] and whatever else Appwrite says.
pub async fn note_only(
    service: &SessionAccount<'_>,
    account: &Account,
    proved: &[Proved<'_>],
) -> Result<(), AppError> {
    Ok(service.note_proved(&only(account, proved)?).await?)
}

/// Takes the note about the account's address away, and those about what it's linked to: somebody else has a way
/// in, too.
///
/// # Errors
///
/// [`AppError::Unavailable`] and whatever else Appwrite says.
pub async fn take_back(service: &SessionAccount<'_>) -> Result<(), AppError> {
    Ok(service.note_proved("").await?)
}

/// Notes that these were proved, unless that's noted already.
///
/// # Errors
///
/// [`AppError::Unavailable`] and whatever else Appwrite says.
pub async fn add(
    service: &SessionAccount<'_>,
    account: &Account,
    proved: &[Proved<'_>],
) -> Result<(), AppError> {
    if are_proved(account, proved)? {
        return Ok(());
    }
    Ok(service.note_proved(&with(account, proved)?).await?)
}

/// Notes a phone number or email address that the visitor is about to set here. Were it noted afterwards, the look
/// that follows the first proof could come in between, and take it for somebody else's. It still does if this fails.
pub async fn note_set_here(service: &SessionAccount<'_>, account: &Account, what: &str) {
    if let Err(error) = add(service, account, &[Proved::SetHere(what)]).await {
        tracing::warn!(?error, "a new number or address could not be noted");
    }
}

/// What stands for this account with its address in a link that Appwrite sends to whatever address the
/// account has by then. If that's another one, or was in between, it's no longer the same.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn as_it_is(account: &Account) -> Result<String, AppError> {
    let key = &request::state()?.cookie_key;
    let (id, email) = (
        account.id.to_ascii_lowercase(),
        account.email.to_lowercase(),
    );
    Ok(key.code_for(&["as it is", &id, &email, &account.email_changed]))
}

/// A page that a link in an email leads to. Its parameter `to` is [the address](sent_to) that it's sent
/// to: Appwrite takes a link for whatever address the account has by then.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn link(page: &str, email: &str) -> Result<String, AppError> {
    Ok(format!("{page}?to={}", sent_to(email)?))
}

/// What stands for this address in a link. Nobody can make it who doesn't get the address's emails.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn sent_to(email: &str) -> Result<String, AppError> {
    Ok(sent_to_with(&request::state()?.cookie_key, email))
}

/// The same, where there's no request to ask for the key.
pub(super) fn sent_to_with(key: &CookieKey, email: &str) -> String {
    key.code_for(&["sent to", &email.to_lowercase()])
}
