//! A user's sessions, and the tokens an administrator creates for them.

use serde_json::json;
use time::Duration;

use super::found::find;
use crate::{
    call::Call,
    error::ApiError,
    model,
    reply::Reply,
    secret,
    store::{NewSession, ProviderTokens, SECRET_BYTES, SessionRow, TokenKind, TokenRow},
};

/// `GET /users/:userId/sessions`. Each `secret` is the stored hash, which is no use for signing in.
pub async fn list(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    let counted = call.params.loose_boolean_or("total", true)?;
    call.shared
        .store
        .read(move |connection| {
            let id = find(connection, &id)?.id;
            let sessions = SessionRow::list(connection, &id)?;
            let models: Vec<_> = sessions
                .iter()
                .map(|session| model::session(session, false, &session.hash))
                .collect();
            let total = if counted { models.len() } else { 0 };
            Ok(Reply::ok(model::list("sessions", total, models)))
        })
        .await
}

/// `POST /users/:userId/sessions`: starts a session. The administrator sees its secret.
pub async fn create(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    let (ip, device) = (call.ip.clone(), call.device.clone());
    let duration = call.shared.settings.session_duration();
    call.shared
        .store
        .run(move |connection| {
            let user_id = find(connection, &id)?.id;
            let new = NewSession {
                user_id: user_id.clone(),
                provider: "server".to_owned(),
                provider_uid: String::new(),
                factors: vec!["server".to_owned()],
                tokens: ProviderTokens::default(),
                ip,
                device,
                duration,
                // The session limit is for people who sign in themselves.
                limit: 0,
                secret_bytes: SECRET_BYTES,
            };
            let (session, secret) = SessionRow::create(connection, new)?;
            let secret = secret::encode_session(&user_id, &secret);
            Ok(Reply::created(model::session(&session, false, &secret)))
        })
        .await
}

/// `DELETE /users/:userId/sessions`: ends them all.
pub async fn delete_all(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    call.shared
        .store
        .run(move |connection| {
            let id = find(connection, &id)?.id;
            SessionRow::delete_all(connection, &id, None)?;
            Ok(Reply::no_content())
        })
        .await
}

/// `DELETE /users/:userId/sessions/:sessionId`: ends one.
pub async fn delete(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    let session_id = call.id("sessionId")?;
    call.shared
        .store
        .run(move |connection| {
            let id = find(connection, &id)?.id;
            SessionRow::find(connection, &id, &session_id)?
                .ok_or_else(|| ApiError::known("user_session_not_found"))?
                .delete(connection)?;
            Ok(Reply::no_content())
        })
        .await
}

/// `POST /users/:userId/tokens`: a one-time sign-in token.
pub async fn create_token(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    let length = call.params.number_or("length", 4..=128, 6)?;
    let expire = call.params.number_or("expire", 60..=31_536_000, 900)?;
    call.shared
        .store
        .run(move |connection| {
            let id = find(connection, &id)?.id;
            let length = usize::try_from(length).unwrap_or(6);
            let mut secret = secret::hex(length.div_ceil(2));
            secret.truncate(length);
            let lifetime = Duration::seconds(expire);
            let token = TokenRow::create(connection, &id, TokenKind::Generic, &secret, lifetime)?;
            Ok(Reply::created(model::token(&token, &secret, "")))
        })
        .await
}

/// `POST /users/:userId/jwts`: a JSON web token for one of the user's sessions, or for none.
pub async fn create_jwt(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    let session_id = call.params.optional_uid("sessionId")?;
    let duration = call.params.number_or("duration", 0..=3600, 900)?;
    let signer = call.shared.signer.clone();
    call.shared
        .store
        .run(move |connection| {
            let id = find(connection, &id)?.id;
            let sessions = SessionRow::list(connection, &id)?;
            let session = match session_id.as_deref() {
                None | Some("recent") => sessions.last(),
                Some(id) => sessions.iter().find(|session| session.id == id),
            };
            let session_id = session.map_or("", |session| session.id.as_str());
            let payload = json!({ "userId": id, "sessionId": session_id });
            Ok(Reply::created(
                json!({ "jwt": signer.sign(payload, duration) }),
            ))
        })
        .await
}
