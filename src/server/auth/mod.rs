//! Signing in and staying signed in: sessions, cookies, sign-in methods and rate limits.

pub mod cookie;
pub mod counters;
pub mod decoy;
pub mod flash;
pub mod flow;
pub mod limits;
pub mod link_secret;
pub mod methods;
pub mod mfa;
pub mod oauth2;
pub mod session;
