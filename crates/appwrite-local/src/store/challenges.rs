//! Challenges that ask for a second factor.

use rusqlite::{Connection, OptionalExtension, params};
use time::{Duration, OffsetDateTime};

use crate::{error::ApiError, secret, timestamp};

/// How long a challenge stays open.
const LIFETIME: Duration = Duration::HOUR;

/// A row of `challenges`.
#[derive(Clone, Debug)]
pub struct ChallengeRow {
    pub id: String,
    pub user_id: String,
    pub created: String,
    pub expire: String,
    /// The factor's name, as the app wrote it.
    pub factor: String,
    /// The code that was sent. Empty for factors without one.
    pub code: String,
}

impl ChallengeRow {
    /// Creates a challenge.
    pub fn create(
        connection: &Connection,
        user_id: &str,
        factor: &str,
        code: &str,
    ) -> Result<Self, ApiError> {
        let now = OffsetDateTime::now_utc();
        let created = Self {
            id: secret::id(),
            user_id: user_id.to_owned(),
            created: timestamp::format(now),
            expire: timestamp::format(now + LIFETIME),
            factor: factor.to_owned(),
            code: code.to_owned(),
        };
        connection.execute(
            "DELETE FROM challenges WHERE expire < ?1",
            [&created.created],
        )?;
        connection.execute(
            "INSERT INTO challenges (id, user_id, created, expire, factor, code)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                created.id,
                created.user_id,
                created.created,
                created.expire,
                created.factor,
                created.code
            ],
        )?;
        Ok(created)
    }

    /// The user's challenge with this ID, if it has not expired.
    pub fn find(
        connection: &Connection,
        user_id: &str,
        id: &str,
    ) -> Result<Option<Self>, ApiError> {
        Ok(connection
            .query_row(
                "SELECT created, expire, factor, code FROM challenges
                 WHERE user_id = ?1 AND id = ?2 AND expire >= ?3",
                [user_id, id, &timestamp::now()],
                |row| {
                    Ok(Self {
                        id: id.to_owned(),
                        user_id: user_id.to_owned(),
                        created: row.get(0)?,
                        expire: row.get(1)?,
                        factor: row.get(2)?,
                        code: row.get(3)?,
                    })
                },
            )
            .optional()?)
    }

    /// Deletes it, once it has been answered.
    pub fn delete(self, connection: &Connection) -> Result<(), ApiError> {
        connection.execute("DELETE FROM challenges WHERE id = ?1", [&self.id])?;
        Ok(())
    }
}
