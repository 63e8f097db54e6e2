//! Everything that only the server knows.

pub mod appwrite;
pub mod assets;
pub mod cli;
pub mod client_addr;
pub mod config;
pub mod context;
pub mod cookie;
pub mod decoy;
pub mod doctor;
pub mod flow;
pub mod guard;
pub mod headers;
pub mod limits;
pub mod local;
pub mod mfa;
pub mod oauth2;
pub mod origin;
pub mod router;
pub mod serve;
pub mod session;
pub mod telemetry;
pub mod ways;
