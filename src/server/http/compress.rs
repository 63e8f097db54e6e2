//! Puts the style sheet into pages, and compresses what's worth it.
//!
//! The style sheet stands in every page and is the same in all of them. So it isn't rendered with each, and
//! comes [compressed](crate::server::gzip) already. The rest of a page is left as it is if it's small: with
//! the style sheet, it fits into what a server sends before it waits for the browser, and arrives no sooner
//! when it's smaller.
//!
//! Whoever watches the line sees how long a compressed page is, and so could guess what's on it if they
//! also had the browser ask for it again and again, with guesses in the address. Browsers say when
//! another site has them ask, and only the style sheet is compressed in such an answer. So it is in any to
//! a browser that doesn't say who asks.

use std::sync::Arc;

use axum::{
    body::{Bytes, to_bytes},
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

/// The end of an element for the style sheet that's still empty. Nobody's text can be that: there'd be
/// `&lt;` in it.
const EMPTY: &[u8] = b"></style>";

/// Puts the style sheet into a page, and compresses it, and a large page as a whole for the browser of
/// somebody who came to it from this site or by its address.
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
        let style_sheet = style_sheet.and_then(|it| Some((it, around_style_sheet(&page)?)));
        let is_large = page.len() >= WORTH_IT;
        if is_large || style_sheet.is_some() {
            head.headers.append(VARY, ACCEPT_ENCODING.into());
        }
        if is_large {
            head.headers.append(VARY, FETCH_SITE.into());
        }
        let whole = || match style_sheet {
            Some((it, (before, after))) => [before, it.text().as_bytes(), after].concat().into(),
            None => page.clone(),
        };
        let compressed = if is_large && is_own {
            takes_gzip.then(|| gzip(&whole()).ok()).flatten()
        } else {
            let style_sheet = style_sheet.filter(|_| takes_gzip);
            style_sheet.map(|(it, (before, after))| it.between(before, after))
        };
        if compressed.is_some() {
            let gzip = HeaderValue::from_static("gzip");
            head.headers.insert(CONTENT_ENCODING, gzip);
        }
        head.headers.remove(CONTENT_LENGTH);
        let body = compressed.map_or_else(whole, Bytes::from);
        Response::from_parts(head, body.into())
    })
}

/// What stands before the style sheet in a page and what stands after it, if the page has a place for it.
fn around_style_sheet(page: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = page.windows(EMPTY.len()).position(|it| it == EMPTY)?;
    // Behind the first byte of those.
    Some(page.split_at(at + 1))
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
