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
//! Appwrite's order, and then to the one file in `routes` that answers it.

mod agent;
mod caller;
mod config;
mod cors;
mod error;
mod inbox;
mod model;
mod params;
mod password;
mod pipeline;
mod reply;
mod routes;
mod secret;
mod server;
mod store;

pub use config::{Config, Data, Key, PasswordCost};
pub use server::{Server, StartError};

/// The version of Appwrite whose answers are given.
pub const APPWRITE_VERSION: &str = "1.9.6";
