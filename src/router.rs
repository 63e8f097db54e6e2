//! The whole server as one axum router, for `main` and for the tests.

use std::sync::Arc;

use axum::Router;

use crate::{
    respond::error_page,
    routes::routes,
    server::{http::router::with_layers, state::AppState},
};

/// Every page of the site, inside the server's layers.
pub fn build_router(state: Arc<AppState>) -> Router {
    with_layers(routes(), error_page, state)
}
