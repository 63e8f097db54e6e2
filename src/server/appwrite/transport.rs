//! One HTTP call to Appwrite. All clients share the connections, and nothing else.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use axum::http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{CONTENT_TYPE, LOCATION},
};
use reqwest::{Client, Request, Response, redirect::Policy};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Mutex;
use url::{Host, Url};

use super::{
    error::AppwriteError, secret::SessionSecret, seen_sessions::SeenSessions, visitors::Visitors,
    wire,
};
use crate::server::config::{Appwrite, Timeouts};

pub(super) const PROJECT: HeaderName = HeaderName::from_static("x-appwrite-project");
pub(super) const SESSION: HeaderName = HeaderName::from_static("x-appwrite-session");
pub(super) const KEY: HeaderName = HeaderName::from_static("x-appwrite-key");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const RESPONSE_FORMAT: HeaderName = HeaderName::from_static("x-appwrite-response-format");

/// The API version whose shapes `wire.rs` knows. A newer Appwrite answers in it when asked to.
const FORMAT: HeaderValue = HeaderValue::from_static("1.9.5");

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Far more than any answer that we ask for. Without a limit, a broken proxy could fill our memory.
const MAX_ANSWER_BYTES: usize = 2 * 1024 * 1024;

/// How long it holds whether Appwrite answers.
const REACHABLE_FOR: Duration = Duration::from_secs(1);

/// The process-wide part of every client: the connection pool and where it connects to.
///
/// It holds no credential. Each call brings its own. Of sessions, it only remembers hashes, and whose
/// they are if it's told to.
#[derive(Debug)]
pub struct Transport {
    pool: Client,
    endpoint: Url,
    /// The endpoint's own path, without a slash at the end.
    base: String,
    project: HeaderValue,
    pub(super) sessions: SeenSessions,
    pub(super) visitors: Visitors,
    reachable: Mutex<Option<(Instant, bool)>>,
}

/// Tells Appwrite the visitor's address. Appwrite limits many calls by address, and shows it with
/// the session. Without this, all visitors would seem to be at this server's. A proxy in front of
/// Appwrite that trusts nobody overwrites it, which does no harm.
pub(super) fn forward_addr(credentials: &mut HeaderMap, addr: IpAddr) {
    if !addr.is_unspecified()
        && let Ok(addr) = HeaderValue::from_str(&addr.to_string())
    {
        credentials.insert(FORWARDED_FOR, addr);
    }
}

/// A call: method, path below the endpoint, and perhaps a JSON body.
pub(super) struct Call<'a> {
    method: Method,
    path: &'a str,
    body: Option<Value>,
}

impl<'a> Call<'a> {
    fn new(method: Method, path: &'a str, body: Option<Value>) -> Self {
        Self { method, path, body }
    }

    pub fn get(path: &'a str) -> Self {
        Self::new(Method::GET, path, None)
    }

    pub fn delete(path: &'a str) -> Self {
        Self::new(Method::DELETE, path, None)
    }

    /// Appwrite takes the parameters of a `DELETE` from its body only.
    pub fn delete_with(path: &'a str, body: Value) -> Self {
        Self::new(Method::DELETE, path, Some(body))
    }

    pub fn post(path: &'a str, body: Value) -> Self {
        Self::new(Method::POST, path, Some(body))
    }

    pub fn put(path: &'a str, body: Value) -> Self {
        Self::new(Method::PUT, path, Some(body))
    }

    pub fn patch(path: &'a str, body: Value) -> Self {
        Self::new(Method::PATCH, path, Some(body))
    }
}

/// The HTTP client for calls to this Appwrite.
///
/// It uses the proxy that `HTTPS_PROXY` or `HTTP_PROXY` name, but never to reach this machine: over
/// plain http a proxy sees the API key.
pub(super) fn http_client(endpoint: &Url, timeouts: Timeouts) -> Result<Client, reqwest::Error> {
    let is_here = match endpoint.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let builder = Client::builder();
    let builder = match endpoint.scheme() {
        // Nothing is encrypted, so the system's certificates needn't be read.
        "http" if is_here => builder.no_proxy().tls_certs_only([]),
        _ if is_here => builder.no_proxy(),
        _ => builder,
    };
    builder
        .user_agent(concat!(
            env!("CARGO_PKG_NAME"),
            "/",
            env!("CARGO_PKG_VERSION")
        ))
        .redirect(Policy::none())
        .connect_timeout(timeouts.connect)
        .timeout(timeouts.total)
        .tcp_nodelay(true)
        .build()
}

impl Transport {
    /// Makes the pool. Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// The TLS library can't be set up, or the project's ID doesn't fit into a header.
    pub fn new(appwrite: &Appwrite, timeouts: Timeouts) -> Result<Self, TransportError> {
        Ok(Self {
            pool: http_client(&appwrite.endpoint, timeouts)?,
            endpoint: appwrite.endpoint.clone(),
            base: appwrite.endpoint.path().trim_end_matches('/').to_owned(),
            project: HeaderValue::from_str(&appwrite.project_id)
                .map_err(|_| TransportError::Project)?,
            sessions: SeenSessions::new(),
            visitors: Visitors::new(Duration::ZERO),
            reachable: Mutex::default(),
        })
    }

    /// Remembers for so long whose a session is. Zero is not at all, as without this.
    #[must_use]
    pub fn remembering_visitors(self, lifetime: Duration) -> Self {
        Self {
            visitors: Visitors::new(lifetime),
            ..self
        }
    }

    /// Whether a session has been seen alive here.
    pub fn has_seen(&self, secret: &SessionSecret) -> bool {
        self.sessions.has_seen(secret)
    }

    /// Takes in that a session was alive once, which somebody has noted.
    pub fn note_alive(&self, secret: &SessionSecret) {
        self.sessions.started(secret);
    }

    /// Sends a call with these credentials, and reads the answer's model.
    pub(super) async fn send<T: DeserializeOwned>(
        &self,
        credentials: HeaderMap,
        call: Call<'_>,
    ) -> Result<T, AppwriteError> {
        let answer = self.exchange(credentials, call).await?;
        let Answer { status, body, .. } = answer.success()?;
        serde_json::from_slice(&body).map_err(|error| AppwriteError::Garbage {
            status,
            reason: reason(&error),
        })
    }

    /// Sends a call whose answer has no content, or none that matters.
    pub(super) async fn send_empty(
        &self,
        credentials: HeaderMap,
        call: Call<'_>,
    ) -> Result<(), AppwriteError> {
        let answer = self.exchange(credentials, call).await?.success()?;
        // A page that something between us and Appwrite shows isn't its answer.
        if answer.is_json || answer.status == StatusCode::NO_CONTENT {
            return Ok(());
        }
        Err(AppwriteError::Garbage {
            status: answer.status,
            reason: "neither JSON nor 204".to_owned(),
        })
    }

    /// Sends a call whose answer is a redirect, and returns where it leads.
    pub(super) async fn send_for_location(
        &self,
        credentials: HeaderMap,
        call: Call<'_>,
    ) -> Result<String, AppwriteError> {
        let answer = self.exchange(credentials, call).await?;
        answer.location.ok_or(AppwriteError::Garbage {
            status: answer.status,
            reason: "a redirect was expected".to_owned(),
        })
    }

    /// Whether Appwrite answers at all, whatever it answers.
    ///
    /// Anybody may ask for that, so it's asked once at a time, and for a moment everybody gets the same
    /// answer.
    pub async fn is_reachable(&self) -> bool {
        let mut last = self.reachable.lock().await;
        if let Some((at, reachable)) = *last
            && at.elapsed() < REACHABLE_FOR
        {
            return reachable;
        }
        let reachable = self.reach().await;
        *last = Some((Instant::now(), reachable));
        reachable
    }

    async fn reach(&self) -> bool {
        let call = Call::get("/health/version");
        let answer = self.exchange(HeaderMap::new(), call).await;
        match answer.and_then(Answer::success) {
            Ok(_) => true,
            Err(AppwriteError::Refused { status, .. }) => !status.is_server_error(),
            Err(_) => false,
        }
    }

    /// Where a call goes. Only its path is read: the endpoint has been.
    fn url(&self, path: &str) -> Url {
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path, None),
        };
        let mut url = self.endpoint.clone();
        url.set_path(&[&self.base, path].concat());
        url.set_query(query);
        url
    }

    /// Sends a call, and forgets what it changes: before, and once more afterwards, because somebody may
    /// have asked in between.
    async fn exchange(
        &self,
        credentials: HeaderMap,
        call: Call<'_>,
    ) -> Result<Answer, AppwriteError> {
        let secret = credentials.get(SESSION).cloned();
        let affected = self
            .visitors
            .affected(&call.method, call.path, secret.as_ref());
        self.visitors.forget(&affected);
        let answer = self.ask(credentials, call).await;
        self.visitors.forget(&affected);
        if answer.as_ref().is_err_and(AppwriteError::is_dead_session) {
            self.visitors.forget_session(secret.as_ref());
        }
        answer
    }

    async fn ask(&self, credentials: HeaderMap, call: Call<'_>) -> Result<Answer, AppwriteError> {
        let mut request = Request::new(call.method, self.url(call.path));
        let headers = request.headers_mut();
        *headers = credentials;
        headers.insert(PROJECT, self.project.clone());
        headers.insert(RESPONSE_FORMAT, FORMAT);
        if let Some(body) = &call.body {
            headers.insert(CONTENT_TYPE, JSON);
            *request.body_mut() = Some(body.to_string().into());
        }
        let response = self.pool.execute(request).await;
        let response = response.map_err(AppwriteError::unreachable)?;
        let status = response.status();
        let retry_after = retry_after(&response);
        let location = response.headers().get(LOCATION);
        let location = location.and_then(|value| Some(value.to_str().ok()?.to_owned()));
        let kind = response.headers().get(CONTENT_TYPE);
        let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
        let body = read(response).await?;
        if status.is_success() || status.is_redirection() {
            return Ok(Answer {
                status,
                location,
                is_json,
                body,
            });
        }
        // Appwrite's errors are JSON. Anything else comes from a proxy, or from something else.
        match serde_json::from_slice::<wire::Error>(&body) {
            Ok(error) => Err(AppwriteError::Refused {
                status,
                kind: error.kind,
                message: error.message,
                retry_after,
            }),
            Err(error) => Err(AppwriteError::Garbage {
                status,
                reason: reason(&error),
            }),
        }
    }
}

/// Why an answer can't be read: what was expected, and where. Not what was there instead, which may be
/// a secret or somebody's row.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if text.starts_with("missing field") {
        return text;
    }
    match text.rsplit_once(", expected ") {
        Some((found, expected)) if found.starts_with("invalid ") => format!("expected {expected}"),
        _ => format!(
            "can't be read at line {} column {}",
            error.line(),
            error.column()
        ),
    }
}

/// An answer that isn't an error.
struct Answer {
    status: StatusCode,
    location: Option<String>,
    is_json: bool,
    body: Vec<u8>,
}

impl Answer {
    /// The same, unless it's a redirect: something between us and Appwrite leads elsewhere, and
    /// nothing was done.
    fn success(self) -> Result<Self, AppwriteError> {
        if self.status.is_success() {
            return Ok(self);
        }
        Err(AppwriteError::Garbage {
            status: self.status,
            reason: "a redirect was not expected".to_owned(),
        })
    }
}

async fn read(mut response: Response) -> Result<Vec<u8>, AppwriteError> {
    let length = response.content_length().unwrap_or_default();
    let length = usize::try_from(length).unwrap_or(MAX_ANSWER_BYTES);
    let mut body = Vec::with_capacity(length.min(MAX_ANSWER_BYTES));
    while let Some(chunk) = response.chunk().await.map_err(AppwriteError::unreachable)? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(AppwriteError::Garbage {
                status: response.status(),
                reason: format!("an answer of more than {MAX_ANSWER_BYTES} bytes"),
            });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The seconds until a limit's window ends: `Retry-After` if a proxy sets it, otherwise Appwrite's
/// own `X-RateLimit-Reset`, which is a Unix time.
fn retry_after(response: &Response) -> Option<u32> {
    let number =
        |name: &str| -> Option<i64> { response.headers().get(name)?.to_str().ok()?.parse().ok() };
    let seconds = number("retry-after").or_else(|| {
        let reset = number("x-ratelimit-reset")?;
        Some(reset - time::OffsetDateTime::now_utc().unix_timestamp())
    })?;
    u32::try_from(seconds.clamp(1, 86_400)).ok()
}

/// Why the pool can't be made.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The HTTP client can't be set up.
    #[error("can't set up the HTTP client: {0}")]
    Client(#[from] reqwest::Error),
    /// The project's ID doesn't fit into a header.
    #[error("APPWRITE_PROJECT_ID contains a character that isn't allowed")]
    Project,
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::server::config::ApiKey;

    #[test]
    fn why_an_answer_cannot_be_read_has_nothing_of_it() {
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Kind {
            Known,
        }
        #[derive(Debug, Deserialize)]
        struct Model {
            #[serde(rename = "count")]
            _count: u64,
            #[serde(rename = "kind")]
            _kind: Option<Kind>,
        }
        for (answer, expected) in [
            (r#"{}"#, "missing field `count` at line 1 column 2"),
            (
                r#"{"count": "hidden, expected hidden"}"#,
                "expected u64 at line 1 column 35",
            ),
            (r#"{"count": -7}"#, "expected u64 at line 1 column 12"),
            (
                r#"{"count": 1, "kind": "hidden"}"#,
                "can't be read at line 1 column 29",
            ),
            ("hidden", "can't be read at line 1 column 1"),
        ] {
            let error = serde_json::from_str::<Model>(answer).unwrap_err();
            assert_eq!(reason(&error), expected, "{answer}");
        }
    }

    #[test]
    fn a_call_goes_below_the_endpoint() {
        for endpoint in [
            "https://appwrite.example/v1",
            "https://appwrite.example/v1/",
        ] {
            let appwrite = Appwrite {
                endpoint: endpoint.parse().unwrap(),
                project_id: "p".to_owned(),
                key: ApiKey::new("k"),
            };
            let timeouts = Timeouts {
                connect: Duration::from_secs(1),
                total: Duration::from_secs(1),
            };
            let transport = Transport::new(&appwrite, timeouts).unwrap();
            for path in [
                "/account",
                "/account/sessions/current",
                "/tablesdb/app/tables/tasks/rows?queries[0]=%7B%22a%22:1%7D&total=0",
            ] {
                let url = transport.url(path);
                assert_eq!(url.as_str(), format!("https://appwrite.example/v1{path}"));
                // As if it had been read as a whole.
                assert_eq!(url, url.as_str().parse().unwrap());
            }
        }
    }
}
