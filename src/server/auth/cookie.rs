//! The cookies: the only reader of `Cookie`, and the only writer of `Set-Cookie`.
//!
//! All of them are `HttpOnly`, so no script can read them. The session cookie holds Appwrite's
//! secret as it is. The others are sealed, because even the visitor mustn't read them: the ID of an
//! account tells how old the account is, and so whether an email address was known.

use axum::http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};
use cookie::{
    Cookie, CookieJar, Key, SameSite,
    time::{Duration, OffsetDateTime},
};
use hmac::{Hmac, Mac};
use serde::{Serialize, de::DeserializeOwned};
use sha2::Sha256;

use super::fingerprint::Fingerprint;
use crate::server::{
    appwrite::SessionSecret,
    config::{ApiKey, Site},
};

/// How many cookies of one name are opened. Another app on the host can set one or two of that name. More cost time.
const MOST_OPENED: usize = 4;

/// As long as browsers keep a cookie at most.
pub const LONGEST_LIFETIME: Duration = Duration::days(400);

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

    /// A code for these words that nobody else can make: 32 hex digits.
    pub fn code_for(&self, words: &[&str]) -> String {
        // The key may be of any length, so this is never `None`.
        let mac = Hmac::<Sha256>::new_from_slice(self.0.signing()).ok();
        let mac = mac.map(|mut mac| {
            for word in words {
                // With its length, no two lists of words are the same bytes.
                mac.update(&(word.len() as u64).to_le_bytes());
                mac.update(word.as_bytes());
            }
            mac.finalize().into_bytes()
        });
        let half = mac.into_iter().flatten().take(16);
        half.map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A cookie whose content the visitor can neither read nor change. They can send an old one again,
/// though, so it only proves that we once made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedCookie<'a> {
    /// The [flow](super::flow::Flow) with this ID.
    Flow(&'a str),
    /// When a session was last extended.
    Extended,
    /// The accounts that this browser [has been signed in to](super::device).
    Device,
    /// When Appwrite said that a session has ended.
    Ended,
    /// What this session [owes](super::owed).
    Owed(Fingerprint),
    /// The address that the account had when somebody came by this session [from a
    /// provider](super::owed).
    Address(Fingerprint),
    /// That the person has [proved](super::proof) that the account is theirs.
    Proof,
    /// The message for the next page.
    Flash,
    /// What was [typed](super::typed) into a form whose session had ended.
    Typed,
    /// That somebody has signed out here, so this browser keeps cookies.
    SignedOut,
}

impl SealedCookie<'_> {
    fn name(self, site: &Site) -> String {
        let session = session_name(site);
        match self {
            Self::Flow(id) => [&flow_prefix(site), id].concat(),
            Self::Extended => format!("{session}-extended"),
            Self::Device => format!("{session}-device"),
            Self::Ended => format!("{session}-ended"),
            Self::Owed(fingerprint) => format!("{session}-owed-{fingerprint}"),
            Self::Address(fingerprint) => format!("{session}-address-{fingerprint}"),
            Self::Proof => format!("{session}-proof"),
            Self::Flash => format!("{session}-flash"),
            Self::Typed => format!("{session}-typed"),
            Self::SignedOut => format!("{session}-signed-out"),
        }
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
        values(&name, headers).take(MOST_OPENED).find_map(|value| {
            let sealed = Cookie::new(name.clone(), str::from_utf8(value).ok()?.to_owned());
            let opened = CookieJar::new().private(&key.0).decrypt(sealed)?;
            serde_json::from_str(opened.value()).ok()
        })
    }

    /// Whether the request carries one at all, sealed by us or not.
    pub fn is_present(self, site: &Site, headers: &HeaderMap) -> bool {
        values(&self.name(site), headers).next().is_some()
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
///
/// If there are several, it's the first. [`session_secrets`] has all of them.
pub fn session_secret(site: &Site, headers: &HeaderMap) -> Option<SessionSecret> {
    session_secrets(site, headers).into_iter().next()
}

/// All session secrets that the request carries, in its order. There's more than one if something
/// else on this host has set a cookie of the same name, for another path or domain.
pub fn session_secrets(site: &Site, headers: &HeaderMap) -> Vec<SessionSecret> {
    values(&session_name(site), headers)
        .filter_map(|value| SessionSecret::decode(str::from_utf8(value).ok()?))
        .collect()
}

/// Leaves only this one of the session cookies in the request.
pub fn keep_session(site: &Site, secret: &SessionSecret, headers: &mut HeaderMap) {
    let name = session_name(site);
    let mut line = [name.as_bytes(), b"=", secret.expose().as_bytes()].concat();
    for (name, value) in pairs(headers).filter(|(found, _)| *found != name.as_bytes()) {
        for part in [b"; ", name, b"=", value] {
            line.extend_from_slice(part);
        }
    }
    if let Ok(line) = HeaderValue::from_bytes(&line) {
        headers.insert(COOKIE, line);
    }
}

/// The flows that the request carries a cookie for: the ID of each, and how long its cookie is.
pub fn flows(site: &Site, headers: &HeaderMap) -> Vec<(String, usize)> {
    let prefix = flow_prefix(site);
    pairs(headers)
        .filter_map(|(name, value)| {
            let id = str::from_utf8(name).ok()?.strip_prefix(&prefix)?;
            Some((id.to_owned(), name.len() + value.len()))
        })
        .collect()
}

/// The cookie of the flow with this ID as the request carries it, sealed by us or not.
pub fn flow_value(site: &Site, headers: &HeaderMap, id: &str) -> Option<Vec<u8>> {
    let name = SealedCookie::Flow(id).name(site);
    values(&name, headers).next().map(<[u8]>::to_vec)
}

fn flow_prefix(site: &Site) -> String {
    format!("{}-flow-", session_name(site))
}

/// The session cookie of a request as it is.
pub fn session_value(site: &Site, headers: &HeaderMap) -> Option<String> {
    let name = session_name(site);
    let value = values(&name, headers).next()?;
    Some(String::from_utf8_lossy(value).into_owned())
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

/// The session that a browser holds after this answer to this request. It may have ended.
pub fn session_after(
    site: &Site,
    request: &HeaderMap,
    answer: &HeaderMap,
) -> Option<SessionSecret> {
    session_in_answer(site, answer)
        .map_or_else(|| session_secret(site, request), SessionSecret::decode)
}

/// Whether an answer says that the session that its request came with has ended: it removes the
/// session's cookie, or notes that Appwrite doesn't know it anymore.
pub fn ends_session(site: &Site, headers: &HeaderMap) -> bool {
    let note = format!("{}=", SealedCookie::Ended.name(site));
    let mut set = headers.get_all(SET_COOKIE).iter();
    session_in_answer(site, headers) == Some("")
        || set.any(|set| set.as_bytes().starts_with(note.as_bytes()))
}

/// `Set-Cookie` that keeps the session.
pub fn session(
    site: &Site,
    secret: &SessionSecret,
    expires: OffsetDateTime,
) -> Option<HeaderValue> {
    set_cookie(site, &session_name(site), secret.expose(), expires)
}

/// One `Set-Cookie` for each cookie to remove with the session: its own, and those that say something
/// about it.
pub fn forget(site: &Site) -> Vec<HeaderValue> {
    [
        remove(site, &session_name(site)),
        SealedCookie::Extended.remove(site),
        SealedCookie::Ended.remove(site),
        SealedCookie::Proof.remove(site),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The values of all cookies of this name, in the request's order.
fn values<'a>(name: &'a str, headers: &'a HeaderMap) -> impl Iterator<Item = &'a [u8]> {
    pairs(headers)
        .filter(move |(found, value)| *found == name.as_bytes() && !value.is_empty())
        .map(|(_, value)| value)
}

/// The names and values of the request's cookies. They're bytes: any page on this host can set a
/// cookie that isn't text, and that must not hide the others.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    let lines = headers.get_all(COOKIE).iter();
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        let (name, value) = pair.split_at(equals);
        Some((name.trim_ascii(), value[1..].trim_ascii()))
    })
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

    #[test]
    fn bytes_in_other_cookies_do_not_hide_the_session() {
        let site = site("http://127.0.0.1:3000");
        for other in [&b"pref=\xc3\xa4"[..], b"pref=\xff", b"\xff=\xfe", b"\xe4"] {
            let line = [other, b"; appwrite-session=", secret().expose().as_bytes()].concat();
            let line = HeaderValue::from_bytes(&[&line, &b"; "[..], other].concat());
            let headers = HeaderMap::from_iter([(COOKIE, line.unwrap())]);
            let found = session_secret(&site, &headers).unwrap();
            assert_eq!(found.expose(), secret().expose(), "{other:?}");
        }
        let line = HeaderValue::from_bytes(b"appwrite-session=\xff").unwrap();
        let headers = HeaderMap::from_iter([(COOKIE, line)]);
        assert!(session_secret(&site, &headers).is_none());
    }

    #[test]
    fn of_several_session_cookies_one_can_be_kept_with_all_other_cookies() {
        let site = site("http://127.0.0.1:3000");
        let other = "eyJpZCI6InUyIiwic2VjcmV0IjoieHl6In0=";
        let mine = secret();
        let mine = mine.expose();
        let line = format!(
            "appwrite-session=garbage; a=b; appwrite-session={other}; c=\u{e4}; appwrite-session={mine}"
        );
        let line = HeaderValue::from_bytes(line.as_bytes()).unwrap();
        let mut headers = HeaderMap::from_iter([(COOKIE, line)]);
        headers.append(COOKIE, HeaderValue::from_static("d=e"));
        let found: Vec<String> = session_secrets(&site, &headers)
            .iter()
            .map(|secret| secret.expose().to_owned())
            .collect();
        assert_eq!(found, [other, mine]);

        keep_session(&site, &secret(), &mut headers);
        let lines: Vec<_> = headers.get_all(COOKIE).iter().collect();
        let kept = format!("appwrite-session={mine}; a=b; c=\u{e4}; d=e");
        assert_eq!(lines, [kept.as_bytes()]);
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
        let set = SealedCookie::Flow("1")
            .set(&site, &key, &("ada", 1), expires)
            .unwrap();
        let headers = sent_back(&set);
        let set = set.to_str().unwrap();
        assert!(set.starts_with("__Host-appwrite-session-flow-1="), "{set}");
        let read: Option<(String, u8)> = SealedCookie::Flow("1").read(&site, &key, &headers);
        assert_eq!(read, Some(("ada".to_owned(), 1)));
        for cookie in [SealedCookie::Flow("1"), SealedCookie::Flow("2")] {
            assert_eq!(cookie.read::<bool>(&site, &key, &headers), None);
        }
        let found = flows(&site, &headers);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "1");
        // It is not taken for the session.
        assert!(session_secret(&site, &headers).is_none());
    }

    #[test]
    fn a_sealed_value_can_be_neither_forged_nor_compared() {
        let site = site("https://app.example.com");
        let expires = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        let set = || {
            let set = SealedCookie::Flow("1").set(&site, &key("k"), &true, expires);
            set.unwrap()
        };
        let read = |cookie: SealedCookie, api_key: &str, headers: &HeaderMap| {
            cookie.read::<bool>(&site, &key(api_key), headers)
        };
        let first = set();
        let headers = sent_back(&first);
        // Another copy of the server reads it, one with another API key does not.
        assert_eq!(read(SealedCookie::Flow("1"), "k", &headers), Some(true));
        assert_eq!(read(SealedCookie::Flow("1"), "l", &headers), None);
        // It's found behind another cookie of its name.
        let pair = first.to_str().unwrap().split(';').next().unwrap();
        let line = format!("__Host-appwrite-session-flow-1=garbage; {pair}");
        let behind = HeaderMap::from_iter([(COOKIE, line.parse().unwrap())]);
        assert_eq!(read(SealedCookie::Flow("1"), "k", &behind), Some(true));
        // Nor does it pass for another cookie, or with a letter changed.
        let text = first.to_str().unwrap();
        for changed in [
            text.replace("-flow-1=", "-extended="),
            text.replace("-flow-1=", "-flow-2="),
            text.replacen("-flow-1=", "-flow-1=A", 1),
            "__Host-appwrite-session-flow-1=dHJ1ZQ".to_owned(),
        ] {
            let headers = sent_back(&changed.parse().unwrap());
            for cookie in [
                SealedCookie::Flow("1"),
                SealedCookie::Flow("2"),
                SealedCookie::Extended,
            ] {
                assert_eq!(read(cookie, "k", &headers), None, "{changed}");
            }
        }
        // The same value twice is not the same cookie, so nobody sees what has not changed.
        assert_ne!(set(), first);
    }

    #[test]
    fn a_value_that_no_appwrite_has_made_is_not_a_secret() {
        let site = site("http://127.0.0.1:3000");
        for value in ["abc", "e30=", "%00", "eyJpZCI6InUxIn0="] {
            let mut headers = HeaderMap::new();
            let header = format!("appwrite-session={value}");
            headers.append(COOKIE, HeaderValue::from_str(&header).unwrap());
            assert!(session_secret(&site, &headers).is_none(), "{value}");
        }
    }
}
