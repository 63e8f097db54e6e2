//! The secret of a session. Whoever has it is its owner.

use std::fmt;

use axum::http::HeaderValue;
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::id::Id;

/// A session's secret as Appwrite encodes it: base64 of `{"id": user ID, "secret": hex}`.
///
/// It's neither `Serialize` nor `Display` on purpose, and its `Debug` shows nothing.
pub struct SessionSecret {
    encoded: SecretString,
    user_id: String,
}

#[derive(Deserialize)]
struct Decoded {
    id: String,
    secret: String,
}

impl SessionSecret {
    /// More than any secret that Appwrite makes. A cookie may be up to 4 KiB of anything.
    const MAX_BYTES: usize = 2048;

    /// Takes a value that has the form of a secret. Only Appwrite knows whether it is one.
    pub fn decode(value: &str) -> Option<Self> {
        if value.len() > Self::MAX_BYTES {
            return None;
        }
        let json = STANDARD.decode(value).ok()?;
        let decoded: Decoded = serde_json::from_slice(&json).ok()?;
        (Id::parse(&decoded.id).is_some() && !decoded.secret.is_empty()).then(|| Self {
            encoded: value.into(),
            user_id: decoded.id,
        })
    }

    /// The secret itself, for the cookie and the header that carry it.
    pub(in crate::server) fn expose(&self) -> &str {
        self.encoded.expose_secret()
    }

    /// The ID of the session's owner, as the secret itself claims.
    pub(in crate::server) fn user_id(&self) -> &str {
        &self.user_id
    }

    /// The header's value, marked as sensitive. `None` if the secret doesn't fit into a header.
    pub(super) fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(self.expose()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Debug for SessionSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionSecret(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_appwrite_could_have_made_is_a_secret() {
        assert!(SessionSecret::decode("eyJpZCI6InUxIiwic2VjcmV0IjoiYWJjIn0=").is_some());
        for value in [
            "",
            "abc",
            "e30=",
            "eyJpZCI6IiIsInNlY3JldCI6IiJ9",
            // An ID that can't be one: `{"id":"u1 ","secret":"abc"}`.
            "eyJpZCI6InUxICIsInNlY3JldCI6ImFiYyJ9",
            "eyJpZCI6InUxIiwic2VjcmV0IjoiYWJjIn0=\r\nx: y",
            &"A".repeat(4096),
        ] {
            assert!(SessionSecret::decode(value).is_none(), "{value:?}");
        }
    }

    #[test]
    fn debug_hides_it() {
        let secret = SessionSecret::decode("eyJpZCI6InUxIiwic2VjcmV0IjoiYWJjIn0=").unwrap();
        assert_eq!(format!("{secret:?}"), "SessionSecret(hidden)");
        let header = secret.header().unwrap();
        assert!(!format!("{header:?}").contains("eyJ"));
    }
}
