//! Passwords, as they are stored.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use strum::{EnumString, IntoStaticStr};

/// A stored password: the hash, the algorithm behind it, and the algorithm's options.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredPassword {
    pub hash: String,
    pub algorithm: HashAlgorithm,
    pub options: Value,
}

/// The algorithms that Appwrite can check a password with, by its names for them. New passwords are
/// hashed with Argon2; the others come with imported users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "camelCase")]
#[strum(serialize_all = "camelCase")]
pub enum HashAlgorithm {
    Argon2,
    Bcrypt,
    Md5,
    Phpass,
    Scrypt,
    /// Firebase's variant of scrypt.
    ScryptMod,
    Sha,
}

impl HashAlgorithm {
    /// Appwrite's name for it.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Argon2's options, as the user model shows them.
pub fn argon2_options() -> Value {
    json!({
        "type": HashAlgorithm::Argon2.name(),
        "memory_cost": 65536,
        "time_cost": 4,
        "threads": 3,
    })
}
