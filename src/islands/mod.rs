//! The interactive pieces, and the only code in the WASM bundle.
//!
//! Each does something HTML cannot: show that a form is on its way, say what is wrong beside the
//! field without a new page, copy to the clipboard. Every form in them is a plain form that works before the bundle is
//! there, and without it.

mod copy;
mod form;

pub use copy::CopyIsland;
pub use form::{FormIsland, SERVED_ERROR};

/// Leaves for another page, in place of this one: going back should not lead to a form that has
/// been sent.
pub fn go(path: &str) {
    let _ = leptos::prelude::window().location().replace(path);
}
