//! Which web pages may call the API, and what to tell their browsers.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::{error::ApiError, platforms::Platforms};

const ALLOW_METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
const ALLOW_HEADERS: &str = "Accept, Origin, Cookie, Set-Cookie, Content-Type, Content-Range, \
     X-Appwrite-Project, X-Appwrite-Key, X-Appwrite-Dev-Key, X-Appwrite-Locale, X-Appwrite-Mode, \
     X-Appwrite-JWT, X-Appwrite-Organization, X-Appwrite-Response-Format, X-Appwrite-Timeout, \
     X-Appwrite-ID, X-Appwrite-Timestamp, X-Appwrite-Session, X-Appwrite-Platform, \
     X-Appwrite-Impersonate-User-Id, X-Appwrite-Impersonate-User-Email, \
     X-Appwrite-Impersonate-User-Phone, X-SDK-Version, X-SDK-Name, X-SDK-Language, \
     X-SDK-Platform, X-SDK-GraphQL, X-SDK-Profile, Range, Cache-Control, Expires, Pragma, \
     X-Fallback-Cookies, X-Requested-With, X-Forwarded-For, X-Forwarded-User-Agent";

/// An origin's host. Empty if it has none.
fn host(origin: &str) -> String {
    let url = Url::parse(origin).ok();
    url.and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default()
}

/// Refuses a call that comes from a page of a host that isn't a platform.
pub fn check_origin(origin: &str, platforms: &Platforms) -> Result<(), ApiError> {
    if origin.is_empty() {
        return Ok(());
    }
    let host = host(origin);
    platforms
        .has(&host)
        .then_some(())
        .ok_or_else(|| ApiError::origin(&host))
}

/// Adds the CORS headers. Preflights succeed for any origin; it's the request itself that gets
/// refused.
pub fn add(headers: &mut HeaderMap, origin: &str, preflight: bool, platforms: &Platforms) {
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set("access-control-allow-methods", ALLOW_METHODS);
    set("access-control-allow-headers", ALLOW_HEADERS);
    set(
        "access-control-expose-headers",
        "X-Appwrite-Session, X-Fallback-Cookies",
    );
    set("access-control-max-age", "86400");
    if !origin.is_empty() && (preflight || platforms.has(&host(origin))) {
        set("access-control-allow-origin", &origin.to_lowercase());
        set("access-control-allow-credentials", "true");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_localhost_and_platforms_may_call() {
        let hosts = ["app.example.com".to_owned(), "*.example.org".to_owned()];
        let platforms = Platforms::new(hosts.into(), "local");
        for (origin, allowed) in [
            ("http://localhost:3000", true),
            ("http://127.0.0.1", true),
            ("https://app.example.com", true),
            ("https://a.b.example.org", true),
            ("https://example.org", false),
            ("https://badexample.org", false),
            ("https://evil.example", false),
            ("null", false),
        ] {
            let checked = check_origin(origin, &platforms);
            assert_eq!(checked.is_ok(), allowed, "{origin}");
        }
        assert!(check_origin("", &platforms).is_ok());
    }
}
