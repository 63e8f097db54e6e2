//! The whole server as one axum router, for `main` and for the tests.

use std::sync::Arc;

use axum::Router;

use crate::{
    app,
    server::{http::router::with_layers, state::AppState},
};

/// Every page of the site, behind all that the server puts around them.
pub fn build_router(state: Arc<AppState>) -> Router {
    with_layers(app::routes(), app::error_page, state)
}
