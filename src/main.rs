//! The server: reads the configuration, builds the router, serves.

use std::process::ExitCode;

use leptos_appwrite::server::{
    config::{Appwrite, Backend, Config, Vars},
    context::App,
    local::{self, Local},
    router::build_router,
    serve::serve,
    telemetry,
};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
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
    let app = App::new(&config, &appwrite).map_err(text)?;
    say_ready(&config, &appwrite, local.as_ref());
    serve(listener, build_router(app)).await.map_err(text)?;
    if let Some(local) = local {
        local.shutdown().await;
    }
    Ok(())
}

fn text(error: impl ToString) -> String {
    error.to_string()
}

#[expect(
    clippy::print_stderr,
    reason = "this is the program's own voice, not a log"
)]
fn say_error(error: &str) {
    eprintln!("error: {error}");
}

#[expect(
    clippy::print_stdout,
    reason = "this is the program's own voice, not a log"
)]
fn say_ready(config: &Config, appwrite: &Appwrite, local: Option<&Local>) {
    println!();
    println!("  App       {}", config.site.url);
    match (local, &config.backend) {
        (Some(local), Backend::Local { data, .. }) => {
            println!(
                "  Appwrite  {} (local, for development only)",
                appwrite.endpoint
            );
            println!("  Inbox     {}", local.inbox_url());
            println!("  Data      {}", data.display());
        }
        _ => println!(
            "  Appwrite  {} (project {})",
            appwrite.endpoint, appwrite.project_id
        ),
    }
    println!();
}
