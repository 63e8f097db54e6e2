//! What hydrates: the only code in the WASM bundle.
//!
//! Each form is an island that calls its server function by name. It's a plain HTML form too, which
//! works before the bundle is there, and without it.

pub mod account;
pub mod auth;
mod copy;
mod enhance;
pub mod mfa;

pub use copy::CopyIsland;
pub use enhance::{SERVED_ERROR, go};
