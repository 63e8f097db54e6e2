//! The pages for people, as functions of what they show.

pub mod consent;
pub mod inbox;
mod layout;
pub mod outcome;
pub mod status;
