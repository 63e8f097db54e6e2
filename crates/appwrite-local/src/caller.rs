//! Who calls: a guest, a user by a session or a JSON web token, or an API key.

use axum::http::{HeaderMap, header::COOKIE};
use cookie::Cookie;
use percent_encoding::percent_decode_str;
use rusqlite::Connection;
use serde_json::Value;

use crate::{
    config::Key,
    error::ApiError,
    headers,
    jwt::Signer,
    secret,
    store::{SessionRow, UserRow},
};

/// What every guest may do.
const GUEST_SCOPES: &[&str] = &["global", "public", "sessions.write", "locale.read"];
/// What a user may do besides.
const USER_SCOPES: &[&str] = &["account", "targets.read", "targets.write"];
/// What every key may do besides what it was given. Neither `public` nor `account`.
const KEY_SCOPES: &[&str] = &["global", "health.read"];

/// A user and what shows that they are the one.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The user.
    pub user: UserRow,
    /// The session the request came with; a JSON web token has none.
    pub session: Option<SessionRow>,
    /// ID of the user who acts as this one.
    pub impersonator: Option<String>,
}

/// Who calls.
pub struct Caller {
    /// The API key, if one was sent. It decides what is allowed, even beside a session.
    pub key: Option<Key>,
    /// The user, if a session or a token was sent.
    pub signed_in: Option<SignedIn>,
}

impl Caller {
    /// Whether the caller has one of these scopes; if not, Appwrite's error.
    pub fn check_scope(&self, scopes: &[&str], project: &str, host: &str) -> Result<(), ApiError> {
        if let Some(key) = &self.key {
            let granted = scopes.iter().any(|scope| {
                KEY_SCOPES.contains(scope)
                    || if key.scopes.is_empty() {
                        !matches!(*scope, "public" | "account")
                    } else {
                        key.scopes.iter().any(|granted| granted == scope)
                    }
            });
            let who = format!("app.{project}@service.{host}");
            return granted
                .then_some(())
                .ok_or_else(|| ApiError::scope(&who, "applications", scopes));
        }
        let has = |held: &[&str]| scopes.iter().any(|scope| held.contains(scope));
        let (who, role, granted) = match &self.signed_in {
            None => ("", "guests", has(GUEST_SCOPES)),
            Some(SignedIn { user, .. }) => (
                user.email.as_deref().unwrap_or_default(),
                "users",
                has(GUEST_SCOPES) || has(USER_SCOPES),
            ),
        };
        granted
            .then_some(())
            .ok_or_else(|| ApiError::scope(who, role, scopes))
    }
}

/// The API key that the request carries.
///
/// # Errors
///
/// `user_unauthorized` when it has the form of a key and is none of the project's.
pub fn key(headers: &HeaderMap, keys: &[Key]) -> Result<Option<Key>, ApiError> {
    let sent = headers::text(headers, "x-appwrite-key");
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

/// What a request brings to show who its user is.
pub enum Credential {
    /// A session: the user's ID and the secret.
    Session(String, String),
    /// A JSON web token: the user's ID, and the session's, unless it is good without one.
    Token(String, String),
}

/// Reads the session or the token that the request carries.
///
/// # Errors
///
/// `user_jwt_invalid` for a token that is not good.
pub fn credentials(
    headers: &HeaderMap,
    project: &str,
    signer: &Signer,
) -> Result<Vec<Credential>, ApiError> {
    let mut found = Vec::new();
    if let Some((id, secret)) = session_secret(headers, project) {
        found.push(Credential::Session(id, secret));
    }
    let token = headers::text(headers, "x-appwrite-jwt");
    if !token.is_empty() {
        let payload = signer.verify(token).map_err(|reason| {
            let message = format!("Failed to verify JWT. {reason}");
            ApiError::with("user_jwt_invalid", 401, message)
        })?;
        let text = |name: &str| payload[name].as_str().unwrap_or_default().to_owned();
        found.push(Credential::Token(text("userId"), text("sessionId")));
    }
    Ok(found)
}

/// The session secret that the request carries: in a cookie, a header, or the web SDK's fallback.
fn session_secret(headers: &HeaderMap, project: &str) -> Option<(String, String)> {
    let name = format!("a_session_{project}");
    let legacy = format!("{name}_legacy");
    cookie(headers, &name)
        .or_else(|| cookie(headers, &legacy))
        .or_else(|| secret::decode_session(headers::text(headers, "x-appwrite-session")))
        .or_else(|| {
            let fallback = headers::text(headers, "x-fallback-cookies");
            let cookies: Value = serde_json::from_str(fallback).ok()?;
            decode(cookies.get(&name)?.as_str()?)
        })
}

/// Whether the request brings a session in the usual ways, so that the fallback was not needed.
pub fn has_session_header(headers: &HeaderMap, project: &str) -> bool {
    let name = format!("a_session_{project}");
    cookie(headers, &name).is_some() || !headers::text(headers, "x-appwrite-session").is_empty()
}

/// The user that a request acts as, when its own may do so: the header's name without
/// `X-Appwrite-Impersonate-User-`, and its value.
pub fn impersonated(headers: &HeaderMap) -> Option<(&'static str, String)> {
    ["id", "email", "phone"].into_iter().find_map(|by| {
        let value = headers::text(headers, &format!("x-appwrite-impersonate-user-{by}"));
        (!value.is_empty()).then(|| (by, value.to_owned()))
    })
}

/// Finds the user for what a request brought. Anything that does not fit is nobody.
pub fn sign_in(
    connection: &Connection,
    credentials: &[Credential],
    impersonated: Option<&(&'static str, String)>,
) -> Result<Option<SignedIn>, ApiError> {
    let mut found = None;
    for credential in credentials {
        let one = match credential {
            Credential::Session(user_id, secret) => {
                SessionRow::find_by_secret(connection, user_id, secret)?
                    .map(|session| (user_id, Some(session)))
            }
            // A token for no session is good for as long as it says.
            Credential::Token(user_id, session_id) if session_id.is_empty() => {
                Some((user_id, None))
            }
            Credential::Token(user_id, session_id) => {
                SessionRow::find(connection, user_id, session_id)?.map(|_| (user_id, None))
            }
        };
        let Some((user_id, session)) = one else {
            continue;
        };
        let Some(mut user) = UserRow::find(connection, user_id)? else {
            continue;
        };
        if found.is_some() {
            return Err(ApiError::known("user_jwt_and_cookie_set"));
        }
        user.note_access(connection)?;
        found = Some(SignedIn {
            user,
            session,
            impersonator: None,
        });
    }
    match (found, impersonated) {
        (Some(actor), Some((by, value))) if actor.user.impersonator == Some(true) => {
            let user = match *by {
                "email" => UserRow::find_by_email(connection, value)?,
                "phone" => UserRow::find_by_phone(connection, value)?,
                _ => UserRow::find(connection, value)?,
            };
            let user = user.ok_or_else(|| ApiError::known("user_not_found"))?;
            Ok(Some(SignedIn {
                user,
                session: actor.session,
                impersonator: Some(actor.user.id),
            }))
        }
        (found, _) => Ok(found),
    }
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
