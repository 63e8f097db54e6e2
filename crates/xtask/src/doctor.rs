//! `cargo xtask doctor`

use std::process::{Command, ExitCode};

use crate::shell;

/// Lets the app's server check its own configuration. It needs no bundle for that, so cargo alone
/// builds it. The server says what's wrong; its exit code is ours.
pub fn doctor() -> ExitCode {
    let status = shell::open().map(|sh| {
        let doctor = shell::cargo(&sh).args(["run", "--quiet", "--features", "local"]);
        Command::from(doctor.args(["--", "doctor"])).status()
    });
    match status {
        Ok(Ok(status)) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
