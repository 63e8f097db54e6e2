//! The server: reads the configuration, builds the router, serves.

use std::{io, net::SocketAddr, process::ExitCode, sync::Arc};

use leptos_appwrite::{
    router::build_router,
    server::{
        appwrite::TransportError,
        cli::{self, DoctorError, Task, say_error, say_ready},
        config::{Backend, Config, ConfigError, Vars},
        doctor,
        http::serve::{GRACE, serve},
        local::{self, LocalError},
        state::AppState,
        telemetry,
    },
};
use tokio::net::TcpListener;

/// Answers take many small pieces of memory, and this one is quicker with them than the system's. It also
/// gives back what a burst of requests took.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Why the program ends early.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("can't listen on {addr} ({source}); set another address with LEPTOS_SITE_ADDR")]
    Listen { addr: SocketAddr, source: io::Error },
    #[error(transparent)]
    Local(#[from] LocalError),
    #[error(transparent)]
    Transport(#[from] TransportError),
    #[error(transparent)]
    Doctor(#[from] DoctorError),
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match Task::parse(&arguments) {
        Ok(Task::Serve) => run().await.map(|()| true),
        Ok(Task::Doctor) => examine().await,
        Err(error) => {
            say_error(&error);
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say_error(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Error> {
    let config = Config::read(&Vars::load()?)?;
    telemetry::init(&config.log);
    doctor::warn_about_server(&config.site);
    let addr = config.site.addr;
    let listener = TcpListener::bind(addr)
        .await
        .map_err(|source| Error::Listen { addr, source })?;
    let (appwrite, local) = match &config.backend {
        Backend::Configured(appwrite) => (appwrite.clone(), None),
        Backend::Local { addr, data } => {
            let (appwrite, local) = local::start(*addr, data, &config.site).await?;
            (appwrite, Some(local))
        }
    };
    let state = AppState::new(&config, &appwrite)?;
    say_ready(&config, &appwrite, local.as_ref());
    if local.is_none() {
        tokio::spawn(doctor::warn_about_appwrite(config, appwrite));
    }
    serve(listener, build_router(Arc::clone(&state))).await;
    if !state.works.are_done(GRACE).await {
        tracing::warn!("stopped while something was still being worked off");
    }
    if let Some(local) = local {
        local.shutdown().await;
    }
    Ok(())
}

async fn examine() -> Result<bool, Error> {
    let config = Config::read(&Vars::load()?)?;
    Ok(cli::doctor(&config).await?)
}
