//! One-time tokens. Only the SHA-256 of a secret is kept.

use rusqlite::{Connection, OptionalExtension, params};
use time::{Duration, OffsetDateTime};

use crate::{error::ApiError, model, secret};

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Sign-in by a link in a mail.
    MagicUrl,
    /// Sign-in by a code in a mail.
    Email,
    /// Sign-in by a code in a text message.
    Phone,
    /// Sign-in after an OAuth2 provider's consent.
    OAuth2,
    /// Sign-in that an API key allowed.
    Generic,
    /// A new password.
    Recovery,
    /// Verification of an e-mail address.
    Verification,
    /// Verification of a phone number.
    PhoneVerification,
}

const KINDS: [(TokenKind, &str); 8] = [
    (TokenKind::MagicUrl, "magic-url"),
    (TokenKind::Email, "email"),
    (TokenKind::Phone, "phone"),
    (TokenKind::OAuth2, "oauth2"),
    (TokenKind::Generic, "generic"),
    (TokenKind::Recovery, "recovery"),
    (TokenKind::Verification, "verification"),
    (TokenKind::PhoneVerification, "phone-verification"),
];

impl TokenKind {
    fn name(self) -> &'static str {
        KINDS
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("", |(_, name)| name)
    }

    fn parse(name: &str) -> Option<Self> {
        let known = KINDS.iter().find(|(_, known)| *known == name);
        known.map(|(kind, _)| *kind)
    }
}

/// A row of `tokens`.
#[derive(Clone, Debug)]
pub struct TokenRow {
    pub id: String,
    pub user_id: String,
    pub created: String,
    pub expire: String,
    pub kind: TokenKind,
}

impl TokenRow {
    /// Makes a token.
    pub fn create(
        connection: &Connection,
        user_id: &str,
        kind: TokenKind,
        secret: &str,
        lifetime: Duration,
    ) -> Result<Self, ApiError> {
        let now = OffsetDateTime::now_utc();
        let created = Self {
            id: secret::id(),
            user_id: user_id.to_owned(),
            created: model::date(now),
            expire: model::date(now + lifetime),
            kind,
        };
        connection.execute("DELETE FROM tokens WHERE expire < ?1", [&created.created])?;
        connection.execute(
            "INSERT INTO tokens (id, user_id, created, expire, kind, secret)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                created.id,
                created.user_id,
                created.created,
                created.expire,
                kind.name(),
                secret::sha256(secret)
            ],
        )?;
        Ok(created)
    }

    /// Takes a token of one of these kinds, if the secret is right and it has not expired: whoever
    /// asks next, even at the same moment, finds it gone.
    pub fn redeem(
        connection: &Connection,
        user_id: &str,
        secret: &str,
        kinds: &[TokenKind],
    ) -> Result<Option<Self>, ApiError> {
        let found = connection
            .query_row(
                "SELECT id, created, expire, kind FROM tokens
                 WHERE user_id = ?1 AND secret = ?2 AND expire >= ?3",
                [user_id, &secret::sha256(secret), &model::now()],
                |row| {
                    let kind: String = row.get(3)?;
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, kind))
                },
            )
            .optional()?;
        let Some((id, created, expire, kind)) = found else {
            return Ok(None);
        };
        let Some(kind) = TokenKind::parse(&kind).filter(|kind| kinds.contains(kind)) else {
            return Ok(None);
        };
        let token = Self {
            id,
            user_id: user_id.to_owned(),
            created,
            expire,
            kind,
        };
        let taken = connection.execute("DELETE FROM tokens WHERE id = ?1", [&token.id])?;
        Ok((taken == 1).then_some(token))
    }
}
