//! Tells sessions apart, for cookies that say something about one of them.

use std::{
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
};

use serde::{Deserialize, Serialize};

use crate::server::appwrite::SessionSecret;

/// A hash of a session's secret. It's only ever kept beside the secret itself, or sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// That of this session.
    pub fn of(secret: &SessionSecret) -> Self {
        let mut hasher = DefaultHasher::new();
        secret.expose().hash(&mut hasher);
        Self(hasher.finish())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
