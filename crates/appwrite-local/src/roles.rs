//! The roles that a caller holds, which permissions are given to.

use crate::caller::{Caller, SignedIn};

/// The caller's roles, in the order in which Appwrite lists them in its messages.
pub fn of(caller: &Caller) -> Vec<String> {
    let Some(SignedIn { user, .. }) = &caller.signed_in else {
        return vec!["any".to_owned(), "guests".to_owned()];
    };
    let id = &user.id;
    let verified = if user.email_verification || user.phone_verification {
        "verified"
    } else {
        "unverified"
    };
    let mut roles = vec![
        "any".to_owned(),
        "users".to_owned(),
        format!("user:{id}"),
        format!("user:{id}/{verified}"),
        format!("users/{verified}"),
    ];
    roles.extend(user.labels.iter().map(|label| format!("label:{label}")));
    roles
}
