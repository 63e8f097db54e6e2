//! How an [`AppError`] is answered: with a page, or with JSON where a program asked.
//!
//! Any layer or handler can answer with an `AppError`. That only sets the status; [`render`] adds
//! the body on the way out, where it's known who asked. An answer that tells of an error also has it
//! among its extensions, where layers can see it.

use axum::{
    extract::Request,
    http::{
        HeaderMap, StatusCode,
        header::{ACCEPT, ALLOW, CONTENT_TYPE, RETRY_AFTER, SET_COOKIE},
        request::Parts,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{error::AppError, server::request::Visitor};

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

/// Makes an `AppError` of the bare status with which the limits of size and time answer.
pub async fn from_limits(response: Response) -> Response {
    if response.extensions().get::<Unrendered>().is_some() {
        return response;
    }
    match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => AppError::TooLarge.into_response(),
        StatusCode::REQUEST_TIMEOUT => AppError::Unavailable.into_response(),
        _ => response,
    }
}

/// Gives an answer that is an [`AppError`] its page, or its JSON.
pub async fn render<Rendering>(
    request: Request,
    next: Next,
    error_page: impl FnOnce(Parts, AppError) -> Rendering,
) -> Response
where
    Rendering: Future<Output = Response>,
{
    let mut parts = without_body(&request);
    let response = next.run(request).await;
    if let Some(visitor) = response.extensions().get::<Visitor>() {
        parts.extensions.insert(visitor.clone());
    }
    let Some(Unrendered(error)) = response.extensions().get().cloned() else {
        return response;
    };
    let (unrendered, _) = response.into_parts();
    let mut response = if wants_json(&parts) {
        let body = serde_json::to_vec(&error).unwrap_or_default();
        ([(CONTENT_TYPE, "application/json")], body).into_response()
    } else {
        error_page(parts, error).await
    };
    *response.status_mut() = unrendered.status;
    add_missing(&unrendered.headers, response.headers_mut());
    response
}

/// What the page needs to know of the request, which is gone by the time that the page is rendered.
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
    use axum::http::HeaderValue;

    use super::*;

    #[tokio::test]
    async fn a_bare_status_becomes_an_error_only_where_a_limit_answers_with_it() {
        for (status, expected) in [
            (StatusCode::PAYLOAD_TOO_LARGE, Some(AppError::TooLarge)),
            (StatusCode::REQUEST_TIMEOUT, Some(AppError::Unavailable)),
            (StatusCode::SERVICE_UNAVAILABLE, None),
        ] {
            let response = from_limits(status.into_response()).await;
            let error = response.extensions().get();
            let error = error.map(|Unrendered(error)| error.clone());
            assert_eq!(error, expected, "{status}");
        }
    }

    #[tokio::test]
    async fn an_error_of_ours_keeps_its_cookies() {
        let mut response = AppError::TooLarge.into_response();
        let cookie = HeaderValue::from_static("a=b");
        response.headers_mut().insert(SET_COOKIE, cookie);
        let response = from_limits(response).await;
        assert_eq!(response.headers()[SET_COOKIE], "a=b");
    }
}
