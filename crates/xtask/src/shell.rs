//! Running other programs.

use std::{
    env,
    net::{SocketAddr, TcpStream},
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use xshell::{Cmd, Shell, cmd};

use crate::paths;

/// How long a server may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A shell in the project's folder. It also finds the programs that cargo installs.
pub fn open() -> Result<Shell> {
    let sh = Shell::new()?;
    sh.change_dir(paths::root());
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [paths::cargo_bin()]
        .into_iter()
        .chain(env::split_paths(&path));
    sh.set_var("PATH", env::join_paths(folders)?);
    Ok(sh)
}

/// A cargo command, without the variables that `cargo xtask` itself was started with: some build
/// scripts look at them, and would build everything again.
pub fn cargo(sh: &Shell) -> Cmd<'_> {
    env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| {
            let name = name.to_string_lossy();
            name.starts_with("CARGO_PKG_")
                || name.starts_with("CARGO_MANIFEST_")
                || ["CARGO", "CARGO_BIN_NAME", "CARGO_CRATE_NAME", "OUT_DIR"].contains(&&*name)
        })
        .fold(cmd!(sh, "cargo"), |cargo, name| cargo.env_remove(name))
}

/// A server that runs until this value is dropped.
pub struct Server(Child);

impl Server {
    /// Starts it, and waits until it listens.
    pub fn start(mut command: Command, addr: SocketAddr) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {program}"))?;
        let mut server = Self(child);
        let start = Instant::now();
        while TcpStream::connect_timeout(&addr, Duration::from_secs(1)).is_err() {
            if let Some(status) = server.0.try_wait()? {
                bail!("{program} stopped before it listened on {addr} ({status})");
            }
            if start.elapsed() > PATIENCE {
                bail!("{program} doesn't listen on {addr} after {PATIENCE:?}");
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
