//! Compresses the pages that are worth it.
//!
//! A server sends some 14 kB before it waits for the browser. A page that fits into that arrives no
//! sooner when it's smaller, so it's left as it is.
//!
//! Whoever watches the line sees how long a compressed page is, and so could guess what's on it if they
//! also had the browser ask for it again and again, with guesses in the address. Browsers say when
//! another site has them ask, and such an answer isn't compressed. Neither is any to a browser that
//! doesn't say who asks.

use std::io::Write;

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY},
    },
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};

use super::layers::{Answering, Next};
use crate::error::AppError;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// In bytes.
const WORTH_IT: usize = 14_000;

/// Compresses a large page for the browser of somebody who came to it from this site or by its address.
pub fn large_pages(request: Request, next: Next) -> Answering {
    let may_be_compressed = takes_gzip(request.headers()) && is_own(request.headers());
    let answering = next.run(request);
    Box::pin(async move { compressed(answering.await, may_be_compressed).await })
}

async fn compressed(response: Response, may_be_compressed: bool) -> Response {
    let kind = response.headers().get(CONTENT_TYPE);
    let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_page || response.headers().contains_key(CONTENT_ENCODING) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return AppError::Internal.into_response();
    };
    if body.len() < WORTH_IT {
        return Response::from_parts(head, body.into());
    }
    for name in [ACCEPT_ENCODING, FETCH_SITE] {
        head.headers.append(VARY, name.into());
    }
    match gzip(&body) {
        Ok(smaller) if may_be_compressed => {
            let gzip = HeaderValue::from_static("gzip");
            head.headers.insert(CONTENT_ENCODING, gzip);
            head.headers.remove(CONTENT_LENGTH);
            Response::from_parts(head, Body::from(smaller))
        }
        _ => Response::from_parts(head, body.into()),
    }
}

fn gzip(page: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(page)?;
    encoder.finish()
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT_ENCODING);
    let accepted = accepted.and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| {
        accepted
            .split(',')
            .any(|encoding| encoding.trim() == "gzip")
    })
}

/// Whether no other site has had the browser ask.
fn is_own(headers: &HeaderMap) -> bool {
    headers
        .get(FETCH_SITE)
        .is_some_and(|site| site == "same-origin" || site == "none")
}
