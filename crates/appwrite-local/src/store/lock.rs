//! Only one process at a time uses a data folder.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::Path,
};

/// Why the data can't be used, in one line.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error("{0} is in use by another process{1}")]
    InUse(String, String),
    /// The file system refuses.
    #[error("{0} cannot be used: {1}")]
    Io(String, io::Error),
    /// It isn't one of our databases.
    #[error("{0} cannot be used: {1}")]
    Database(String, rusqlite::Error),
}

/// Held by the process that uses the data folder. The system releases it when the process ends, no
/// matter how.
pub struct Lock(#[expect(dead_code, reason = "held, not used")] File);

impl Lock {
    /// Takes the lock. It's a file in the folder that names the process holding it.
    pub fn take(folder: &Path) -> Result<Self, OpenError> {
        let name = folder.display().to_string();
        let path = folder.join("lock");
        let io = |error| OpenError::Io(name.clone(), error);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(error)) => return Err(io(error)),
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let holder = match file.read_to_string(&mut holder) {
                    Ok(1..) => format!(" (process {})", holder.trim()),
                    _ => String::new(),
                };
                return Err(OpenError::InUse(name, holder));
            }
        }
        file.set_len(0).map_err(io)?;
        file.rewind().map_err(io)?;
        write!(file, "{}", std::process::id()).map_err(io)?;
        Ok(Self(file))
    }
}
