//! A local server that speaks Appwrite's HTTP API, so that an app can be developed and tested
//! without an account anywhere.
//!
//! It is for development and tests on one machine: it listens on loopback unless told otherwise,
//! and nobody should trust it with real people's accounts. What it answers follows Appwrite 1.9.6.
//!
//! ```no_run
//! # async fn start() -> Result<(), appwrite_local::StartError> {
//! let server = appwrite_local::Server::start(appwrite_local::Config::default()).await?;
//! println!("{} {} {}", server.endpoint(), server.project(), server.key());
//! server.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! A request goes through `pipeline`, which checks origin, project, key, session and scope in
//! Appwrite's order, and then to the function in `routes` that answers it.

mod call;
mod caller;
mod config;
mod cors;
mod error;
mod factor;
mod handlers;
mod headers;
mod jwt;
mod limits;
mod local_pages;
mod mail;
mod model;
mod oauth2;
mod pages;
mod params;
mod password;
mod pipeline;
mod platforms;
mod provider;
mod queries;
mod reply;
mod route;
mod router;
mod routes;
mod secret;
mod seed;
mod server;
mod settings;
mod shared;
mod store;
mod timestamp;
mod totp;
mod user_agent;
mod version;

pub use config::{Config, Data, Key, PasswordCost, SeedUser};
pub use server::{Server, StartError};
pub use settings::{MockNumber, Settings};
pub use store::DATABASE;
pub use version::APPWRITE_VERSION;

/// Keeps every server out of a data folder for as long as the value lives.
///
/// # Errors
///
/// One line: a server uses it, or it cannot be locked.
pub fn lock(folder: &std::path::Path) -> Result<impl Sized + use<>, String> {
    store::Lock::take(folder).map_err(|error| error.to_string())
}
