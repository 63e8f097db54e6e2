//! The server functions, below `/api`.

use std::sync::Arc;

use axum::{
    body::to_bytes,
    extract::{Request, State},
    http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use leptos::prelude::provide_context;
use server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER};

use super::shown_to;
use crate::{error::AppError, server::state::AppState};

/// More than any error of ours takes as JSON.
const ERROR_LIMIT: usize = 64 * 1024;

/// Runs a server function and answers in JSON, whoever asks.
///
/// Leptos would redirect a browser's form to its `Referer`, with the error in the query. Our forms
/// post to their own page instead, which shows the error.
pub async fn call(State(state): State<Arc<AppState>>, mut request: Request) -> Response {
    request.headers_mut().remove(ACCEPT);
    let known =
        server_fn::axum::get_server_fn_service(request.uri().path(), request.method().clone());
    if known.is_none() {
        return AppError::NotFound.into_response();
    }
    let (parts, body) = request.into_parts();
    if let Err(error) = shown_to::check(&state, &parts.headers, &parts.extensions) {
        return error.into_response();
    }
    let request = Request::from_parts(parts, body);
    let provide_state = move || provide_context(Arc::clone(&state));
    let response = leptos_axum::handle_server_fns_with_context(provide_state, request)
        .await
        .into_response();
    if !response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, ERROR_LIMIT).await else {
        return AppError::Internal.into_response();
    };
    let error = AppError::de(body).in_form();
    // Cookies stay that the function set before it failed.
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.remove(CONTENT_TYPE);
    let mut response = error.into_response();
    response.headers_mut().extend(parts.headers);
    response
}
