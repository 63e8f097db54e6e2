//! The ordered list of layers around the site's pages, server functions and files.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{StatusCode, request::Parts},
    middleware::{Next, from_fn, from_fn_with_state, map_response},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use tower_http::{limit::RequestBodyLimitLayer, timeout::TimeoutLayer};

use super::{
    attempts, client_addr, error_response, files, guard, headers,
    once::{self, Once},
    origin, server_functions, session_cookies,
};
use crate::{
    error::AppError,
    server::{state::AppState, telemetry},
};

/// More than any form of ours holds.
const BODY_LIMIT: usize = 64 * 1024;

/// Longer than all the calls to Appwrite that one request makes, so it only ends requests whose
/// sender has stopped sending.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// Puts the site's pages behind everything that a request passes on its way to them, in this order:
/// ID and log line, client address, security headers, error pages, limits of time and size,
/// same-origin check, one session cookie, forms sent twice, what was attempted, guard. What answers at
/// last is a page, a server function, or a file.
///
/// `error_page` renders the page for an error that a layer or handler answers with.
pub fn with_layers<ErrorPage, Rendering>(
    pages: Router<Arc<AppState>>,
    error_page: ErrorPage,
    state: Arc<AppState>,
) -> Router
where
    ErrorPage: Fn(Arc<AppState>, Parts, AppError) -> Rendering + Clone + Send + Sync + 'static,
    Rendering: Future<Output = Response> + Send + 'static,
{
    // Leptos spawns on this runtime. If another router has set it already, that's fine.
    let _ = any_spawner::Executor::init_tokio();
    let with_state = || Arc::clone(&state);
    let forms = Arc::new(Once::new(state.site.clone()));
    let error_pages = {
        let state = with_state();
        move |request: Request, next: Next| {
            let (state, error_page) = (Arc::clone(&state), error_page.clone());
            error_response::render(request, next, move |parts, error| {
                error_page(state, parts, error)
            })
        }
    };
    pages
        .route("/api/{*path}", any(server_functions::call))
        .route("/healthz", get("ok"))
        .route("/readyz", get(ready))
        .fallback(files::serve)
        .method_not_allowed_fallback(guard::other_method)
        .layer(from_fn_with_state(with_state(), guard::guard))
        .layer(from_fn_with_state(with_state(), attempts::settle))
        .layer(from_fn_with_state(forms, once::once))
        .layer(from_fn_with_state(with_state(), session_cookies::keep_live))
        .layer(from_fn_with_state(with_state(), origin::same_origin))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            REQUEST_TIMEOUT,
        ))
        .layer(map_response(error_response::from_limits))
        .layer(from_fn(error_pages))
        .layer(from_fn_with_state(with_state(), headers::security))
        .layer(from_fn_with_state(with_state(), client_addr::client_addr))
        .layer(from_fn(telemetry::trace))
        .with_state(state)
}

/// Whether this copy can do its work, which it can if Appwrite answers.
async fn ready(State(state): State<Arc<AppState>>) -> Response {
    if state.transport.is_reachable().await {
        "ready".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "appwrite is not reachable").into_response()
    }
}
