//! Whether and what the server is.

pub mod get;
pub mod get_version;
