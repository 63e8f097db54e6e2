//! A running local Appwrite.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{get, post},
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{
    config::{Config, Data, Key},
    error::ApiError,
    jwt::Signer,
    limits::Limits,
    local_pages,
    password::Passwords,
    pipeline::{self, Api},
    platforms::Platforms,
    router::Router as ApiRouter,
    routes::{ALL, UNSERVED},
    secret, seed,
    shared::Shared,
    store::{self, Lock, OpenError, Store},
    table_pages, user_pages,
};

/// A running server. Dropping it stops it.
pub struct Server {
    addr: SocketAddr,
    project: String,
    key: String,
    data: Option<PathBuf>,
    store: Store,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
    _lock: Option<Lock>,
}

/// Why a server couldn't start, in one line.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken, or isn't one of this machine's.
    #[error("cannot listen on {0} ({1})")]
    Listen(SocketAddr, std::io::Error),
    /// The data folder or the seed can't be used.
    #[error("{0}")]
    Data(String),
}

impl From<OpenError> for StartError {
    fn from(error: OpenError) -> Self {
        Self::Data(error.to_string())
    }
}

impl Server {
    /// Opens the data and starts listening.
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
        let (store, lock) = match &config.data {
            Data::Ephemeral => (Store::in_memory()?, None),
            Data::Folder(folder) => Store::in_folder(folder)?,
        };
        let setting = async |name: &'static str, make: fn() -> String| {
            let setting = store.setting(name, make).await;
            setting.map_err(|error| StartError::Data(error.message))
        };
        let mut keys = config.keys;
        if keys.is_empty() {
            let secret = setting("key", || format!("standard_{}", secret::hex(128))).await?;
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
        let signer = Signer::new(setting("signer", || secret::hex(32)).await?);
        let passwords = Passwords::new(config.password_cost);
        seed::create_users(&store, &passwords, config.seed)
            .await
            .map_err(StartError::Data)?;
        if let Some(schema) = config.schema {
            let applied = store.run(move |connection| {
                // Nothing of a schema that can't be applied as a whole stays.
                schema.apply(connection).map_err(ApiError::argument)
            });
            applied.await.map_err(|error| {
                StartError::Data(format!("the schema cannot be applied: {}", error.message))
            })?;
        }
        let folder = match config.data {
            Data::Ephemeral => None,
            Data::Folder(folder) => Some(folder),
        };
        let shared = Shared {
            store: store.clone(),
            passwords,
            signer,
            project: config.project.clone(),
            keys,
            platforms: Platforms::new(config.platforms, &config.project),
            settings: config.settings,
            limits: config.limits.then(Limits::default),
            folder: folder.as_ref().map(|folder| folder.display().to_string()),
        };
        let router = router(Arc::new(shared)).into_make_service_with_connect_info::<SocketAddr>();
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
            store,
            stop: Some(stop),
            running,
            _lock: lock,
        })
    }

    /// The address it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The endpoint to give an SDK.
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

    /// The status page's URL.
    pub fn status_url(&self) -> String {
        format!("http://{}/", self.addr)
    }

    /// The URL of the inbox with emails and text messages.
    pub fn inbox_url(&self) -> String {
        format!("http://{}/_local/inbox", self.addr)
    }

    /// For tests: lets an hour pass for people's accounts at providers, and for when they got their addresses
    /// and numbers. Returns whether that has worked.
    pub async fn an_hour_passes(&self) -> bool {
        self.store.run(store::an_hour_passes).await.is_ok()
    }

    /// Stops accepting connections, lets running requests finish, and returns.
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

/// Everything the server answers: Appwrite's API, and the pages for people.
fn router(shared: Arc<Shared>) -> Router {
    let api = Api {
        shared: Arc::clone(&shared),
        router: ApiRouter::new(ALL, UNSERVED),
    };
    let api = Router::new()
        .fallback(pipeline::answer)
        .with_state(Arc::new(api));
    let pages = Router::new()
        .route("/", get(local_pages::status_page))
        .route("/_local/inbox", get(local_pages::inbox_page))
        .route("/_local/inbox/{id}", get(local_pages::inbox_message))
        .route("/_local/inbox.json", get(local_pages::inbox_json))
        .route("/_local/inbox.txt", get(local_pages::inbox_text))
        .route("/_local/inbox.js", get(local_pages::inbox_script))
        .route("/_local/oauth2", get(local_pages::consent_page))
        .route("/_local/tables", get(table_pages::databases))
        .route("/_local/tables/{database}/{table}", get(table_pages::table))
        .route(
            "/_local/tables/{database}/{table}/{row}",
            get(table_pages::row),
        )
        .route(
            "/_local/tables/{database}/{table}/{row}/delete",
            post(table_pages::delete_row),
        )
        .route("/_local/users", get(user_pages::list))
        .route("/_local/users/{user}", get(user_pages::user))
        .route("/_local/users/{user}/delete", post(user_pages::delete))
        .route(
            "/console/auth/oauth2/{outcome}",
            get(local_pages::console_outcome),
        )
        .route_layer(from_fn_with_state(Arc::clone(&shared), local_pages::guard))
        .with_state(shared);
    pages.merge(api)
}
