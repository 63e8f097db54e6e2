//! Single requests to Appwrite, with which the setup doctor looks at it from outside.
//!
//! The [`Transport`](super::Transport) hides what the doctor wants to see. It always names the
//! project, and takes every answer for a model or an error of Appwrite's. What answers here may be
//! neither.

use std::error::Error;

use axum::http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{CONTENT_TYPE, LOCATION, ORIGIN},
};
use reqwest::Client;
use serde_json::Value;

use super::{
    data::{Query, parameters},
    transport::{KEY, PROJECT, http_client},
};
use crate::server::config::{Appwrite, Timeouts};

/// More than any answer that the doctor asks for. A web page may be longer, but its beginning will
/// do.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Who asks Appwrite.
#[derive(Clone, Copy)]
pub enum Caller<'a> {
    /// Somebody who doesn't name the project.
    Anybody,
    /// A guest of the project.
    Guest,
    /// A page from this origin, in a guest's browser.
    Page(&'a str),
    /// The holder of the API key.
    Key,
}

/// What came back, from Appwrite or from whatever else is there.
pub struct ProbeAnswer {
    /// HTTP status.
    pub status: StatusCode,
    /// Appwrite's error type. Empty if the answer has none.
    pub kind: String,
    /// The body, if it's JSON.
    pub body: Option<Value>,
    /// Whether it is a web page.
    pub is_page: bool,
    /// Where a redirect leads.
    pub location: Option<String>,
}

/// What kind of [`Failure`] it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// There is no host of this name.
    UnknownHost,
    /// The host is there, but nothing listens on the port.
    Refused,
    /// There is no encrypted connection that can be trusted.
    Tls,
    /// It took too long.
    Timeout,
    /// Anything else.
    Other,
}

/// Why no answer came back.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub struct Failure {
    /// What kind of failure it was.
    pub kind: FailureKind,
    /// The causes in the libraries' words, without the address.
    pub text: String,
}

/// Why the probe can't be set up.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The HTTP client can't be set up.
    #[error("can't set up the HTTP client: {0}")]
    Client(#[from] reqwest::Error),
    /// The project's ID doesn't fit into a header.
    #[error("the project ID contains a character that isn't allowed")]
    Project,
    /// The API key doesn't fit into a header.
    #[error("the API key contains a character that isn't allowed")]
    Key,
}

/// Asks one Appwrite.
pub struct Probe {
    client: Client,
    endpoint: String,
    project: HeaderValue,
    key: HeaderValue,
}

impl Probe {
    /// Sets up the HTTP client. Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// The client can't be set up, or a value doesn't fit into a header.
    pub fn new(appwrite: &Appwrite, timeouts: Timeouts) -> Result<Self, ProbeError> {
        Ok(Self {
            client: http_client(&appwrite.endpoint, timeouts)?,
            endpoint: appwrite.endpoint.as_str().trim_end_matches('/').to_owned(),
            project: HeaderValue::from_str(&appwrite.project_id)
                .map_err(|_| ProbeError::Project)?,
            key: appwrite.key.header().ok_or(ProbeError::Key)?,
        })
    }

    /// `GET`s a path below the endpoint.
    pub async fn get(&self, caller: Caller<'_>, path: &str) -> Result<ProbeAnswer, Failure> {
        self.ask(caller, Method::GET, path, None).await
    }

    /// `GET`s a list with these queries.
    pub async fn list(
        &self,
        caller: Caller<'_>,
        path: &str,
        queries: &[Query],
    ) -> Result<ProbeAnswer, Failure> {
        let parameters = parameters(queries).finish();
        self.get(caller, &format!("{path}?{parameters}")).await
    }

    /// Sends one request: a path below the endpoint, and a JSON body where there is one.
    pub async fn ask(
        &self,
        caller: Caller<'_>,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<ProbeAnswer, Failure> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.endpoint))
            .headers(self.credentials(caller));
        if let Some(body) = &body {
            request = request.json(body);
        }
        let mut response = request.send().await.map_err(Failure::from)?;
        let text = |name| response.headers().get(name)?.to_str().ok();
        let is_page = text(CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html"));
        let location = text(LOCATION).map(str::to_owned);
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(Failure::from)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_ANSWER_BYTES {
                break;
            }
        }
        let body: Option<Value> = serde_json::from_slice(&bytes).ok();
        Ok(ProbeAnswer {
            status: response.status(),
            kind: body.as_ref().map(error_type).unwrap_or_default(),
            body,
            is_page,
            location,
        })
    }

    fn credentials(&self, caller: Caller<'_>) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(2);
        if !matches!(caller, Caller::Anybody) {
            headers.insert(PROJECT, self.project.clone());
        }
        match caller {
            Caller::Anybody | Caller::Guest => {}
            Caller::Page(origin) => {
                if let Ok(origin) = HeaderValue::from_str(origin) {
                    headers.insert(ORIGIN, origin);
                }
            }
            Caller::Key => {
                headers.insert(KEY, self.key.clone());
            }
        }
        headers
    }
}

/// The error type in a body. It ends up on terminals and in logs, so only a plain word counts as
/// one.
fn error_type(body: &Value) -> String {
    body["type"]
        .as_str()
        .filter(|kind| kind.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
        .unwrap_or_default()
        .to_owned()
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        let is_timeout = error.is_timeout();
        // Whoever reads this knows the address, and reqwest's own text leaves out the causes.
        let error = error.without_url();
        let mut text = error.to_string();
        let mut refused = false;
        let mut cause = error.source();
        while let Some(error) = cause {
            refused |= error
                .downcast_ref::<std::io::Error>()
                .is_some_and(|error| error.kind() == std::io::ErrorKind::ConnectionRefused);
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        let kind = if refused {
            FailureKind::Refused
        } else if is_timeout {
            FailureKind::Timeout
        } else {
            kind_by_text(&text)
        };
        Self { kind, text }
    }
}

/// The libraries underneath keep their error types to themselves. All there is to go by is the
/// text.
fn kind_by_text(text: &str) -> FailureKind {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["dns error"]) {
        FailureKind::UnknownHost
    } else if says(&["certificate", "corrupt message", "handshake", "tls", "TLS"]) {
        FailureKind::Tls
    } else {
        FailureKind::Other
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_word_is_an_error_type() {
        assert_eq!(
            error_type(&json!({ "type": "general_unauthorized_scope" })),
            "general_unauthorized_scope"
        );
        for body in [
            json!({}),
            json!([]),
            json!({ "type": 1 }),
            json!({ "type": "\u{1b}[2J" }),
        ] {
            assert_eq!(error_type(&body), "");
        }
    }

    #[test]
    fn the_kind_is_read_from_the_text_where_nothing_else_tells() {
        let name = "error sending request: client error (Connect): dns error: no such host";
        assert_eq!(kind_by_text(name), FailureKind::UnknownHost);
        let tls =
            "error sending request: client error (Connect): invalid peer certificate: Expired";
        assert_eq!(kind_by_text(tls), FailureKind::Tls);
        assert_eq!(kind_by_text("connection reset"), FailureKind::Other);
    }
}
