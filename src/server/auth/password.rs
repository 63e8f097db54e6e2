//! Accounts without a password, and passwords of accounts that have one.

use super::{
    limits::{self, Action, Subject},
    session,
};
use crate::{
    error::{AppError, OnField},
    model::{Account, CurrentPassword, Flash, Goto, Problem},
    server::{appwrite::create_admin_client, http::links::with_next},
};

/// Where somebody says what becomes of a password that may be a stranger's.
pub const REPLACE: &str = "/account/password/replace";

/// Where somebody without a password of their own is led who wants to change what takes one, at the
/// page `path`: guests to keep their account, others to set a password first.
///
/// Every change that hands a password to Appwrite asks here. Appwrite would make whatever is typed
/// there the password of an account that has none.
pub fn missing(account: &Account, path: &str) -> Option<Goto> {
    if account.is_guest() {
        Some(Goto::page("/account/upgrade"))
    } else if account.password_refused {
        Some(Goto::page(with_next(REPLACE, path)))
    } else if account.has_password {
        None
    } else {
        let page = with_next("/account/password/new", path);
        Some(Goto::page_with(page, Flash::PasswordFirst))
    }
}

/// Makes sure that it's the account's password.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::Unavailable`].
pub async fn check(account: &Account, password: &CurrentPassword) -> Result<(), AppError> {
    limits::attempt(Action::Guess, Some(Subject::Account(&account.id)))?;
    if !password.can_exist() {
        return Err(AppError::field("password", Problem::PasswordWrong));
    }
    // Appwrite has no call that only checks a password. Signing in does.
    let client = create_admin_client().await?;
    let started = client
        .account()
        .create_email_password_session(&account.email, password)
        .await;
    session::discard(&started.on_field("password")?).await;
    limits::succeeded(Action::Guess, Subject::Account(&account.id));
    Ok(())
}
