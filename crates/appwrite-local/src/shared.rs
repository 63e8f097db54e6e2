//! What all requests share.

use crate::{
    config::Key, jwt::Signer, limits::Limits, password::Passwords, platforms::Platforms,
    settings::Settings, store::Store,
};

/// What all requests share.
pub struct Shared {
    /// The data.
    pub store: Store,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// Signs JSON web tokens.
    pub signer: Signer,
    /// The one project's ID.
    pub project: String,
    /// The project's API keys.
    pub keys: Vec<Key>,
    /// The project's platforms.
    pub platforms: Platforms,
    /// The project's settings.
    pub settings: Settings,
    /// The rate limits' counters, if calls are limited.
    pub limits: Option<Limits>,
    /// The data folder, for the status page.
    pub folder: Option<String>,
}
