//! Hashing and checking passwords.

mod foreign;
pub mod policy;

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::SaltString,
};
use rand::RngCore;
use tokio::sync::Semaphore;

pub use foreign::{ShaVersion, is_hash};

use crate::{
    config::PasswordCost,
    error::ApiError,
    store::{HashAlgorithm, StoredPassword, argon2_options},
};

/// Hashes and checks passwords on a limited number of threads, so that other requests aren't held
/// up and memory use stays within bounds.
#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    turns: Arc<Semaphore>,
}

impl Passwords {
    /// Uses as many threads as the machine has cores.
    pub fn new(cost: PasswordCost) -> Self {
        let params = match cost {
            // 64 MiB, four passes, three lanes: Appwrite's own.
            PasswordCost::Appwrite => Params::new(65_536, 4, 3, None),
            PasswordCost::Least => Params::new(Params::MIN_M_COST, 1, 1, None),
        };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            argon2: Argon2::new(
                Algorithm::Argon2id,
                Version::V0x13,
                params.unwrap_or_default(),
            ),
            turns: Arc::new(Semaphore::new(cores)),
        }
    }

    /// Hashes a password.
    pub async fn hash(&self, password: String) -> Result<StoredPassword, ApiError> {
        self.run(move |argon2| {
            let mut salt = [0; 16];
            rand::rng().fill_bytes(&mut salt);
            let salt = SaltString::encode_b64(&salt).ok()?;
            let hash = argon2.hash_password(password.as_bytes(), &salt).ok()?;
            Some(StoredPassword {
                hash: hash.to_string(),
                algorithm: HashAlgorithm::Argon2,
                options: argon2_options(),
            })
        })
        .await?
        .ok_or_else(|| ApiError::known("general_server_error"))
    }

    /// Whether the password is this one.
    pub async fn verify(&self, password: String, stored: StoredPassword) -> Result<bool, ApiError> {
        self.run(move |argon2| {
            if stored.algorithm == HashAlgorithm::Argon2 {
                PasswordHash::new(&stored.hash).is_ok_and(|hash| {
                    is_affordable(&hash)
                        && argon2.verify_password(password.as_bytes(), &hash).is_ok()
                })
            } else {
                foreign::verify(&password, &stored)
            }
        })
        .await
    }

    /// Whether the password is any of these.
    pub async fn verify_any(
        &self,
        password: &str,
        stored: &[StoredPassword],
    ) -> Result<bool, ApiError> {
        for one in stored {
            if self.verify(password.to_owned(), one.clone()).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let failed = || ApiError::known("general_server_error");
        let turn = Arc::clone(&self.turns)
            .acquire_owned()
            .await
            .map_err(|_| failed())?;
        let argon2 = self.argon2.clone();
        tokio::task::spawn_blocking(move || {
            // The work itself holds it, so a caller who has left doesn't free the place too early.
            let _turn = turn;
            work(&argon2)
        })
        .await
        .map_err(|_| failed())
    }
}

/// Whether a hash, which may be imported, can be checked without absurd amounts of memory or time.
fn is_affordable(hash: &PasswordHash<'_>) -> bool {
    Params::try_from(hash).is_ok_and(|params| {
        let bytes = u64::from(params.m_cost()) * 1024;
        let passes = u64::from(params.t_cost());
        bytes <= foreign::MAX_BYTES && bytes * passes <= 16 * foreign::MAX_BYTES
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_password_fits_an_argon2_hash_with_absurd_costs() {
        let passwords = Passwords::new(PasswordCost::Least);
        for costs in ["m=4294967295,t=1", "m=8,t=4294967295"] {
            let digest = "A/54i238ed09ZR4NwlACU5XnkjNBZU9QeOEuhjLiexI";
            let stored = StoredPassword {
                hash: format!("$argon2id$v=19${costs},p=1$YXBwd3JpdGU${digest}"),
                algorithm: HashAlgorithm::Argon2,
                options: argon2_options(),
            };
            assert!(PasswordHash::new(&stored.hash).is_ok(), "{costs}");
            let fits = passwords.verify("appwrite".to_owned(), stored).await;
            assert!(!fits.unwrap(), "{costs}");
        }
    }
}
