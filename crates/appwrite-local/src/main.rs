//! The local Appwrite as a program of its own.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use appwrite_local::{APPWRITE_VERSION, Config, Data, Key, Server};
use clap::Parser;
use tracing_subscriber::EnvFilter;

/// A local server that speaks Appwrite's HTTP API, for development and tests on one machine.
#[derive(Parser)]
#[command(version = APPWRITE_VERSION)]
struct Options {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:9080")]
    addr: SocketAddr,
    /// SQLite file to keep the data in.
    #[arg(long, default_value = "data.sqlite", value_name = "FILE")]
    data: PathBuf,
    /// Keep the data in memory only.
    #[arg(long, conflicts_with = "data")]
    ephemeral: bool,
    /// ID of the project.
    #[arg(long, default_value = "local")]
    project: String,
    /// An API key, with everything allowed or with these scopes; may be repeated. Without one, a
    /// key is made once and kept with the data.
    #[arg(long, value_name = "SECRET | NAME:SECRET:SCOPE,…", value_parser = parse_key)]
    key: Vec<Key>,
    /// Hostname whose web pages may call, besides localhost; may be repeated.
    #[arg(long, value_name = "HOST")]
    platform: Vec<String>,
}

fn parse_key(text: &str) -> Result<Key, String> {
    let key = |name: &str, secret: &str, scopes: &str| Key {
        name: name.to_owned(),
        secret: secret.to_owned(),
        scopes: scopes
            .split(',')
            .map(str::trim)
            .filter(|scope| !scope.is_empty())
            .map(str::to_owned)
            .collect(),
    };
    let key = match text.split(':').collect::<Vec<_>>()[..] {
        [secret] => key("command line", secret, ""),
        [name, secret] => key(name, secret, ""),
        [name, secret, scopes] => key(name, secret, scopes),
        _ => return Err("expected SECRET, NAME:SECRET or NAME:SECRET:SCOPE,SCOPE".to_owned()),
    };
    if key.secret.is_empty() {
        return Err("the secret is empty".to_owned());
    }
    Ok(key)
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info")),
        )
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
    let config = Config {
        addr: options.addr,
        data: if options.ephemeral {
            Data::Ephemeral
        } else {
            Data::File(options.data)
        },
        project: options.project,
        keys: options.key,
        platforms: options.platform,
        ..Config::default()
    };
    match Server::start(config).await {
        Ok(server) => {
            announce(&server);
            told_to_stop().await;
            server.shutdown().await;
            ExitCode::SUCCESS
        }
        Err(error) => {
            complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

#[expect(
    clippy::print_stdout,
    reason = "this is the program's own voice, not a log"
)]
fn announce(server: &Server) {
    println!("Local Appwrite {APPWRITE_VERSION}: for development and tests on one machine only.");
    if !server.addr().ip().is_loopback() {
        println!(
            "Warning: {} can be reached from other machines.",
            server.addr()
        );
    }
    match server.data_file() {
        Some(file) => println!("Data   {}", file.display()),
        None => println!("Data   in memory, gone when this ends"),
    }
    println!("Inbox  {}", server.inbox_url());
    println!();
    println!("APPWRITE_ENDPOINT={}", server.endpoint());
    println!("APPWRITE_PROJECT_ID={}", server.project());
    println!("APPWRITE_KEY={}", server.key());
}

#[expect(
    clippy::print_stderr,
    reason = "this is the program's own voice, not a log"
)]
fn complain(error: &str) {
    eprintln!("error: {error}");
}

async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}
