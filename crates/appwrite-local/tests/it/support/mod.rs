//! A local Appwrite on a free port, and a client to call it with.

pub mod requests;

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use appwrite_local::{Config, Data, Key, PasswordCost, Server};
use reqwest::{Client, Method, Response, Url, redirect::Policy};
use serde_json::{Value, json};

pub const KEY: &str = "test-key";
pub const PASSWORD: &str = "password-1";

pub fn config(data: Data) -> Config {
    let key = |name: &str, secret: &str, scopes: &[&str]| Key {
        name: name.to_owned(),
        secret: secret.to_owned(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
    };
    Config {
        data,
        keys: vec![
            key("all", KEY, &[]),
            key("sessions", "sessions-key", &["sessions.write"]),
        ],
        platforms: vec!["app.example.com".to_owned()],
        password_cost: PasswordCost::Least,
        ..Config::default()
    }
}

pub async fn start() -> Server {
    Server::start(config(Data::Ephemeral)).await.unwrap()
}

/// Sends a request with these headers, which say who is calling.
pub async fn call(
    server: &Server,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Value,
) -> Response {
    let url = format!("{}{path}", server.endpoint());
    let mut request = http_client().request(method, url);
    if !headers
        .iter()
        .any(|(name, _)| *name == "x-appwrite-project")
    {
        request = request.header("x-appwrite-project", server.project());
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if !body.is_null() {
        request = request.json(&body);
    }
    request.send().await.unwrap()
}

/// Sends a request with the key that may do everything.
pub async fn by_key(server: &Server, method: Method, path: &str, body: Value) -> Response {
    call(server, method, path, &[("x-appwrite-key", KEY)], body).await
}

/// Sends a request with a session's secret.
pub async fn by_session(
    server: &Server,
    session: &str,
    method: Method,
    path: &str,
    body: Value,
) -> Response {
    let session = [("x-appwrite-session", session)];
    call(server, method, path, &session, body).await
}

/// A path with the parameter `queries`. A text is sent as it is.
pub fn with_queries(path: &str, queries: &[Value]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for one in queries {
        let text = match one {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        query.append_pair("queries[]", &text);
    }
    format!("{path}?{}", query.finish())
}

pub async fn json_of(response: Response) -> Value {
    response.json().await.unwrap()
}

/// Creates an account, signs in, and returns the session's secret.
pub async fn sign_up(server: &Server, email: &str) -> String {
    let account = json!({ "userId": "unique()", "email": email, "password": PASSWORD });
    let made = call(server, Method::POST, "/account", &[], account).await;
    assert_eq!(made.status(), 201);
    sign_in(server, email).await
}

pub async fn sign_in(server: &Server, email: &str) -> String {
    let credentials = json!({ "email": email, "password": PASSWORD });
    let key = [("x-appwrite-key", KEY)];
    let path = "/account/sessions/email";
    let session = call(server, Method::POST, path, &key, credentials).await;
    json_of(session).await["secret"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// An error's status and type.
pub async fn error_of(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body = json_of(response).await;
    assert_eq!(body["code"], status);
    assert_eq!(body["version"], appwrite_local::APPWRITE_VERSION);
    (status, body["type"].as_str().unwrap().to_owned())
}

/// The messages to an address, newest first.
pub async fn messages(server: &Server, to: &str) -> Vec<Value> {
    let url = format!("http://{}/_local/inbox.json", server.addr());
    let inbox = http_client().get(url).query(&[("to", to)]);
    let mut inbox = json_of(inbox.send().await.unwrap()).await;
    match inbox["messages"].take() {
        Value::Array(messages) => messages,
        other => panic!("{other} is no list of messages"),
    }
}

/// The value of a parameter in a message's link.
pub fn parameter(message: &Value, name: &str) -> String {
    let link = Url::parse(message["link"].as_str().unwrap()).unwrap();
    let (_, value) = link.query_pairs().find(|(key, _)| key == name).unwrap();
    value.into_owned()
}

/// A client that leaves redirects to its caller. It only speaks plain http, because reading the system's
/// certificates takes longer than most tests.
pub fn http_client() -> Client {
    let builder = Client::builder().redirect(Policy::none());
    builder.tls_certs_only([]).build().unwrap()
}

/// A folder for one test, deleted afterwards.
pub struct TempFolder(pub PathBuf);

impl TempFolder {
    pub fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("appwrite-local-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_appwrite-local");

/// A running program. Dropping it kills it, so a failing test leaves nothing behind.
pub struct RunningProgram(pub Child);

impl RunningProgram {
    /// What the program prints at start.
    pub fn lines(mut self) -> Vec<String> {
        lines_of(&mut self.0)
    }

    /// Kills the program and waits until it is gone.
    pub fn end(mut self) {
        self.kill();
    }

    fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for RunningProgram {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Starts the program and returns the endpoint that it prints.
pub fn spawn(mut program: Command, folder: &Path) -> (RunningProgram, String) {
    let options = ["--addr", "127.0.0.1:0", "--key", KEY, "--log", "warn"];
    let mut child = program
        .args(options)
        .arg("--data")
        .arg(folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = lines_of(&mut child);
    let endpoint = lines
        .iter()
        .find_map(|line| line.strip_prefix("APPWRITE_ENDPOINT="));
    let endpoint = endpoint.unwrap().to_owned();
    (RunningProgram(child), endpoint)
}

fn lines_of(child: &mut Child) -> Vec<String> {
    let mut lines = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        lines.push(line.unwrap());
        if lines.last().unwrap().starts_with("APPWRITE_KEY=") {
            break;
        }
    }
    lines
}
