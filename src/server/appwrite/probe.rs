//! Single requests to Appwrite, looked at from outside: what the setup doctor asks with.
//!
//! The [`Transport`](super::Transport) hides what the doctor wants to see: it knows one project, and
//! takes every answer for a model or an error of Appwrite's. What answers here may be neither.

use std::error::Error;

use axum::http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{CONTENT_TYPE, LOCATION, ORIGIN},
};
use reqwest::{Client, redirect::Policy};
use serde_json::Value;

use crate::server::config::{ApiKey, Appwrite, Timeouts};

const PROJECT: HeaderName = HeaderName::from_static("x-appwrite-project");
const KEY: HeaderName = HeaderName::from_static("x-appwrite-key");

/// More than any answer that is asked for here. A web page that answers instead may be longer; its
/// beginning is enough.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Who asks.
#[derive(Clone, Copy)]
pub enum Caller<'a> {
    /// Somebody who names no project.
    Anybody,
    /// A guest of the project.
    Guest,
    /// A page of this origin in a guest's browser.
    Page(&'a str),
    /// The holder of the API key.
    Key,
}

/// What came back.
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// Appwrite's error type; empty when the answer has none.
    pub kind: String,
    /// The body, if it is JSON.
    pub body: Option<Value>,
    /// Whether it is a web page.
    pub is_page: bool,
    /// Where a redirect leads.
    pub location: Option<String>,
}

/// Why nothing came back.
pub enum Trouble {
    /// There is no host of this name.
    Name,
    /// The host is there, but nothing listens.
    Refused,
    /// There is no encrypted connection that can be trusted.
    Tls,
    /// It took too long.
    Late,
    /// Anything else.
    Other,
}

/// A request without an answer.
pub struct Failure {
    /// What kind of trouble it was.
    pub trouble: Trouble,
    /// The causes as the libraries name them, without the address.
    pub text: String,
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
    /// One line: the client cannot be set up, or a value does not fit into a header.
    pub fn new(appwrite: &Appwrite, timeouts: Timeouts) -> Result<Self, String> {
        let client = Client::builder()
            .user_agent(concat!(
                env!("CARGO_PKG_NAME"),
                "/",
                env!("CARGO_PKG_VERSION")
            ))
            .redirect(Policy::none())
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.total)
            .build()
            .map_err(|error| format!("the HTTP client cannot be set up: {error}"))?;
        Ok(Self {
            client,
            endpoint: appwrite.endpoint.as_str().trim_end_matches('/').to_owned(),
            project: HeaderValue::from_str(&appwrite.project_id)
                .map_err(|_| "the project's ID holds a character that it cannot have".to_owned())?,
            key: key(&appwrite.key)?,
        })
    }

    /// `GET`s a path below the endpoint.
    pub async fn get(&self, caller: Caller<'_>, path: &str) -> Result<Answer, Failure> {
        self.ask(caller, Method::GET, path, None).await
    }

    /// Sends one request: a path below the endpoint, and a JSON body where there is one.
    pub async fn ask(
        &self,
        caller: Caller<'_>,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Answer, Failure> {
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
        Ok(Answer {
            status: response.status(),
            kind: body.as_ref().map(kind).unwrap_or_default(),
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

fn key(key: &ApiKey) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::from_str(key.expose())
        .map_err(|_| "the API key holds a character that it cannot have".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}

/// The error type in a body. It ends up on a terminal and in logs, so nothing else counts as one.
fn kind(body: &Value) -> String {
    body["type"]
        .as_str()
        .filter(|kind| kind.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
        .unwrap_or_default()
        .to_owned()
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        let late = error.is_timeout();
        // The address is known to who reads this, and reqwest's text hides the cause behind it.
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
        let trouble = if refused {
            Trouble::Refused
        } else if late {
            Trouble::Late
        } else {
            by_text(&text)
        };
        Self { trouble, text }
    }
}

/// The libraries below keep the types of these errors to themselves, and only their text is left.
fn by_text(text: &str) -> Trouble {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["dns error"]) {
        Trouble::Name
    } else if says(&["certificate", "corrupt message", "handshake", "tls", "TLS"]) {
        Trouble::Tls
    } else {
        Trouble::Other
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_word_is_an_error_type() {
        assert_eq!(
            kind(&json!({ "type": "general_unauthorized_scope" })),
            "general_unauthorized_scope"
        );
        for body in [
            json!({}),
            json!([]),
            json!({ "type": 1 }),
            json!({ "type": "\u{1b}[2J" }),
        ] {
            assert_eq!(kind(&body), "");
        }
    }

    #[test]
    fn the_trouble_is_read_from_the_text_where_nothing_else_tells() {
        let name = "error sending request: client error (Connect): dns error: no such host";
        assert!(matches!(by_text(name), Trouble::Name));
        let tls =
            "error sending request: client error (Connect): invalid peer certificate: Expired";
        assert!(matches!(by_text(tls), Trouble::Tls));
        assert!(matches!(by_text("connection reset"), Trouble::Other));
    }
}
