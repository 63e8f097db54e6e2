//! The account of the person who is signed in.

mod get;
mod list_sessions;

pub use get::get_account;
pub use list_sessions::list_sessions;
