//! A client that acts as the visitor.

use std::{cell::Cell, fmt, marker::PhantomData, net::IpAddr, sync::Arc};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::{
    SessionAccount, SessionSecret,
    transport::{Transport, forward},
};
use crate::{
    error::AppError,
    server::{context, cookie},
};

const LOCALE: HeaderName = HeaderName::from_static("x-appwrite-locale");
const SESSION: HeaderName = HeaderName::from_static("x-appwrite-session");

/// Acts as the person whose session cookie the request carries, and can do no more than they may.
///
/// One is made for each request and dropped with it. It is `Send`, so that it can be used in async
/// code, but deliberately neither `Clone` nor `Sync`: neither an `Arc` nor a static can share it.
/// Its services are borrowed from it and can be used side by side.
pub struct SessionClient {
    transport: Arc<Transport>,
    credentials: HeaderMap,
    not_sync: PhantomData<Cell<()>>,
}

/// The client of the visitor whose request is being answered.
///
/// Works in server functions and while a page loads.
///
/// # Errors
///
/// [`AppError::SignedOut`] when the request has no session cookie, or one that cannot be a session;
/// Appwrite is not asked.
pub async fn create_session_client() -> Result<SessionClient, AppError> {
    let app = context::app()?;
    let secret = context::with_headers(|headers| cookie::session_secret(&app.site, headers))?
        .ok_or(AppError::SignedOut)?;
    let addr = context::client_addr()?;
    let mut client = SessionClient::new(Arc::clone(&app.transport), &secret, addr)?;
    if let Some(visitor) = context::visitor() {
        // The language of the mails that Appwrite sends them, and of the countries it names.
        let language = HeaderValue::from_static(visitor.preferences.locale.language());
        client.credentials.insert(LOCALE, language);
    }
    Ok(client)
}

impl SessionClient {
    pub(in crate::server) fn new(
        transport: Arc<Transport>,
        secret: &SessionSecret,
        addr: IpAddr,
    ) -> Result<Self, AppError> {
        let mut credentials = HeaderMap::with_capacity(3);
        credentials.insert(SESSION, secret.header().ok_or(AppError::SignedOut)?);
        forward(&mut credentials, addr);
        Ok(Self {
            transport,
            credentials,
            not_sync: PhantomData,
        })
    }

    /// The visitor's account and sessions.
    pub fn account(&self) -> SessionAccount<'_> {
        SessionAccount {
            transport: &self.transport,
            credentials: &self.credentials,
        }
    }
}

impl fmt::Debug for SessionClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionClient")
    }
}
