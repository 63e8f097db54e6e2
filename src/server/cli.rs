//! The command line: what the program is told there, and what it says on the terminal.

use std::{fmt, net::SocketAddr};

use tokio::net::TcpStream;

use super::{
    config::{ApiKey, Appwrite, Backend, Config},
    doctor,
    local::{self, Local, LocalError},
};

/// What the program is told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Serve the site.
    Serve,
    /// Examine the configuration, and the Appwrite that it names.
    Doctor,
}

/// An argument that the program doesn't know.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown argument \"{0}\"; run it without arguments to serve the site, or with \"doctor\" to \
     check the setup"
)]
pub struct UnknownArgument(String);

/// Why the setup can't be examined.
#[derive(Debug, thiserror::Error)]
pub enum DoctorError {
    /// The local Appwrite can't start.
    #[error(transparent)]
    Local(#[from] LocalError),
    /// The address of the local Appwrite makes no URL.
    #[error("{0} doesn't work in a URL")]
    Addr(SocketAddr),
}

impl Task {
    /// Reads the command line.
    ///
    /// # Errors
    ///
    /// The first argument that isn't known.
    pub fn parse(arguments: &[&str]) -> Result<Self, UnknownArgument> {
        match arguments {
            [] => Ok(Self::Serve),
            ["doctor"] => Ok(Self::Doctor),
            ["doctor", unknown, ..] | [unknown, ..] => Err(UnknownArgument((*unknown).to_owned())),
        }
    }
}

/// Examines the setup, and prints the findings. Returns whether all is well.
///
/// # Errors
///
/// The local Appwrite can't start.
#[expect(
    clippy::print_stdout,
    reason = "this is the program's own voice, not a log"
)]
pub async fn doctor(config: &Config) -> Result<bool, DoctorError> {
    let mut findings = doctor::examine_server(&config.site);
    findings.extend(match &config.backend {
        Backend::Configured(appwrite) => doctor::examine(config, appwrite).await,
        // Something listens there. Most likely it's this app already, with its local Appwrite.
        Backend::Local { addr, .. } if TcpStream::connect(addr).await.is_ok() => {
            doctor::examine_running(config, &running(*addr)?).await
        }
        Backend::Local { addr, data } => {
            let (appwrite, local) = local::start(*addr, data, &config.site).await?;
            let findings = doctor::examine(config, &appwrite).await;
            local.shutdown().await;
            findings
        }
    });
    for finding in &findings {
        println!("{finding}");
    }
    println!("{}", doctor::summary(&findings));
    Ok(!doctor::has_problem(&findings))
}

/// A local Appwrite of another process: all that's known of it is its address.
fn running(addr: SocketAddr) -> Result<Appwrite, DoctorError> {
    Ok(Appwrite {
        endpoint: format!("http://{addr}/v1")
            .parse()
            .map_err(|_| DoctorError::Addr(addr))?,
        project_id: String::new(),
        key: ApiKey::new(""),
    })
}

/// Says why the program ends.
#[expect(
    clippy::print_stderr,
    reason = "this is the program's own voice, not a log"
)]
pub fn say_error(error: &impl fmt::Display) {
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
            let error = Task::parse(arguments).unwrap_err().to_string();
            assert!(error.contains("unknown argument \"serve\""), "{error}");
        }
    }
}
