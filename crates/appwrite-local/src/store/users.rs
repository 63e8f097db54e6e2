//! Users and the addresses messages reach them at.

use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, params};
use serde_json::{Value, json};

use crate::{error::ApiError, model, secret};

/// A row of `users`.
#[derive(Clone, Debug)]
pub struct UserRow {
    pub id: String,
    pub created: String,
    pub updated: String,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub password: Option<String>,
    pub hash: String,
    pub hash_options: Value,
    pub password_update: String,
    pub registration: String,
    pub status: bool,
    pub labels: Value,
    pub email_verification: bool,
    pub phone_verification: bool,
    pub mfa: bool,
    pub prefs: Value,
    pub accessed: String,
}

const COLUMNS: &str = "id, created, updated, name, email, phone, password, hash, hash_options, \
     password_update, registration, status, labels, email_verification, phone_verification, mfa, \
     prefs, accessed";

/// A row of `targets`.
#[derive(Clone, Debug)]
pub struct TargetRow {
    pub id: String,
    pub user_id: String,
    pub created: String,
    pub updated: String,
    pub name: String,
    pub provider_id: Option<String>,
    pub provider_type: String,
    pub identifier: String,
    pub expired: bool,
}

/// A user to be made.
#[derive(Default)]
pub struct NewUser {
    /// `None` makes one.
    pub id: Option<String>,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// Hashed.
    pub password: Option<String>,
}

fn json_column(row: &Row<'_>, name: &str) -> Result<Value, rusqlite::Error> {
    let text: String = row.get(name)?;
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

fn user(row: &Row<'_>) -> Result<UserRow, rusqlite::Error> {
    Ok(UserRow {
        id: row.get("id")?,
        created: row.get("created")?,
        updated: row.get("updated")?,
        name: row.get("name")?,
        email: row.get("email")?,
        phone: row.get("phone")?,
        password: row.get("password")?,
        hash: row.get("hash")?,
        hash_options: json_column(row, "hash_options")?,
        password_update: row.get("password_update")?,
        registration: row.get("registration")?,
        status: row.get("status")?,
        labels: json_column(row, "labels")?,
        email_verification: row.get("email_verification")?,
        phone_verification: row.get("phone_verification")?,
        mfa: row.get("mfa")?,
        prefs: json_column(row, "prefs")?,
        accessed: row.get("accessed")?,
    })
}

impl UserRow {
    /// Makes a user, with a target for each address.
    ///
    /// # Errors
    ///
    /// `user_already_exists` when the ID, e-mail or phone is somebody's.
    pub fn create(connection: &mut Connection, new: NewUser) -> Result<Self, ApiError> {
        let id = new.id.unwrap_or_else(secret::id);
        let now = model::now();
        let transaction = connection.transaction()?;
        let password_update = if new.password.is_some() {
            now.as_str()
        } else {
            ""
        };
        let hash_options =
            json!({ "type": "argon2", "memoryCost": 65536, "timeCost": 4, "threads": 3 });
        transaction
            .execute(
                "INSERT INTO users (id, created, updated, name, email, phone, password, hash,
                    hash_options, password_update, registration, accessed)
                 VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, 'argon2', ?7, ?8, ?2, ?2)",
                params![
                    id,
                    now,
                    new.name,
                    new.email,
                    new.phone,
                    new.password,
                    hash_options.to_string(),
                    password_update
                ],
            )
            .map_err(taken)?;
        for (kind, identifier) in [("email", &new.email), ("sms", &new.phone)] {
            if let Some(identifier) = identifier {
                transaction
                    .execute(
                        "INSERT INTO targets (id, user_id, created, updated, provider_type,
                            identifier)
                         VALUES (?1, ?2, ?3, ?3, ?4, ?5)",
                        params![secret::id(), id, now, kind, identifier],
                    )
                    .map_err(taken)?;
            }
        }
        let created = Self::find(&transaction, &id)?;
        transaction.commit()?;
        created.ok_or_else(|| ApiError::known("general_server_error"))
    }

    /// The user with this ID.
    pub fn find(connection: &Connection, id: &str) -> Result<Option<Self>, ApiError> {
        let sql = format!("SELECT {COLUMNS} FROM users WHERE id = ?1");
        let mut statement = connection.prepare_cached(&sql)?;
        Ok(statement.query_row([id], user).optional()?)
    }

    /// The user with this e-mail, in lower case.
    pub fn find_by_email(connection: &Connection, email: &str) -> Result<Option<Self>, ApiError> {
        let sql = format!("SELECT {COLUMNS} FROM users WHERE email = ?1");
        let mut statement = connection.prepare_cached(&sql)?;
        Ok(statement.query_row([email], user).optional()?)
    }

    /// Where messages reach the user.
    pub fn targets(&self, connection: &Connection) -> Result<Vec<TargetRow>, ApiError> {
        let mut statement = connection.prepare_cached(
            "SELECT id, user_id, created, updated, name, provider_id, provider_type, identifier,
                expired
             FROM targets WHERE user_id = ?1 ORDER BY sequence",
        )?;
        let rows = statement.query_map([&self.id], |row| {
            Ok(TargetRow {
                id: row.get(0)?,
                user_id: row.get(1)?,
                created: row.get(2)?,
                updated: row.get(3)?,
                name: row.get(4)?,
                provider_id: row.get(5)?,
                provider_type: row.get(6)?,
                identifier: row.get(7)?,
                expired: row.get(8)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Changes the name.
    pub fn set_name(&mut self, connection: &Connection, name: String) -> Result<(), ApiError> {
        self.name = name;
        self.save(connection, "name", &self.name.clone())
    }

    /// Replaces the preferences.
    pub fn set_prefs(&mut self, connection: &Connection, prefs: Value) -> Result<(), ApiError> {
        self.prefs = prefs;
        self.save(connection, "prefs", &self.prefs.to_string())
    }

    /// Blocks the user, or lets them in again.
    pub fn set_status(&mut self, connection: &Connection, status: bool) -> Result<(), ApiError> {
        self.status = status;
        self.save(connection, "status", &status)
    }

    fn save(
        &mut self,
        connection: &Connection,
        column: &'static str,
        value: &dyn rusqlite::ToSql,
    ) -> Result<(), ApiError> {
        self.updated = model::now();
        connection.execute(
            &format!("UPDATE users SET {column} = ?2, updated = ?3 WHERE id = ?1"),
            params![self.id, value, self.updated],
        )?;
        Ok(())
    }

    /// Deletes the user with all that is theirs.
    pub fn delete(self, connection: &Connection) -> Result<(), ApiError> {
        connection.execute("DELETE FROM users WHERE id = ?1", [&self.id])?;
        Ok(())
    }
}

fn taken(error: rusqlite::Error) -> ApiError {
    match &error {
        rusqlite::Error::SqliteFailure(failure, _)
            if failure.code == ErrorCode::ConstraintViolation =>
        {
            ApiError::known("user_already_exists")
        }
        _ => error.into(),
    }
}
