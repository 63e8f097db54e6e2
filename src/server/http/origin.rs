//! The same-origin check: no other site can make a visitor's browser act here.

use std::{fmt, future::ready};

use axum::{
    extract::Request,
    http::{
        HeaderMap, Method,
        header::{HOST, ORIGIN},
    },
    response::IntoResponse,
};
use tracing::Level;
use url::Url;

use super::layers::{Answering, Next};
use crate::{
    error::AppError,
    server::{config::Site, telemetry},
};

/// Refuses an unsafe request (`POST` and the like) that a browser sends on behalf of another site, or
/// of this one at an address where it can't work. The log says which setting would allow it.
pub fn same_origin(request: Request, next: Next) -> Answering {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if !safe && let Err(refusal) = check(&next.state().site, request.headers()) {
        telemetry::note_cause(Level::WARN, &refusal);
        return Box::pin(ready(AppError::Forbidden.into_response()));
    }
    next.run(request)
}

/// Why a request is refused.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    /// A page of another site sent it, or one that hides where it is.
    OtherSite,
    /// The page is at this origin, which may or may not be this site.
    OtherOrigin(String),
    /// The page is this site's, but at this address, without https.
    NotHttps(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherSite => f.write_str("another site's page sent this; no setting allows it"),
            Self::OtherOrigin(origin) => write!(
                f,
                "a page at {origin} sent this; if that's this site, set SITE_URL={origin}"
            ),
            Self::NotHttps(origin) => write!(
                f,
                "a page at {origin} sent this, but SITE_URL is https, and browsers drop its cookies \
                 there; open the site at SITE_URL, or set SITE_URL={origin}"
            ),
        }
    }
}

/// `Sec-Fetch-Site` comes from the browser itself; no page can change it. Browsers too old for it
/// send `Origin` with every POST, and so do all over plain http. Whatever sends neither is no
/// browser, and has nobody's cookies.
fn check(site: &Site, headers: &HeaderMap) -> Result<(), Refusal> {
    let text = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    let fetch_site = text("sec-fetch-site");
    if !matches!(fetch_site, None | Some("same-origin" | "none")) {
        return Err(Refusal::OtherSite);
    }
    let Some(origin) = text(ORIGIN.as_str()) else {
        return Ok(());
    };
    // What has no address, like a page in a sandbox, becomes `null`.
    let origin =
        Url::parse(origin).map_or("null".to_owned(), |url| url.origin().ascii_serialization());
    let host = text(HOST.as_str()).unwrap_or_default();
    let is_here = |scheme: &str| origin == format!("{scheme}://{host}");
    let is_vouched_for = fetch_site.is_some();
    if site.is_https() && (is_here("http") || is_vouched_for && origin.starts_with("http:")) {
        Err(Refusal::NotHttps(origin))
    } else if is_vouched_for
        || origin == site.origin()
        // The same server under another of its names, like localhost for 127.0.0.1.
        || is_here(site.url.scheme())
    {
        Ok(())
    } else if origin == "null" {
        Err(Refusal::OtherSite)
    } else {
        Err(Refusal::OtherOrigin(origin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::config::{Config, Vars};

    fn sent(headers: &[(&'static str, &'static str)]) -> Result<(), Refusal> {
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
        check(&config.unwrap().site, &map)
    }

    #[test]
    fn our_own_pages_pass() {
        for headers in [
            &[("sec-fetch-site", "same-origin")][..],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "same-origin"), ("origin", "null")],
            &[("origin", "https://app.example.com")],
            &[
                ("origin", "https://other.example.com"),
                ("host", "other.example.com"),
            ],
        ] {
            assert_eq!(sent(headers), Ok(()), "{headers:?}");
        }
    }

    #[test]
    fn what_is_no_browser_passes() {
        assert_eq!(sent(&[]), Ok(()));
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
            &[("origin", "https://app.example.com.evil.example")],
        ] {
            assert!(sent(headers).is_err(), "{headers:?}");
        }
    }

    #[test]
    fn a_refusal_names_the_setting_that_would_allow_it() {
        let refused = |headers| sent(headers).unwrap_err().to_string();
        let cross = refused(&[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ]);
        assert!(cross.contains("no setting allows it"), "{cross}");
        let proxied = refused(&[
            ("origin", "https://shop.example"),
            ("host", "127.0.0.1:3000"),
        ]);
        assert!(
            proxied.ends_with("set SITE_URL=https://shop.example"),
            "{proxied}"
        );
    }

    #[test]
    fn a_page_without_https_is_refused_where_its_cookies_would_not_hold() {
        for headers in [
            &[
                ("origin", "http://app.example.com"),
                ("host", "app.example.com"),
            ][..],
            &[
                ("origin", "http://192.168.1.5:3000"),
                ("host", "192.168.1.5:3000"),
            ],
            &[
                ("sec-fetch-site", "same-origin"),
                ("origin", "http://localhost:3000"),
                ("host", "localhost:3000"),
            ],
        ] {
            let origin = headers
                .iter()
                .find(|(name, _)| *name == "origin")
                .unwrap()
                .1;
            let refusal = Refusal::NotHttps(origin.to_owned());
            assert_eq!(sent(headers), Err(refusal), "{headers:?}");
        }
    }
}
