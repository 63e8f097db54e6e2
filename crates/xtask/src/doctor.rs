//! `cargo xtask doctor`

use crate::{Result, process};

/// Lets the app's server examine the setup. It needs no bundle for that, so cargo alone builds it.
pub fn doctor() -> Result<()> {
    let status = process::status(process::command("cargo").args([
        "run",
        "--quiet",
        "--features",
        "local",
        "--",
        "doctor",
    ]))?;
    if status.success() {
        return Ok(());
    }
    // What is wrong stands above.
    std::process::exit(status.code().unwrap_or(1))
}
