//! The cookies: the only reader of `Cookie` and the only writer of `Set-Cookie`.
//!
//! All are the server's own: no script can read them.

use axum::http::{HeaderMap, HeaderValue, header::COOKIE};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cookie::{Cookie, SameSite, time::OffsetDateTime};
use serde::{Serialize, de::DeserializeOwned};

use super::{appwrite::SessionSecret, config::Site};

/// A cookie beside the session's. What it holds is its browser's own, so it is believed no more than
/// a form field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside {
    /// A flow that is half done.
    Flow,
    /// The one-use state of an OAuth2 sign-in.
    OAuth2,
    /// When the session was last extended.
    Extended,
}

impl Aside {
    fn name(self, site: &Site) -> String {
        let name = name(site);
        match self {
            Self::Flow => format!("{name}-flow"),
            Self::OAuth2 => format!("{name}-oauth2"),
            Self::Extended => format!("{name}-extended"),
        }
    }
}

/// Name of the session cookie. With https it carries the `__Host-` prefix, which makes the browser
/// refuse it from a subdomain or by plain http.
fn name(site: &Site) -> String {
    if site.is_https() {
        format!("__Host-{}", site.session_cookie)
    } else {
        site.session_cookie.clone()
    }
}

/// The session secret that the request carries. A value that no Appwrite could have given counts as
/// none, so it costs no call.
pub fn session_secret(site: &Site, headers: &HeaderMap) -> Option<SessionSecret> {
    raw(site, headers).and_then(|value| SessionSecret::decode(&value))
}

/// Whether the request carries a session cookie at all, however broken.
pub fn is_present(site: &Site, headers: &HeaderMap) -> bool {
    raw(site, headers).is_some()
}

/// What a cookie beside the session's holds; nothing where it is not there or not of this form.
pub fn aside<T: DeserializeOwned>(aside: Aside, site: &Site, headers: &HeaderMap) -> Option<T> {
    let json = URL_SAFE_NO_PAD
        .decode(value(&aside.name(site), headers)?)
        .ok()?;
    serde_json::from_slice(&json).ok()
}

fn raw(site: &Site, headers: &HeaderMap) -> Option<String> {
    value(&name(site), headers)
}

fn value(name: &str, headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name && !cookie.value().is_empty())
        .map(|cookie| cookie.value().to_owned())
}

/// `Set-Cookie` that keeps the session for as long as Appwrite does.
pub fn session(site: &Site, secret: &SessionSecret, expire: OffsetDateTime) -> Option<HeaderValue> {
    header(site, &name(site), secret.expose(), expire)
}

/// `Set-Cookie` for a cookie beside the session's.
pub fn keep_aside<T: Serialize>(
    aside: Aside,
    site: &Site,
    value: &T,
    expires: OffsetDateTime,
) -> Option<HeaderValue> {
    let json = serde_json::to_vec(value).ok()?;
    header(
        site,
        &aside.name(site),
        &URL_SAFE_NO_PAD.encode(json),
        expires,
    )
}

/// `Set-Cookie` that makes the browser forget a cookie beside the session's.
pub fn forget_aside(aside: Aside, site: &Site) -> Option<HeaderValue> {
    header(site, &aside.name(site), "", OffsetDateTime::UNIX_EPOCH)
}

/// Each `Set-Cookie` that makes the browser forget the session, and what belongs to it.
pub fn forget(site: &Site) -> Vec<HeaderValue> {
    let names = [
        name(site),
        Aside::Flow.name(site),
        Aside::Extended.name(site),
    ];
    let forgotten = names.map(|name| header(site, &name, "", OffsetDateTime::UNIX_EPOCH));
    forgotten.into_iter().flatten().collect()
}

fn header(site: &Site, name: &str, value: &str, expires: OffsetDateTime) -> Option<HeaderValue> {
    // Lax, not Strict: OAuth2 and the links in mails arrive by a navigation from elsewhere, where
    // a Strict cookie is left out and the person looks signed out.
    let cookie = Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(site.can_be_secure())
        .same_site(SameSite::Lax)
        .expires(expires)
        .build();
    let mut header = HeaderValue::from_str(&cookie.to_string()).ok()?;
    header.set_sensitive(true);
    Some(header)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::config::{Config, Vars};

    fn site(url: &str) -> Site {
        Config::read(&Vars::from_pairs([
            ("SITE_URL", url),
            ("APPWRITE_ENDPOINT", "http://127.0.0.1:9/v1"),
            ("APPWRITE_PROJECT_ID", "p"),
            ("APPWRITE_KEY", "k"),
        ]))
        .unwrap()
        .site
    }

    fn secret() -> SessionSecret {
        SessionSecret::decode("eyJpZCI6InUxIiwic2VjcmV0IjoiYWJjIn0=").unwrap()
    }

    #[test]
    fn every_attribute_is_there() {
        let expire = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        let header = session(&site("http://127.0.0.1:3000"), &secret(), expire).unwrap();
        assert_eq!(
            header.to_str().unwrap(),
            "appwrite-session=eyJpZCI6InUxIiwic2VjcmV0IjoiYWJjIn0=; HttpOnly; SameSite=Lax; \
             Secure; Path=/; Expires=Fri, 15 Jan 2027 08:00:00 GMT"
        );
        assert!(header.is_sensitive());
    }

    #[test]
    fn https_adds_the_host_prefix() {
        let headers = forget(&site("https://app.example.com"));
        let header = &headers[0];
        assert_eq!(
            header.to_str().unwrap(),
            "__Host-appwrite-session=; HttpOnly; SameSite=Lax; Secure; Path=/; \
             Expires=Thu, 01 Jan 1970 00:00:00 GMT"
        );
    }

    #[test]
    fn plain_http_elsewhere_is_not_secure() {
        for header in forget(&site("http://192.168.1.5:3000")) {
            assert!(!header.to_str().unwrap().contains("Secure"));
        }
    }

    #[test]
    fn the_secret_is_found_among_other_cookies() {
        let site = site("http://127.0.0.1:3000");
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=b; theme=dark"));
        headers.append(
            COOKIE,
            HeaderValue::from_static(
                "x=y; appwrite-session=eyJpZCI6InUxIiwic2VjcmV0IjoiYWJjIn0=; z",
            ),
        );
        let found = session_secret(&site, &headers).unwrap();
        assert_eq!(found.expose(), secret().expose());
    }

    #[test]
    fn what_is_kept_aside_is_read_back_and_garbage_is_nothing() {
        let site = site("https://app.example.com");
        let expires = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        let kept = keep_aside(Aside::Flow, &site, &("ada", 1), expires).unwrap();
        let kept = kept.to_str().unwrap().split(';').next().unwrap().to_owned();
        assert!(kept.starts_with("__Host-appwrite-session-flow="), "{kept}");
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, kept.parse().unwrap());
        let read: Option<(String, u8)> = aside(Aside::Flow, &site, &headers);
        assert_eq!(read, Some(("ada".to_owned(), 1)));
        assert_eq!(aside::<bool>(Aside::Flow, &site, &headers), None);
        assert_eq!(aside::<bool>(Aside::OAuth2, &site, &headers), None);
        // It is not taken for the session.
        assert!(!is_present(&site, &headers));
    }

    #[test]
    fn a_value_that_is_no_session_is_present_but_not_a_secret() {
        let site = site("http://127.0.0.1:3000");
        for value in ["abc", "e30=", "%00", "eyJpZCI6InUxIn0="] {
            let mut headers = HeaderMap::new();
            let header = format!("appwrite-session={value}");
            headers.append(COOKIE, HeaderValue::from_str(&header).unwrap());
            assert!(session_secret(&site, &headers).is_none(), "{value}");
            assert!(is_present(&site, &headers), "{value}");
        }
    }
}
