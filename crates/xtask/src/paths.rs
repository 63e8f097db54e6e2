//! Where things are.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The project's folder.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // crates/xtask is two levels down.
    here.ancestors().nth(2).unwrap_or(here)
}

/// The project file of Appwrite's CLI, which has the app's databases and tables.
pub fn schema() -> PathBuf {
    root().join("appwrite.config.json")
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Where cargo puts the programs it installs.
pub fn cargo_bin() -> PathBuf {
    let home = env::var_os("CARGO_INSTALL_ROOT")
        .or_else(|| env::var_os("CARGO_HOME"))
        .map_or_else(
            || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cargo"),
            PathBuf::from,
        );
    home.join("bin")
}

/// Finds a program in `PATH`, or among those that cargo installed.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain([cargo_bin()])
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
