//! The local Appwrite as a command-line program.

use std::{
    fs,
    io::{self, IsTerminal, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use appwrite_local::{
    APPWRITE_VERSION, Config, DATABASE, Data, Key, MockNumber, PasswordCost, ProjectFile, SeedUser,
    Server, Settings,
};
use clap::{Parser, Subcommand};
use tracing_subscriber::{
    filter::Targets, fmt::layer, layer::SubscriberExt, util::SubscriberInitExt,
};

/// A local server that speaks Appwrite's HTTP API, for development and tests on one machine.
#[derive(Parser)]
#[command(version = APPWRITE_VERSION)]
struct Options {
    #[command(subcommand)]
    task: Option<Task>,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:9080")]
    addr: SocketAddr,
    /// Folder to keep the data in.
    #[arg(
        long,
        default_value = ".appwrite-local",
        value_name = "DIR",
        global = true
    )]
    data: PathBuf,
    /// Keep the data in memory only.
    #[arg(long, conflicts_with = "data")]
    ephemeral: bool,
    /// ID of the project.
    #[arg(long, default_value = "local")]
    project: String,
    /// An API key, either for everything or with these scopes; may be repeated. If there is none,
    /// one is made once and stored with the data.
    #[arg(long, value_name = "SECRET | NAME:SECRET:SCOPE,…", value_parser = parse_key)]
    key: Vec<Key>,
    /// Hostname, besides localhost, whose web pages may call and be linked to; may be repeated.
    #[arg(long, value_name = "HOST")]
    platform: Vec<String>,
    /// A phone number with a fixed code, which gets no messages; may be repeated.
    #[arg(long, value_name = "PHONE=CODE", value_parser = parse_mock_phone)]
    mock_phone: Vec<MockNumber>,
    /// A TOML file with the project's settings.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// A JSON file of users to create if they don't exist yet.
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// A project file of Appwrite's CLI, appwrite.config.json. Its databases and tables are created,
    /// or changed as far as no data is lost.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Enforce Appwrite's rate limits.
    #[arg(long)]
    limits: bool,
    /// Hash passwords as cheaply as possible, for tests that create many accounts.
    #[arg(long)]
    cheap_passwords: bool,
    /// What to log: error, warn, info, debug, trace or off.
    #[arg(long, default_value = "info", value_name = "LEVEL")]
    log: String,
}

#[derive(Subcommand)]
enum Task {
    /// Delete the data, after asking.
    Reset {
        /// Delete without asking.
        #[arg(long)]
        yes: bool,
    },
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

fn parse_mock_phone(text: &str) -> Result<MockNumber, String> {
    let (phone, otp) = text
        .split_once('=')
        .ok_or("expected PHONE=CODE, like +15005550006=123456")?;
    MockNumber::new(phone, otp)
}

fn read_seed(path: &Path) -> Result<Vec<SeedUser>, String> {
    let name = path.display();
    let text =
        fs::read_to_string(path).map_err(|error| format!("{name} cannot be read: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{name} is no list of users: {error}"))
}

fn config(options: Options) -> Result<Config, String> {
    let mut settings = match &options.settings {
        Some(path) => Settings::read(path)?,
        None => Settings::default(),
    };
    settings.auth_mock_numbers.extend(options.mock_phone);
    Ok(Config {
        addr: options.addr,
        data: if options.ephemeral {
            Data::Ephemeral
        } else {
            Data::Folder(options.data)
        },
        project: options.project,
        keys: options.key,
        platforms: options.platform,
        password_cost: if options.cheap_passwords {
            PasswordCost::Least
        } else {
            PasswordCost::Appwrite
        },
        limits: options.limits,
        settings,
        seed: options
            .seed
            .as_deref()
            .map(read_seed)
            .transpose()?
            .unwrap_or_default(),
        schema: options
            .schema
            .as_deref()
            .map(ProjectFile::read)
            .transpose()?,
    })
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let filter: Targets = match options.log.parse() {
        Ok(filter) => filter,
        Err(error) => return failed(&format!("--log {}: {error}", options.log)),
    };
    let lines = layer().with_writer(io::stderr).with_target(false);
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .init();
    if let Some(Task::Reset { yes }) = options.task {
        return match reset(&options.data, yes) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error),
        };
    }
    let config = match config(options) {
        Ok(config) => config,
        Err(error) => return failed(&error),
    };
    let stopped = match stop_signal() {
        Ok(signal) => signal,
        Err(error) => return failed(&format!("signals cannot be listened to: {error}")),
    };
    match Server::start(config).await {
        Ok(server) => {
            announce(&server);
            stopped.await;
            server.shutdown().await;
            ExitCode::SUCCESS
        }
        Err(error) => failed(&error.to_string()),
    }
}

/// Prints how to reach the server. If nobody reads it, that's no reason to stop.
fn announce(server: &Server) {
    let mut out = io::stdout().lock();
    let _ = write!(
        out,
        "Local Appwrite {APPWRITE_VERSION}: for development and tests on one machine only.\n\
         {warning}\
         Status  {status}\n\
         Inbox   {inbox}\n\
         Data    {data}\n\n\
         APPWRITE_ENDPOINT={endpoint}\n\
         APPWRITE_PROJECT_ID={project}\n\
         APPWRITE_KEY={key}\n",
        warning = if server.addr().ip().is_loopback() {
            String::new()
        } else {
            format!(
                "Warning: {} can be reached from other machines. Its accounts, emails and key are \
                 open to all of them.\n",
                server.addr()
            )
        },
        status = server.status_url(),
        inbox = server.inbox_url(),
        data = server
            .data_folder()
            .map_or("in memory, gone when this ends".to_owned(), |folder| {
                folder.display().to_string()
            }),
        endpoint = server.endpoint(),
        project = server.project(),
        key = server.key(),
    );
    let _ = out.flush();
}

/// Deletes what the server keeps in the folder, and nothing else that may be there.
fn reset(folder: &Path, yes: bool) -> Result<(), String> {
    let database = folder.join(DATABASE);
    let shown = folder.display();
    if !database.exists() {
        return Err(format!("there is no data in {shown}"));
    }
    // Held to the end, so no server can use what's being deleted.
    let lock = appwrite_local::lock(folder)?;
    if !yes {
        if !io::stdin().is_terminal() {
            return Err("nobody to ask; --yes deletes without asking".to_owned());
        }
        let mut out = io::stdout().lock();
        let _ = write!(
            out,
            "Delete all users, sessions and messages in {shown}? [y/N] "
        );
        let _ = out.flush();
        let mut answer = String::new();
        let _ = io::stdin().read_line(&mut answer);
        if !matches!(answer.trim(), "y" | "Y" | "yes") {
            return Err("nothing was deleted".to_owned());
        }
    }
    for suffix in ["", "-wal", "-shm"] {
        let file = folder.join(format!("{DATABASE}{suffix}"));
        match fs::remove_file(&file) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(format!("{} cannot be deleted: {error}", file.display())),
        }
    }
    drop(lock);
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{shown} is empty");
    Ok(())
}

#[expect(
    clippy::print_stderr,
    reason = "this is the program's own voice, not a log"
)]
fn failed(error: &str) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

/// Waits for a signal to stop. Listens as soon as it's called, so it doesn't miss a signal before
/// the first poll.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupted = signal(SignalKind::interrupt())?;
        let mut terminated = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
