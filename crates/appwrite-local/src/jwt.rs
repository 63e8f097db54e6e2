//! JSON web tokens, signed with HS256.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use time::OffsetDateTime;

// What Appwrite says of a token that's no good.
const INCOMPLETE: &str = "Invalid token: Incomplete segments";
const NO_JSON: &str = "JSON failed: Syntax error";
const NOT_OURS: &str = "Invalid token: Signature failed";
const EXPIRED: &str = "Invalid token: Expired";

/// The key that tokens are signed with.
#[derive(Clone)]
pub struct Signer(String);

impl Signer {
    /// A signer with this key.
    pub fn new(key: String) -> Self {
        Self(key)
    }

    fn mac(&self, signed: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()).ok()?;
        mac.update(signed.as_bytes());
        Some(mac)
    }

    /// A token with this payload, valid for this many seconds.
    pub fn sign(&self, mut payload: Value, seconds: i64) -> String {
        payload["exp"] = json!(OffsetDateTime::now_utc().unix_timestamp() + seconds);
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = encode(&json!({ "typ": "JWT", "alg": "HS256" }));
        let signed = format!("{header}.{}", encode(&payload));
        let signature = self.mac(&signed).map(|mac| mac.finalize().into_bytes());
        format!(
            "{signed}.{}",
            URL_SAFE_NO_PAD.encode(signature.unwrap_or_default())
        )
    }

    /// Checks a token and returns its payload.
    ///
    /// # Errors
    ///
    /// What's wrong with the token.
    pub fn verify(&self, token: &str) -> Result<Value, &'static str> {
        let (signed, signature) = token.rsplit_once('.').ok_or(INCOMPLETE)?;
        let (header, payload) = signed.split_once('.').ok_or(INCOMPLETE)?;
        let decode = |part: &str| -> Option<Value> {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
        };
        let header = decode(header).ok_or(NO_JSON)?;
        if header["alg"] != "HS256" {
            return Err("Invalid token: Unsupported header algo");
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| NOT_OURS)?;
        self.mac(signed)
            .and_then(|mac| mac.verify_slice(&signature).ok())
            .ok_or(NOT_OURS)?;
        let payload = decode(payload).ok_or(NO_JSON)?;
        let now = OffsetDateTime::now_utc().unix_timestamp();
        match payload["exp"].as_i64() {
            Some(expires) if expires > now => Ok(payload),
            _ => Err(EXPIRED),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_unexpired_tokens_are_valid() {
        let signer = Signer::new("key".into());
        let token = signer.sign(json!({ "userId": "ada" }), 60);
        assert_eq!(signer.verify(&token).unwrap()["userId"], "ada");
        let other = Signer::new("other".into());
        assert_eq!(other.verify(&token), Err(NOT_OURS));
        let old = signer.sign(json!({}), -1);
        assert_eq!(signer.verify(&old), Err(EXPIRED));
        let unsigned = format!(
            "{}.{}.",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#),
            URL_SAFE_NO_PAD.encode(r#"{"exp":99999999999}"#)
        );
        for bad in ["", "foo", "a.b.c", "..", unsigned.as_str()] {
            assert!(signer.verify(bad).is_err(), "{bad}");
        }
    }
}
