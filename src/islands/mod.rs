//! What hydrates: the only code in the WASM bundle.
//!
//! Each form is an island that calls its server function by name. It's also a plain HTML form,
//! which works before the bundle has arrived, and without it.

pub mod account;
pub mod auth;
mod copy;
mod enhance;
pub mod mfa;
pub mod notes;
mod shown_to;

pub use copy::CopyIsland;
pub use enhance::{SERVED_ERROR, go};
pub use shown_to::call_for_whom_it_was_shown_to;
