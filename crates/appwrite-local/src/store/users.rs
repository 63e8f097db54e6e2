//! Users.

use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use serde_json::{Value, json};

use super::{
    columns::{self, json as column},
    passwords::{HashAlgorithm, StoredPassword, argon2_options},
    targets::{TargetRow, TargetType},
    text::folded,
};
use crate::{
    error::{ApiError, is_constraint},
    factor::Factor,
    secret, timestamp,
};

/// A row of `users`.
#[derive(Clone, Debug)]
pub struct UserRow {
    pub id: String,
    pub created: String,
    pub updated: String,
    pub name: String,
    /// `Some` and empty after an administrator removed it; see [`UserRow::email`].
    pub email: Option<String>,
    pub phone: Option<String>,
    pub password: Option<StoredPassword>,
    pub password_update: String,
    pub registration: String,
    pub status: bool,
    pub labels: Vec<String>,
    pub email_verification: bool,
    pub phone_verification: bool,
    pub mfa: bool,
    pub prefs: Value,
    pub accessed: String,
    pub recovery_codes: Vec<String>,
    /// Hashes of earlier passwords, newest first.
    pub password_history: Vec<StoredPassword>,
    /// Whether the user may act as others.
    pub impersonator: bool,
    /// The authenticator app's secret, in base32.
    pub totp: Option<String>,
    pub totp_verified: bool,
}

/// A user to create.
#[derive(Default)]
pub struct NewUser {
    /// `None` makes one up.
    pub id: Option<String>,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub password: Option<StoredPassword>,
    pub email_verification: bool,
    /// Whether the user's addresses become targets right away. Appwrite doesn't do that for
    /// everyone.
    pub with_targets: bool,
}

fn user(row: &Row<'_>) -> Result<UserRow, rusqlite::Error> {
    let hash: Option<String> = row.get("password")?;
    let algorithm = columns::named(row, "hash")?;
    let options: Value = column(row, "hash_options")?;
    Ok(UserRow {
        id: row.get("id")?,
        created: row.get("created")?,
        updated: row.get("updated")?,
        name: row.get("name")?,
        email: row.get("email")?,
        phone: row.get("phone")?,
        password: hash.map(|hash| StoredPassword {
            hash,
            algorithm,
            options,
        }),
        password_update: row.get("password_update")?,
        registration: row.get("registration")?,
        status: row.get("status")?,
        labels: column(row, "labels")?,
        email_verification: row.get("email_verification")?,
        phone_verification: row.get("phone_verification")?,
        mfa: row.get("mfa")?,
        prefs: column(row, "prefs")?,
        accessed: row.get("accessed")?,
        recovery_codes: column(row, "recovery_codes")?,
        password_history: column(row, "password_history")?,
        impersonator: row
            .get::<_, Option<bool>>("impersonator")?
            .unwrap_or_default(),
        totp: row.get("totp")?,
        totp_verified: row.get("totp_verified")?,
    })
}

impl UserRow {
    /// Creates a user.
    ///
    /// # Errors
    ///
    /// `user_already_exists` if somebody has the ID, email or phone; `user_count_exceeded` if there
    /// are `limit` users already (0 means no limit).
    pub fn create(connection: &Connection, new: NewUser, limit: u32) -> Result<Self, ApiError> {
        let id = new.id.unwrap_or_else(secret::id);
        let now = timestamp::now();
        if limit > 0 && Self::count(connection)? >= u64::from(limit) {
            return Err(ApiError::known("user_count_exceeded"));
        }
        let password_update = if new.password.is_some() {
            now.as_str()
        } else {
            ""
        };
        let (hash, algorithm, options) = match new.password {
            Some(password) => (Some(password.hash), password.algorithm, password.options),
            None => (None, HashAlgorithm::Argon2, argon2_options()),
        };
        let exists = || ApiError::known("user_already_exists");
        // The columns are unique, but unlike these two, they know upper from lower case.
        let same_email = match &new.email {
            Some(email) => Self::find_by_email(connection, email)?,
            None => None,
        };
        if same_email.is_some() || Self::find(connection, &id)?.is_some() {
            return Err(exists());
        }
        let taken = |error| {
            if is_constraint(&error) {
                exists()
            } else {
                error.into()
            }
        };
        connection
            .execute(
                "INSERT INTO users (id, created, updated, name, email, phone, password, hash,
                    hash_options, password_update, registration, accessed, email_verification)
                 VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?2, ?2, ?10)",
                params![
                    id,
                    now,
                    new.name,
                    new.email,
                    new.phone,
                    hash,
                    algorithm.name(),
                    options.to_string(),
                    password_update,
                    new.email_verification,
                ],
            )
            .map_err(taken)?;
        if new.with_targets {
            for (kind, identifier) in [
                (TargetType::Email, &new.email),
                (TargetType::Sms, &new.phone),
            ] {
                // Somebody else's target with the address stays theirs.
                if let Some(identifier) = identifier
                    && !TargetRow::is_taken(connection, identifier)?
                {
                    TargetRow::create(connection, None, &id, kind, identifier, None, "")?;
                }
            }
        }
        let created = Self::find(connection, &id)?;
        created.ok_or_else(|| ApiError::known("general_server_error"))
    }

    /// How many users there are.
    pub fn count(connection: &Connection) -> Result<u64, ApiError> {
        Ok(connection
            .prepare_cached("SELECT count(*) FROM users")?
            .query_row([], |row| row.get(0))?)
    }

    fn find_where(
        connection: &Connection,
        column: &'static str,
        value: &str,
    ) -> Result<Option<Self>, ApiError> {
        let sql = format!("SELECT * FROM users WHERE {column} = ?1 COLLATE NOCASE");
        let mut statement = connection.prepare_cached(&sql)?;
        Ok(statement.query_row([value], user).optional()?)
    }

    /// The user with this ID, whatever its case.
    pub fn find(connection: &Connection, id: &str) -> Result<Option<Self>, ApiError> {
        Self::find_where(connection, "id", id)
    }

    /// The user with this email, whatever its case.
    pub fn find_by_email(connection: &Connection, email: &str) -> Result<Option<Self>, ApiError> {
        Self::find_where(connection, "email", email)
    }

    /// The user with this phone number.
    pub fn find_by_phone(connection: &Connection, phone: &str) -> Result<Option<Self>, ApiError> {
        Self::find_where(connection, "phone", phone)
    }

    /// The users that a query (everything after `FROM`) selects.
    pub fn select(
        connection: &Connection,
        query: &str,
        values: &[&dyn ToSql],
    ) -> Result<Vec<Self>, ApiError> {
        let mut statement = connection.prepare(&format!("SELECT * FROM {query}"))?;
        let rows = statement.query_map(values, user)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The users whose ID, name, email or phone has this text in it, newest first, and how many of
    /// them there are.
    pub fn search(
        connection: &Connection,
        text: &str,
        limit: u32,
        offset: u64,
    ) -> Result<(Vec<Self>, u64), ApiError> {
        let found = "users WHERE instr(folded(concat_ws(' ', id, name, email, phone)), ?1) > 0";
        let text = folded(text);
        let count = format!("SELECT count(*) FROM {found}");
        let total = connection.query_row(&count, [&text], |row| row.get(0))?;
        let page = format!("{found} ORDER BY sequence DESC LIMIT ?2 OFFSET ?3");
        let rows = Self::select(connection, &page, &[&text, &limit, &offset])?;
        Ok((rows, total))
    }

    /// The user's targets.
    pub fn targets(&self, connection: &Connection) -> Result<Vec<TargetRow>, ApiError> {
        TargetRow::list(connection, &self.id)
    }

    /// Saves the fields that can change.
    ///
    /// # Errors
    ///
    /// `user_email_already_exists` or `user_phone_already_exists` if somebody else has the address.
    pub fn save(&mut self, connection: &Connection) -> Result<(), ApiError> {
        self.updated = timestamp::now();
        let (hash, algorithm, options) = match &self.password {
            Some(password) => (
                Some(&password.hash),
                password.algorithm,
                password.options.clone(),
            ),
            None => (None, HashAlgorithm::Argon2, argon2_options()),
        };
        connection
            .prepare_cached(
                "UPDATE users SET updated = ?2, name = ?3, email = ?4, phone = ?5, password = ?6,
                    hash = ?7, hash_options = ?8, password_update = ?9, status = ?10,
                    labels = ?11, email_verification = ?12, phone_verification = ?13, mfa = ?14,
                    prefs = ?15, recovery_codes = ?16, password_history = ?17,
                    impersonator = ?18, totp = ?19, totp_verified = ?20
                 WHERE id = ?1",
            )?
            .execute(params![
                self.id,
                self.updated,
                self.name,
                self.email,
                self.phone,
                hash,
                algorithm.name(),
                options.to_string(),
                self.password_update,
                self.status,
                json!(self.labels).to_string(),
                self.email_verification,
                self.phone_verification,
                self.mfa,
                self.prefs.to_string(),
                json!(self.recovery_codes).to_string(),
                json!(self.password_history).to_string(),
                self.impersonator,
                self.totp,
                self.totp_verified,
            ])
            .map_err(|error| match &error {
                rusqlite::Error::SqliteFailure(_, Some(text)) if is_constraint(&error) => {
                    ApiError::known(if text.contains("users.phone") {
                        "user_phone_already_exists"
                    } else {
                        "user_email_already_exists"
                    })
                }
                _ => error.into(),
            })?;
        Ok(())
    }

    /// Sets a new password. `history` is how many to remember, including this one.
    pub fn set_password(&mut self, password: StoredPassword, history: u8) {
        if history > 0 {
            self.password_history.insert(0, password.clone());
            self.password_history.truncate(history.into());
        }
        self.password = Some(password);
        self.password_update = timestamp::now();
    }

    /// Whether it's a day since it was noted that the user was here.
    pub fn is_access_old(&self) -> bool {
        let yesterday = timestamp::format(time::OffsetDateTime::now_utc() - time::Duration::DAY);
        self.accessed < yesterday
    }

    /// Updates when the user was last here, at most once a day.
    pub fn note_access(&mut self, connection: &Connection) -> Result<(), ApiError> {
        if self.is_access_old() {
            self.accessed = timestamp::now();
            connection.execute(
                "UPDATE users SET accessed = ?2 WHERE id = ?1",
                [&self.id, &self.accessed],
            )?;
        }
        Ok(())
    }

    /// Starts the password history of a user who was just created.
    pub fn begin_password_history(
        &mut self,
        connection: &Connection,
        history: u8,
    ) -> Result<(), ApiError> {
        if history > 0
            && let Some(password) = self.password.clone()
        {
            self.set_password(password, history);
            self.save(connection)?;
        }
        Ok(())
    }

    /// The user's email address, if they have one.
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref().filter(|email| !email.is_empty())
    }

    /// The second factors that the user can answer a challenge with.
    pub fn verified_factors(&self) -> Vec<Factor> {
        [
            (Factor::Totp, self.totp.is_some() && self.totp_verified),
            (
                Factor::Email,
                self.email().is_some() && self.email_verification,
            ),
            (
                Factor::Phone,
                self.phone.is_some() && self.phone_verification,
            ),
        ]
        .into_iter()
        .filter_map(|(factor, verified)| verified.then_some(factor))
        .collect()
    }

    /// Deletes the user and everything of theirs.
    pub fn delete(self, connection: &Connection) -> Result<(), ApiError> {
        connection.execute("DELETE FROM users WHERE id = ?1", [&self.id])?;
        Ok(())
    }
}
