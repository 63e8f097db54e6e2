//! What users did.

use rusqlite::{Connection, Row, params};
use time::{Duration, OffsetDateTime};

use super::columns;
use crate::{error::ApiError, timestamp, user_agent::Device};

/// How long entries are kept, as in a newly installed Appwrite.
const KEPT: Duration = Duration::days(14);

/// A row of `logs`. It shows the user as they were at the time.
#[derive(Clone, Debug)]
pub struct LogRow {
    pub user_id: String,
    pub time: String,
    pub event: String,
    pub user_email: String,
    pub user_name: String,
    pub ip: String,
    pub device: Device,
}

fn log(row: &Row<'_>) -> Result<LogRow, rusqlite::Error> {
    Ok(LogRow {
        user_id: row.get("user_id")?,
        time: row.get("time")?,
        event: row.get("event")?,
        user_email: row.get("user_email")?,
        user_name: row.get("user_name")?,
        ip: row.get("ip")?,
        device: columns::device(row)?,
    })
}

impl LogRow {
    /// Records what a user did. Does nothing if the user no longer exists.
    pub fn create(
        connection: &Connection,
        user_id: &str,
        event: &str,
        ip: &str,
        device: &Device,
    ) -> Result<(), ApiError> {
        let now = OffsetDateTime::now_utc();
        connection.execute(
            "DELETE FROM logs WHERE time < ?1",
            [timestamp::format(now - KEPT)],
        )?;
        connection.execute(
            "INSERT INTO logs (user_id, time, event, user_email, user_name, ip, device)
             SELECT id, ?2, ?3, coalesce(email, ''), name, ?4, ?5 FROM users WHERE id = ?1",
            params![
                user_id,
                timestamp::format(now),
                event,
                ip,
                columns::device_text(device)
            ],
        )?;
        Ok(())
    }

    /// A page of a user's log, newest first.
    pub fn list(
        connection: &Connection,
        user_id: &str,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<Self>, ApiError> {
        let mut statement = connection.prepare_cached(
            "SELECT * FROM logs WHERE user_id = ?1 ORDER BY sequence DESC LIMIT ?2 OFFSET ?3",
        )?;
        let rows = statement.query_map(params![user_id, limit, offset], log)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many entries a user's log has.
    pub fn count(connection: &Connection, user_id: &str) -> Result<u64, ApiError> {
        Ok(connection.query_row(
            "SELECT count(*) FROM logs WHERE user_id = ?1",
            [user_id],
            |row| row.get(0),
        )?)
    }
}
