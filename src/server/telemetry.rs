//! Logs, and the id by which a request is found in them.

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

/// The id of a request: in every log line of it, in the response's `X-Request-Id`, on the error
/// page.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Sends logs to standard error, as much of them as `filter` (the syntax of `RUST_LOG`) lets
/// through.
pub fn init(filter: &str) {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
}

/// Keeps why something failed for the log line that says how the request was answered.
pub fn note_cause(cause: &impl std::fmt::Display) {
    tracing::Span::current().record("cause", tracing::field::display(cause));
}

/// Gives the request its id and logs how it was answered.
///
/// Only the path is logged: a query can hold the secret of a link in a mail.
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
