//! The program's own voice: what it is told on the command line, and what it says on the terminal.

use std::net::SocketAddr;

use tokio::net::TcpStream;

use super::{
    config::{ApiKey, Appwrite, Backend, Config},
    doctor,
    local::{self, Local},
};

/// What the program is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Serve the site.
    Serve,
    /// Examine the configuration and the Appwrite that it names.
    Doctor,
}

impl Task {
    /// Reads the command line.
    ///
    /// # Errors
    ///
    /// One line that names what is not known.
    pub fn parse(arguments: &[&str]) -> Result<Self, String> {
        match arguments {
            [] => Ok(Self::Serve),
            ["doctor"] => Ok(Self::Doctor),
            ["doctor", unknown, ..] | [unknown, ..] => Err(format!(
                "there is no argument \"{unknown}\"; without any the site is served, with \
                 \"doctor\" the setup is examined"
            )),
        }
    }
}

/// Examines the setup and prints what it finds. Returns whether all is well.
///
/// # Errors
///
/// One line: the local Appwrite cannot start.
#[expect(
    clippy::print_stdout,
    reason = "this is the program's own voice, not a log"
)]
pub async fn doctor(config: &Config) -> Result<bool, String> {
    let findings = match &config.backend {
        Backend::Configured(appwrite) => doctor::examine(config, appwrite).await,
        // Most likely this app runs already, and its local Appwrite with it.
        Backend::Local { addr, .. } if TcpStream::connect(addr).await.is_ok() => {
            doctor::examine_running(config, &running(*addr)?).await
        }
        Backend::Local { addr, data } => {
            let (appwrite, local) = local::start(*addr, data).await?;
            let findings = doctor::examine(config, &appwrite).await;
            local.shutdown().await;
            findings
        }
    };
    for finding in &findings {
        println!("{finding}");
    }
    println!("{}", doctor::summary(&findings));
    Ok(!doctor::has_problem(&findings))
}

/// A local Appwrite of which nothing but the address is known.
fn running(addr: SocketAddr) -> Result<Appwrite, String> {
    Ok(Appwrite {
        endpoint: format!("http://{addr}/v1")
            .parse()
            .map_err(|_| format!("{addr} makes no URL"))?,
        project_id: String::new(),
        key: ApiKey::new(""),
    })
}

/// Says why the program ends.
#[expect(
    clippy::print_stderr,
    reason = "this is the program's own voice, not a log"
)]
pub fn say_error(error: &str) {
    eprintln!("error: {error}");
}

/// Says where the site is, and which Appwrite it uses.
#[expect(
    clippy::print_stdout,
    reason = "this is the program's own voice, not a log"
)]
pub fn say_ready(config: &Config, appwrite: &Appwrite, local: Option<&Local>) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_named() {
        assert_eq!(Task::parse(&[]), Ok(Task::Serve));
        assert_eq!(Task::parse(&["doctor"]), Ok(Task::Doctor));
        for arguments in [&["serve"][..], &["doctor", "serve"], &["serve", "doctor"]] {
            let error = Task::parse(arguments).unwrap_err();
            assert!(error.contains("no argument \"serve\""), "{error}");
        }
    }
}
