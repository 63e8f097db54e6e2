//! Logs, and the ID by which to find a request in them.

use std::time::Instant;

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;
use tracing_subscriber::EnvFilter;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request's ID. It's in each of the request's log lines, in the response's `X-Request-Id`, and
/// on the error page.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Sends logs to standard error, as far as `filter` lets them through. It has the syntax of
/// `RUST_LOG`.
pub fn init(filter: &str) {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
}

/// Gives the request its ID, and logs how it was answered.
///
/// Only the path is logged, because a query can hold the secret of a link in a mail.
pub async fn trace(mut request: Request, next: Next) -> Response {
    let id = format!("{:016x}", rand::random::<u64>());
    let span = tracing::info_span!(
        "request",
        id,
        method = %request.method(),
        path = request.uri().path()
    );
    request.extensions_mut().insert(RequestId(id.clone()));
    let start = Instant::now();
    async move {
        let mut response = next.run(request).await;
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(X_REQUEST_ID, value);
        }
        tracing::debug!(
            status = response.status().as_u16(),
            milliseconds = start.elapsed().as_millis(),
            "answered"
        );
        response
    }
    .instrument(span)
    .await
}
