//! Opening the database and working with it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use tokio::sync::Semaphore;

use super::{
    lock::{Lock, OpenError},
    schema, text,
    writer::Writer,
};
use crate::error::ApiError;

/// The database's file in the data folder.
pub const DATABASE: &str = "data.sqlite";

/// As many connections read at once.
const READERS: usize = 8;
/// As many statements stay prepared for each connection.
const STATEMENTS: usize = 200;

/// The database. A clone is another handle to the same database.
///
/// One connection writes. In a folder, others read meanwhile, so nobody waits for the disk to read.
/// In memory there's no disk to wait for, and the one connection does both.
#[derive(Clone)]
pub struct Store {
    writer: Arc<Writer>,
    readers: Option<Arc<Readers>>,
}

impl Store {
    /// A database in memory, gone with its last handle.
    ///
    /// # Errors
    ///
    /// See [`OpenError`].
    pub fn in_memory() -> Result<Self, OpenError> {
        Ok(Self::new(open_in_memory()?, None))
    }

    /// The database in a folder, made if there is none. The lock keeps other processes out for as
    /// long as it lives. A read-only folder is opened without a lock: reading works, and every
    /// change fails.
    ///
    /// # Errors
    ///
    /// See [`OpenError`].
    pub fn in_folder(folder: &Path) -> Result<(Self, Option<Lock>), OpenError> {
        let (connection, lock) = open_folder(folder)?;
        let readers = lock.is_some().then(|| Readers::new(folder.join(DATABASE)));
        Ok((Self::new(connection, readers), lock))
    }

    fn new(connection: Connection, readers: Option<Readers>) -> Self {
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Self {
            writer: Arc::new(Writer::new(connection)),
            readers: readers.map(Arc::new),
        }
    }

    /// Runs some work that only reads, on a thread that may wait for the disk. It sees all that was
    /// answered before, and nothing that changes meanwhile.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let Some(readers) = self.readers.clone() else {
            return self.run(work).await;
        };
        let permit = Arc::clone(&readers.permits).acquire_owned().await;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            readers.run(work)
        })
        .await
        .map_err(|_| ApiError::known("general_server_error"))?
    }

    /// Runs some work on the database, on a thread that may wait for the disk. It's all or nothing:
    /// nobody sees or changes anything halfway through, and if it fails or dies, none of it stays.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let done = self.writer.queue(work).await;
        done.unwrap_or_else(|_| Err(ApiError::known("general_server_error")))
    }

    /// Checks that the database answers.
    pub async fn ping(&self) -> Result<(), ApiError> {
        self.run(|connection| Ok(connection.query_row("SELECT 1", [], |_| Ok(()))?))
            .await
    }

    /// A setting. It's made the first time, and stays the same from then on.
    pub async fn setting(
        &self,
        name: &'static str,
        make: impl FnOnce() -> String + Send + 'static,
    ) -> Result<String, ApiError> {
        self.run(move |connection| {
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
        })
        .await
    }
}

/// Connections that read while another one writes.
struct Readers {
    file: PathBuf,
    idle: Mutex<Vec<Connection>>,
    /// As many may read at once.
    permits: Arc<Semaphore>,
}

impl Readers {
    fn new(file: PathBuf) -> Self {
        Self {
            file,
            idle: Mutex::new(Vec::new()),
            permits: Arc::new(Semaphore::new(READERS)),
        }
    }

    fn run<T>(&self, work: impl FnOnce(&Connection) -> Result<T, ApiError>) -> Result<T, ApiError> {
        let idle = self.idle().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.open()?,
        };
        let done = {
            let transaction = connection.transaction()?;
            work(&transaction)
        };
        self.idle().push(connection);
        done
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> Result<Connection, rusqlite::Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.file, flags)?;
        text::register(&connection)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(connection)
    }
}

fn open_in_memory() -> Result<Connection, OpenError> {
    let failed = |error| OpenError::Database("memory".to_owned(), error);
    let mut connection = Connection::open_in_memory().map_err(failed)?;
    text::register(&connection).map_err(failed)?;
    schema::migrate(&mut connection).map_err(failed)?;
    Ok(connection)
}

fn open_folder(folder: &Path) -> Result<(Connection, Option<Lock>), OpenError> {
    let name = folder.display().to_string();
    let io = |error| OpenError::Io(name.clone(), error);
    let failed = |error| OpenError::Database(name.clone(), error);
    fs::create_dir_all(folder).map_err(io)?;
    let file = folder.join(DATABASE);
    match Lock::take(folder) {
        Ok(lock) => {
            let mut connection = Connection::open(file).map_err(failed)?;
            text::register(&connection).map_err(failed)?;
            schema::migrate(&mut connection).map_err(failed)?;
            Ok((connection, Some(lock)))
        }
        Err(OpenError::Io(_, error)) if is_read_only(&error) && file.exists() => {
            // Even to read, SQLite creates the files of its write-ahead log, unless a killed server
            // has left them behind or we promise that nothing will change.
            let log = folder.join(format!("{DATABASE}-wal"));
            let immutable = u8::from(!log.exists());
            let path = file.to_string_lossy();
            let path = utf8_percent_encode(&path, NON_ALPHANUMERIC);
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
            let uri = format!("file:{path}?immutable={immutable}");
            let connection = Connection::open_with_flags(uri, flags).map_err(failed)?;
            text::register(&connection).map_err(failed)?;
            if !schema::is_current(&connection).map_err(failed)? {
                return Err(io(error));
            }
            tracing::warn!("{name} can only be read: every change will fail ({error})");
            Ok((connection, None))
        }
        Err(error) => Err(error),
    }
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_fails_leaves_nothing_behind() {
        let store = Store::in_memory().unwrap();
        let failed = store
            .run(|connection| {
                let sql = "INSERT INTO settings (name, value) VALUES ('half', 'way')";
                connection.execute(sql, [])?;
                Err::<(), _>(ApiError::known("user_already_exists"))
            })
            .await;
        assert!(failed.is_err());
        let made = store.setting("half", || "made again".to_owned());
        let kept = made.await.unwrap();
        assert_eq!(kept, "made again");
    }
}
