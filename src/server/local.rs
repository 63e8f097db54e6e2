//! The local Appwrite that the app starts when none is configured, for development.
//!
//! It runs in this process, but the app reaches it over HTTP, like any other Appwrite.

use std::{net::SocketAddr, path::Path};

#[cfg(feature = "local")]
use super::config::ApiKey;
#[cfg(not(feature = "local"))]
use super::config::ConfigError;
use super::config::{Appwrite, Site};
#[cfg(feature = "local")]
use super::schema::PROJECT_FILE;

/// Why the local Appwrite can't be started.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// The address is taken, or the data can't be used.
    #[cfg(feature = "local")]
    #[error(
        "can't start the local Appwrite: {0} (set another address with APPWRITE_LOCAL_ADDR, or \
         another folder with APPWRITE_LOCAL_DATA)"
    )]
    Start(#[from] appwrite_local::StartError),
    /// The app's own schema can't be read.
    #[cfg(feature = "local")]
    #[error("appwrite.config.json: {0}")]
    Schema(String),
    /// The address that it listens on makes no URL.
    #[cfg(feature = "local")]
    #[error("the local Appwrite has no usable address")]
    Endpoint(#[from] url::ParseError),
    /// This build has none.
    #[cfg(not(feature = "local"))]
    #[error(transparent)]
    NotBuiltIn(#[from] ConfigError),
}

/// A running local Appwrite.
#[cfg(feature = "local")]
pub struct Local(appwrite_local::Server);

/// Never exists: this build has no local Appwrite.
#[cfg(not(feature = "local"))]
pub enum Local {}

/// Starts it for this site, with the app's databases and tables. Also returns how to reach it.
///
/// # Errors
///
/// The address is taken, the data can't be used, or it doesn't go with the schema any more.
#[cfg(feature = "local")]
pub async fn start(
    addr: SocketAddr,
    data: &Path,
    site: &Site,
) -> Result<(Appwrite, Local), LocalError> {
    let config = appwrite_local::Config {
        addr,
        data: appwrite_local::Data::Folder(data.to_owned()),
        // Links in emails and OAuth2 lead only to platforms.
        platforms: site.url.host_str().map(str::to_owned).into_iter().collect(),
        schema: Some(appwrite_local::ProjectFile::parse(PROJECT_FILE).map_err(LocalError::Schema)?),
        ..appwrite_local::Config::default()
    };
    let server = appwrite_local::Server::start(config).await?;
    let appwrite = Appwrite {
        endpoint: server.endpoint().parse()?,
        project_id: server.project().to_owned(),
        key: ApiKey::new(server.key()),
    };
    Ok((appwrite, Local(server)))
}

/// There is none to start.
///
/// # Errors
///
/// Always.
#[cfg(not(feature = "local"))]
pub async fn start(_: SocketAddr, _: &Path, _: &Site) -> Result<(Appwrite, Local), LocalError> {
    Err(ConfigError::NoLocal.into())
}

#[cfg(feature = "local")]
impl Local {
    /// The page with the emails and text messages that it would have sent.
    pub fn inbox_url(&self) -> String {
        self.0.inbox_url()
    }

    /// Ends it, once it has answered the requests that it is working on.
    pub async fn shutdown(self) {
        self.0.shutdown().await;
    }
}

#[cfg(not(feature = "local"))]
impl Local {
    /// The page with the emails and text messages that it would have sent.
    pub fn inbox_url(&self) -> String {
        match *self {}
    }

    /// Ends it.
    pub async fn shutdown(self) {
        match self {}
    }
}
