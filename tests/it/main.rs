//! The app as browsers and programs meet it: the real router on a free port, in front of a local
//! Appwrite or of a made-up one.
//!
//! One binary, because each would link the whole app again. Tests run side by side in one process
//! and share nothing: every [`TestApp`](support::TestApp) has its own router, limits and Appwrite.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod support;

mod account;
mod activity;
mod attacks;
mod auth;
mod clients;
mod codes;
mod connections;
mod contract;
mod cookies;
mod doctor;
mod first_proof;
mod flash;
mod flows;
mod guard;
mod guest;
mod headers;
mod home;
mod identities;
mod input;
mod kept_pages;
mod limits;
mod links;
mod magic_url;
mod mfa;
mod notes;
mod oauth2;
mod once;
mod origin;
mod preferences;
mod process;
mod proof;
mod recovery;
mod rows;
mod secrets;
mod server_functions;
mod session_lifetime;
mod sessions;
mod shown_to;
mod sign_in_methods;
mod style_sheet;
mod verification;
