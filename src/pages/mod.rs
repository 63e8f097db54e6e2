//! The pages, mostly one file per route, in folders by domain. They're rendered on the server only.
//!
//! A page loads all its data before it renders. So an error can still decide the response, and a
//! rendered page contains no data except what it shows.

pub mod account;
pub mod auth;
mod cancel;
pub mod error;
pub mod home;
mod local_inbox;
pub mod mfa;
pub mod notes;
mod page;
mod send_again;

pub use cancel::Cancel;
pub use local_inbox::{InboxUrl, LocalInbox};
pub use page::{Messages, Outcome, Page, PageResult};
pub use send_again::SendAgain;
