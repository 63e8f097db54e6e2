//! The Users service, as far as a key with the scope `sessions.write` may use it.

use axum::http::HeaderMap;
use serde_json::json;

use super::{
    account::NewSession,
    error::AppwriteError,
    id::Id,
    transport::{Call, Transport},
    wire,
};

/// Anybody's sessions, as an administrator sees them.
pub struct AdminUsers<'a> {
    pub(super) transport: &'a Transport,
    pub(super) credentials: &'a HeaderMap,
}

impl AdminUsers<'_> {
    /// `POST /users/{id}/sessions`: a session as this user, without anybody having proved anything.
    pub async fn create_session(&self, user: &Id) -> Result<NewSession, AppwriteError> {
        let path = format!("/users/{user}/sessions");
        let call = Call::post(&path, json!({}));
        let session = self.transport.send(self.credentials.clone(), call).await;
        let session: wire::Session = session.map_err(AppwriteError::or_key_refused)?;
        session.try_into()
    }

    /// `DELETE /users/{id}/sessions/{session}`: ends it. Unlike with the user's own session, there's
    /// no limit to how often this may be called.
    pub async fn delete_session(&self, user: &Id, session: &Id) -> Result<(), AppwriteError> {
        let path = format!("/users/{user}/sessions/{session}");
        let call = Call::delete(&path);
        let ended = self.transport.send_empty(self.credentials.clone(), call);
        ended.await.map_err(AppwriteError::or_key_refused)
    }
}
