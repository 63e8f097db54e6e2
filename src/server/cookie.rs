//! The cookies: the only reader of `Cookie` and the only writer of `Set-Cookie`.
//!
//! All are the server's own: no script can read them. The session's holds Appwrite's secret as it is;
//! those beside it are sealed, because what they hold is not even for who has them (an account's ID
//! tells how old the account is, and so whether an address was known).

use axum::http::{HeaderMap, HeaderValue, header::COOKIE};
use cookie::{Cookie, CookieJar, Key, SameSite, time::OffsetDateTime};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    appwrite::SessionSecret,
    config::{ApiKey, Site},
    context::App,
};

/// What seals the cookies beside the session's.
///
/// It is made of the API key, so every copy of this server has the same without being told, and a
/// new API key ends what is half done.
#[derive(Debug)]
pub struct CookieKey(Key);

impl CookieKey {
    /// The one that belongs to an API key.
    pub fn of(key: &ApiKey) -> Self {
        // The text keeps this key apart from any other use of the API key, and makes even a short
        // one, as a local Appwrite may have, as long as the derivation asks for.
        let material = format!("the cookies beside the session's: {}", key.expose());
        Self(Key::derive_from(material.as_bytes()))
    }
}

/// A cookie beside the session's. An old one can be sent again, so it is believed no more than that
/// it was ours once.
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

/// What a cookie beside the session's holds; nothing where it is not there, not ours or not of this
/// form.
pub fn aside<T: DeserializeOwned>(aside: Aside, app: &App, headers: &HeaderMap) -> Option<T> {
    let name = aside.name(&app.site);
    let sealed = Cookie::new(name.clone(), value(&name, headers)?);
    let opened = CookieJar::new()
        .private(&app.cookie_key.0)
        .decrypt(sealed)?;
    serde_json::from_str(opened.value()).ok()
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
    app: &App,
    value: &T,
    expires: OffsetDateTime,
) -> Option<HeaderValue> {
    let name = aside.name(&app.site);
    let mut jar = CookieJar::new();
    jar.private_mut(&app.cookie_key.0).add(Cookie::new(
        name.clone(),
        serde_json::to_string(value).ok()?,
    ));
    header(&app.site, &name, jar.get(&name)?.value(), expires)
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
    use std::sync::Arc;

    use super::*;
    use crate::server::config::{Backend, Config, Vars};

    fn config(url: &str, key: &str) -> Config {
        Config::read(&Vars::from_pairs([
            ("SITE_URL", url),
            ("APPWRITE_ENDPOINT", "http://127.0.0.1:9/v1"),
            ("APPWRITE_PROJECT_ID", "p"),
            ("APPWRITE_KEY", key),
        ]))
        .unwrap()
    }

    fn site(url: &str) -> Site {
        config(url, "k").site
    }

    fn app(key: &str) -> Arc<App> {
        let config = config("https://app.example.com", key);
        let Backend::Configured(appwrite) = &config.backend else {
            panic!("an Appwrite is configured");
        };
        App::new(&config, appwrite).unwrap()
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

    /// The headers of a request with a cookie that was set.
    fn sent_back(set: &HeaderValue) -> HeaderMap {
        let pair = set.to_str().unwrap().split(';').next().unwrap();
        HeaderMap::from_iter([(COOKIE, pair.parse().unwrap())])
    }

    #[test]
    fn what_is_kept_aside_is_read_back_and_garbage_is_nothing() {
        let app = app("k");
        let expires = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        let kept = keep_aside(Aside::Flow, &app, &("ada", 1), expires).unwrap();
        let headers = sent_back(&kept);
        let kept = kept.to_str().unwrap();
        assert!(kept.starts_with("__Host-appwrite-session-flow="), "{kept}");
        let read: Option<(String, u8)> = aside(Aside::Flow, &app, &headers);
        assert_eq!(read, Some(("ada".to_owned(), 1)));
        assert_eq!(aside::<bool>(Aside::Flow, &app, &headers), None);
        assert_eq!(aside::<bool>(Aside::OAuth2, &app, &headers), None);
        // It is not taken for the session.
        assert!(!is_present(&app.site, &headers));
    }

    #[test]
    fn what_is_kept_aside_is_sealed() {
        let expires = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        let kept = keep_aside(Aside::Flow, &app("k"), &true, expires).unwrap();
        let headers = sent_back(&kept);
        // Another copy of the server reads it, one with another API key does not.
        assert_eq!(aside(Aside::Flow, &app("k"), &headers), Some(true));
        assert_eq!(aside::<bool>(Aside::Flow, &app("l"), &headers), None);
        // Nor does it pass for another cookie, or with a letter changed.
        let kept = kept.to_str().unwrap();
        for changed in [
            kept.replace("-flow=", "-extended="),
            kept.replacen("-flow=", "-flow=A", 1),
            "__Host-appwrite-session-flow=dHJ1ZQ".to_owned(),
        ] {
            let headers = sent_back(&changed.parse().unwrap());
            for kind in [Aside::Flow, Aside::Extended] {
                assert_eq!(aside::<bool>(kind, &app("k"), &headers), None, "{changed}");
            }
        }
        // The same twice is not the same cookie, so nobody sees what has not changed.
        let again = keep_aside(Aside::Flow, &app("k"), &true, expires).unwrap();
        assert_ne!(again.to_str().unwrap(), kept);
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
