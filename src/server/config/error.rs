//! What can be wrong with the configuration.

use std::{net::SocketAddr, path::PathBuf};

/// Our name, then the one in the Next.js tutorial, so its `.env` works as it is.
pub(super) const ENDPOINT: [&str; 2] = ["APPWRITE_ENDPOINT", "NEXT_PUBLIC_APPWRITE_ENDPOINT"];
pub(super) const PROJECT: [&str; 2] = ["APPWRITE_PROJECT_ID", "NEXT_PUBLIC_APPWRITE_PROJECT"];
pub(super) const KEY: [&str; 2] = ["APPWRITE_KEY", "NEXT_APPWRITE_KEY"];

/// Why the configuration can't be used, in one line that names the variable.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is there, but can't be read or parsed.
    #[error("can't read {}: {}", .0.display(), .1)]
    DotEnv(PathBuf, String),
    /// Two names of the same setting disagree.
    #[error("{0} and {1} are both set, to different values; keep one of them")]
    Conflict(&'static str, &'static str),
    /// A value that isn't what it has to be.
    #[error("{name}={value} is not {expected}")]
    Invalid {
        /// The variable.
        name: &'static str,
        /// Its value.
        value: String,
        /// What it has to be.
        expected: &'static str,
    },
    /// Only some of the variables for Appwrite are set.
    #[error(
        "{missing} is not set, but {set} is; to use Appwrite, set {}, {} and {}",
        ENDPOINT[0], PROJECT[0], KEY[0]
    )]
    Half {
        /// A variable that is set.
        set: &'static str,
        /// One that isn't.
        missing: &'static str,
    },
    /// Nothing is configured, and this build doesn't start a local Appwrite unasked.
    #[error(
        "no Appwrite is configured: set {}, {} and {} (for development, `cargo xtask run` starts a \
         local one)",
        ENDPOINT[0], PROJECT[0], KEY[0]
    )]
    NoAppwrite,
    /// OAuth2 is switched on, but no provider is named.
    #[error(
        "AUTH_METHODS has oauth2, but OAUTH_PROVIDERS is not set; list the providers that are \
         switched on in the project, like github,google"
    )]
    NoProviders,
    /// A local Appwrite is asked for, but this build has none.
    #[error(
        "APPWRITE_LOCAL=true, but this program was built without the feature \"local\"; set {}, {} \
         and {} instead",
        ENDPOINT[0], PROJECT[0], KEY[0]
    )]
    NoLocal,
    /// A public site with a local Appwrite behind it.
    #[error(
        "SITE_URL is https, but the local Appwrite is for development only: anybody can read its \
         inbox; set {}, {} and {}",
        ENDPOINT[0], PROJECT[0], KEY[0]
    )]
    LocalOnHttps,
    /// A local Appwrite that other machines could reach.
    #[error(
        "APPWRITE_LOCAL_ADDR={0} can be reached from other machines, and the local Appwrite shows \
         everybody its inbox; use an address like 127.0.0.1:9080"
    )]
    LocalForOthers(SocketAddr),
}
