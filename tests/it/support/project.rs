//! A project with a table of its own, for tests of the clients that read and write rows.

use std::sync::Arc;

use axum::http::{Request, request::Parts};
use leptos_appwrite::{
    error::AppError,
    server::{
        appwrite::{
            AdminClient, Id, Row, SessionClient, TablesDB, create_admin_client,
            create_session_client,
        },
        config::{Config, Vars},
        request::scope,
        state::AppState,
    },
};
use serde::{Deserialize, Serialize};

use super::{Browser, KEY, TestApp, appwrite, local_appwrite_of};

/// The database of [`Project`].
pub static DATABASE: Id = Id::from_static("test");
/// Its table of things, each of which belongs to who made it.
pub static THINGS: Id = Id::from_static("things");
/// Its table of things that everybody may read, and only a key may change.
pub static CATALOGUE: Id = Id::from_static("catalogue");

/// Not the app's own table, so that it's there whatever the app is about.
const SCHEMA: &str = r#"{
    "tablesDB": [{ "$id": "test", "name": "Test" }],
    "tables": [{
        "$id": "things",
        "databaseId": "test",
        "name": "Things",
        "$permissions": ["create(\"users\")"],
        "rowSecurity": true,
        "columns": [
            { "key": "title", "type": "string", "size": 100, "required": true },
            { "key": "code", "type": "string", "size": 20 },
            { "key": "stars", "type": "integer", "min": 0, "max": 100, "default": 0 },
            { "key": "price", "type": "double" },
            { "key": "done", "type": "boolean", "default": false },
            { "key": "due", "type": "datetime" },
            { "key": "tags", "type": "string", "size": 20, "array": true }
        ],
        "indexes": [
            { "key": "title", "type": "fulltext", "columns": ["title"] },
            { "key": "code", "type": "unique", "columns": ["code"] }
        ]
    }, {
        "$id": "catalogue",
        "databaseId": "test",
        "name": "Catalogue",
        "$permissions": ["read(\"any\")"],
        "columns": [{ "key": "title", "type": "string", "size": 100, "required": true }]
    }]
}"#;

/// A row of [`THINGS`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Thing {
    pub title: String,
    pub code: Option<String>,
    pub stars: Option<i64>,
    pub price: Option<f64>,
    pub done: bool,
    pub due: Option<String>,
    pub tags: Vec<String>,
}

/// One with this title.
pub fn thing(title: &str) -> Thing {
    Thing {
        title: title.to_owned(),
        stars: Some(0),
        ..Thing::default()
    }
}

/// Makes one with this title, which belongs to whoever the client acts for.
pub async fn create(tables: &TablesDB<'_>, title: &str) -> Row<Thing> {
    tables
        .create_row(&DATABASE, &THINGS, &Id::unique(), &thing(title), None)
        .await
        .unwrap()
}

/// The project, and the app in front of it.
pub struct Project {
    pub site: TestApp,
    app: Arc<AppState>,
}

impl Project {
    pub async fn start() -> Self {
        let local = local_appwrite_of(SCHEMA).await;
        let (_, app) = client_state(&local.endpoint());
        let trusted = [("TRUSTED_PROXIES", "127.0.0.1")];
        Self {
            app,
            site: TestApp::start_on(local, &trusted).await,
        }
    }

    /// The client of a request that this browser sends.
    pub async fn client(&self, browser: &Browser) -> SessionClient {
        self.client_with(&browser.cookies()).await
    }

    /// The client of a request with these cookies.
    pub async fn client_with(&self, cookies: &str) -> SessionClient {
        session_client(&self.app, cookies).await.unwrap()
    }

    /// The client of a request of somebody new.
    pub async fn client_of(&self, email: &str) -> SessionClient {
        self.client(&self.site.signed_up(email).await).await
    }

    /// A client with the key.
    pub async fn admin_client(&self) -> AdminClient {
        admin_client(&self.app).await
    }
}

/// What the clients are built from: the configuration, and what all requests share.
pub fn client_state(endpoint: &str) -> (Config, Arc<AppState>) {
    let config = Config::read(&Vars::from_pairs([
        ("APPWRITE_ENDPOINT", endpoint),
        ("APPWRITE_PROJECT_ID", "local"),
        ("APPWRITE_KEY", KEY),
    ]))
    .unwrap();
    let app = AppState::new(&config, &appwrite(endpoint)).unwrap();
    (config, app)
}

/// A request with these cookies.
pub fn request_with(cookies: &str) -> Parts {
    let request = Request::builder().header("cookie", cookies).body(());
    request.unwrap().into_parts().0
}

/// The session client of a request with these cookies.
pub async fn session_client(app: &Arc<AppState>, cookies: &str) -> Result<SessionClient, AppError> {
    let request = request_with(cookies);
    scope(Arc::clone(app), request, create_session_client())
        .await
        .0
}

/// The admin client of a request.
pub async fn admin_client(app: &Arc<AppState>) -> AdminClient {
    let client = scope(Arc::clone(app), request_with(""), create_admin_client()).await;
    client.0.unwrap()
}
