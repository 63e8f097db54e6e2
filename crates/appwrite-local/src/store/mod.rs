//! What is kept, in SQLite.
//!
//! Every change is one transaction that is on the disk before the answer goes out (`WAL` with
//! `synchronous=FULL`), so nothing that was answered is lost, however the process ends.

mod lock;
mod sessions;
mod users;

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, OptionalExtension};

use crate::{config::Data, error::ApiError};

pub use lock::Lock;
pub use sessions::SessionRow;
pub use users::{NewUser, TargetRow, UserRow};

/// The database. Cloning it gives another handle to the same.
#[derive(Clone)]
pub struct Store(Arc<Mutex<Connection>>);

/// Why the data cannot be used: one line.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error("{0} is in use by another process{1}")]
    InUse(String, String),
    /// The file system refuses.
    #[error("{0} cannot be used: {1}")]
    Io(String, std::io::Error),
    /// It is no database of ours.
    #[error("{0} cannot be used: {1}")]
    Database(String, rusqlite::Error),
}

impl Store {
    /// Opens the database, and makes it where there is none. The lock keeps other processes out for
    /// as long as it lives.
    pub fn open(data: &Data) -> Result<(Self, Option<Lock>), OpenError> {
        let (connection, lock) = match data {
            Data::Ephemeral => (Connection::open_in_memory(), None),
            Data::File(path) => {
                let io = |error| OpenError::Io(path.display().to_string(), error);
                if let Some(folder) = path.parent().filter(|folder| *folder != Path::new("")) {
                    fs::create_dir_all(folder).map_err(io)?;
                }
                let lock = Lock::take(path)?;
                (Connection::open(path), Some(lock))
            }
        };
        let name = match data {
            Data::Ephemeral => "memory".to_owned(),
            Data::File(path) => path.display().to_string(),
        };
        let failed = |error| OpenError::Database(name.clone(), error);
        let connection = connection.map_err(failed)?;
        prepare(&connection).map_err(failed)?;
        Ok((Self(Arc::new(Mutex::new(connection))), lock))
    }

    /// Runs a piece of work on the database, on a thread that may wait for the disk.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let connection = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || {
            work(&mut connection.lock().unwrap_or_else(PoisonError::into_inner))
        })
        .await
        .map_err(|_| ApiError::known("general_server_error"))?
    }

    /// A setting that is made once and then stays.
    pub fn setting(
        &self,
        name: &str,
        make: impl FnOnce() -> String,
    ) -> Result<String, rusqlite::Error> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = connection
            .query_row(
                "SELECT value FROM settings WHERE name = ?1",
                [name],
                |row| row.get(0),
            )
            .optional()?;
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let value = make();
        connection.execute(
            "INSERT INTO settings (name, value) VALUES (?1, ?2)",
            [name, &value],
        )?;
        Ok(value)
    }
}

fn prepare(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS settings (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT;
        CREATE TABLE IF NOT EXISTS users (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            created TEXT NOT NULL,
            updated TEXT NOT NULL,
            name TEXT NOT NULL,
            email TEXT UNIQUE,
            phone TEXT UNIQUE,
            password TEXT,
            hash TEXT NOT NULL,
            hash_options TEXT NOT NULL,
            password_update TEXT NOT NULL,
            registration TEXT NOT NULL,
            status INTEGER NOT NULL DEFAULT 1,
            labels TEXT NOT NULL DEFAULT '[]',
            email_verification INTEGER NOT NULL DEFAULT 0,
            phone_verification INTEGER NOT NULL DEFAULT 0,
            mfa INTEGER NOT NULL DEFAULT 0,
            prefs TEXT NOT NULL DEFAULT '{}',
            accessed TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE TABLE IF NOT EXISTS targets (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            created TEXT NOT NULL,
            updated TEXT NOT NULL,
            name TEXT NOT NULL DEFAULT '',
            provider_id TEXT,
            provider_type TEXT NOT NULL,
            identifier TEXT NOT NULL UNIQUE,
            expired INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX IF NOT EXISTS targets_of_user ON targets (user_id);
        CREATE TABLE IF NOT EXISTS sessions (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            created TEXT NOT NULL,
            updated TEXT NOT NULL,
            expire TEXT NOT NULL,
            secret TEXT NOT NULL,
            provider TEXT NOT NULL,
            provider_uid TEXT NOT NULL,
            ip TEXT NOT NULL,
            device TEXT NOT NULL,
            factors TEXT NOT NULL,
            mfa_updated TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE INDEX IF NOT EXISTS sessions_of_user ON sessions (user_id);",
    )
}
