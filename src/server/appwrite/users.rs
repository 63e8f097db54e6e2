//! The Users service, as far as the app uses it. A key with the scope `sessions.write` will do, but
//! for what changes a user.

use axum::http::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
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
        let session = NewSession::try_from(session)?;
        self.transport.sessions.started(&session.secret);
        Ok(session)
    }

    /// `DELETE /users/{id}/sessions`: ends all of them.
    pub async fn delete_sessions(&self, user: &Id) -> Result<(), AppwriteError> {
        let path = format!("/users/{user}/sessions");
        let call = Call::delete(&path);
        let ended = self.transport.send_empty(self.credentials.clone(), call);
        ended.await.map_err(AppwriteError::or_key_refused)
    }

    /// `DELETE /users/{id}/sessions/{session}`: ends it. Unlike with the user's own session, there's
    /// no limit to how often this may be called.
    pub async fn delete_session(&self, user: &Id, session: &Id) -> Result<(), AppwriteError> {
        let path = format!("/users/{user}/sessions/{session}");
        let call = Call::delete(&path);
        let ended = self.transport.send_empty(self.credentials.clone(), call);
        ended.await.map_err(AppwriteError::or_key_refused)
    }

    /// `PATCH /users/{id}/password`: the account's password is this from now on. Returns
    /// [the date](crate::model::Account::password_set) that the account has for that. That takes the scope
    /// `users.write`.
    ///
    /// Not for an empty one, though Appwrite takes that: 1.9 goes on after its answer then, and hashes the empty
    /// password, with another date (appwrite/appwrite#12797).
    ///
    /// # Errors
    ///
    /// [`AppwriteError::KeyRefused`] without that scope.
    pub async fn update_password(
        &self,
        user: &Id,
        password: &SecretString,
    ) -> Result<String, AppwriteError> {
        let path = format!("/users/{user}/password");
        let call = Call::patch(&path, json!({ "password": password.expose_secret() }));
        let changed = self.transport.send(self.credentials.clone(), call).await;
        let changed: wire::Account = changed.map_err(AppwriteError::or_key_refused)?;
        Ok(changed.password_update)
    }

    /// `PATCH /users/{id}/mfa`: whether Appwrite asks for a second step. That takes the scope `users.write`.
    ///
    /// # Errors
    ///
    /// [`AppwriteError::KeyRefused`] without that scope.
    pub async fn update_mfa(&self, user: &Id, on: bool) -> Result<(), AppwriteError> {
        let path = format!("/users/{user}/mfa");
        let call = Call::patch(&path, json!({ "mfa": on }));
        let changed = self.transport.send_empty(self.credentials.clone(), call);
        changed.await.map_err(AppwriteError::or_key_refused)
    }

    /// `DELETE /users/{id}/mfa/authenticators/totp`: removes the authenticator app. That takes the scope
    /// `users.write`.
    ///
    /// # Errors
    ///
    /// [`AppwriteError::KeyRefused`] without that scope.
    pub async fn delete_totp(&self, user: &Id) -> Result<(), AppwriteError> {
        let path = format!("/users/{user}/mfa/authenticators/totp");
        let call = Call::delete(&path);
        let deleted = self.transport.send_empty(self.credentials.clone(), call);
        deleted.await.map_err(AppwriteError::or_key_refused)
    }
}
