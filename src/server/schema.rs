//! The databases and tables that the app needs.

/// `appwrite.config.json`, the project file of Appwrite's CLI. It's built in, so that the doctor knows
/// what to look for on a machine without the source.
pub const PROJECT_FILE: &str = include_str!("../../appwrite.config.json");
