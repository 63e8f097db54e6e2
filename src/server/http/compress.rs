//! Compresses what's worth it in pages.
//!
//! The style sheet stands in every page and is the same in all of them, so it comes
//! [compressed](crate::server::gzip) already. The rest of a page is left as it is if it's small: with the style
//! sheet, it fits into what a server sends before it waits for the browser, and arrives no sooner when it's
//! smaller.
//!
//! Whoever watches the line sees how long a compressed page is, and so could guess what's on it if they
//! also had the browser ask for it again and again, with guesses in the address. Browsers say when
//! another site has them ask, and only the style sheet is compressed in such an answer. So it is in any to
//! a browser that doesn't say who asks.

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY},
    },
    response::{IntoResponse, Response},
};

use super::layers::{Answering, Next};
use crate::{error::AppError, server::gzip::gzip};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// How long a page is, without the style sheet, that's worth it. In bytes.
const WORTH_IT: usize = 6_500;

/// Compresses a page's style sheet, and a large page as a whole for the browser of somebody who came to
/// it from this site or by its address.
pub fn pages(request: Request, next: Next) -> Answering {
    let takes_gzip = takes_gzip(request.headers());
    let is_own = is_own(request.headers());
    let state = Arc::clone(next.state());
    let answering = next.run(request);
    Box::pin(async move {
        let response = answering.await;
        let kind = response.headers().get(CONTENT_TYPE);
        let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        if !is_page || response.headers().contains_key(CONTENT_ENCODING) {
            return response;
        }
        let (mut head, body) = response.into_parts();
        let Ok(page) = to_bytes(body, usize::MAX).await else {
            return AppError::Internal.into_response();
        };
        let style_sheet = state.assets.style_sheet.as_ref();
        let style_sheet = style_sheet.and_then(|it| Some((it, it.find_in(&page)?)));
        let rest = page.len() - style_sheet.map_or(0, |(it, _)| it.text().len());
        let is_large = rest >= WORTH_IT;
        if is_large || style_sheet.is_some() {
            head.headers.append(VARY, ACCEPT_ENCODING.into());
        }
        if is_large {
            head.headers.append(VARY, FETCH_SITE.into());
        }
        let smaller = match style_sheet {
            _ if !takes_gzip => None,
            _ if is_large && is_own => gzip(&page).ok(),
            Some((style_sheet, at)) => Some(style_sheet.around(&page, at)),
            None => None,
        };
        if smaller.is_some() {
            let gzip = HeaderValue::from_static("gzip");
            head.headers.insert(CONTENT_ENCODING, gzip);
            head.headers.remove(CONTENT_LENGTH);
        }
        Response::from_parts(head, smaller.map_or(page.into(), Body::from))
    })
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
