//! What people can do: the `#[server]` functions, one task per file. They're what Next.js calls
//! `"use server"` modules.
//!
//! Each runs on the server, whether its form was posted there or its island called it from the
//! browser. It checks what it was given, builds the Appwrite client it needs, and answers with
//! where to go next, or with an [`AppError`](crate::error::AppError) that says no more than the
//! browser may know. Anybody can call them, with any arguments.
//!
//! `#[server]` also creates a struct of each function's arguments: `SignIn` for `sign_in`. The
//! route table names it, and a form that's posted without JavaScript is decoded into it.

#![expect(
    missing_docs,
    reason = "the structs' fields are the functions' arguments"
)]

pub mod account;
pub mod auth;
pub mod mfa;
pub mod notes;
