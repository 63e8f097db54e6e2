//! The caller's own account.

mod current;
pub mod identities;
pub mod jwt;
pub mod logs;
pub mod mfa;
pub mod oauth2;
pub mod profile;
pub mod recovery;
pub mod sessions;
pub mod targets;
pub mod tokens;
pub mod verification;
