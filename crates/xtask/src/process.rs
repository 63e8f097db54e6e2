//! Other programs.

use std::{
    env,
    net::{SocketAddr, TcpStream},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{Result, env as places};

/// A program to be run in the project's folder, without what cargo put into our own environment:
/// it would make the inner cargo build everything anew.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(places::root());
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let ours = name.starts_with("CARGO_PKG_")
            || name.starts_with("CARGO_MANIFEST_")
            || matches!(
                name.as_str(),
                "CARGO" | "CARGO_BIN_NAME" | "CARGO_CRATE_NAME" | "OUT_DIR"
            );
        if ours {
            command.env_remove(name);
        }
    }
    let mut path = vec![places::cargo_bin()];
    path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    if let Ok(path) = env::join_paths(path) {
        command.env("PATH", path);
    }
    command
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    status
        .success()
        .then_some(())
        .ok_or_else(|| format!("`{}` failed ({status})", shown(command)))
}

/// Runs a program to its end, whatever it says.
pub fn status(command: &mut Command) -> Result<ExitStatus> {
    command
        .status()
        .map_err(|error| format!("`{}` cannot be started: {error}", shown(command)))
}

/// Whether a program ends well. Says nothing of what it prints.
pub fn succeeds(command: &mut Command) -> bool {
    let quiet = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// What a program prints.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A program that goes on in the background, and ends with this value.
pub struct Background(Child);

impl Background {
    /// Starts it.
    pub fn start(command: &mut Command) -> Result<Self> {
        let child = command
            .spawn()
            .map_err(|error| format!("`{}` cannot be started: {error}", shown(command)))?;
        Ok(Self(child))
    }

    /// Waits until it listens.
    pub fn wait_for(&mut self, addr: SocketAddr, patience: Duration) -> Result<()> {
        let start = Instant::now();
        while TcpStream::connect_timeout(&addr, Duration::from_secs(1)).is_err() {
            if let Ok(Some(status)) = self.0.try_wait() {
                return Err(format!("the server for {addr} ended ({status})"));
            }
            if start.elapsed() > patience {
                return Err(format!("nothing listens on {addr} after {patience:?}"));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
