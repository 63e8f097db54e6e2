//! A server in a process of its own, and what it takes.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use tokio::net::TcpStream;

use crate::http::Connection;

/// How long a server may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server, which is killed when this value is dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub addr: SocketAddr,
    /// From its start to its first answer.
    pub first_answer: Duration,
    /// Its memory before any load, in MiB.
    pub idle_memory: Option<f64>,
}

impl Server {
    /// Starts a program that listens on this address, and waits until it answers `/healthz`.
    pub async fn start(mut command: Command, addr: SocketAddr) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let start = Instant::now();
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {program}"))?;
        let mut server = Self {
            child,
            addr,
            first_answer: Duration::ZERO,
            idle_memory: None,
        };
        let stream = loop {
            if let Ok(stream) = TcpStream::connect(addr).await {
                break stream;
            }
            if let Some(status) = server.child.try_wait()? {
                bail!("{program} stopped before it listened ({status})");
            }
            if start.elapsed() > PATIENCE {
                bail!("{program} doesn't listen after {PATIENCE:?}");
            }
            tokio::time::sleep(Duration::from_micros(500)).await;
        };
        let mut connection = Connection::new(stream)?;
        connection
            .send(b"GET /healthz HTTP/1.1\r\nhost: bench\r\n\r\n")
            .await?;
        let answer = connection.receive().await?;
        if answer.and_then(|answer| answer.status()) != Some(200) {
            bail!("{program} isn't well");
        }
        server.first_answer = start.elapsed();
        server.idle_memory = server.memory();
        Ok(server)
    }

    /// The processor time it has used. `None` where the system doesn't say.
    pub fn cpu(&self) -> Option<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // The program's name is in parentheses and may hold anything; the state follows it.
        let (_, fields) = stat.rsplit_once(')')?;
        let mut ticks = fields.split_whitespace().skip(11).take(2);
        let user: u64 = ticks.next()?.parse().ok()?;
        let system: u64 = ticks.next()?.parse().ok()?;
        // Linux always counts a hundred ticks per second here.
        Some(Duration::from_millis((user + system) * 10))
    }

    /// The memory it takes (RSS), in MiB. `None` where the system doesn't say.
    pub fn memory(&self) -> Option<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let value = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kibibytes: f64 = value.trim().trim_end_matches(" kB").parse().ok()?;
        Some(kibibytes / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nothing listens on.
pub fn free_addr() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
    Ok(listener.local_addr()?)
}

/// The app, with nothing of the developer's own configuration.
pub fn app(program: &Path, addr: SocketAddr, upstream: SocketAddr) -> Command {
    let mut command = Command::new(program);
    // The project's, which is where `cargo xtask bench` starts this program.
    let project = std::env::current_dir().unwrap_or_default();
    command
        .env_clear()
        .env("LEPTOS_SITE_ROOT", project.join("target/site"))
        // Away from `.env`.
        .current_dir(std::env::temp_dir())
        .env("LEPTOS_SITE_ADDR", addr.to_string())
        .env("SITE_URL", format!("http://{addr}"))
        .env("APPWRITE_ENDPOINT", format!("http://{upstream}/v1"))
        .env("APPWRITE_PROJECT_ID", "bench")
        .env("APPWRITE_KEY", "bench-key")
        // Each sign-in comes from an address of its own, so that it meets no other's rate limits.
        .env("TRUSTED_PROXIES", "127.0.0.1")
        .stderr(Stdio::null());
    command
}
