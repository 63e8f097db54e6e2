//! The ordered list of layers around the site's pages, server functions and files.

use std::{sync::Arc, time::Duration};

use axum::{
    RequestExt, Router,
    body::HttpBody,
    extract::{DefaultBodyLimit, Request, State},
    http::{StatusCode, header::CONTENT_LENGTH, request::Parts},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use tokio::time::timeout;

use super::{
    attempts, client_addr, compress, error_response, files, guard, headers,
    layers::{Answering, Layer, Layers, Next},
    once::{self, Once},
    origin, server_functions, session_cookies, shown_to,
};
use crate::{
    error::AppError,
    server::{state::AppState, telemetry},
};

/// More than any form of ours holds. The longest text has 10,000 characters, and each takes up to 12
/// bytes in a form.
const BODY_LIMIT: usize = 128 * 1024;

/// Longer than all the calls to Appwrite that one request makes, so it only ends requests whose
/// sender has stopped sending.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// Puts the site's pages behind everything that a request passes on its way to them. What answers at
/// last is a page, a server function, or a file.
///
/// `error_page` renders the page for an error that a layer or handler answers with.
pub fn with_layers<ErrorPage, Rendering>(
    pages: Router<Arc<AppState>>,
    error_page: ErrorPage,
    state: Arc<AppState>,
) -> Layers
where
    ErrorPage: Fn(Arc<AppState>, Parts, AppError) -> Rendering + Clone + Send + Sync + 'static,
    Rendering: Future<Output = Response> + Send + 'static,
{
    // Leptos spawns on this runtime. If another router has set it already, that's fine.
    let _ = any_spawner::Executor::init_tokio();
    let router = pages
        .route("/api/{*path}", any(server_functions::call))
        .route("/healthz", get("ok"))
        .route("/readyz", get(ready))
        .fallback(files::serve)
        .method_not_allowed_fallback(guard::other_method)
        .with_state(Arc::clone(&state));
    let forms = Once::new(state.site.clone());
    // In the order in which a request passes them.
    let layers: Vec<Layer> = vec![
        Box::new(shown_to::read),
        Box::new(trace),
        Box::new(client_addr::client_addr),
        Box::new(headers::security),
        Box::new(compress::pages),
        Box::new(error_response::render(error_page)),
        Box::new(limits),
        Box::new(origin::same_origin),
        Box::new(session_cookies::keep_live),
        Box::new(once::once(forms)),
        Box::new(attempts::settle),
        Box::new(guard::guard),
    ];
    Layers::new(state, layers, router)
}

fn trace(request: Request, next: Next) -> Answering {
    Box::pin(telemetry::trace(request, |request| next.run(request)))
}

/// Refuses requests that take too long, or whose body is too large.
fn limits(mut request: Request, next: Next) -> Answering {
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: usize| length > BODY_LIMIT) {
        return Box::pin(async { AppError::TooLarge.into_response() });
    }
    if !request.body().is_end_stream() {
        // Holds for those who read it in pieces too.
        DefaultBodyLimit::max(BODY_LIMIT).apply(&mut request);
        request = request.with_limited_body();
    }
    let answering = next.run(request);
    Box::pin(async move {
        let response = timeout(REQUEST_TIMEOUT, answering).await;
        let response = response.unwrap_or_else(|_| AppError::Unavailable.into_response());
        error_response::from_limits(response)
    })
}

/// Whether this copy can do its work, which it can if Appwrite answers.
async fn ready(State(state): State<Arc<AppState>>) -> Response {
    if state.transport.is_reachable().await {
        "ready".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "appwrite is not reachable").into_response()
    }
}
