//! Something that happened to an account.

/// An entry of the account's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Appwrite's name for it, for example `session.create`.
    pub name: String,
    /// When, in RFC 3339.
    pub time: String,
    /// Browser or app; empty when unknown.
    pub client: String,
    /// Operating system; empty when unknown.
    pub os: String,
    /// Network address, as Appwrite saw it.
    pub ip: String,
    /// Country name; empty when unknown.
    pub country: String,
}
