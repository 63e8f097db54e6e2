//! A place where the person is signed in.

/// A live session, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Appwrite's `$id`; not a secret.
    pub id: String,
    /// When it began, in RFC 3339.
    pub created: String,
    /// When it was last extended, in RFC 3339. This site does that once a day while it's in use.
    pub extended: String,
    /// How it was started, in Appwrite's words: `email`, `anonymous`, `oauth2` ….
    pub provider: String,
    /// Whether it began with the account's password.
    pub by_password: bool,
    /// Whether it was made with an API key, as the app does to look at an account.
    pub by_key: bool,
    /// Browser or app, for example `Firefox 140`; empty when unknown.
    pub client: String,
    /// Operating system, for example `Windows 11`; empty when unknown.
    pub os: String,
    /// Network address it was started from, as Appwrite saw it.
    pub ip: String,
    /// Country name; empty when unknown.
    pub country: String,
    /// Whether it's the one this request came with.
    pub current: bool,
    /// When a second step was last completed in it, in RFC 3339; empty if never.
    pub second_step: String,
}
