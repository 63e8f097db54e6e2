//! Where the caller is signed in.

pub mod create_anonymous;
pub mod create_email;
pub mod delete;
pub mod delete_all;
pub mod get;
pub mod list;
pub mod update;

use rusqlite::Connection;

use crate::{
    caller::SignedIn,
    error::ApiError,
    model,
    pipeline::Call,
    reply::Reply,
    store::{SessionRow, UserRow},
};

/// Starts a session and answers with it: the secret in the body for a key, in cookies for anybody.
async fn start(
    call: Call,
    user: UserRow,
    provider: &'static str,
    provider_uid: String,
    factor: &'static str,
) -> Result<Reply, ApiError> {
    let by_key = call.caller.key.is_some();
    let (session, secret) = call
        .shared
        .store
        .run(move |connection| {
            let provider = [provider, provider_uid.as_str()];
            SessionRow::create(
                connection,
                &user.id,
                provider,
                factor,
                &call.ip,
                &call.device,
            )
        })
        .await?;
    let shown = by_key.then_some(secret.as_str());
    let encoded = crate::secret::encode_session(&session.user_id, &secret);
    let reply = Reply::created(model::session(&session, true, shown));
    Ok(reply.with_session(encoded, session.expire.clone()))
}

/// The caller's session with this ID; `current` is the one of the request.
fn find(connection: &Connection, signed_in: &SignedIn, id: &str) -> Result<SessionRow, ApiError> {
    if id == "current" {
        return Ok(signed_in.session.clone());
    }
    SessionRow::find(connection, &signed_in.user.id, id)?
        .ok_or_else(|| ApiError::known("user_session_not_found"))
}
