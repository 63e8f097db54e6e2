//! A client that acts with the project's API key.

use std::{cell::Cell, fmt, marker::PhantomData, sync::Arc};

use axum::http::{HeaderMap, HeaderName, header::USER_AGENT};

use super::{
    account::AdminAccount,
    data::{Access, By, Databases, TablesDB},
    transport::{KEY, Transport, forward_addr},
    users::AdminUsers,
};
use crate::{error::AppError, server::request};

const FORWARDED_USER_AGENT: HeaderName = HeaderName::from_static("x-forwarded-user-agent");

/// Acts with the project's API key: where nobody is signed in yet, or where an administrator's act
/// is meant. Appwrite's rate limits don't apply to it.
///
/// Like a [`SessionClient`](super::SessionClient), it lives for one request and can't be shared. It
/// carries that request's user agent, so a session that it starts is shown as the person's browser
/// and not as this server.
pub struct AdminClient {
    transport: Arc<Transport>,
    credentials: HeaderMap,
    not_sync: PhantomData<Cell<()>>,
}

/// An admin client for the request that is being answered.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub async fn create_admin_client() -> Result<AdminClient, AppError> {
    let state = request::state()?;
    let mut credentials = HeaderMap::with_capacity(3);
    credentials.insert(KEY, state.api_key.header().ok_or(AppError::Internal)?);
    forward_addr(&mut credentials, request::client_addr()?);
    if let Some(user_agent) = request::with_headers(|headers| headers.get(USER_AGENT).cloned())? {
        credentials.insert(FORWARDED_USER_AGENT, user_agent);
    }
    Ok(AdminClient {
        transport: Arc::clone(&state.transport),
        credentials,
        not_sync: PhantomData,
    })
}

impl AdminClient {
    /// Accounts and sessions of people who are not signed in yet.
    pub fn account(&self) -> AdminAccount<'_> {
        AdminAccount {
            transport: &self.transport,
            credentials: &self.credentials,
        }
    }

    /// Sessions of people who have proved nothing yet.
    pub fn users(&self) -> AdminUsers<'_> {
        AdminUsers {
            transport: &self.transport,
            credentials: &self.credentials,
        }
    }

    /// All rows, whatever their permissions. The key needs the scopes `rows.read` and `rows.write`.
    pub fn tables_db(&self) -> TablesDB<'_> {
        TablesDB::new(self.access())
    }

    /// As [`tables_db`](Self::tables_db), by the older names. They have scopes of their own:
    /// `documents.read` and `documents.write`.
    pub fn databases(&self) -> Databases<'_> {
        Databases::new(self.access())
    }

    fn access(&self) -> Access<'_> {
        Access {
            transport: &self.transport,
            credentials: &self.credentials,
            by: By::Key,
        }
    }
}

impl fmt::Debug for AdminClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdminClient")
    }
}
