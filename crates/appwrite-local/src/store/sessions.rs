//! Sessions. Only the SHA-256 of a secret is kept.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::json;
use time::{Duration, OffsetDateTime};

use crate::{agent::Device, error::ApiError, model, secret};

/// How long a session lives: a year, as in a new project.
const DURATION: Duration = Duration::seconds(31_536_000);
/// How many sessions a user has at most; an eleventh ends the oldest.
const LIMIT: u32 = 10;

/// A row of `sessions`.
#[derive(Clone, Debug)]
pub struct SessionRow {
    pub id: String,
    pub user_id: String,
    pub created: String,
    pub updated: String,
    pub expire: String,
    pub provider: String,
    pub provider_uid: String,
    pub ip: String,
    pub device: Device,
    pub factors: Vec<String>,
    pub mfa_updated: String,
}

const COLUMNS: &str = "id, user_id, created, updated, expire, provider, provider_uid, ip, device, \
     factors, mfa_updated";

fn session(row: &Row<'_>) -> Result<SessionRow, rusqlite::Error> {
    let device: String = row.get("device")?;
    let (os, client, device) = serde_json::from_str(&device).unwrap_or_default();
    let factors: String = row.get("factors")?;
    Ok(SessionRow {
        id: row.get("id")?,
        user_id: row.get("user_id")?,
        created: row.get("created")?,
        updated: row.get("updated")?,
        expire: row.get("expire")?,
        provider: row.get("provider")?,
        provider_uid: row.get("provider_uid")?,
        ip: row.get("ip")?,
        device: Device { os, client, device },
        factors: serde_json::from_str(&factors).unwrap_or_default(),
        mfa_updated: row.get("mfa_updated")?,
    })
}

impl SessionRow {
    /// Starts a session and returns it with its secret. The oldest go when there are too many.
    pub fn create(
        connection: &mut Connection,
        user_id: &str,
        provider: [&str; 2],
        factor: &str,
        ip: &str,
        device: &Device,
    ) -> Result<(Self, String), ApiError> {
        let secret = secret::hex(128);
        let id = secret::id();
        let now = OffsetDateTime::now_utc();
        let [provider, provider_uid] = provider;
        let transaction = connection.transaction()?;
        transaction.execute(
            "INSERT INTO sessions (id, user_id, created, updated, expire, secret, provider,
                provider_uid, ip, device, factors)
             VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                id,
                user_id,
                model::date(now),
                model::date(now + DURATION),
                secret::sha256(&secret),
                provider,
                provider_uid,
                ip,
                json!([device.os, device.client, device.device]).to_string(),
                json!([factor]).to_string()
            ],
        )?;
        transaction.execute(
            "DELETE FROM sessions WHERE user_id = ?1 AND sequence NOT IN (
                SELECT sequence FROM sessions WHERE user_id = ?1 ORDER BY sequence DESC LIMIT ?2)",
            params![user_id, LIMIT],
        )?;
        let created = Self::find(&transaction, user_id, &id)?;
        transaction.commit()?;
        let created = created.ok_or_else(|| ApiError::known("general_server_error"))?;
        Ok((created, secret))
    }

    /// The user's session with this ID, if it has not expired.
    pub fn find(
        connection: &Connection,
        user_id: &str,
        id: &str,
    ) -> Result<Option<Self>, ApiError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM sessions WHERE user_id = ?1 AND id = ?2 AND expire >= ?3"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        Ok(statement
            .query_row(params![user_id, id, model::now()], session)
            .optional()?)
    }

    /// The user's session with this secret, if it has not expired.
    pub fn find_by_secret(
        connection: &Connection,
        user_id: &str,
        secret: &str,
    ) -> Result<Option<Self>, ApiError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM sessions WHERE user_id = ?1 AND secret = ?2 AND expire >= ?3"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let hash = secret::sha256(secret);
        Ok(statement
            .query_row(params![user_id, hash, model::now()], session)
            .optional()?)
    }

    /// The user's sessions, oldest first.
    pub fn list(connection: &Connection, user_id: &str) -> Result<Vec<Self>, ApiError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM sessions WHERE user_id = ?1 AND expire >= ?2 ORDER BY sequence"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![user_id, model::now()], session)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Has it expire a full duration from now.
    pub fn extend(&mut self, connection: &Connection) -> Result<(), ApiError> {
        let now = OffsetDateTime::now_utc();
        self.updated = model::date(now);
        self.expire = model::date(now + DURATION);
        connection.execute(
            "UPDATE sessions SET updated = ?2, expire = ?3 WHERE id = ?1",
            params![self.id, self.updated, self.expire],
        )?;
        Ok(())
    }

    /// Ends it.
    pub fn delete(&self, connection: &Connection) -> Result<(), ApiError> {
        connection.execute("DELETE FROM sessions WHERE id = ?1", [&self.id])?;
        Ok(())
    }

    /// Ends all of a user's sessions.
    pub fn delete_all(connection: &Connection, user_id: &str) -> Result<(), ApiError> {
        connection.execute("DELETE FROM sessions WHERE user_id = ?1", [user_id])?;
        Ok(())
    }
}
