//! Accounts without a password.

use crate::{
    model::{Account, Flash, Goto},
    server::http::links::with_next,
};

/// Where somebody without a password is led who wants to change what takes one, at the page `path`:
/// guests to keep their account, others to set a password first.
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
