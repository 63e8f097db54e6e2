//! Targets: the addresses and devices that messages to users go to.

use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::columns;
use crate::{
    error::{ApiError, is_constraint},
    secret, timestamp,
};

/// How messages get to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum TargetType {
    Email,
    Sms,
    Push,
}

impl TargetType {
    /// Appwrite's name for it.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A row of `targets`.
#[derive(Clone, Debug)]
pub struct TargetRow {
    pub id: String,
    pub user_id: String,
    pub created: String,
    pub updated: String,
    pub name: String,
    pub provider_id: Option<String>,
    pub provider_type: TargetType,
    pub identifier: String,
    pub expired: bool,
}

fn target(row: &Row<'_>) -> Result<TargetRow, rusqlite::Error> {
    Ok(TargetRow {
        id: row.get("id")?,
        user_id: row.get("user_id")?,
        created: row.get("created")?,
        updated: row.get("updated")?,
        name: row.get("name")?,
        provider_id: row.get("provider_id")?,
        provider_type: columns::named(row, "provider_type")?,
        identifier: row.get("identifier")?,
        expired: row.get("expired")?,
    })
}

fn taken(error: rusqlite::Error) -> ApiError {
    if is_constraint(&error) {
        ApiError::known("user_target_already_exists")
    } else {
        error.into()
    }
}

impl TargetRow {
    /// Creates a target.
    ///
    /// # Errors
    ///
    /// `user_target_already_exists` if another target has the ID or the identifier.
    pub fn create(
        connection: &Connection,
        id: Option<String>,
        user_id: &str,
        provider_type: TargetType,
        identifier: &str,
        provider_id: Option<String>,
        name: &str,
    ) -> Result<Self, ApiError> {
        let now = timestamp::now();
        let created = Self {
            id: id.unwrap_or_else(secret::id),
            user_id: user_id.to_owned(),
            created: now.clone(),
            updated: now,
            name: name.to_owned(),
            provider_id,
            provider_type,
            identifier: identifier.to_owned(),
            expired: false,
        };
        connection
            .execute(
                "INSERT INTO targets (id, user_id, created, updated, name, provider_id,
                    provider_type, identifier)
                 VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7)",
                params![
                    created.id,
                    created.user_id,
                    created.created,
                    created.name,
                    created.provider_id,
                    created.provider_type.name(),
                    created.identifier,
                ],
            )
            .map_err(taken)?;
        Ok(created)
    }

    /// A user's targets, oldest first.
    pub fn list(connection: &Connection, user_id: &str) -> Result<Vec<Self>, ApiError> {
        let mut statement = connection
            .prepare_cached("SELECT * FROM targets WHERE user_id = ?1 ORDER BY sequence")?;
        let rows = statement.query_map([user_id], target)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The targets that a query (everything after `FROM`) selects.
    pub fn select(
        connection: &Connection,
        query: &str,
        values: &[&dyn ToSql],
    ) -> Result<Vec<Self>, ApiError> {
        let mut statement = connection.prepare(&format!("SELECT * FROM {query}"))?;
        let rows = statement.query_map(values, target)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A user's target.
    ///
    /// # Errors
    ///
    /// `user_target_not_found` if there is none, or it's somebody else's.
    pub fn find(connection: &Connection, user_id: &str, id: &str) -> Result<Self, ApiError> {
        connection
            .query_row(
                "SELECT * FROM targets WHERE user_id = ?1 AND id = ?2",
                [user_id, id],
                target,
            )
            .optional()?
            .ok_or_else(|| ApiError::known("user_target_not_found"))
    }

    /// Whether any target has this identifier, whatever its case.
    pub fn is_taken(connection: &Connection, identifier: &str) -> Result<bool, ApiError> {
        Ok(connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM targets WHERE identifier = ?1 COLLATE NOCASE)",
            [identifier],
            |row| row.get(0),
        )?)
    }

    /// Moves the user's target from an old address to a new one. Like Appwrite, this doesn't create
    /// a target if there was none.
    pub fn follow(
        connection: &Connection,
        user_id: &str,
        old: Option<&str>,
        new: &str,
    ) -> Result<(), ApiError> {
        connection
            .execute(
                "UPDATE targets SET identifier = ?3, updated = ?4
                 WHERE user_id = ?1 AND identifier = ?2",
                params![user_id, old, new, timestamp::now()],
            )
            .map_err(taken)?;
        Ok(())
    }

    /// Saves the fields that can change.
    pub fn save(&mut self, connection: &Connection) -> Result<(), ApiError> {
        self.updated = timestamp::now();
        connection
            .execute(
                "UPDATE targets SET identifier = ?2, name = ?3, provider_id = ?4, updated = ?5,
                    expired = 0
                 WHERE id = ?1",
                params![
                    self.id,
                    self.identifier,
                    self.name,
                    self.provider_id,
                    self.updated
                ],
            )
            .map_err(taken)?;
        Ok(())
    }

    /// Deletes it.
    pub fn delete(self, connection: &Connection) -> Result<(), ApiError> {
        connection.execute("DELETE FROM targets WHERE id = ?1", [&self.id])?;
        Ok(())
    }
}
