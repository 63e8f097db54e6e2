//! The pages, one file a route, by where they stand. They are rendered on the server only.
//!
//! A page loads its data first and renders then, so that what goes wrong decides the response
//! before any of it is written, and a rendered page holds no data but what it shows.

pub mod account;
pub mod auth;
pub mod error;
pub mod home;
pub mod mfa;
mod page;

pub use page::{Messages, Outcome, Page, PageResult};
