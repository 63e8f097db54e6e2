use appwrite_local::{Config, Key, PasswordCost, ProjectFile, Server, Settings};
use leptos_appwrite::server::{
    config::{ApiKey, Appwrite},
    schema::PROJECT_FILE,
};

/// The API key of every test; nothing the app says may contain it.
pub const KEY: &str = "standard_5ec2e7-api-key-of-the-tests";

/// A local Appwrite whose key may do what the README tells people to allow, and no more.
pub async fn local_appwrite() -> Server {
    local_appwrite_with(Settings::default(), &["sessions.write"]).await
}

/// A local Appwrite whose project has these settings and whose key these scopes; no scopes are all.
pub async fn local_appwrite_with(settings: Settings, scopes: &[&str]) -> Server {
    start(PROJECT_FILE, settings, scopes).await
}

/// A local Appwrite with these databases and tables instead of the app's own, and a key for rows.
pub async fn local_appwrite_of(schema: &str) -> Server {
    let scopes = [
        "sessions.write",
        "rows.read",
        "rows.write",
        "documents.read",
        "documents.write",
    ];
    start(schema, Settings::default(), &scopes).await
}

async fn start(schema: &str, settings: Settings, scopes: &[&str]) -> Server {
    Server::start(Config {
        keys: vec![Key {
            name: "test".to_owned(),
            secret: KEY.to_owned(),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        }],
        platforms: vec!["registered.example.com".to_owned()],
        password_cost: PasswordCost::Least,
        settings,
        schema: Some(ProjectFile::parse(schema).unwrap()),
        ..Config::default()
    })
    .await
    .unwrap()
}

/// How the app is told of an Appwrite.
pub fn appwrite(endpoint: &str) -> Appwrite {
    Appwrite {
        endpoint: endpoint.parse().unwrap(),
        project_id: "local".to_owned(),
        key: ApiKey::new(KEY),
    }
}
