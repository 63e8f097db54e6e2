//! Everything that only the server knows.

pub mod appwrite;
pub mod assets;
pub mod config;
pub mod context;
pub mod cookie;
pub mod guard;
pub mod headers;
pub mod local;
pub mod origin;
pub mod router;
pub mod serve;
pub mod session;
pub mod telemetry;
