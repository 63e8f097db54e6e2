//! The local Appwrite, asked over HTTP as an app would ask it.

#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod support;

mod account;
#[cfg(unix)]
mod command_line;
mod concurrency;
mod data_pages;
#[cfg(unix)]
mod durability;
mod golden;
mod lists;
mod logs;
mod mfa;
mod oauth2;
mod odd_requests;
mod one_time_tokens;
mod pages;
mod rate_limits;
mod related_tables;
mod request_checks;
mod sessions;
mod settings;
mod tables;
mod users;
