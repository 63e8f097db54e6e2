//! The pages for people, as functions from data to HTML.

pub mod consent;
pub mod inbox;
mod layout;
pub mod outcome;
pub mod parts;
pub mod status;
pub mod tables;
pub mod users;
