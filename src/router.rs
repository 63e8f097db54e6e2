//! The whole server: the routes inside its layers, for `main` and for the tests.

use std::sync::Arc;

use crate::{
    respond::error_page,
    routes::routes,
    server::{
        http::{layers::Layers, router::with_layers},
        state::AppState,
    },
};

/// Every page of the site, inside the server's layers.
pub fn build_router(state: Arc<AppState>) -> Layers {
    with_layers(routes(), error_page, state)
}
