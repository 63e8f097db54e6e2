//! Who calls: a guest, a user by a session, or an API key.

use axum::http::{HeaderMap, header::COOKIE};
use cookie::Cookie;
use percent_encoding::percent_decode_str;
use rusqlite::Connection;

use crate::{
    config::Key,
    error::ApiError,
    secret,
    store::{SessionRow, UserRow},
};

/// What every guest may do.
const GUEST_SCOPES: &[&str] = &["global", "public", "sessions.write", "locale.read"];
/// What a user may do besides.
const USER_SCOPES: &[&str] = &["account", "targets.read", "targets.write"];
/// What every key may do besides what it was given. Neither `public` nor `account`.
const KEY_SCOPES: &[&str] = &["global", "health.read"];

/// A user and the session that shows they are the one.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The user.
    pub user: UserRow,
    /// The session the request came with.
    pub session: SessionRow,
}

/// Who calls.
pub struct Caller {
    /// The API key, if one was sent. It decides what is allowed, even beside a session.
    pub key: Option<Key>,
    /// The user, if a session was sent.
    pub signed_in: Option<SignedIn>,
}

impl Caller {
    /// Whether the caller has a scope; if not, Appwrite's error.
    pub fn check_scope(&self, scope: &str, project: &str, host: &str) -> Result<(), ApiError> {
        if let Some(key) = &self.key {
            let granted = KEY_SCOPES.contains(&scope)
                || if key.scopes.is_empty() {
                    !matches!(scope, "public" | "account")
                } else {
                    key.scopes.iter().any(|granted| granted == scope)
                };
            let who = format!("app.{project}@service.{host}");
            return granted
                .then_some(())
                .ok_or_else(|| ApiError::scope(&who, "applications", scope));
        }
        let (who, role, granted) = match &self.signed_in {
            None => ("", "guests", GUEST_SCOPES.contains(&scope)),
            Some(SignedIn { user, .. }) => (
                user.email.as_deref().unwrap_or_default(),
                "users",
                GUEST_SCOPES.contains(&scope) || USER_SCOPES.contains(&scope),
            ),
        };
        granted
            .then_some(())
            .ok_or_else(|| ApiError::scope(who, role, scope))
    }
}

/// The API key that the request carries.
///
/// # Errors
///
/// `user_unauthorized` when it has the form of a key and is none of the project's.
pub fn key(headers: &HeaderMap, keys: &[Key]) -> Result<Option<Key>, ApiError> {
    let sent = header(headers, "x-appwrite-key");
    if sent.is_empty() {
        return Ok(None);
    }
    if let Some(key) = keys.iter().find(|key| key.secret == sent) {
        return Ok(Some(key.clone()));
    }
    match sent.split_once('_') {
        // Another kind of key than there are here; Appwrite 1.9.6 goes on as if there were none.
        Some((kind, _)) if kind != "standard" => Ok(None),
        _ => Err(ApiError::known("user_unauthorized")),
    }
}

/// The session secret that the request carries: in a cookie, a header, or the web SDK's fallback.
pub fn session_secret(headers: &HeaderMap, project: &str) -> Option<(String, String)> {
    let name = format!("a_session_{project}");
    let legacy = format!("{name}_legacy");
    cookie(headers, &name)
        .or_else(|| cookie(headers, &legacy))
        .or_else(|| secret::decode_session(header(headers, "x-appwrite-session")))
        .or_else(|| {
            let fallback = header(headers, "x-fallback-cookies");
            let cookies: serde_json::Value = serde_json::from_str(fallback).ok()?;
            decode(cookies.get(&name)?.as_str()?)
        })
}

/// Whether the request brings a session in the usual ways, so that the fallback was not needed.
pub fn has_session_header(headers: &HeaderMap, project: &str) -> bool {
    let name = format!("a_session_{project}");
    cookie(headers, &name).is_some() || !header(headers, "x-appwrite-session").is_empty()
}

/// Finds user and session for a secret. Anything that does not fit is nobody.
pub fn sign_in(
    connection: &Connection,
    (user_id, secret): &(String, String),
) -> Result<Option<SignedIn>, ApiError> {
    let Some(session) = SessionRow::find_by_secret(connection, user_id, secret)? else {
        return Ok(None);
    };
    let user = UserRow::find(connection, user_id)?;
    Ok(user.map(|user| SignedIn { user, session }))
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<(String, String)> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .filter(|cookie| cookie.name() == name)
        .find_map(|cookie| decode(cookie.value()))
}

/// Cookies and what is made of them are percent-encoded.
fn decode(value: &str) -> Option<(String, String)> {
    secret::decode_session(&percent_decode_str(value).decode_utf8().ok()?)
}

/// A header's text; empty when it is not there.
pub fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
