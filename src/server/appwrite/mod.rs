//! Appwrite over HTTP.
//!
//! For each request the app builds, as it needs them,
//!
//! - a [`SessionClient`] with [`create_session_client`]: acts as the visitor, and can do no more
//!   than they may;
//! - an [`AdminClient`] with [`create_admin_client`]: acts with the project's API key, for moments
//!   when nobody is signed in yet.
//!
//! A client is one visitor's and lives for one request. It cannot be cloned, given another session,
//! put behind an `Arc` or kept in a static: it has no such method, no public field and is not
//! `Sync`. What is shared by all of them is the [`Transport`]: the connection pool, which holds no
//! credential, keeps no cookies and follows no redirects.
//!
//! ```compile_fail,E0599
//! # async fn handler() -> Result<(), leptos_appwrite::error::AppError> {
//! let client = leptos_appwrite::server::appwrite::create_session_client().await?;
//! let another = client.clone(); // A client belongs to one visitor.
//! # Ok(()) }
//! ```

mod account;
mod admin_client;
mod error;
mod secret;
mod session_client;
mod transport;
mod wire;

pub use account::{AdminAccount, NewSession, SessionAccount, SessionId};
pub use admin_client::{AdminClient, create_admin_client};
pub use error::AppwriteError;
pub use secret::SessionSecret;
pub use session_client::{SessionClient, create_session_client};
pub use transport::{Transport, TransportError};
