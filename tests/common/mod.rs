//! The real router on a free port, in front of a local Appwrite or of a made-up one.

#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use appwrite_local::PasswordCost;
use axum::{Router, body::Body, http::Request, response::Response};
use leptos_appwrite::server::{
    config::{ApiKey, Appwrite, Config, Timeouts, Vars},
    context::App,
    router::build_router,
};
use reqwest::{Client, RequestBuilder, redirect::Policy};
use tokio::net::TcpListener;

/// The API key of every test; nothing the app says may hold it.
pub const KEY: &str = "standard_5ec2e7-api-key-of-the-tests";

/// The running app.
pub struct TestApp {
    pub url: String,
    pub client: Client,
    local: Option<appwrite_local::Server>,
}

impl TestApp {
    /// In front of a local Appwrite of its own.
    pub async fn start() -> Self {
        Self::start_at("http://127.0.0.1:0").await
    }

    /// As [`start`](Self::start), with another `SITE_URL`.
    pub async fn start_at(site_url: &str) -> Self {
        let local = local_appwrite().await;
        let appwrite = appwrite(&local.endpoint());
        Self {
            local: Some(local),
            ..Self::in_front_of(appwrite, site_url).await
        }
    }

    /// In front of whatever answers there.
    pub async fn in_front_of(appwrite: Appwrite, site_url: &str) -> Self {
        let mut config = Config::read(&Vars::from_pairs([
            ("SITE_URL", site_url),
            ("APPWRITE_ENDPOINT", "http://127.0.0.1:9/v1"),
            ("APPWRITE_PROJECT_ID", "unused"),
            ("APPWRITE_KEY", "unused"),
        ]))
        .unwrap();
        config.timeouts = Timeouts {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(3),
        };
        let app = App::new(&config, &appwrite).unwrap();
        let addr = serve(build_router(app)).await;
        Self {
            url: format!("http://{addr}"),
            client: Client::builder().redirect(Policy::none()).build().unwrap(),
            local: None,
        }
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url))
    }

    /// Signs somebody up and returns their cookie, as a request sends it.
    pub async fn sign_up(&self, email: &str) -> String {
        let form = [
            ("email", email),
            ("password", "password-1"),
            ("name", "Ada"),
        ];
        let response = self.post("/signup").form(&form).send().await.unwrap();
        assert_eq!(response.status(), 303);
        cookie(&response).unwrap()
    }

    /// Ends the local Appwrite; the app goes on without.
    pub async fn end_appwrite(&mut self) {
        self.local.take().unwrap().shutdown().await;
    }
}

pub async fn local_appwrite() -> appwrite_local::Server {
    appwrite_local::Server::start(appwrite_local::Config {
        keys: vec![appwrite_local::Key {
            name: "test".to_owned(),
            secret: KEY.to_owned(),
            // What the README tells people to grant, and no more.
            scopes: vec!["sessions.write".to_owned()],
        }],
        password_cost: PasswordCost::Least,
        ..appwrite_local::Config::default()
    })
    .await
    .unwrap()
}

pub fn appwrite(endpoint: &str) -> Appwrite {
    Appwrite {
        endpoint: endpoint.parse().unwrap(),
        project_id: "local".to_owned(),
        key: ApiKey::new(KEY),
    }
}

/// The session cookie that a response sets, as a request sends it.
pub fn cookie(response: &reqwest::Response) -> Option<String> {
    let header = response.headers().get("set-cookie")?.to_str().unwrap();
    Some(header.split(';').next().unwrap().to_owned())
}

pub fn header<'a>(response: &'a reqwest::Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

pub async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    addr
}

/// An upstream that answers every request the same, and counts them.
pub struct Upstream {
    pub appwrite: Appwrite,
    calls: Arc<AtomicUsize>,
}

impl Upstream {
    pub async fn answering<F, Answering>(answer: F) -> Self
    where
        F: Fn(Request<Body>) -> Answering + Clone + Send + Sync + 'static,
        Answering: Future<Output = Response> + Send,
    {
        let calls = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&calls);
        let addr = serve(Router::new().fallback(move |request: Request<Body>| {
            counter.fetch_add(1, Ordering::SeqCst);
            answer(request)
        }))
        .await;
        Self {
            appwrite: appwrite(&format!("http://{addr}/v1")),
            calls,
        }
    }

    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

/// A cookie that could be a session's.
pub const SOME_COOKIE: &str = "appwrite-session=eyJpZCI6InUxIiwic2VjcmV0IjoiYWJjIn0=";

/// The secret in it.
pub const SOME_SECRET: &str = "eyJpZCI6InUxIiwic2VjcmV0IjoiYWJjIn0=";
