//! Signing in and staying signed in: sessions, cookies, sign-in methods and rate limits.

pub mod attempts;
pub mod cookie;
pub mod counters;
pub mod decoy;
pub mod device;
pub mod fingerprint;
pub mod first_proof;
pub mod flash;
pub mod floor;
pub mod flow;
pub mod limits;
pub mod link_secret;
pub mod methods;
pub mod mfa;
pub mod oauth2;
pub mod owed;
pub mod password;
pub mod proof;
pub mod proved;
pub mod sent_phrases;
pub mod session;
pub mod tally;
pub mod totp;
pub mod typed;
pub mod used_states;
pub mod verification;
