//! The server functions: what Next.js calls `"use server"` modules.
//!
//! Their bodies run on the server only, where they build an Appwrite client for the request they
//! answer. Pages and other server code call them as plain functions; islands call them by the same
//! name, over HTTP. Anybody else can call them over HTTP too, so each checks its own input and
//! trusts nothing that was checked in the browser.

pub mod account;
pub mod auth;
