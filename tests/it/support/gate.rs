use std::sync::{Arc, Mutex};

use appwrite_local::Server;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{
        Request,
        header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING},
    },
    response::{IntoResponse, Response},
};
use leptos_appwrite::server::config::Appwrite;
use reqwest::{Client, Method};
use tokio::sync::watch;

use super::{appwrite, appwrite_error, http_client, serve};

/// A gate in front of a local Appwrite. Closed, it holds back what Appwrite answers to calls that
/// change something.
#[derive(Clone)]
pub struct Gate {
    /// The calls whose answers are held back.
    held_calls: Arc<watch::Sender<Option<String>>>,
    held: Arc<watch::Sender<u32>>,
    refuses: Arc<Mutex<Option<String>>>,
    changes: Arc<Mutex<Vec<String>>>,
}

impl Gate {
    /// An open gate, and how the app is told of the Appwrite behind it.
    pub async fn in_front_of(local: &Server) -> (Self, Appwrite) {
        let gate = Self {
            held_calls: Arc::default(),
            held: Arc::default(),
            refuses: Arc::default(),
            changes: Arc::default(),
        };
        let home = local.endpoint();
        let home = home.strip_suffix("/v1").unwrap().to_owned();
        let client = http_client();
        let passing = gate.clone();
        let addr = serve(Router::new().fallback(move |request: Request<Body>| {
            let (gate, client, home) = (passing.clone(), client.clone(), home.clone());
            async move { gate.pass(&client, &home, request).await }
        }))
        .await;
        (gate, appwrite(&format!("http://{addr}/v1")))
    }

    /// Holds answers back from now on.
    pub fn close(&self) {
        self.close_to("");
    }

    /// Holds answers back to calls that begin like this: a method and a path below `/v1`.
    pub fn close_to(&self, like: &str) {
        self.held.send_replace(0);
        self.held_calls.send_replace(Some(like.to_owned()));
    }

    /// Lets all answers through.
    pub fn open(&self) {
        self.held_calls.send_replace(None);
    }

    /// Waits until an answer is held back.
    pub async fn holds_one(&self) {
        let mut held = self.held.subscribe();
        held.wait_for(|held| *held > 0).await.unwrap();
    }

    /// Has Appwrite be down for calls that change something, or up again.
    pub fn refuse(&self, on: bool) {
        *self.refuses.lock().unwrap() = on.then(String::new);
    }

    /// Has Appwrite be down for calls that begin like this: a method and a path below `/v1`.
    pub fn refuse_calls(&self, like: &str) {
        *self.refuses.lock().unwrap() = Some(like.to_owned());
    }

    /// How often this was called, a method and a path below `/v1`.
    pub fn calls(&self, call: &str) -> usize {
        let changes = self.changes.lock().unwrap();
        changes.iter().filter(|made| *made == call).count()
    }

    /// How many calls there were that begin like this: a method and a path below `/v1`.
    pub fn calls_like(&self, like: &str) -> usize {
        let changes = self.changes.lock().unwrap();
        changes.iter().filter(|made| made.starts_with(like)).count()
    }

    async fn pass(&self, client: &Client, home: &str, request: Request<Body>) -> Response {
        let (parts, body) = request.into_parts();
        let changes = parts.method != Method::GET;
        let called = format!(
            "{} {}",
            parts.method,
            parts.uri.path().trim_start_matches("/v1")
        );
        let refuses = self.refuses.lock().unwrap().clone();
        if refuses.is_some_and(|like| changes && called.starts_with(&like)) {
            return appwrite_error(503, "general_service_unavailable");
        }
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let mut headers = parts.headers;
        headers.remove(HOST);
        let path = parts.uri.path_and_query().unwrap().as_str();
        let call = client
            .request(parts.method.clone(), format!("{home}{path}"))
            .headers(headers)
            .body(body);
        let answer = call.send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.unwrap();
        if changes {
            let is_let_through =
                |held: &Option<String>| held.as_ref().is_none_or(|like| !called.starts_with(like));
            let mut held_calls = self.held_calls.subscribe();
            if !is_let_through(&held_calls.borrow()) {
                self.held.send_modify(|held| *held += 1);
            }
            held_calls.wait_for(is_let_through).await.unwrap();
            self.changes.lock().unwrap().push(called);
        }
        let mut response = (status, headers, body).into_response();
        for name in [CONTENT_LENGTH, TRANSFER_ENCODING] {
            response.headers_mut().remove(name);
        }
        response
    }
}
