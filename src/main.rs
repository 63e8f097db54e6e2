//! The server: reads the configuration, builds the router, serves.

use std::process::ExitCode;

use leptos_appwrite::{
    router::build_router,
    server::{
        cli::{self, Task, say_error, say_ready},
        config::{Backend, Config, Vars},
        doctor,
        http::serve::serve,
        local,
        state::AppState,
        telemetry,
    },
};
use tokio::net::TcpListener;

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

async fn run() -> Result<(), String> {
    let config = Config::read(&Vars::load().map_err(text)?).map_err(text)?;
    telemetry::init(&config.log);
    let addr = config.site.addr;
    let listener = TcpListener::bind(addr).await.map_err(|error| {
        format!("cannot listen on {addr} ({error}); LEPTOS_SITE_ADDR chooses another address")
    })?;
    let (appwrite, local) = match &config.backend {
        Backend::Configured(appwrite) => (appwrite.clone(), None),
        Backend::Local { addr, data } => {
            let (appwrite, local) = local::start(*addr, data).await?;
            (appwrite, Some(local))
        }
    };
    let app = AppState::new(&config, &appwrite).map_err(text)?;
    say_ready(&config, &appwrite, local.as_ref());
    if local.is_none() {
        tokio::spawn(doctor::warn(config, appwrite));
    }
    serve(listener, build_router(app)).await.map_err(text)?;
    if let Some(local) = local {
        local.shutdown().await;
    }
    Ok(())
}

async fn examine() -> Result<bool, String> {
    let config = Config::read(&Vars::load().map_err(text)?).map_err(text)?;
    cli::doctor(&config).await
}

fn text(error: impl ToString) -> String {
    error.to_string()
}
