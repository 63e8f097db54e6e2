//! The functions that answer the routes, one module for each resource.

pub mod account;
pub mod health;
mod identities;
pub mod locale;
mod logs;
pub mod mock;
mod second_factor;
pub mod users;
