//! Accounts without a password, and passwords that anybody would try first.

use super::{
    limits::{self, Action, Subject},
    session,
};
use crate::{
    error::{AppError, OnField},
    model::{Account, CurrentPassword, Flash, Goto, NewPassword, Problem},
    server::{appwrite::create_admin_client, http::links::with_next},
};

/// Where somebody without a password of their own is led who wants to change what takes one, at the
/// page `path`: guests to keep their account, others to set a password first.
///
/// Every change that hands a password to Appwrite asks here. Appwrite would make whatever is typed
/// there the password of an account that has none.
pub fn missing(account: &Account, path: &str) -> Option<Goto> {
    if account.is_guest() {
        Some(Goto::page("/account/upgrade"))
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

/// Refuses a new password that is the account's address, or what stands before the `@`. Appwrite does
/// so only in projects that ask for it.
///
/// # Errors
///
/// [`Problem::PasswordPersonal`].
pub fn is_not_personal(password: &NewPassword, email: &str) -> Result<(), Problem> {
    let name = email.split('@').next().unwrap_or_default();
    let is = |known: &str| !known.is_empty() && password.eq_ignore_ascii_case(known);
    if is(email) || is(name) {
        return Err(Problem::PasswordPersonal);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Value;

    #[test]
    fn an_address_is_no_password() {
        let check =
            |typed: &str, email| is_not_personal(&NewPassword::parse(typed).unwrap(), email);
        for typed in ["ada.lovelace@example.com", "Ada.Lovelace"] {
            let refused = check(typed, "ada.lovelace@example.com");
            assert_eq!(refused, Err(Problem::PasswordPersonal), "{typed}");
        }
        assert_eq!(check("ada.lovelace1", "ada.lovelace@example.com"), Ok(()));
        assert_eq!(check("password-1", ""), Ok(()));
    }
}
