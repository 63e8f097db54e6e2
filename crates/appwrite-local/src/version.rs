//! Which Appwrite this server follows.

/// The version of Appwrite whose answers are given.
pub const APPWRITE_VERSION: &str = "1.9.6";
