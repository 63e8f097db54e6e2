//! What a route answers with.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Response},
};
use cookie::{Cookie, Expiration, SameSite};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

const FALLBACK_COOKIES: HeaderName = HeaderName::from_static("x-fallback-cookies");

/// A route's answer.
pub struct Reply {
    status: StatusCode,
    body: Body,
    cookies: Option<SessionCookies>,
}

enum Body {
    Empty,
    Json(Value),
    Text(&'static str),
}

/// What becomes of the session cookies.
enum SessionCookies {
    /// They hold this secret until this date.
    Set { secret: String, expire: String },
    /// They go.
    Clear,
}

impl Reply {
    /// 200 with a model.
    pub fn ok(model: Value) -> Self {
        Self::json(StatusCode::OK, model)
    }

    /// 201 with a model.
    pub fn created(model: Value) -> Self {
        Self::json(StatusCode::CREATED, model)
    }

    /// 204.
    pub fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: Body::Empty,
            cookies: None,
        }
    }

    /// 200 with plain text.
    pub fn text(text: &'static str) -> Self {
        Self {
            status: StatusCode::OK,
            body: Body::Text(text),
            cookies: None,
        }
    }

    /// A model with any status.
    pub fn json(status: StatusCode, model: Value) -> Self {
        Self {
            status,
            body: Body::Json(model),
            cookies: None,
        }
    }

    /// Also puts a new session into the browser's cookies.
    pub fn with_session(mut self, secret: String, expire: String) -> Self {
        self.cookies = Some(SessionCookies::Set { secret, expire });
        self
    }

    /// Also takes the session out of the browser's cookies.
    pub fn without_session(mut self) -> Self {
        self.cookies = Some(SessionCookies::Clear);
        self
    }

    /// The response to send. `host` is what the request was sent to, without the port.
    pub fn into_response(self, project: &str, host: &str, https: bool) -> Response {
        let mut response = match self.body {
            Body::Empty => self.status.into_response(),
            Body::Text(text) => (self.status, text).into_response(),
            Body::Json(value) => {
                let kind = [("content-type", "application/json; charset=utf-8")];
                (self.status, kind, value.to_string()).into_response()
            }
        };
        let Some(cookies) = self.cookies else {
            return response;
        };
        let name = format!("a_session_{project}").to_lowercase();
        let (value, expires, fallback) = match cookies {
            SessionCookies::Set { secret, expire } => (
                secret.clone(),
                OffsetDateTime::parse(&expire, &Rfc3339).unwrap_or(OffsetDateTime::UNIX_EPOCH),
                json!({ format!("a_session_{project}"): secret }),
            ),
            SessionCookies::Clear => ("deleted".to_owned(), OffsetDateTime::UNIX_EPOCH, json!([])),
        };
        let headers = response.headers_mut();
        for (name, same_site) in [
            (format!("{name}_legacy"), None),
            (name, Some(SameSite::None)),
        ] {
            let mut cookie = Cookie::new(name, value.clone());
            cookie.set_path("/");
            cookie.set_http_only(true);
            cookie.set_expires(Expiration::DateTime(expires));
            cookie.set_secure(https);
            cookie.set_same_site(same_site);
            if has_domain(host) {
                cookie.set_domain(format!(".{host}"));
            }
            if let Ok(cookie) = HeaderValue::from_str(&cookie.encoded().to_string()) {
                headers.append(SET_COOKIE, cookie);
            }
        }
        if let Ok(fallback) = HeaderValue::from_str(&fallback.to_string()) {
            headers.insert(FALLBACK_COOKIES, fallback);
        }
        response
    }
}

/// Cookies get a `Domain` unless the host is this machine or an address.
fn has_domain(host: &str) -> bool {
    host != "localhost" && host.contains('.') && host.parse::<std::net::IpAddr>().is_err()
}
