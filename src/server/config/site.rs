//! Where this app is, and how it presents itself.

use std::{net::SocketAddr, path::PathBuf};

use time::Duration;
use url::Url;

use super::{error::ConfigError, trusted_proxies::TrustedProxies, vars::Vars};

/// Where this app is, and how it presents itself.
#[derive(Clone, Debug)]
pub struct Site {
    /// Address the server listens on.
    pub addr: SocketAddr,
    /// Address that people type: scheme, host and port. Cookies, redirects and links in emails use
    /// it.
    pub url: Url,
    /// Whether `url` is a guess: nobody has set it, and `addr` is no address that people can type
    /// (`0.0.0.0`).
    pub url_is_guess: bool,
    /// Folder that cargo-leptos builds: the bundle, the style sheet, the files from `public/`.
    pub root: PathBuf,
    /// Name of the session cookie, without the prefix `__Host-` that it gets on https.
    pub session_cookie: String,
    /// How long a session lasts at most, however often it's used. `None` if it may last forever.
    pub session_max_age: Option<Duration>,
    /// The proxies that are believed about the visitor's address.
    pub trusted_proxies: TrustedProxies,
    /// Port on which `cargo leptos watch` tells pages to reload. `None` when nothing watches.
    pub reload_port: Option<u16>,
}

impl Site {
    /// The URL without a slash at the end: `https://app.example.com`.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Whether people reach the site over https.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    pub(super) fn read(vars: &Vars) -> Result<Self, ConfigError> {
        let addr: SocketAddr = vars.parsed(
            "LEPTOS_SITE_ADDR",
            SocketAddr::from(([127, 0, 0, 1], 3000)),
            "an address with a port, like 127.0.0.1:3000",
            |value| value.parse().ok(),
        )?;
        let is_unspecified = addr.ip().is_unspecified();
        let default_url = if is_unspecified {
            format!("http://localhost:{}", addr.port())
        } else {
            format!("http://{addr}")
        };
        let default_url = Url::parse(&default_url).map_err(|_| ConfigError::Invalid {
            name: "LEPTOS_SITE_ADDR",
            value: addr.to_string(),
            expected: "an address that works in a URL",
        })?;
        let url = vars.parsed(
            "SITE_URL",
            default_url,
            "an address like https://app.example.com, without a path",
            |value| {
                let url = Url::parse(value).ok()?;
                let plain = matches!(url.scheme(), "http" | "https")
                    && url.has_host()
                    && url.path() == "/"
                    && url.query().is_none()
                    && url.fragment().is_none()
                    && url.username().is_empty();
                plain.then_some(url)
            },
        )?;
        let session_cookie = vars.parsed(
            "SESSION_COOKIE",
            "appwrite-session".to_owned(),
            "a cookie name (letters, digits, - and _)",
            |value| {
                value
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
                    .then(|| value.to_owned())
            },
        )?;
        Ok(Self {
            addr,
            url,
            url_is_guess: is_unspecified && vars.get("SITE_URL").is_none(),
            root: vars.get("LEPTOS_SITE_ROOT").unwrap_or("target/site").into(),
            session_cookie,
            session_max_age: vars.parsed(
                "SESSION_MAX_DAYS",
                None,
                "a number of days from 1 to 3650",
                |value| {
                    let days: i64 = value.parse().ok()?;
                    (1..=3650)
                        .contains(&days)
                        .then(|| Some(Duration::days(days)))
                },
            )?,
            trusted_proxies: vars.parsed(
                "TRUSTED_PROXIES",
                TrustedProxies::default(),
                "a list of addresses and networks, like 10.0.0.0/8,::1",
                TrustedProxies::parse,
            )?,
            reload_port: match vars.get("LEPTOS_WATCH") {
                None => None,
                Some(_) => vars.parsed("LEPTOS_RELOAD_PORT", Some(3001), "a port", |value| {
                    value.parse().ok().map(Some)
                })?,
            },
        })
    }
}
