//! Users' identities at OAuth2 providers.

use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

use super::sessions::ProviderTokens;
use crate::{error::ApiError, secret, timestamp};

/// A row of `identities`.
#[derive(Clone, Debug)]
pub struct IdentityRow {
    pub id: String,
    pub user_id: String,
    pub created: String,
    pub updated: String,
    pub provider: String,
    pub provider_uid: String,
    pub provider_email: String,
    pub tokens: ProviderTokens,
}

fn identity(row: &Row<'_>) -> Result<IdentityRow, rusqlite::Error> {
    Ok(IdentityRow {
        id: row.get("id")?,
        user_id: row.get("user_id")?,
        created: row.get("created")?,
        updated: row.get("updated")?,
        provider: row.get("provider")?,
        provider_uid: row.get("provider_uid")?,
        provider_email: row.get("provider_email")?,
        tokens: ProviderTokens {
            access: row.get("provider_access_token")?,
            access_expiry: row.get("provider_access_token_expiry")?,
            refresh: row.get("provider_refresh_token")?,
        },
    })
}

impl IdentityRow {
    /// Records that a user is this person at the provider, along with the newest tokens. The address stays
    /// the one from the first time.
    pub fn put(
        connection: &Connection,
        user_id: &str,
        provider: &str,
        provider_uid: &str,
        provider_email: &str,
        tokens: &ProviderTokens,
    ) -> Result<(), ApiError> {
        connection.execute(
            "INSERT INTO identities (id, user_id, created, updated, provider, provider_uid,
                provider_email, provider_access_token, provider_access_token_expiry,
                provider_refresh_token)
             VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (provider, provider_uid) DO UPDATE SET updated = ?3,
                provider_access_token = ?7, provider_access_token_expiry = ?8,
                provider_refresh_token = ?9",
            params![
                secret::id(),
                user_id,
                timestamp::now(),
                provider,
                provider_uid,
                provider_email,
                tokens.access,
                tokens.access_expiry,
                tokens.refresh
            ],
        )?;
        Ok(())
    }

    /// The identity with this ID at a provider.
    pub fn find_by_uid(
        connection: &Connection,
        provider: &str,
        provider_uid: &str,
    ) -> Result<Option<Self>, ApiError> {
        Ok(connection
            .query_row(
                "SELECT * FROM identities WHERE provider = ?1 AND provider_uid = ?2",
                [provider, provider_uid],
                identity,
            )
            .optional()?)
    }

    /// An identity with this email.
    pub fn find_by_email(connection: &Connection, email: &str) -> Result<Option<Self>, ApiError> {
        Ok(connection
            .query_row(
                "SELECT * FROM identities WHERE provider_email = ?1 COLLATE NOCASE LIMIT 1",
                [email],
                identity,
            )
            .optional()?)
    }

    /// The identities at a provider that were used last, newest first.
    pub fn list_recent(connection: &Connection, provider: &str) -> Result<Vec<Self>, ApiError> {
        let query = "identities WHERE provider = ?1 ORDER BY updated DESC LIMIT 8";
        Self::select(connection, query, &[&provider])
    }

    /// Whether anybody but this user has an identity with this email.
    pub fn email_of_another(
        connection: &Connection,
        email: &str,
        user_id: &str,
    ) -> Result<bool, ApiError> {
        Ok(connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM identities
                WHERE provider_email = ?1 COLLATE NOCASE AND user_id <> ?2)",
            [email, user_id],
            |row| row.get(0),
        )?)
    }

    /// The identity with this ID.
    pub fn find(connection: &Connection, id: &str) -> Result<Self, ApiError> {
        connection
            .query_row("SELECT * FROM identities WHERE id = ?1", [id], identity)
            .optional()?
            .ok_or_else(|| ApiError::known("user_identity_not_found"))
    }

    /// The identities that a query (everything after `FROM`) selects.
    pub fn select(
        connection: &Connection,
        query: &str,
        values: &[&dyn ToSql],
    ) -> Result<Vec<Self>, ApiError> {
        let mut statement = connection.prepare(&format!("SELECT * FROM {query}"))?;
        let rows = statement.query_map(values, identity)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Deletes it.
    pub fn delete(self, connection: &Connection) -> Result<(), ApiError> {
        connection.execute("DELETE FROM identities WHERE id = ?1", [&self.id])?;
        Ok(())
    }
}
