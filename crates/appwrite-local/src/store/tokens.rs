//! One-time tokens. Of a secret, only the SHA-256 is stored.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;
use strum::{EnumString, IntoStaticStr};
use time::{Duration, OffsetDateTime};

use super::columns;
use crate::{error::ApiError, secret, timestamp};

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum TokenKind {
    /// Signing in with a link from an email.
    MagicUrl,
    /// Signing in with a code from an email.
    Email,
    /// Signing in with a code from a text message.
    Phone,
    /// Signing in after an OAuth2 flow.
    #[strum(serialize = "oauth2")]
    OAuth2,
    /// Signing in with a token that an API key created.
    Generic,
    /// Setting a new password.
    Recovery,
    /// Verifying an email address.
    Verification,
    /// Verifying a phone number.
    PhoneVerification,
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
    /// Creates a token.
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
            created: timestamp::format(now),
            expire: timestamp::format(now + lifetime),
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
                <&str>::from(kind),
                secret::sha256(secret)
            ],
        )?;
        Ok(created)
    }

    /// The user's token of one of these kinds with this secret, if it hasn't expired.
    pub fn find(
        connection: &Connection,
        user_id: &str,
        secret: &str,
        kinds: &[TokenKind],
    ) -> Result<Option<Self>, ApiError> {
        let kinds: Vec<_> = kinds.iter().map(<&str>::from).collect();
        let found = connection.query_row(
            "SELECT id, created, expire, kind FROM tokens
             WHERE user_id = ?1 AND secret = ?2 AND expire >= ?3
                AND kind IN (SELECT value FROM json_each(?4))",
            params![
                user_id,
                secret::sha256(secret),
                timestamp::now(),
                json!(kinds).to_string()
            ],
            |row| {
                Ok(Self {
                    id: row.get(0)?,
                    user_id: user_id.to_owned(),
                    created: row.get(1)?,
                    expire: row.get(2)?,
                    kind: columns::named(row, "kind")?,
                })
            },
        );
        Ok(found.optional()?)
    }

    /// Uses up a token of one of these kinds, if the secret is right and it hasn't expired. Whoever
    /// tries next, even at the same moment, finds it gone.
    pub fn redeem(
        connection: &Connection,
        user_id: &str,
        secret: &str,
        kinds: &[TokenKind],
    ) -> Result<Option<Self>, ApiError> {
        let Some(token) = Self::find(connection, user_id, secret, kinds)? else {
            return Ok(None);
        };
        let taken = connection.execute("DELETE FROM tokens WHERE id = ?1", [&token.id])?;
        Ok((taken == 1).then_some(token))
    }
}
