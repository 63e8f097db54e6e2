//! What a handler replies with.

use axum::{
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, LOCATION, PRAGMA, SET_COOKIE},
    },
    response::{IntoResponse, Response},
};
use cookie::{Cookie, Expiration, SameSite};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

const FALLBACK_COOKIES: HeaderName = HeaderName::from_static("x-fallback-cookies");

/// A handler's reply.
pub struct Reply {
    status: StatusCode,
    body: Body,
    location: Option<String>,
    cookies: Option<SessionCookies>,
    logged_for: LoggedFor,
}

enum Body {
    Empty,
    Json(Value),
    Text(&'static str),
    Html(String),
}

/// Whose log the call goes into.
enum LoggedFor {
    Caller,
    /// This user's. A guest or a key made the call on their behalf.
    User(String),
    Nobody,
}

/// What happens to the session cookies.
enum SessionCookies {
    /// They get this secret and expire at this date.
    Set { secret: String, expire: String },
    /// They're removed.
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
        Self::new(StatusCode::NO_CONTENT, Body::Empty)
    }

    /// 200 with plain text.
    pub fn text(text: &'static str) -> Self {
        Self::new(StatusCode::OK, Body::Text(text))
    }

    /// A model with any status.
    pub fn json(status: StatusCode, model: Value) -> Self {
        Self::new(status, Body::Json(model))
    }

    /// A page with any status.
    pub fn html(status: StatusCode, page: String) -> Self {
        Self::new(status, Body::Html(page))
    }

    /// 301 to another URL. Browsers mustn't cache it.
    pub fn redirect(url: String) -> Self {
        Self {
            location: Some(url),
            ..Self::new(StatusCode::MOVED_PERMANENTLY, Body::Empty)
        }
    }

    fn new(status: StatusCode, body: Body) -> Self {
        Self {
            status,
            body,
            location: None,
            cookies: None,
            logged_for: LoggedFor::Caller,
        }
    }

    /// Puts the call in this user's log instead of the caller's, since a guest or a key made it for
    /// them.
    pub fn logged_for(mut self, user_id: String) -> Self {
        self.logged_for = LoggedFor::User(user_id);
        self
    }

    /// Keeps the call out of every log, since nothing was done.
    pub fn not_logged(mut self) -> Self {
        self.logged_for = LoggedFor::Nobody;
        self
    }

    /// The user whose log the call goes into, given who called.
    pub fn logged_user_id(&self, caller: Option<String>) -> Option<String> {
        match &self.logged_for {
            LoggedFor::Caller => caller,
            LoggedFor::User(user_id) => Some(user_id.clone()),
            LoggedFor::Nobody => None,
        }
    }

    /// Also puts a new session in the browser's cookies.
    pub fn with_session(mut self, secret: String, expire: String) -> Self {
        self.cookies = Some(SessionCookies::Set { secret, expire });
        self
    }

    /// Also removes the session from the browser's cookies.
    pub fn without_session(mut self) -> Self {
        self.cookies = Some(SessionCookies::Clear);
        self
    }

    /// The response to send. `host` is where the request was sent, without the port.
    pub fn into_response(self, project: &str, host: &str, https: bool) -> Response {
        let mut response = match self.body {
            Body::Empty => self.status.into_response(),
            Body::Text(text) => (self.status, text).into_response(),
            Body::Json(value) => {
                let kind = [("content-type", "application/json; charset=utf-8")];
                (self.status, kind, value.to_string()).into_response()
            }
            Body::Html(page) => {
                let kind = [("content-type", "text/html; charset=utf-8")];
                (self.status, kind, page).into_response()
            }
        };
        if let Some(location) = self.location {
            let headers = response.headers_mut();
            if let Ok(location) = HeaderValue::from_str(&location) {
                headers.insert(LOCATION, location);
            }
            headers.insert(
                CACHE_CONTROL,
                HeaderValue::from_static("no-store, no-cache, must-revalidate, max-age=0"),
            );
            headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
        }
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

/// Whether cookies for this host get a `Domain`. Those for `localhost` and IP addresses don't.
fn has_domain(host: &str) -> bool {
    host != "localhost" && host.contains('.') && host.parse::<std::net::IpAddr>().is_err()
}
