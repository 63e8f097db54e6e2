//! The response headers that keep browsers and caches in line.

use axum::{
    extract::Request,
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, SET_COOKIE,
            STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS,
        },
    },
};

use super::layers::{Answering, Next};
use crate::server::auth::oauth2::CALLBACK;

/// For everything that isn't a page: it may load nothing, and nobody may frame it.
const NOT_A_PAGE: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// For every response.
const FIXED: [(HeaderName, HeaderValue); 3] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // With "no-referrer", browsers send `Origin: null`, and the same-origin check would fail.
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// For everything that a browser could open as a document. That's all but the bundle, where these
/// headers mean nothing.
const DOCUMENTS: [(HeaderName, HeaderValue); 2] = [
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// As many headers as are added here and further out.
const MOST_ADDED: usize = 9;

const TWO_YEARS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// For what depends on the person, and for whatever sets no policy of its own.
pub const PERSONAL: HeaderValue = HeaderValue::from_static("private, no-store");
/// For pages shown to somebody without a session: the browser keeps them, but asks each time.
pub const ANONYMOUS: HeaderValue = HeaderValue::from_static("private, no-cache");
/// For files whose names change with their content.
pub const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For files that keep their names.
pub const SHORT: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// The pages whose address carries the secret of a link in an email, or of OAuth2. What they load
/// or lead to isn't told their address, only their origin, so that it comes to stand in no log.
const CARRY_A_SECRET: [&str; 4] = ["/signin/link", "/recover/confirm", "/verify", CALLBACK];

/// Adds the security headers to every response, whoever made it.
pub fn security(request: Request, next: Next) -> Answering {
    let carries_a_secret = CARRY_A_SECRET.contains(&request.uri().path());
    let is_https = next.state().site.is_https();
    let answering = next.run(request);
    Box::pin(async move {
        let mut response = answering.await;
        add_security(response.headers_mut(), carries_a_secret, is_https);
        response
    })
}

fn add_security(headers: &mut HeaderMap, carries_a_secret: bool, is_https: bool) {
    // All at once, instead of a few at a time.
    headers.reserve(MOST_ADDED);
    // Whatever sets a cookie is for one person, and for one time.
    if headers.contains_key(SET_COOKIE) {
        headers.insert(CACHE_CONTROL, PERSONAL);
    }
    headers.entry(CACHE_CONTROL).or_insert(PERSONAL);
    for (name, value) in FIXED {
        headers.insert(name, value);
    }
    let is_bundle = headers.get(CONTENT_TYPE).is_some_and(|kind| {
        let kind = kind.as_bytes();
        [&b"text/css"[..], b"text/javascript", b"application/wasm"].contains(&kind)
    });
    if !is_bundle {
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(NOT_A_PAGE);
        headers.extend(DOCUMENTS);
    }
    if carries_a_secret {
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
    }
    if is_https {
        headers.insert(STRICT_TRANSPORT_SECURITY, TWO_YEARS);
    }
}

/// What a page may load. Inline scripts and styles need the nonce of this one response, so markup
/// that somebody has smuggled in runs nothing.
pub fn content_security_policy(nonce: &str, reload_port: Option<u16>) -> Option<HeaderValue> {
    let reload = reload_port.map_or_else(String::new, |port| format!(" ws://*:{port}"));
    HeaderValue::from_str(&format!(
        "default-src 'none'; \
         script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; \
         connect-src 'self'{reload}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ))
    .ok()
}

/// Sets the cache policy of a page: one person's own, or the same for everybody.
pub fn cache_page(headers: &mut HeaderMap, personal: bool) {
    headers.insert(CACHE_CONTROL, if personal { PERSONAL } else { ANONYMOUS });
    headers.insert(VARY, HeaderValue::from_static("cookie"));
}
