//! Random values, and how Appwrite encodes a session's secret.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use rand::{Rng, RngCore, seq::IndexedRandom};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// This many random bytes.
pub fn bytes(count: usize) -> Vec<u8> {
    let mut random = vec![0; count];
    rand::rng().fill_bytes(&mut random);
    random
}

/// This many random bytes in hexadecimal.
pub fn hex(count: usize) -> String {
    encode_hex(&bytes(count))
}

/// This many random decimal digits.
pub fn digits(count: usize) -> String {
    let mut random = rand::rng();
    (0..count)
        .map(|_| char::from(b'0' + random.random_range(0..10)))
        .collect()
}

const ADJECTIVES: &[&str] = &[
    "Amber", "Brave", "Bright", "Calm", "Clever", "Crisp", "Eager", "Early", "Gentle", "Golden",
    "Happy", "Honest", "Icy", "Jolly", "Kind", "Lively", "Lucky", "Mellow", "Noble", "Patient",
    "Proud", "Quick", "Quiet", "Rapid", "Silent", "Silver", "Sunny", "Swift", "Tidy", "Witty",
];
const NOUNS: &[&str] = &[
    "acorn", "anchor", "badger", "beacon", "birch", "canyon", "comet", "coral", "cricket",
    "falcon", "fern", "glacier", "harbor", "heron", "island", "lantern", "maple", "meadow",
    "otter", "pebble", "pine", "raven", "river", "sparrow", "spruce", "summit", "thistle", "tulip",
    "valley", "willow",
];

/// Two words that the app and the email both show, so people can tell that they belong together.
pub fn phrase() -> String {
    let mut random = rand::rng();
    let word = |words: &[&'static str], random: &mut _| *words.choose(random).unwrap_or(&"");
    let adjective = word(ADJECTIVES, &mut random);
    format!("{adjective} {}", word(NOUNS, &mut random))
}

/// Bytes in hexadecimal.
pub fn encode_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An ID like Appwrite's: 13 hexadecimal digits of the time in microseconds, then 7 random ones.
pub fn id() -> String {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let mut id = format!("{:08x}{:05x}", since.as_secs(), since.subsec_micros());
    id.extend(hex(4).chars().take(7));
    id
}

/// The hash that is stored in place of a secret.
pub fn sha256(secret: &str) -> String {
    encode_hex(&Sha256::digest(secret))
}

/// A session's secret, encoded the way clients keep it: base64 of `{"id", "secret"}`.
pub fn encode_session(user_id: &str, secret: &str) -> String {
    STANDARD.encode(json!({ "id": user_id, "secret": secret }).to_string())
}

/// Base64 as PHP reads it, padded or not.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Decodes it into the user's ID and the secret. `None` if it's anything else. Like PHP, this doesn't
/// care for padding, or for letters that aren't base64's.
pub fn decode_session(encoded: &str) -> Option<(String, String)> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
    let encoded: Vec<_> = encoded.bytes().filter(is_base64).collect();
    let json: Value = serde_json::from_slice(&LENIENT.decode(encoded).ok()?).ok()?;
    let text = |key: &str| Some(json.get(key)?.as_str()?.to_owned());
    Some((text("id")?, text("secret")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_20_hexadecimal_digits_and_never_repeat() {
        let ids: std::collections::HashSet<_> = (0..1000).map(|_| id()).collect();
        assert_eq!(ids.len(), 1000);
        assert!(ids.iter().all(|id| id.len() == 20));
        assert!(
            ids.iter()
                .all(|id| id.bytes().all(|byte| byte.is_ascii_hexdigit()))
        );
    }

    #[test]
    fn a_session_secret_survives_encoding() {
        let encoded = encode_session("user", "abc");
        assert_eq!(
            decode_session(&encoded),
            Some(("user".into(), "abc".into()))
        );
        for same in [
            encoded.trim_end_matches('=').to_owned(),
            format!(" {encoded}\n"),
            format!("\"{encoded}\""),
        ] {
            assert_eq!(decode_session(&same), decode_session(&encoded), "{same}");
        }
        for odd in ["", "%%%", "Z2FyYmFnZQ==", "e30=", "bnVsbA=="] {
            assert_eq!(decode_session(odd), None, "{odd:?}");
        }
    }
}
