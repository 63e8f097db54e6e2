//! Between the network and the pages: the router with its layers, and the server loop.

pub mod attempts;
pub mod client_addr;
pub mod compress;
mod connections;
pub mod error_response;
pub mod files;
pub mod guard;
pub mod headers;
pub mod kept_pages;
mod large_bodies;
pub mod layers;
pub mod links;
pub mod once;
pub mod origin;
pub mod router;
pub mod serve;
pub mod server_functions;
pub mod session_cookies;
pub mod shown_to;
pub mod works;
