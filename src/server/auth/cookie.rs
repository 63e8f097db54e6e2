//! The cookies: the only reader of `Cookie`, and the only writer of `Set-Cookie`.
//!
//! All of them are `HttpOnly`, so no script can read them. The session cookie holds Appwrite's
//! secret as it is. The others are sealed, because even the visitor mustn't read them: the ID of an
//! account tells how old the account is, and so whether an email address was known.

use axum::http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};
use cookie::{Cookie, CookieJar, Key, SameSite, time::OffsetDateTime};
use serde::{Serialize, de::DeserializeOwned};

use crate::server::{
    appwrite::SessionSecret,
    config::{ApiKey, Site},
};

/// Seals every cookie but the session's.
///
/// It's derived from the API key, so all copies of this server have the same one without being
/// told, and a new API key ends whatever is half done.
#[derive(Debug)]
pub struct CookieKey(Key);

impl CookieKey {
    /// The one that belongs to an API key.
    pub fn derive(api_key: &ApiKey) -> Self {
        // The text keeps this key apart from any other use of the API key. It also makes up for a
        // short API key, as a local Appwrite may have: the derivation wants a minimum.
        let material = format!("the cookies beside the session's: {}", api_key.expose());
        Self(Key::derive_from(material.as_bytes()))
    }
}

/// A cookie whose content the visitor can neither read nor change. They can send an old one again,
/// though, so it only proves that we once made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum SealedCookie {
    /// A [flow](super::flow::Flow) that is half done.
    Flow,
    /// An OAuth2 sign-in that is half done, with its one-use state.
    OAuth2,
    /// When the session was last extended.
    Extended,
    /// The message for the next page.
    Flash,
}

impl SealedCookie {
    fn name(self, site: &Site) -> String {
        format!("{}-{self}", session_name(site))
    }

    /// `Set-Cookie` that keeps this value until then.
    pub fn set<T: Serialize>(
        self,
        site: &Site,
        key: &CookieKey,
        value: &T,
        expires: OffsetDateTime,
    ) -> Option<HeaderValue> {
        let name = self.name(site);
        let value = serde_json::to_string(value).ok()?;
        let mut jar = CookieJar::new();
        jar.private_mut(&key.0)
            .add(Cookie::new(name.clone(), value));
        set_cookie(site, &name, jar.get(&name)?.value(), expires)
    }

    /// The value that the request carries. `None` if it's missing, wasn't sealed by us, or has
    /// another shape.
    pub fn read<T: DeserializeOwned>(
        self,
        site: &Site,
        key: &CookieKey,
        headers: &HeaderMap,
    ) -> Option<T> {
        let name = self.name(site);
        let sealed = Cookie::new(name.clone(), value(&name, headers)?);
        let opened = CookieJar::new().private(&key.0).decrypt(sealed)?;
        serde_json::from_str(opened.value()).ok()
    }

    /// Whether the request carries one at all, sealed by us or not.
    pub fn is_present(self, site: &Site, headers: &HeaderMap) -> bool {
        value(&self.name(site), headers).is_some()
    }

    /// `Set-Cookie` that removes it from the browser.
    pub fn remove(self, site: &Site) -> Option<HeaderValue> {
        remove(site, &self.name(site))
    }
}

/// The name of the session cookie. On https it has the `__Host-` prefix, with which browsers refuse
/// it from a subdomain or over plain http.
fn session_name(site: &Site) -> String {
    if site.is_https() {
        format!("__Host-{}", site.session_cookie)
    } else {
        site.session_cookie.clone()
    }
}

/// The session secret that the request carries. A value that no Appwrite could have made counts as
/// none, so it costs no call.
pub fn session_secret(site: &Site, headers: &HeaderMap) -> Option<SessionSecret> {
    let value = value(&session_name(site), headers)?;
    SessionSecret::decode(&value)
}

/// Whether the request carries a session cookie at all, however broken.
pub fn is_present(site: &Site, headers: &HeaderMap) -> bool {
    value(&session_name(site), headers).is_some()
}

/// The session cookie of a request as it is.
pub fn session_value(site: &Site, headers: &HeaderMap) -> Option<String> {
    value(&session_name(site), headers)
}

/// What an answer makes of the session cookie: its new value, or an empty one that removes it.
/// `None` if the answer leaves it alone.
pub fn session_in_answer<'a>(site: &Site, headers: &'a HeaderMap) -> Option<&'a str> {
    let start = format!("{}=", session_name(site));
    // The last one counts.
    headers
        .get_all(SET_COOKIE)
        .iter()
        .filter_map(|set| set.to_str().ok()?.strip_prefix(&start))
        .next_back()
        .map(|rest| rest.split(';').next().unwrap_or_default())
}

/// `Set-Cookie` that keeps the session for as long as Appwrite does.
pub fn session(
    site: &Site,
    secret: &SessionSecret,
    expires: OffsetDateTime,
) -> Option<HeaderValue> {
    set_cookie(site, &session_name(site), secret.expose(), expires)
}

/// One `Set-Cookie` for each cookie to remove with the session: its own, and those that belong to
/// it.
pub fn forget(site: &Site) -> Vec<HeaderValue> {
    [
        remove(site, &session_name(site)),
        SealedCookie::Flow.remove(site),
        SealedCookie::Extended.remove(site),
    ]
    .into_iter()
    .flatten()
    .collect()
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

fn remove(site: &Site, name: &str) -> Option<HeaderValue> {
    set_cookie(site, name, "", OffsetDateTime::UNIX_EPOCH)
}

fn set_cookie(
    site: &Site,
    name: &str,
    value: &str,
    expires: OffsetDateTime,
) -> Option<HeaderValue> {
    // Lax, not Strict: OAuth2 and the links in emails come in from elsewhere. Browsers leave a
    // Strict cookie out then, and the person would look signed out.
    let cookie = Cookie::build((name, value))
        .path("/")
        .http_only(true)
        // Not over plain http, not even on the machine itself: Safari drops such a cookie there, and
        // so does every HTTP client that isn't a browser.
        .secure(site.is_https())
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
        let config = Config::read(&Vars::from_pairs([
            ("SITE_URL", url),
            ("APPWRITE_ENDPOINT", "http://127.0.0.1:9/v1"),
            ("APPWRITE_PROJECT_ID", "p"),
            ("APPWRITE_KEY", "k"),
        ]));
        config.unwrap().site
    }

    fn key(api_key: &str) -> CookieKey {
        CookieKey::derive(&ApiKey::new(api_key))
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
             Path=/; Expires=Fri, 15 Jan 2027 08:00:00 GMT"
        );
        assert!(header.is_sensitive());
    }

    #[test]
    fn what_an_answer_makes_of_the_session_is_its_last_word() {
        let site = site("https://app.example.com");
        let mut headers = HeaderMap::new();
        let flash = SealedCookie::Flash.remove(&site).unwrap();
        headers.append(SET_COOKIE, flash);
        assert_eq!(session_in_answer(&site, &headers), None);
        for cookie in forget(&site) {
            headers.append(SET_COOKIE, cookie);
        }
        assert_eq!(session_in_answer(&site, &headers), Some(""));
        let expire = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        headers.append(SET_COOKIE, session(&site, &secret(), expire).unwrap());
        let set = session_in_answer(&site, &headers).unwrap();
        assert_eq!(set, secret().expose());
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
    fn no_cookie_over_plain_http_is_secure() {
        for url in ["http://localhost:3000", "http://192.168.1.5:3000"] {
            for header in forget(&site(url)) {
                assert!(!header.to_str().unwrap().contains("Secure"), "{url}");
            }
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
    fn a_sealed_value_is_read_back_and_garbage_is_nothing() {
        let (site, key) = (site("https://app.example.com"), key("k"));
        let expires = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        let set = SealedCookie::Flow
            .set(&site, &key, &("ada", 1), expires)
            .unwrap();
        let headers = sent_back(&set);
        let set = set.to_str().unwrap();
        assert!(set.starts_with("__Host-appwrite-session-flow="), "{set}");
        let read: Option<(String, u8)> = SealedCookie::Flow.read(&site, &key, &headers);
        assert_eq!(read, Some(("ada".to_owned(), 1)));
        for cookie in [SealedCookie::Flow, SealedCookie::OAuth2] {
            assert_eq!(cookie.read::<bool>(&site, &key, &headers), None);
        }
        // It is not taken for the session.
        assert!(!is_present(&site, &headers));
    }

    #[test]
    fn a_sealed_value_can_be_neither_forged_nor_compared() {
        let site = site("https://app.example.com");
        let expires = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        let set = || {
            let set = SealedCookie::Flow.set(&site, &key("k"), &true, expires);
            set.unwrap()
        };
        let read = |cookie: SealedCookie, api_key: &str, headers: &HeaderMap| {
            cookie.read::<bool>(&site, &key(api_key), headers)
        };
        let first = set();
        let headers = sent_back(&first);
        // Another copy of the server reads it, one with another API key does not.
        assert_eq!(read(SealedCookie::Flow, "k", &headers), Some(true));
        assert_eq!(read(SealedCookie::Flow, "l", &headers), None);
        // Nor does it pass for another cookie, or with a letter changed.
        let text = first.to_str().unwrap();
        for changed in [
            text.replace("-flow=", "-extended="),
            text.replacen("-flow=", "-flow=A", 1),
            "__Host-appwrite-session-flow=dHJ1ZQ".to_owned(),
        ] {
            let headers = sent_back(&changed.parse().unwrap());
            for cookie in [SealedCookie::Flow, SealedCookie::Extended] {
                assert_eq!(read(cookie, "k", &headers), None, "{changed}");
            }
        }
        // The same value twice is not the same cookie, so nobody sees what has not changed.
        assert_ne!(set(), first);
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
