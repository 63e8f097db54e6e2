//! Passwords that another system hashed. They're imported as they are, and replaced with Argon2id
//! at the first sign-in.

use aes::cipher::{KeyIvInit, StreamCipher};
use base64::{Engine, engine::general_purpose::STANDARD};
use md5::Md5;
use serde_json::Value;
use sha2::Digest;
use strum::{EnumString, IntoStaticStr, VariantNames};

use crate::{
    secret::encode_hex,
    store::{HashAlgorithm, StoredPassword},
};

/// The versions of SHA that `passwordVersion` can name.
#[derive(Clone, Copy, Debug, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum ShaVersion {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    #[strum(serialize = "sha512/224")]
    Sha512Cut224,
    #[strum(serialize = "sha512/256")]
    Sha512Cut256,
    Sha512,
    #[strum(serialize = "sha3-224")]
    Sha3With224,
    #[strum(serialize = "sha3-256")]
    Sha3With256,
    #[strum(serialize = "sha3-384")]
    Sha3With384,
    #[strum(serialize = "sha3-512")]
    Sha3With512,
}

/// The most bytes that checking a password may write. An imported hash says itself what checking it
/// costs, and more than this could kill the process or block a thread for hours.
pub const MAX_BYTES: u64 = 1 << 30;

/// The highest cost of a bcrypt check. It takes a few seconds.
const MAX_BCRYPT_COST: u32 = 16;

/// Whether the password is right. No password fits a hash that can't be read.
pub fn verify(password: &str, stored: &StoredPassword) -> bool {
    let hash = stored.hash.as_str();
    match stored.algorithm {
        HashAlgorithm::Bcrypt => bcrypt(password, hash).unwrap_or(false),
        HashAlgorithm::Md5 => encode_hex(&Md5::digest(password)).eq_ignore_ascii_case(hash),
        HashAlgorithm::Sha => sha_version(&stored.options)
            .is_some_and(|version| sha(password, version).eq_ignore_ascii_case(hash)),
        HashAlgorithm::Phpass => phpass(password, hash).is_some_and(|computed| computed == hash),
        HashAlgorithm::Scrypt => plain_scrypt(password, &stored.options)
            .is_some_and(|found| found.eq_ignore_ascii_case(hash)),
        HashAlgorithm::ScryptMod => {
            modified_scrypt(password, &stored.options).is_some_and(|found| found == hash)
        }
        HashAlgorithm::Argon2 => false,
    }
}

/// Whether a text looks like one of the algorithm's hashes, as far as that can be told.
pub fn is_hash(algorithm: HashAlgorithm, hash: &str) -> bool {
    match algorithm {
        HashAlgorithm::Argon2 => argon2::PasswordHash::new(hash).is_ok(),
        _ => !hash.is_empty(),
    }
}

fn bcrypt(password: &str, hash: &str) -> Option<bool> {
    let cost: u32 = hash.get(4..6)?.parse().ok()?;
    if cost > MAX_BCRYPT_COST {
        return None;
    }
    bcrypt::verify(password, hash).ok()
}

fn sha_version(options: &Value) -> Option<ShaVersion> {
    options["version"].as_str()?.parse().ok()
}

fn sha(password: &str, version: ShaVersion) -> String {
    match version {
        ShaVersion::Sha1 => encode_hex(&sha1::Sha1::digest(password)),
        ShaVersion::Sha224 => encode_hex(&sha2::Sha224::digest(password)),
        ShaVersion::Sha256 => encode_hex(&sha2::Sha256::digest(password)),
        ShaVersion::Sha384 => encode_hex(&sha2::Sha384::digest(password)),
        ShaVersion::Sha512Cut224 => encode_hex(&sha2::Sha512_224::digest(password)),
        ShaVersion::Sha512Cut256 => encode_hex(&sha2::Sha512_256::digest(password)),
        ShaVersion::Sha512 => encode_hex(&sha2::Sha512::digest(password)),
        ShaVersion::Sha3With224 => encode_hex(&sha3::Sha3_224::digest(password)),
        ShaVersion::Sha3With256 => encode_hex(&sha3::Sha3_256::digest(password)),
        ShaVersion::Sha3With384 => encode_hex(&sha3::Sha3_384::digest(password)),
        ShaVersion::Sha3With512 => encode_hex(&sha3::Sha3_512::digest(password)),
    }
}

const ITOA64: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// phpass's portable hash: `$P$`, the logarithm of the rounds, 8 characters of salt, and MD5 again
/// and again.
fn phpass(password: &str, hash: &str) -> Option<String> {
    let setting = hash.get(..12)?;
    if !(setting.starts_with("$P$") || setting.starts_with("$H$")) {
        return None;
    }
    let letter = *setting.as_bytes().get(3)?;
    let rounds = ITOA64.iter().position(|known| *known == letter)?;
    if !(7..=24).contains(&rounds) {
        return None;
    }
    let salted = |first: &[u8]| {
        let mut md5 = Md5::new();
        md5.update(first);
        md5.update(password);
        md5.finalize()
    };
    let mut digest = salted(setting.get(4..)?.as_bytes());
    for _ in 0..1_u32 << rounds {
        digest = salted(&digest);
    }
    let mut computed = setting.to_owned();
    for chunk in digest.chunks(3) {
        let mut bits = 0_u32;
        for (index, byte) in chunk.iter().enumerate() {
            bits |= u32::from(*byte) << (8 * index);
        }
        for _ in 0..=chunk.len() {
            computed.push(char::from(ITOA64[(bits & 63) as usize]));
            bits >>= 6;
        }
    }
    Some(computed)
}

fn derive(password: &str, salt: &[u8], n: u64, r: u32, p: u32, length: usize) -> Option<Vec<u8>> {
    let bytes = n
        .checked_mul(128)?
        .checked_mul(r.into())?
        .checked_mul(p.into())?;
    if !n.is_power_of_two() || bytes > MAX_BYTES {
        return None;
    }
    let log_n = u8::try_from(n.trailing_zeros()).ok()?;
    let params = scrypt::Params::new(log_n, r, p, scrypt::Params::RECOMMENDED_LEN).ok()?;
    let mut derived = vec![0; length];
    scrypt::scrypt(password.as_bytes(), salt, &params, &mut derived).ok()?;
    Some(derived)
}

fn plain_scrypt(password: &str, options: &Value) -> Option<String> {
    let number = |name: &str| options[name].as_u64();
    let small = |name: &str| u32::try_from(number(name)?).ok();
    let length = usize::try_from(number("length")?)
        .ok()
        .filter(|length| *length <= 1024)?;
    let salt = options["salt"].as_str()?;
    let (n, r, p) = (
        number("costCpu")?,
        small("costMemory")?,
        small("costParallel")?,
    );
    Some(encode_hex(&derive(
        password,
        salt.as_bytes(),
        n,
        r,
        p,
        length,
    )?))
}

/// Firebase's variant of scrypt, in which the derived key encrypts the signer key.
fn modified_scrypt(password: &str, options: &Value) -> Option<String> {
    let bytes = |name: &str| STANDARD.decode(options[name].as_str()?).ok();
    let mut salt = bytes("salt")?;
    salt.extend(bytes("saltSeparator")?);
    let mut signed = bytes("signerKey")?;
    let derived = derive(password, &salt, 16_384, 8, 1, 64)?;
    let mut cipher =
        ctr::Ctr128BE::<aes::Aes256>::new_from_slices(derived.get(..32)?, &[0; 16]).ok()?;
    cipher.apply_keystream(&mut signed);
    Some(STANDARD.encode(signed))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fits(algorithm: HashAlgorithm, hash: &str, options: &Value) {
        let stored = |hash: &str| StoredPassword {
            hash: hash.to_owned(),
            algorithm,
            options: options.clone(),
        };
        assert!(verify("appwrite", &stored(hash)), "{algorithm:?}");
        assert!(!verify("appwrite!", &stored(hash)), "{algorithm:?}");
        assert!(!verify("appwrite", &stored("")), "{algorithm:?}");
        assert!(
            !verify("appwrite", &stored("$P$\u{1F600}\u{1F600}\u{1F600}")),
            "{algorithm:?}"
        );
    }

    #[test]
    fn every_kind_of_foreign_hash_is_checked() {
        let none = json!({});
        fits(
            HashAlgorithm::Md5,
            "144fa7eaa4904e8ee120651997f70dcc",
            &none,
        );
        fits(
            HashAlgorithm::Phpass,
            "$P$Br387rwferoKN7uwHZqNMu98q3U8RO.",
            &none,
        );
        let bcrypt = bcrypt::hash("appwrite", 4).unwrap();
        fits(HashAlgorithm::Bcrypt, &bcrypt, &none);
        for name in ShaVersion::VARIANTS {
            let digest = sha("appwrite", name.parse().unwrap());
            fits(HashAlgorithm::Sha, &digest, &json!({ "version": name }));
        }
        let options = json!({
            "salt": "salt", "costCpu": 16, "costMemory": 8, "costParallel": 1, "length": 64
        });
        let scrypted = plain_scrypt("appwrite", &options).unwrap();
        fits(HashAlgorithm::Scrypt, &scrypted, &options);
        fits(
            HashAlgorithm::ScryptMod,
            "UlM7JiXRcQhzAGlaonpSqNSLIz475WMddOgLjej5De9vxTy48K6WtqlEzrRFeK4t0COfMhWCb8wuMHgxOFCHFQ==",
            &json!({
                "salt": "UxLMreBr6tYyjQ==",
                "saltSeparator": "Bw==",
                "signerKey": "XyEKE9RcTDeLEsL/RjwPDBv/RqDl8fb3gpYEOQaPihbxf1ZAtSOHCjuAAa7Q3oHpCYhXSN9tizHgVOwn6krflQ==",
            }),
        );
    }

    #[test]
    fn digests_match_the_published_ones() {
        // The test vectors for "abc" from the algorithms' specifications.
        let digest = sha("abc", ShaVersion::Sha1);
        assert_eq!(digest, "a9993e364706816aba3e25717850c26c9cd0d89d");
        let digest = sha("abc", ShaVersion::Sha3With224);
        assert_eq!(
            digest,
            "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf"
        );
    }

    #[test]
    fn absurd_costs_are_refused_at_once() {
        for (cpu, parallel) in [(1_u64 << 40, 1), (16_384, 1 << 20)] {
            let options = json!({
                "salt": "s", "costCpu": cpu, "costMemory": 8, "costParallel": parallel, "length": 64
            });
            assert_eq!(plain_scrypt("appwrite", &options), None);
        }
        let hash = "$2a$31$xX/myGbFU.ZSKHSi6EHdBOySTdYm8QxBLXmOPHrYMwV0mHRBBSBOq";
        assert_eq!(bcrypt("appwrite", hash), None);
    }
}
