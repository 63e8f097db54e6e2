//! Appwrite over HTTP.
//!
//! Each request makes the clients that it needs:
//!
//! - [`create_session_client`] makes a [`SessionClient`]. It acts as the visitor, and can do no
//!   more than they may.
//! - [`create_admin_client`] makes an [`AdminClient`]. It acts with the project's API key, for when
//!   nobody is signed in yet.
//! - [`create_guest_client`] makes a [`GuestClient`]. It acts as nobody, for the few calls that
//!   Appwrite refuses to a key.
//!
//! A client belongs to one visitor and lives for one request. It can't be cloned, given another
//! session, put behind an `Arc` or kept in a static: it has no method for that, no public field,
//! and isn't `Sync`. All clients share the [`Transport`], which is the connection pool: it holds no
//! credential, keeps no cookies and follows no redirects.
//!
//! This is how a request uses its client:
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
//! Rows are read as a type of the caller's:
//!
//! ```
//! # async fn page() -> Result<(), leptos_appwrite::error::AppError> {
//! use leptos_appwrite::server::appwrite::{Id, Query, Rows, create_session_client};
//! const DATABASE: Id = Id::from_static("app");
//! const NOTES: Id = Id::from_static("notes");
//! #[derive(serde::Deserialize)]
//! struct Note {
//!     title: String,
//!     done: bool,
//! }
//! let client = create_session_client().await?;
//! let queries = [
//!     Query::equal("done", false),
//!     Query::order_desc("$createdAt"),
//!     Query::limit(25),
//! ];
//! let notes: Rows<Note> = client
//!     .tables_db()
//!     .list_rows(&DATABASE, &NOTES, &queries)
//!     .await?;
//! # Ok(()) }
//! ```
//!
//! A client can't be cloned,
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
mod data;
mod error;
mod guest_client;
mod id;
mod probe;
mod secret;
mod seen_sessions;
mod session_client;
mod transport;
mod users;
mod visitors;
mod wire;

pub use account::{
    AdminAccount, ExtendedSession, GuestAccount, NewSession, SessionAccount, Token, TotpSecret,
};
pub use admin_client::{AdminClient, create_admin_client};
pub use data::{
    Databases, Operation, Permission, Query, Role, Row, Rows, StagedRow, StagedRows, Status,
    TablesDB, Transaction,
};
pub use error::{AppwriteError, or_gone};
pub use guest_client::{GuestClient, create_guest_client};
pub use id::Id;
pub use probe::{Caller, Failure, FailureKind, Probe, ProbeAnswer, ProbeError};
pub use secret::SessionSecret;
pub use session_client::{SessionClient, create_session_client};
pub use transport::{Transport, TransportError};
pub use users::AdminUsers;
