//! A client that acts as the visitor.

use std::{cell::Cell, fmt, marker::PhantomData, net::IpAddr, sync::Arc};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::{
    account::SessionAccount,
    data::{Access, By, Databases, TablesDB},
    secret::SessionSecret,
    seen_sessions::Seen,
    transport::{SESSION, Transport, forward_addr},
};
use crate::{
    error::AppError,
    server::{auth::cookie, request},
};

const LOCALE: HeaderName = HeaderName::from_static("x-appwrite-locale");

/// Acts as the person whose session cookie the request carries, and can do no more than they may.
///
/// Each request makes its own, and drops it at the end. It's `Send`, so async code can use it, but
/// on purpose neither `Clone` nor `Sync`: neither an `Arc` nor a static can share it. Its services
/// are borrowed from it, and can be used side by side.
pub struct SessionClient {
    transport: Arc<Transport>,
    credentials: HeaderMap,
    seen: Seen,
    not_sync: PhantomData<Cell<()>>,
}

/// The client of the visitor whose request is being answered, in a server function or while a page
/// loads.
///
/// # Errors
///
/// [`AppError::SignedOut`] when the request has no session cookie, or one that can't be a session.
/// Appwrite isn't asked.
pub async fn create_session_client() -> Result<SessionClient, AppError> {
    let state = request::state()?;
    let secret = request::with_headers(|headers| cookie::session_secret(&state.site, headers))?
        .ok_or(AppError::SignedOut)?;
    let mut client = SessionClient::with_secret(&secret)?;
    if let Some(visitor) = request::visitor() {
        // Appwrite writes emails and the names of countries in this language.
        let language = HeaderValue::from_static(visitor.preferences.locale.language());
        client.credentials.insert(LOCALE, language);
    }
    Ok(client)
}

impl SessionClient {
    /// A client for this session, which need not be the one in the request's cookie.
    pub(in crate::server) fn with_secret(secret: &SessionSecret) -> Result<Self, AppError> {
        Self::new(
            &request::state()?.transport,
            secret,
            request::client_addr()?,
        )
    }

    /// A client for this session, on behalf of the visitor at this address.
    pub(in crate::server) fn new(
        transport: &Arc<Transport>,
        secret: &SessionSecret,
        addr: IpAddr,
    ) -> Result<Self, AppError> {
        let mut credentials = HeaderMap::with_capacity(3);
        credentials.insert(SESSION, secret.header().ok_or(AppError::SignedOut)?);
        forward_addr(&mut credentials, addr);
        Ok(Self {
            transport: Arc::clone(transport),
            credentials,
            seen: transport.sessions.see(secret, addr),
            not_sync: PhantomData,
        })
    }

    /// Rows, as far as the visitor may see and change them.
    pub fn tables_db(&self) -> TablesDB<'_> {
        TablesDB::new(self.access())
    }

    /// As [`tables_db`](Self::tables_db), by the older names.
    pub fn databases(&self) -> Databases<'_> {
        Databases::new(self.access())
    }

    fn access(&self) -> Access<'_> {
        Access {
            transport: &self.transport,
            credentials: &self.credentials,
            by: By::Session(self.seen),
        }
    }

    /// The visitor's account and sessions.
    pub fn account(&self) -> SessionAccount<'_> {
        SessionAccount {
            transport: &self.transport,
            credentials: &self.credentials,
            seen: self.seen,
        }
    }
}

impl fmt::Debug for SessionClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionClient")
    }
}
