//! The local Appwrite that the app starts when none is configured, for development.
//!
//! It runs in this process but is reached over HTTP, as any Appwrite is.

use std::{net::SocketAddr, path::Path};

#[cfg(feature = "local")]
use super::config::ApiKey;
use super::config::Appwrite;
#[cfg(not(feature = "local"))]
use super::config::ConfigError;

/// A running local Appwrite.
#[cfg(feature = "local")]
pub struct Local(appwrite_local::Server);

/// Cannot be: this build holds no local Appwrite.
#[cfg(not(feature = "local"))]
pub enum Local {}

/// Starts it, and says how to reach it.
///
/// # Errors
///
/// One line: the address is taken, the data file cannot be used, or this build has no local
/// Appwrite.
#[cfg(feature = "local")]
pub async fn start(addr: SocketAddr, data: &Path) -> Result<(Appwrite, Local), String> {
    let config = appwrite_local::Config {
        addr,
        data: appwrite_local::Data::Folder(data.to_owned()),
        ..appwrite_local::Config::default()
    };
    let server = appwrite_local::Server::start(config)
        .await
        .map_err(|error| {
            format!("the local Appwrite cannot start: {error} (APPWRITE_LOCAL_ADDR and APPWRITE_LOCAL_DATA choose another address and folder)")
        })?;
    let appwrite = Appwrite {
        endpoint: server
            .endpoint()
            .parse()
            .map_err(|_| "the local Appwrite has no usable address".to_owned())?,
        project_id: server.project().to_owned(),
        key: ApiKey::new(server.key()),
    };
    Ok((appwrite, Local(server)))
}

/// Says that there is none.
///
/// # Errors
///
/// Always.
#[cfg(not(feature = "local"))]
pub async fn start(_: SocketAddr, _: &Path) -> Result<(Appwrite, Local), String> {
    Err(ConfigError::NoLocal.to_string())
}

#[cfg(feature = "local")]
impl Local {
    /// Where the mails and text messages it would have sent can be read.
    pub fn inbox_url(&self) -> String {
        self.0.inbox_url()
    }

    /// Ends it, once the requests that it is answering are done.
    pub async fn shutdown(self) {
        self.0.shutdown().await;
    }
}

#[cfg(not(feature = "local"))]
impl Local {
    /// Where the mails and text messages it would have sent can be read.
    pub fn inbox_url(&self) -> String {
        match *self {}
    }

    /// Ends it.
    pub async fn shutdown(self) {
        match self {}
    }
}
