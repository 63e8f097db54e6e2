//! A running local Appwrite.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Router,
    routing::{any, get},
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{
    config::{Config, Data, Key},
    inbox,
    password::Passwords,
    pipeline::{self, Shared},
    secret,
    store::{Lock, OpenError, Store},
};

/// A running server. Dropping it ends it.
pub struct Server {
    addr: SocketAddr,
    project: String,
    key: String,
    data: Option<PathBuf>,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
    _lock: Option<Lock>,
}

/// Why a server could not start: one line.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken or not this machine's.
    #[error("cannot listen on {0} ({1})")]
    Listen(SocketAddr, std::io::Error),
    /// The data file cannot be used.
    #[error("{0}")]
    Data(String),
}

impl From<OpenError> for StartError {
    fn from(error: OpenError) -> Self {
        Self::Data(error.to_string())
    }
}

impl Server {
    /// Opens the data and starts to listen.
    ///
    /// # Errors
    ///
    /// See [`StartError`].
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let listener = TcpListener::bind(config.addr)
            .await
            .map_err(|error| StartError::Listen(config.addr, error))?;
        let addr = listener
            .local_addr()
            .map_err(|error| StartError::Listen(config.addr, error))?;
        let (store, lock) = Store::open(&config.data)?;
        let mut keys = config.keys;
        if keys.is_empty() {
            let secret = store
                .setting("key", || format!("standard_{}", secret::hex(128)))
                .map_err(|error| StartError::Data(error.to_string()))?;
            keys.push(Key {
                name: "made at the first start".to_owned(),
                secret,
                scopes: Vec::new(),
            });
        }
        let key = keys
            .first()
            .map(|key| key.secret.clone())
            .unwrap_or_default();
        let shared = Arc::new(Shared {
            store,
            passwords: Passwords::new(config.password_cost),
            project: config.project.clone(),
            keys,
            platforms: config.platforms,
        });
        let router = Router::new()
            .route("/v1/{*path}", any(pipeline::answer))
            .route("/_local/inbox", get(inbox::page))
            .fallback(pipeline::not_found)
            .with_state(shared)
            .into_make_service_with_connect_info::<SocketAddr>();
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(async move {
            let serving = axum::serve(listener, router).with_graceful_shutdown(async move {
                let _ = stopped.await;
            });
            if let Err(error) = serving.await {
                tracing::error!(%error, "the server ended");
            }
        });
        Ok(Self {
            addr,
            project: config.project,
            key,
            data: match config.data {
                Data::Ephemeral => None,
                Data::File(path) => Some(path),
            },
            stop: Some(stop),
            running,
            _lock: lock,
        })
    }

    /// The address it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What an SDK takes as endpoint.
    pub fn endpoint(&self) -> String {
        format!("http://{}/v1", self.addr)
    }

    /// The project's ID.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// The secret of the first API key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The data file, unless the data is in memory.
    pub fn data_file(&self) -> Option<&Path> {
        self.data.as_deref()
    }

    /// Where mails and text messages can be read.
    pub fn inbox_url(&self) -> String {
        format!("http://{}/_local/inbox", self.addr)
    }

    /// Takes no new connection, lets running requests finish, and ends.
    pub async fn shutdown(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        let _ = (&mut self.running).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.running.abort();
    }
}
