//! A full-stack web app: Leptos renders it on the server, axum serves it, Appwrite stores its
//! users.
//!
//! | Module | What it holds | Compiled for |
//! |---|---|---|
//! | [`model`] | plain types that both sides see | server and browser |
//! | [`error`] | [`AppError`](error::AppError), the only error that crosses the wire | server and browser |
//! | [`actions`] | the server functions, what Next.js calls `"use server"` modules | body on the server, call in the browser |
//! | [`islands`] | the interactive pieces | server and browser |
//! | [`components`] | shared presentational pieces | server and browser |
//! | `routes`, `respond` | which path leads where; from a request to its answer | server |
//! | `pages`, `document` | the pages; the document around them | server |
//! | `router` | the pages inside the server's layers | server |
//! | `server` | Appwrite clients, guard, cookie, headers, configuration | server |

// A view's type nests as deep as its markup.
#![recursion_limit = "256"]

pub mod actions;
pub mod components;
pub mod error;
pub mod islands;
pub mod model;

#[cfg(feature = "ssr")]
mod document;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod respond;
#[cfg(feature = "ssr")]
pub mod router;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod server;

/// Prepares the WASM bundle; the loader in the page calls it once, before it hydrates the islands.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    // There's no router in the browser, so without this hook nothing would follow a
    // `leptos_axum::redirect` that a server function answers with.
    let _ = server_fn::redirect::set_redirect_hook(islands::go);
    islands::call_for_whom_it_was_shown_to();
    leptos::mount::hydrate_islands();
}
