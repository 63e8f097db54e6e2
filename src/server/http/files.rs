//! The site's files: the bundle, the style sheet, what `public/` holds.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{StatusCode, header::CACHE_CONTROL},
    response::{IntoResponse, Response},
};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use super::headers;
use crate::{error::AppError, server::state::AppState};

/// Answers with a file, compressed if the build has done so.
pub async fn serve(State(state): State<Arc<AppState>>, request: Request) -> Response {
    let is_hashed = request.uri().path().starts_with("/pkg/");
    let files = ServeDir::new(&state.site.root)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    let Ok(mut response) = files.oneshot(request).await;
    match response.status() {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED => {
            let policy = if is_hashed {
                headers::IMMUTABLE
            } else {
                headers::SHORT
            };
            response.headers_mut().insert(CACHE_CONTROL, policy);
            response.map(Body::new)
        }
        // A part that the file doesn't have. It may have it tomorrow, so nothing caches this.
        StatusCode::RANGE_NOT_SATISFIABLE => response.map(Body::new),
        // Also for a name that the disk refuses, such as one that's too long.
        _ => AppError::NotFound.into_response(),
    }
}
