//! Appwrite over HTTP.
//!
//! For each request the app builds, as it needs them,
//!
//! - a [`SessionClient`] with [`create_session_client`]: acts as the visitor, and can do no more
//!   than they may;
//! - an [`AdminClient`] with [`create_admin_client`]: acts with the project's API key, for moments
//!   when nobody is signed in yet;
//! - a [`GuestClient`] with [`create_guest_client`]: acts as nobody, for the few calls that Appwrite
//!   does not take from a key.
//!
//! A client is one visitor's and lives for one request. It cannot be cloned, given another session,
//! put behind an `Arc` or kept in a static: it has no such method, no public field and is not
//! `Sync`. What is shared by all of them is the [`Transport`]: the connection pool, which holds no
//! credential, keeps no cookies and follows no redirects.
//!
//! What a request does with its client:
//!
//! ```
//! # async fn page() -> Result<(), leptos_appwrite::error::AppError> {
//! use leptos_appwrite::server::appwrite::{SessionClient, create_session_client};
//! let client: SessionClient = create_session_client().await?;
//! let account = client.account().get().await;
//! # Ok(()) }
//! # fn is_send<T: Send>() {}
//! # is_send::<SessionClient>();
//! # use leptos_appwrite::server::appwrite::SessionClient;
//! ```
//!
//! It cannot be cloned,
//!
//! ```compile_fail,E0599
//! # async fn page() -> Result<(), leptos_appwrite::error::AppError> {
//! use leptos_appwrite::server::appwrite::{SessionClient, create_session_client};
//! let client: SessionClient = create_session_client().await?;
//! let another: SessionClient = client.clone();
//! # Ok(()) }
//! ```
//!
//! kept in a static,
//!
//! ```compile_fail,E0277
//! use leptos_appwrite::server::appwrite::SessionClient;
//! static CLIENT: std::sync::OnceLock<SessionClient> = std::sync::OnceLock::new();
//! ```
//!
//! shared behind an `Arc`,
//!
//! ```compile_fail,E0277
//! use leptos_appwrite::server::appwrite::SessionClient;
//! fn is_send<T: Send>() {}
//! is_send::<std::sync::Arc<SessionClient>>();
//! ```
//!
//! or given another session.
//!
//! ```compile_fail,E0599
//! # async fn page(secret: leptos_appwrite::server::appwrite::SessionSecret)
//! # -> Result<(), leptos_appwrite::error::AppError> {
//! use leptos_appwrite::server::appwrite::{SessionClient, create_session_client};
//! let mut client: SessionClient = create_session_client().await?;
//! client.set_session(secret);
//! # Ok(()) }
//! ```
//!
//! ```compile_fail,E0616
//! # async fn page() -> Result<(), leptos_appwrite::error::AppError> {
//! use leptos_appwrite::server::appwrite::{SessionClient, create_session_client};
//! let mut client: SessionClient = create_session_client().await?;
//! client.credentials.clear();
//! # Ok(()) }
//! ```

mod account;
mod admin_client;
mod error;
mod guest_client;
mod probe;
mod secret;
mod session_client;
mod transport;
mod wire;

pub use account::{
    AdminAccount, GuestAccount, NewSession, SessionAccount, SessionId, Token, TotpSecret,
};
pub use admin_client::{AdminClient, create_admin_client};
pub use error::AppwriteError;
pub use guest_client::{GuestClient, create_guest_client};
pub use probe::{Caller, Failure, FailureKind, Probe, ProbeAnswer, ProbeError};
pub use secret::SessionSecret;
pub use session_client::{SessionClient, create_session_client};
pub use transport::{Transport, TransportError};
