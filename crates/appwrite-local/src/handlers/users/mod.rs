//! Users, as an API key administers them.

pub mod create;
mod found;
pub mod identities;
pub mod mfa;
pub mod read;
pub mod sessions;
pub mod targets;
pub mod update;
