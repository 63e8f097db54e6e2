//! Logs, and the ID by which to find a request in them.

use std::{
    cell::RefCell,
    fmt,
    io::{self, IsTerminal},
    time::Instant,
};

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use tracing::{Instrument, Level};
use tracing_subscriber::{
    filter::Targets, fmt::layer, layer::SubscriberExt, util::SubscriberInitExt,
};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request's ID. It's in each of the request's log lines, in the response's `X-Request-Id`, and
/// on the error page.
#[derive(Clone, Copy, Debug)]
pub struct RequestId(u64);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Sends logs to standard error, as far as `filter` lets them through: levels and targets as in
/// `info,hyper=debug`. It can't filter by spans, which would bring the code of regular expressions along.
pub fn init(filter: &str) {
    let (filter, unreadable) = match filter.parse::<Targets>() {
        Ok(filter) => (filter, None),
        Err(error) => (Targets::new().with_default(Level::INFO), Some(error)),
    };
    let lines = layer()
        .with_writer(io::stderr)
        // Colors are for people.
        .with_ansi(io::stderr().is_terminal())
        .with_target(false);
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .init();
    if let Some(error) = unreadable {
        tracing::warn!("RUST_LOG can't be read, so it counts as info: {error}");
    }
}

/// Why a call failed, and how bad that is.
pub type Cause = Option<(Level, String)>;

tokio::task_local! {
    static CAUSE: RefCell<Cause>;
}

/// Keeps why a call failed for the log line of the request's answer, which is where it's logged,
/// once. Does nothing outside of a request.
///
/// It's an error where those who run the site have something to mend, else a warning.
pub fn note_cause(level: Level, cause: &impl fmt::Display) {
    let _ = CAUSE.try_with(|noted| *noted.borrow_mut() = Some((level, cause.to_string())));
}

/// The same, with a cause that other work has noted.
pub fn note(cause: Cause) {
    if let Some((level, cause)) = cause {
        note_cause(level, &cause);
    }
}

/// Work for a task of its own, which logs as part of this request. Its output comes with the cause
/// that it noted, for every request that is answered with it.
pub fn apart<Work: Future>(work: Work) -> impl Future<Output = (Work::Output, Cause)> {
    let span = tracing::Span::current();
    let noting = async move {
        let output = work.await;
        (output, CAUSE.with(RefCell::take))
    };
    CAUSE.scope(RefCell::default(), noting.instrument(span))
}

/// Gives the request its ID, and logs how it was answered, and why where a call to Appwrite failed.
///
/// Only the path is logged, because a query can hold the secret of a link in an email.
pub async fn trace<Answering: Future<Output = Response>>(
    mut request: Request,
    answer: impl FnOnce(Request) -> Answering,
) -> Response {
    if request.uri().path_and_query().is_none() {
        // `CONNECT host:port`. Nothing here can do without a path.
        return StatusCode::BAD_REQUEST.into_response();
    }
    let id = RequestId(rand::random());
    let span = tracing::info_span!(
        "request",
        %id,
        method = %request.method(),
        path = request.uri().path()
    );
    request.extensions_mut().insert(id);
    let start = Instant::now();
    let answered = async move {
        let mut response = answer(request).await;
        if let Ok(value) = HeaderValue::try_from(id.to_string()) {
            response.headers_mut().insert(X_REQUEST_ID, value);
        }
        let status = response.status();
        let milliseconds = start.elapsed().as_millis();
        match CAUSE.with(RefCell::take) {
            Some((Level::ERROR, cause)) => {
                tracing::error!(status = status.as_u16(), milliseconds, cause, "answered");
            }
            Some((_, cause)) => {
                tracing::warn!(status = status.as_u16(), milliseconds, cause, "answered");
            }
            None => tracing::debug!(status = status.as_u16(), milliseconds, "answered"),
        }
        response
    };
    CAUSE
        .scope(RefCell::default(), answered.instrument(span))
        .await
}
