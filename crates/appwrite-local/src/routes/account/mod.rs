//! The account of who calls.

pub mod create;
pub mod get;
pub mod get_prefs;
pub mod sessions;
pub mod update_name;
pub mod update_prefs;
pub mod update_status;
