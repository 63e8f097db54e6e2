//! How an [`AppError`] is answered: with a page, or with JSON where a program asked.
//!
//! Any layer or handler can answer with an `AppError`. That only sets the status; [`render`] adds
//! the body on the way out, where it's known who asked. An answer that tells of an error also has it
//! among its extensions, where layers can see it.

use std::sync::Arc;

use axum::{
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode, Uri,
        header::{ACCEPT, ALLOW, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, RETRY_AFTER, SET_COOKIE},
        request::Parts,
    },
    response::{IntoResponse, Response},
};

use super::layers::{Answering, Next};
use crate::{
    error::AppError,
    server::{request::Visitor, state::AppState, telemetry::RequestId},
};

/// Marks a response whose body [`render`] has to write.
#[derive(Clone)]
struct Unrendered(AppError);

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut response = StatusCode::from_u16(self.status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response();
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self.clone());
        response.extensions_mut().insert(Unrendered(self));
        response
    }
}

/// Makes an `AppError` of the bare status with which the limits of size answer.
pub fn from_limits(response: Response) -> Response {
    if response.extensions().get::<Unrendered>().is_some() {
        return response;
    }
    match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => AppError::TooLarge.into_response(),
        _ => response,
    }
}

/// Gives an answer that is an [`AppError`] its page, or its JSON.
pub fn render<ErrorPage, Rendering>(
    error_page: ErrorPage,
) -> impl Fn(Request, Next) -> Answering + Send + Sync
where
    ErrorPage: Fn(Arc<AppState>, Parts, AppError) -> Rendering + Clone + Send + Sync + 'static,
    Rendering: Future<Output = Response> + Send + 'static,
{
    move |request: Request, next: Next| {
        let asked = Asked::of(&request);
        let state = Arc::clone(next.state());
        let error_page = error_page.clone();
        let answering = next.run(request);
        Box::pin(async move {
            let response = answering.await;
            let Some(Unrendered(error)) = response.extensions().get().cloned() else {
                return response;
            };
            let (mut unrendered, _) = response.into_parts();
            let mut parts = asked.into_parts();
            if let Some(visitor) = unrendered.extensions.remove::<Visitor>() {
                parts.extensions.insert(visitor);
            }
            let mut response = if wants_json(&parts) {
                let body = serde_json::to_vec(&error).unwrap_or_default();
                ([(CONTENT_TYPE, "application/json")], body).into_response()
            } else {
                error_page(state, parts, error).await
            };
            *response.status_mut() = unrendered.status;
            // That of the body that was missing.
            unrendered.headers.remove(CONTENT_LENGTH);
            add_missing(&unrendered.headers, response.headers_mut());
            response
        })
    }
}

/// What an error page needs to know of the request, which is gone by the time that the page is
/// rendered. Hardly any request needs one, so it's little, and cheap to keep.
struct Asked {
    method: Method,
    uri: Uri,
    accept: Option<HeaderValue>,
    cookies: Vec<HeaderValue>,
    id: Option<RequestId>,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let headers = request.headers();
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            accept: headers.get(ACCEPT).cloned(),
            cookies: headers.get_all(COOKIE).iter().cloned().collect(),
            id: request.extensions().get().copied(),
        }
    }

    fn into_parts(self) -> Parts {
        let mut request = Request::new(());
        *request.method_mut() = self.method;
        *request.uri_mut() = self.uri;
        let cookies = self.cookies.into_iter().map(|cookie| (COOKIE, cookie));
        let accept = self.accept.map(|accept| (ACCEPT, accept));
        for (name, value) in cookies.chain(accept) {
            request.headers_mut().append(name, value);
        }
        if let Some(id) = self.id {
            request.extensions_mut().insert(id);
        }
        request.into_parts().0
    }
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

/// Carries over what the unrendered response said in its headers: cookies, `Allow`, `Retry-After`
/// ….
fn add_missing(from: &HeaderMap, to: &mut HeaderMap) {
    for (name, value) in from {
        if name == ALLOW || name == SET_COOKIE || !to.contains_key(name) {
            to.append(name, value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_status_becomes_an_error_only_where_a_limit_answers_with_it() {
        for (status, expected) in [
            (StatusCode::PAYLOAD_TOO_LARGE, Some(AppError::TooLarge)),
            (StatusCode::SERVICE_UNAVAILABLE, None),
        ] {
            let response = from_limits(status.into_response());
            let error = response.extensions().get();
            let error = error.map(|Unrendered(error)| error.clone());
            assert_eq!(error, expected, "{status}");
        }
    }

    #[test]
    fn an_error_of_ours_keeps_its_cookies() {
        let mut response = AppError::TooLarge.into_response();
        let cookie = HeaderValue::from_static("a=b");
        response.headers_mut().insert(SET_COOKIE, cookie);
        let response = from_limits(response);
        assert_eq!(response.headers()[SET_COOKIE], "a=b");
    }
}
