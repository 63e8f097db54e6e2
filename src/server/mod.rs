//! Everything that only the server knows.

pub mod appwrite;
pub mod assets;
pub mod auth;
pub mod cli;
pub mod config;
pub mod doctor;
pub mod gzip;
pub mod http;
pub mod local;
pub mod request;
pub mod schema;
pub mod state;
pub mod telemetry;
