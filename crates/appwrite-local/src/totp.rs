//! Codes from authenticator apps: RFC 6238 with SHA-1, six digits, 30 seconds.

use totp_rs::{Algorithm, Secret, TOTP};

/// A new secret of 64 bytes, in base32. That makes 103 letters.
pub fn secret() -> String {
    let random = crate::secret::bytes(64);
    Secret::Raw(random).to_encoded().to_string()
}

fn totp(secret: &str, issuer: &str, label: &str) -> Option<TOTP> {
    let secret = Secret::Encoded(secret.to_owned()).to_bytes().ok()?;
    // A colon separates issuer and label in the URI, so neither may contain one.
    let clean = |text: &str| text.replace(':', " ");
    // Like Appwrite, accept only the current code: none from the step before or after.
    TOTP::new(
        Algorithm::SHA1,
        6,
        0,
        30,
        secret,
        Some(clean(issuer)),
        clean(label),
    )
    .ok()
}

/// The URI that an authenticator app reads from a QR code.
pub fn uri(secret: &str, issuer: &str, label: &str) -> String {
    totp(secret, issuer, label)
        .map(|totp| totp.get_url())
        .unwrap_or_default()
}

/// Whether `code` is the one for the current 30 seconds.
pub fn is_code(secret: &str, code: &str) -> bool {
    totp(secret, "", "").is_some_and(|totp| totp.check_current(code).unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_match_the_rfc() {
        // RFC 6238, appendix B: the last six of eight digits.
        let secret = Secret::Raw(b"12345678901234567890".to_vec());
        let totp = totp(&secret.to_encoded().to_string(), "", "").unwrap();
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(totp.generate(time), code);
        }
    }

    #[test]
    fn the_uri_names_the_project_and_the_user() {
        let secret = secret();
        let uri = uri(&secret, "My: project", "ada@example.com");
        assert!(
            uri.starts_with("otpauth://totp/My%20%20project:ada%40example.com?"),
            "{uri}"
        );
        assert!(uri.contains(&format!("secret={secret}")), "{uri}");
        assert!(!is_code(&secret, "abcdef"));
        assert!(!is_code("no base32!", "123456"));
    }
}
