//! A local server that speaks Appwrite's HTTP API, so you can develop and test an app without an
//! account anywhere.
//!
//! It's for development and tests on one machine: it listens on loopback unless told otherwise, and
//! isn't safe for real people's accounts. It answers like Appwrite 1.9.6.
//!
//! ```no_run
//! # async fn start() -> Result<(), appwrite_local::StartError> {
//! let server = appwrite_local::Server::start(appwrite_local::Config::default()).await?;
//! println!("{} {} {}", server.endpoint(), server.project(), server.key());
//! server.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! `router` finds a request's route in the table that is `routes`; `pipeline` makes the checks that
//! the route requires, in Appwrite's order; then a function in `handlers` answers.

mod call;
mod caller;
mod config;
mod cors;
mod email;
mod error;
mod factor;
mod fulltext;
mod handlers;
mod headers;
mod jwt;
mod limits;
mod local_pages;
mod mail;
mod model;
mod multipart;
mod oauth2;
mod pages;
mod params;
mod password;
mod permissions;
mod php;
mod pipeline;
mod platforms;
mod provider;
mod queries;
mod reply;
mod roles;
mod route;
mod router;
mod routes;
mod secret;
mod seed;
mod server;
mod settings;
mod shared;
mod store;
mod table_pages;
mod tables;
mod timestamp;
mod totp;
mod user_agent;
mod user_pages;
mod version;

pub use config::{Config, Data, Key, PasswordCost, SeedUser};
pub use server::{Server, StartError};
pub use settings::{MockNumber, Settings};
pub use store::DATABASE;
pub use tables::ProjectFile;
pub use version::APPWRITE_VERSION;

/// Keeps all servers out of a data folder for as long as the returned value lives.
///
/// # Errors
///
/// One line that says that a server is using the folder, or why it can't be locked.
pub fn lock(folder: &std::path::Path) -> Result<impl Sized + use<>, String> {
    store::Lock::take(folder).map_err(|error| error.to_string())
}
