//! A running local Appwrite.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{any, get},
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{
    config::{Config, Data, Key},
    jwt::Signer,
    limits::Limits,
    password::Passwords,
    pipeline::{self, Shared},
    platforms::Platforms,
    secret, seed,
    store::{Lock, OpenError, Store},
    web,
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
    /// The data folder or the seed cannot be used.
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
        let setting = |name: &str, make: fn() -> String| {
            store
                .setting(name, make)
                .map_err(|error| StartError::Data(error.to_string()))
        };
        let mut keys = config.keys;
        if keys.is_empty() {
            let secret = setting("key", || format!("standard_{}", secret::hex(128)))?;
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
        let signer = Signer::new(setting("signer", || secret::hex(32))?);
        let passwords = Passwords::new(config.password_cost);
        seed::plant(&store, &passwords, config.seed)
            .await
            .map_err(StartError::Data)?;
        let folder = match config.data {
            Data::Ephemeral => None,
            Data::Folder(folder) => Some(folder),
        };
        let shared = Arc::new(Shared {
            store,
            passwords,
            signer,
            project: config.project.clone(),
            keys,
            platforms: Platforms::new(config.platforms, &config.project),
            settings: config.settings,
            limits: config.limits.then(Limits::default),
            folder: folder.as_ref().map(|folder| folder.display().to_string()),
        });
        let pages = Router::new()
            .route("/", get(web::status_page))
            .route("/_local/inbox", get(web::inbox_page))
            .route("/_local/inbox/{id}", get(web::inbox_message))
            .route("/_local/inbox.json", get(web::inbox_json))
            .route("/_local/inbox.txt", get(web::inbox_text))
            .route("/_local/inbox.js", get(web::inbox_script))
            .route("/_local/oauth2", get(web::consent_page))
            .route("/console/auth/oauth2/{outcome}", get(web::console_outcome))
            .route_layer(from_fn_with_state(Arc::clone(&shared), web::guard));
        let router = Router::new()
            .route("/v1/{*path}", any(pipeline::answer))
            .merge(pages)
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
            data: folder,
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

    /// The data folder, unless the data is in memory.
    pub fn data_folder(&self) -> Option<&Path> {
        self.data.as_deref()
    }

    /// Where people see what it is.
    pub fn status_url(&self) -> String {
        format!("http://{}/", self.addr)
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
