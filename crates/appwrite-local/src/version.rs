//! The Appwrite release that this server imitates.

/// The version of Appwrite that this server answers like.
pub const APPWRITE_VERSION: &str = "1.9.6";
