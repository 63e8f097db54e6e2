//! Who is calling: a guest, a user with a session or a JSON web token, or an API key.

use axum::http::{HeaderMap, header::COOKIE};
use cookie::Cookie;
use percent_encoding::percent_decode_str;
use rusqlite::Connection;
use serde_json::Value;
use strum::{EnumIter, IntoEnumIterator, IntoStaticStr};

use crate::{
    config::Key,
    error::ApiError,
    headers,
    jwt::Signer,
    secret,
    store::{SessionRow, UserRow},
};

/// What every guest may do.
const GUEST_SCOPES: &[&str] = &[
    "global",
    "public",
    "sessions.write",
    "locale.read",
    "rows.read",
    "rows.write",
    "documents.read",
    "documents.write",
];
/// What every user may do, too.
const USER_SCOPES: &[&str] = &["account", "targets.read", "targets.write"];
/// What users may do, too, who may act as others: find those.
const IMPERSONATOR_SCOPES: &[&str] = &["users.read"];
/// What every key may do, besides the scopes it was given. Never `public` or `account`.
const KEY_SCOPES: &[&str] = &["global", "health.read"];

/// A signed-in user.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The user.
    pub user: UserRow,
    /// The request's session. A JSON web token comes without one.
    pub session: Option<SessionRow>,
    /// The ID of the user who is acting as this one.
    pub impersonator: Option<String>,
}

/// Who is calling.
pub struct Caller {
    /// The API key, if one was sent. Even if there's a session too, the key decides what's allowed.
    pub key: Option<Key>,
    /// The user, if a session or a token was sent.
    pub signed_in: Option<SignedIn>,
}

impl Caller {
    /// Refuses a caller who has none of these scopes.
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
            Some(SignedIn {
                user, impersonator, ..
            }) => {
                let impersonates = user.impersonator || impersonator.is_some();
                let granted = has(GUEST_SCOPES)
                    || has(USER_SCOPES)
                    || (impersonates && has(IMPERSONATOR_SCOPES));
                (user.email().unwrap_or_default(), "users", granted)
            }
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
/// `user_unauthorized` if it looks like a key but isn't one of the project's.
pub fn key(headers: &HeaderMap, keys: &[Key]) -> Result<Option<Key>, ApiError> {
    let sent = headers::text(headers, "x-appwrite-key");
    if sent.is_empty() {
        return Ok(None);
    }
    if let Some(key) = keys.iter().find(|key| key.secret == sent) {
        return Ok(Some(key.clone()));
    }
    match sent.split_once('_') {
        // A kind of key that doesn't exist here. Appwrite 1.9.6 ignores those, too.
        Some((kind, _)) if kind != "standard" => Ok(None),
        _ => Err(ApiError::known("user_unauthorized")),
    }
}

/// What a request can prove its user with.
pub enum Credential {
    /// A session: the user's ID and the secret.
    Session(String, String),
    /// A JSON web token: the user's ID and the session's. The latter is empty if it isn't tied to
    /// one.
    Token(String, String),
}

/// Reads the session and the token that the request carries.
///
/// # Errors
///
/// `user_jwt_invalid` for an invalid token.
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

/// The user's ID and the session secret that the request carries in a cookie, in a header, or in
/// the web SDK's fallback.
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

/// Whether the request carries a session in one of the usual ways, so it didn't need the fallback.
pub fn has_session_header(headers: &HeaderMap, project: &str) -> bool {
    let name = format!("a_session_{project}");
    cookie(headers, &name).is_some() || !headers::text(headers, "x-appwrite-session").is_empty()
}

/// The user that a request wants to act as.
pub struct Impersonated {
    by: ImpersonatedBy,
    value: String,
}

/// How the user is named: the end of `X-Appwrite-Impersonate-User-…`.
#[derive(Clone, Copy, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
enum ImpersonatedBy {
    Id,
    Email,
    Phone,
}

/// Reads which user the request wants to act as.
pub fn impersonated(headers: &HeaderMap) -> Option<Impersonated> {
    ImpersonatedBy::iter().find_map(|by| {
        let name = format!("x-appwrite-impersonate-user-{}", <&str>::from(by));
        let value = headers::text(headers, &name).to_owned();
        (!value.is_empty()).then_some(Impersonated { by, value })
    })
}

/// Finds the user for a request's credentials. Wrong ones make it a guest's request. `noted` says
/// whether it's also noted that they were here.
pub fn sign_in(
    connection: &Connection,
    credentials: &[Credential],
    impersonated: Option<&Impersonated>,
    noted: bool,
) -> Result<Option<SignedIn>, ApiError> {
    let mut found = None;
    for credential in credentials {
        let (Credential::Session(user_id, _) | Credential::Token(user_id, _)) = credential;
        let Some(mut user) = UserRow::find(connection, user_id)? else {
            continue;
        };
        let session = match credential {
            Credential::Session(_, secret) => {
                let session = SessionRow::find_by_secret(connection, &user.id, secret)?;
                session.map(Some)
            }
            // A token without a session is valid until it expires.
            Credential::Token(_, session_id) if session_id.is_empty() => Some(None),
            Credential::Token(_, session_id) => {
                SessionRow::find(connection, &user.id, session_id)?.map(|_| None)
            }
        };
        let Some(session) = session else {
            continue;
        };
        if found.is_some() {
            return Err(ApiError::known("user_jwt_and_cookie_set"));
        }
        if noted {
            user.note_access(connection)?;
        }
        found = Some(SignedIn {
            user,
            session,
            impersonator: None,
        });
    }
    match (found, impersonated) {
        (Some(actor), Some(Impersonated { by, value })) if actor.user.impersonator => {
            let user = match *by {
                ImpersonatedBy::Email => UserRow::find_by_email(connection, value)?,
                ImpersonatedBy::Phone => UserRow::find_by_phone(connection, value)?,
                ImpersonatedBy::Id => UserRow::find(connection, value)?,
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
        // Another app's cookie may have any bytes. The session's are ASCII.
        .flat_map(|value| {
            Cookie::split_parse(String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .filter_map(Result::ok)
        .filter(|cookie| cookie.name() == name)
        .find_map(|cookie| decode(cookie.value()))
}

/// Cookies, and the fallback that copies them, are percent-encoded.
fn decode(value: &str) -> Option<(String, String)> {
    secret::decode_session(&percent_decode_str(value).decode_utf8().ok()?)
}
