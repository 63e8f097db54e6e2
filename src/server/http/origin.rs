//! The same-origin check: no other site can make a visitor's browser act here.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, Method,
        header::{HOST, ORIGIN},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use url::Url;

use crate::{
    error::AppError,
    server::{config::Site, state::AppState},
};

/// Refuses an unsafe request (`POST` and the like) that a browser sends on behalf of another site.
pub async fn same_origin(
    State(state): State<Arc<AppState>>,
    request: Request,
    next: Next,
) -> Response {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if safe || is_same_origin(&state.site, request.headers()) {
        next.run(request).await
    } else {
        AppError::Forbidden.into_response()
    }
}

/// `Sec-Fetch-Site` comes from the browser itself; no page can change it. Browsers too old for it
/// send `Origin` with every POST. Whatever sends neither is no browser, and has nobody's cookies.
fn is_same_origin(site: &Site, headers: &HeaderMap) -> bool {
    let text = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    match (text("sec-fetch-site"), text(ORIGIN.as_str())) {
        (Some(fetch_site), _) => matches!(fetch_site, "same-origin" | "none"),
        (None, Some(origin)) => Url::parse(origin).is_ok_and(|origin| {
            origin.origin() == site.url.origin()
                // The same server under another of its names, like localhost for 127.0.0.1.
                || text(HOST.as_str()).is_some_and(|host| {
                    origin.origin().ascii_serialization()
                        == format!("{}://{host}", site.url.scheme())
                })
        }),
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::config::{Config, Vars};

    fn check(headers: &[(&'static str, &'static str)]) -> bool {
        let config = Config::read(&Vars::from_pairs([
            ("SITE_URL", "https://app.example.com"),
            ("APPWRITE_ENDPOINT", "http://127.0.0.1:9/v1"),
            ("APPWRITE_PROJECT_ID", "p"),
            ("APPWRITE_KEY", "k"),
        ]));
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        is_same_origin(&config.unwrap().site, &map)
    }

    #[test]
    fn our_own_pages_pass() {
        assert!(check(&[("sec-fetch-site", "same-origin")]));
        assert!(check(&[("sec-fetch-site", "none")]));
        assert!(check(&[("origin", "https://app.example.com")]));
        assert!(check(&[
            ("origin", "https://other.example.com"),
            ("host", "other.example.com")
        ]));
    }

    #[test]
    fn what_is_no_browser_passes() {
        assert!(check(&[]));
    }

    #[test]
    fn another_site_does_not() {
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "")],
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://app.example.com"),
            ],
            &[("origin", "null")],
            &[
                ("origin", "https://evil.example"),
                ("host", "app.example.com"),
            ],
            &[
                ("origin", "http://app.example.com"),
                ("host", "app.example.com"),
            ],
            &[("origin", "https://app.example.com.evil.example")],
        ] {
            assert!(!check(headers), "{headers:?}");
        }
    }
}
