//! The Account service, once for each kind of client.

use axum::http::HeaderMap;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    SessionSecret,
    error::AppwriteError,
    transport::{Call, Transport},
    wire,
};
use crate::model::{Account, Credentials, NewAccount, Session};

/// The visitor's own account.
pub struct SessionAccount<'a> {
    pub(super) transport: &'a Transport,
    pub(super) credentials: &'a HeaderMap,
}

impl SessionAccount<'_> {
    /// `GET /account`: who they are.
    pub async fn get(&self) -> Result<Account, AppwriteError> {
        let account: wire::Account = self
            .transport
            .send(self.credentials.clone(), Call::get("/account"))
            .await?;
        Ok(account.into())
    }

    /// `GET /account/sessions`: where they are signed in, in Appwrite's order.
    pub async fn list_sessions(&self) -> Result<Vec<Session>, AppwriteError> {
        let list: wire::SessionList = self
            .transport
            .send(self.credentials.clone(), Call::get("/account/sessions"))
            .await?;
        Ok(list.sessions.into_iter().map(Session::from).collect())
    }

    /// `GET /account/sessions/{id}`; `current` is the one of this request.
    pub async fn get_session(&self, id: &SessionId) -> Result<Session, AppwriteError> {
        let session: wire::Session = self
            .transport
            .send(self.credentials.clone(), Call::get(&id.path()))
            .await?;
        Ok(session.into())
    }

    /// `DELETE /account/sessions/{id}`: ends it. `current` is the one of this request.
    pub async fn delete_session(&self, id: &SessionId) -> Result<(), AppwriteError> {
        self.transport
            .send_empty(self.credentials.clone(), Call::delete(&id.path()))
            .await
    }
}

/// Which of the person's sessions is meant.
pub enum SessionId {
    /// The one that the request came with.
    Current,
    /// The one with this `$id`.
    Id(String),
}

impl SessionId {
    fn path(&self) -> String {
        match self {
            Self::Current => "/account/sessions/current".to_owned(),
            Self::Id(id) => format!(
                "/account/sessions/{}",
                percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC)
            ),
        }
    }
}

/// A session that Appwrite has just made, with its secret.
#[derive(Debug)]
pub struct NewSession {
    /// What goes into the cookie.
    pub secret: SessionSecret,
    /// When Appwrite ends it.
    pub expire: OffsetDateTime,
}

/// Accounts in general, for moments when nobody is signed in yet.
pub struct AdminAccount<'a> {
    pub(super) transport: &'a Transport,
    pub(super) credentials: &'a HeaderMap,
}

impl AdminAccount<'_> {
    /// `POST /account`: makes an account.
    pub async fn create(&self, account: &NewAccount) -> Result<Account, AppwriteError> {
        let body = wire::CreateAccount {
            user_id: "unique()",
            email: &account.email,
            password: &account.password,
            name: &account.name,
        };
        let account: wire::Account = self
            .transport
            .send(self.credentials.clone(), Call::post("/account", &body))
            .await?;
        Ok(account.into())
    }

    /// `POST /account/sessions/email`: signs in with e-mail and password.
    pub async fn create_email_password_session(
        &self,
        credentials: &Credentials,
    ) -> Result<NewSession, AppwriteError> {
        let body = wire::CreateEmailPasswordSession {
            email: &credentials.email,
            password: &credentials.password,
        };
        let session: wire::Session = self
            .transport
            .send(
                self.credentials.clone(),
                Call::post("/account/sessions/email", &body),
            )
            .await?;
        session.try_into()
    }
}

impl TryFrom<wire::Session> for NewSession {
    type Error = AppwriteError;

    fn try_from(session: wire::Session) -> Result<Self, AppwriteError> {
        let garbage = |reason: &str| AppwriteError::Garbage {
            status: axum::http::StatusCode::CREATED,
            reason: reason.to_owned(),
        };
        Ok(Self {
            secret: SessionSecret::decode(&session.secret).ok_or_else(|| {
                garbage("the session has no secret; is APPWRITE_KEY a key of this project?")
            })?,
            expire: OffsetDateTime::parse(&session.expire, &Rfc3339)
                .map_err(|_| garbage("the session's expiry is no date"))?,
        })
    }
}
