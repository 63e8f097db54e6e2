//! The whole server as one axum router: used by `main.rs`, and by the tests.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{DefaultBodyLimit, Request, State},
    http::{
        HeaderMap, StatusCode,
        header::{ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER},
        request::Parts,
    },
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use super::{
    client_addr,
    context::{App, Visitor},
    guard, headers, origin, telemetry,
};
use crate::{error::AppError, respond, routes::routes};

/// More than any form of ours holds.
const BODY_LIMIT: usize = 64 * 1024;

/// Longer than the calls to Appwrite that one request makes, so that it only ends a request whose
/// sender does not go on.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// Every route, in the order a request meets it: id and log line, security headers, error pages,
/// time and size limits, same-origin check, guard, then the page, server function or file.
pub fn build_router(app: Arc<App>) -> Router {
    // Leptos spawns on the runtime it is told of; a second router finds it told already.
    let _ = any_spawner::Executor::init_tokio();
    let state = || Arc::clone(&app);
    Router::new()
        .merge(routes())
        .route("/api/{*path}", any(server_function))
        .route("/healthz", get("ok"))
        .route("/readyz", get(ready))
        .fallback(file)
        .method_not_allowed_fallback(async || AppError::MethodNotAllowed)
        .layer(from_fn_with_state(state(), guard::guard))
        .layer(from_fn_with_state(state(), origin::same_origin))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(limits))
        .layer(from_fn_with_state(state(), error_pages))
        .layer(from_fn_with_state(state(), headers::security))
        .layer(from_fn_with_state(state(), client_addr::client_addr))
        .layer(from_fn(telemetry::trace))
        .with_state(app)
}

/// Runs a server function and answers with JSON, whoever asks.
///
/// A form posted here by a browser would otherwise be redirected to its `Referer` with the error in
/// the query; our forms post to their own page instead, which shows it.
async fn server_function(State(app): State<Arc<App>>, mut request: Request) -> Response {
    request.headers_mut().remove(ACCEPT);
    let known =
        server_fn::axum::get_server_fn_service(request.uri().path(), request.method().clone())
            .is_some();
    if !known {
        return AppError::NotFound.into_response();
    }
    let provide = move || leptos::prelude::provide_context(Arc::clone(&app));
    let response = leptos_axum::handle_server_fns_with_context(provide, request)
        .await
        .into_response();
    if !response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return AppError::Internal.into_response();
    };
    let error = AppError::de(body);
    // Cookies that the function set before it failed stay.
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.remove(CONTENT_TYPE);
    let mut response = error.into_response();
    response.headers_mut().extend(parts.headers);
    response
}

/// A file of the site: the bundle, the style sheet, what `public/` holds.
async fn file(State(app): State<Arc<App>>, request: Request) -> Response {
    let hashed = request.uri().path().starts_with("/pkg/");
    let files = ServeDir::new(&app.site.root)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    let Ok(mut response) = files.oneshot(request).await;
    match response.status() {
        StatusCode::NOT_FOUND => return AppError::NotFound.into_response(),
        StatusCode::METHOD_NOT_ALLOWED => return AppError::NotFound.into_response(),
        _ => {}
    }
    let policy = if hashed {
        headers::IMMUTABLE
    } else {
        headers::SHORT
    };
    response.headers_mut().insert(CACHE_CONTROL, policy);
    response.map(Body::new)
}

/// Whether this copy can do its work: Appwrite answers.
async fn ready(State(app): State<Arc<App>>) -> Response {
    if app.transport.is_reachable().await {
        "ready".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "appwrite is not reachable").into_response()
    }
}

/// Refuses what is larger than anything we take, and gives up on a request that does not end.
async fn limits(request: Request, next: Next) -> Response {
    let length = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > BODY_LIMIT) {
        return AppError::TooLarge.into_response();
    }
    let request = request.map(|body| Body::new(http_body_util::Limited::new(body, BODY_LIMIT)));
    match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => AppError::Unavailable.into_response(),
    }
}

/// Gives an [`AppError`] that some layer answered with its page, or its JSON where a program asked.
async fn error_pages(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut parts = without_body(&request);
    let response = next.run(request).await;
    if let Some(visitor) = response.extensions().get::<Visitor>() {
        parts.extensions.insert(visitor.clone());
    }
    let Some(Failed(error)) = response.extensions().get().cloned() else {
        return response;
    };
    let (failed, _) = response.into_parts();
    let mut response = if wants_json(&parts) {
        let body = serde_json::to_vec(&error).unwrap_or_default();
        ([(CONTENT_TYPE, "application/json")], body).into_response()
    } else {
        respond::error_page(app, parts, error).await
    };
    *response.status_mut() = failed.status;
    keep(&failed.headers, response.headers_mut());
    response
}

/// What the page needs of the request, once the request itself is gone.
fn without_body(request: &Request) -> Parts {
    let mut copy = Request::new(());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    *copy.extensions_mut() = request.extensions().clone();
    copy.into_parts().0
}

fn wants_json(parts: &Parts) -> bool {
    let accepts = |kind: &str| {
        parts
            .headers
            .get(ACCEPT)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.contains(kind))
    };
    parts.uri.path().starts_with("/api/") || (accepts("application/json") && !accepts("text/html"))
}

/// Carries over what the failed response said in its headers: cookies, `Allow`, `Retry-After` ….
fn keep(from: &HeaderMap, to: &mut HeaderMap) {
    for (name, value) in from {
        if name == ALLOW || !to.contains_key(name) || name == "set-cookie" {
            to.append(name, value.clone());
        }
    }
}

/// Marks a response that [`error_pages`] is to fill.
#[derive(Clone)]
struct Failed(AppError);

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut response = StatusCode::from_u16(self.status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response();
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(Failed(self));
        response
    }
}
