//! The person who is signed in.

use serde::{Deserialize, Serialize};

/// An Appwrite account, as far as pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Appwrite's `$id`.
    pub id: String,
    /// May be empty: Appwrite does not ask for one.
    pub name: String,
    /// Empty for an account that has none (a guest, or one with a phone number only).
    pub email: String,
    /// Whether the address has been proved to be theirs.
    pub email_verified: bool,
    /// When the account was made, in RFC 3339.
    pub registered: String,
}
