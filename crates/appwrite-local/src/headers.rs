//! Request headers as text.

use axum::http::HeaderMap;

/// A header's text. Empty when the header is missing or isn't text.
pub fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
