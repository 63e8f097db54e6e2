//! Sessions. Of a secret, only the SHA-256 is stored.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::json;
use time::{Duration, OffsetDateTime};

use super::columns;
use crate::{error::ApiError, factor::Factor, secret, timestamp, user_agent::Device};

/// A row of `sessions`.
#[derive(Clone, Debug)]
pub struct SessionRow {
    pub id: String,
    pub user_id: String,
    pub created: String,
    pub updated: String,
    pub expire: String,
    /// The secret's SHA-256.
    pub hash: String,
    pub provider: String,
    pub provider_uid: String,
    pub tokens: ProviderTokens,
    pub ip: String,
    pub device: Device,
    pub factors: Vec<String>,
    pub mfa_updated: String,
}

/// A user's tokens from an OAuth2 provider.
#[derive(Clone, Debug, Default)]
pub struct ProviderTokens {
    pub access: String,
    pub access_expiry: String,
    pub refresh: String,
}

/// A session to start.
pub struct NewSession {
    pub user_id: String,
    pub provider: String,
    pub provider_uid: String,
    pub factors: Vec<String>,
    pub tokens: ProviderTokens,
    pub ip: String,
    pub device: Device,
    /// How long it lasts.
    pub duration: Duration,
    /// How many sessions the user may have. Older ones end. 0 means no limit.
    pub limit: u32,
    /// How long the secret is, usually [`SECRET_BYTES`].
    pub secret_bytes: usize,
}

/// How many random bytes a secret has.
pub const SECRET_BYTES: usize = 128;

fn session(row: &Row<'_>) -> Result<SessionRow, rusqlite::Error> {
    Ok(SessionRow {
        id: row.get("id")?,
        user_id: row.get("user_id")?,
        created: row.get("created")?,
        updated: row.get("updated")?,
        expire: row.get("expire")?,
        hash: row.get("secret")?,
        provider: row.get("provider")?,
        provider_uid: row.get("provider_uid")?,
        tokens: ProviderTokens {
            access: row.get("provider_access_token")?,
            access_expiry: row.get("provider_access_token_expiry")?,
            refresh: row.get("provider_refresh_token")?,
        },
        ip: row.get("ip")?,
        device: columns::device(row)?,
        factors: columns::json(row, "factors")?,
        mfa_updated: row.get("mfa_updated")?,
    })
}

impl SessionRow {
    /// Starts a session and returns it with its secret. If there are too many, the oldest end.
    pub fn create(connection: &Connection, new: NewSession) -> Result<(Self, String), ApiError> {
        let secret = secret::hex(new.secret_bytes);
        let id = secret::id();
        let now = OffsetDateTime::now_utc();
        connection.execute(
            "INSERT INTO sessions (id, user_id, created, updated, expire, secret, provider,
                provider_uid, ip, device, factors, provider_access_token,
                provider_access_token_expiry, provider_refresh_token)
             VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            params![
                id,
                new.user_id,
                timestamp::format(now),
                timestamp::format(now + new.duration),
                secret::sha256(&secret),
                new.provider,
                new.provider_uid,
                new.ip,
                columns::device_text(&new.device),
                json!(new.factors).to_string(),
                new.tokens.access,
                new.tokens.access_expiry,
                new.tokens.refresh,
            ],
        )?;
        if new.limit > 0 {
            connection.execute(
                "DELETE FROM sessions WHERE user_id = ?1 AND sequence NOT IN (
                    SELECT sequence FROM sessions WHERE user_id = ?1
                    ORDER BY sequence DESC LIMIT ?2)",
                params![new.user_id, new.limit],
            )?;
        }
        let created = Self::find(connection, &new.user_id, &id)?;
        let created = created.ok_or_else(|| ApiError::known("general_server_error"))?;
        Ok((created, secret))
    }

    /// The user's session with this ID, even if it has expired.
    pub fn find(
        connection: &Connection,
        user_id: &str,
        id: &str,
    ) -> Result<Option<Self>, ApiError> {
        let sql = "SELECT * FROM sessions WHERE user_id = ?1 AND id = ?2";
        let mut statement = connection.prepare_cached(sql)?;
        Ok(statement.query_row([user_id, id], session).optional()?)
    }

    /// The user's session with this secret, if it hasn't expired.
    pub fn find_by_secret(
        connection: &Connection,
        user_id: &str,
        secret: &str,
    ) -> Result<Option<Self>, ApiError> {
        let mut statement = connection.prepare_cached(
            "SELECT * FROM sessions WHERE user_id = ?1 AND secret = ?2 AND expire >= ?3",
        )?;
        let (hash, now) = (secret::sha256(secret), timestamp::now());
        Ok(statement
            .query_row([user_id, &hash, &now], session)
            .optional()?)
    }

    /// The user's sessions, oldest first. Like Appwrite, this keeps those that have expired.
    pub fn list(connection: &Connection, user_id: &str) -> Result<Vec<Self>, ApiError> {
        let mut statement = connection
            .prepare_cached("SELECT * FROM sessions WHERE user_id = ?1 ORDER BY sequence")?;
        let rows = statement.query_map([user_id], session)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many sessions there are that haven't expired.
    pub fn count(connection: &Connection) -> Result<u64, ApiError> {
        Ok(connection.query_row(
            "SELECT count(*) FROM sessions WHERE expire >= ?1",
            [timestamp::now()],
            |row| row.get(0),
        )?)
    }

    /// Restarts its lifetime, and saves its tokens. When it was updated changes in the database only.
    pub fn extend(&mut self, connection: &Connection, duration: Duration) -> Result<(), ApiError> {
        let now = OffsetDateTime::now_utc();
        self.expire = timestamp::format(now + duration);
        connection.execute(
            "UPDATE sessions SET updated = ?2, expire = ?3, provider_access_token = ?4,
                provider_access_token_expiry = ?5, provider_refresh_token = ?6
             WHERE id = ?1",
            params![
                self.id,
                timestamp::format(now),
                self.expire,
                self.tokens.access,
                self.tokens.access_expiry,
                self.tokens.refresh
            ],
        )?;
        Ok(())
    }

    /// Adds factors that the user has shown. When it was updated changes in the database only.
    pub fn add_factors(
        &mut self,
        connection: &Connection,
        factors: &[Factor],
    ) -> Result<(), ApiError> {
        for factor in factors {
            let name = <&str>::from(factor);
            if !self.factors.iter().any(|known| known == name) {
                self.factors.push(name.to_owned());
            }
        }
        connection.execute(
            "UPDATE sessions SET factors = ?2, mfa_updated = ?3, updated = ?4 WHERE id = ?1",
            params![
                self.id,
                json!(self.factors).to_string(),
                self.mfa_updated,
                timestamp::now()
            ],
        )?;
        Ok(())
    }

    /// Ends it.
    pub fn delete(&self, connection: &Connection) -> Result<(), ApiError> {
        connection.execute("DELETE FROM sessions WHERE id = ?1", [&self.id])?;
        Ok(())
    }

    /// Ends all of a user's sessions except the one with this ID.
    pub fn delete_all(
        connection: &Connection,
        user_id: &str,
        except: Option<&str>,
    ) -> Result<(), ApiError> {
        connection.execute(
            "DELETE FROM sessions WHERE user_id = ?1 AND id IS NOT ?2",
            params![user_id, except],
        )?;
        Ok(())
    }
}
