//! The session cookie: the only reader of `Cookie` and the only writer of `Set-Cookie`.

use axum::http::{HeaderMap, HeaderValue, header::COOKIE};
use cookie::{Cookie, SameSite, time::OffsetDateTime};

use super::{appwrite::SessionSecret, config::Site};

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

fn raw(site: &Site, headers: &HeaderMap) -> Option<String> {
    let name = name(site);
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
    header(site, secret.expose(), expire)
}

/// `Set-Cookie` that makes the browser forget the session.
pub fn forget(site: &Site) -> Option<HeaderValue> {
    header(site, "", OffsetDateTime::UNIX_EPOCH)
}

fn header(site: &Site, value: &str, expires: OffsetDateTime) -> Option<HeaderValue> {
    // Lax, not Strict: OAuth2 and the links in mails arrive by a navigation from elsewhere, where
    // a Strict cookie is left out and the person looks signed out.
    let cookie = Cookie::build((name(site), value))
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
        let header = forget(&site("https://app.example.com")).unwrap();
        assert_eq!(
            header.to_str().unwrap(),
            "__Host-appwrite-session=; HttpOnly; SameSite=Lax; Secure; Path=/; \
             Expires=Thu, 01 Jan 1970 00:00:00 GMT"
        );
    }

    #[test]
    fn plain_http_elsewhere_is_not_secure() {
        let header = forget(&site("http://192.168.1.5:3000")).unwrap();
        assert!(!header.to_str().unwrap().contains("Secure"));
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
