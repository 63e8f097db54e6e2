//! Consent given on the consent page, until its code is exchanged.

use rusqlite::{Connection, OptionalExtension, params};
use time::{Duration, OffsetDateTime};

use crate::{error::ApiError, secret, timestamp};

/// How long a code is valid.
const LIFETIME: Duration = Duration::minutes(10);

/// Who somebody said they are at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub email: String,
    pub name: String,
    pub verified: bool,
}

impl Grant {
    /// Saves a grant and returns the code for it.
    pub fn create(
        connection: &Connection,
        provider: &str,
        grant: &Self,
    ) -> Result<String, ApiError> {
        let code = secret::hex(16);
        let now = OffsetDateTime::now_utc();
        connection.execute(
            "DELETE FROM grants WHERE expire < ?1",
            [timestamp::format(now)],
        )?;
        connection.execute(
            "INSERT INTO grants (code, expire, provider, email, name, verified)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                code,
                timestamp::format(now + LIFETIME),
                provider,
                grant.email,
                grant.name,
                grant.verified
            ],
        )?;
        Ok(code)
    }

    /// Exchanges a code. Works once.
    pub fn redeem(
        connection: &Connection,
        provider: &str,
        code: &str,
    ) -> Result<Option<Self>, ApiError> {
        Ok(connection
            .query_row(
                "DELETE FROM grants WHERE code = ?1 AND provider = ?2 AND expire >= ?3
                 RETURNING email, name, verified",
                [code, provider, &timestamp::now()],
                |row| {
                    Ok(Self {
                        email: row.get(0)?,
                        name: row.get(1)?,
                        verified: row.get(2)?,
                    })
                },
            )
            .optional()?)
    }
}
