//! Access to the request that is being answered, and to its response.
//!
//! Server functions and pages find both in Leptos' context. For server functions, `leptos_axum`
//! puts them there; [`scope`] does so for our own handlers.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, PoisonError},
};

use axum::{
    http::{
        Extensions, HeaderMap, HeaderValue,
        header::{REFRESH, SET_COOKIE},
        request::Parts,
    },
    response::Response,
};
use hydration_context::{SharedContext, SsrSharedContext};
use leptos::{
    nonce::provide_nonce,
    prelude::{Owner, provide_context, use_context, with_context},
    reactive::computed::ScopedFuture,
};
use leptos_axum::ResponseOptions;
use tokio::sync::SetOnce;

use super::state::AppState;
use crate::{
    error::AppError,
    model::{Account, LONGEST_NEXT},
};

/// The person who sent the request. `http::guard` finds out who it is, before anything renders.
#[derive(Clone, Debug)]
pub struct Visitor(pub Account);

/// The visitor, as soon as the guard has found out who it is. A page that has this in its request is
/// loaded meanwhile, and is only shown to whom the guard admits.
#[derive(Clone, Default)]
pub struct Arriving(Arc<SetOnce<Account>>);

impl Arriving {
    /// This is who it is.
    pub fn is(&self, Visitor(account): &Visitor) {
        // Only the guard says so, and only once.
        let _ = self.0.set(account.clone());
    }
}

/// The visitor's IP address. IPv4 addresses are plain, never mapped into IPv6 (`::ffff:192.0.2.1`).
/// `http::client_addr` finds it out for every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddr(pub IpAddr);

impl ClientAddr {
    /// The address in these extensions, or else the unspecified one (`0.0.0.0`).
    pub fn of(extensions: &Extensions) -> IpAddr {
        let found = extensions.get().map(|ClientAddr(addr)| *addr);
        found.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }
}

/// Runs a future with the request in Leptos' context. Returns its output, and what it wants to add
/// to the response. A page can be rendered there, with a nonce for its scripts.
pub async fn scope<T>(
    state: Arc<AppState>,
    parts: Parts,
    future: impl Future<Output = T> + Send,
) -> (T, ResponseOptions) {
    let options = ResponseOptions::default();
    let shared = SsrSharedContext::new();
    // Only islands hydrate, so nothing around them needs hydration markers.
    shared.set_is_hydrating(false);
    let owner = Owner::new_root(Some(Arc::new(shared)));
    let future = owner.with(|| {
        provide_context(state);
        provide_context(parts);
        provide_context(options.clone());
        provide_nonce();
        ScopedFuture::new(future)
    });
    let output = future.await;
    owner.cleanup();
    (output, options)
}

/// Does this apart from the answer, which doesn't wait for it, with the same request in Leptos' context.
///
/// # Errors
///
/// As for [`state`].
pub fn apart(work: impl Future<Output = ()> + Send + 'static) -> Result<(), AppError> {
    let (state, parts) = (state()?, with_parts(Parts::clone)?);
    tokio::spawn(async move { scope(state, parts, work).await });
    Ok(())
}

/// What all requests share.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request, which is a mistake in the program.
pub fn state() -> Result<Arc<AppState>, AppError> {
    use_context().ok_or_else(no_request)
}

/// Reads something in the request's headers.
///
/// # Errors
///
/// As for [`state`].
pub fn with_headers<T>(read: impl FnOnce(&HeaderMap) -> T) -> Result<T, AppError> {
    with_parts(|parts| read(&parts.headers))
}

/// Reads something in the request.
///
/// # Errors
///
/// As for [`state`].
pub fn with_parts<T>(read: impl FnOnce(&Parts) -> T) -> Result<T, AppError> {
    with_context(read).ok_or_else(no_request)
}

/// Reads something in the headers that the response has so far.
///
/// # Errors
///
/// As for [`state`].
pub fn with_response_headers<T>(read: impl FnOnce(&HeaderMap) -> T) -> Result<T, AppError> {
    let options: ResponseOptions = use_context().ok_or_else(no_request)?;
    let parts = options.0.read().unwrap_or_else(PoisonError::into_inner);
    Ok(read(&parts.headers))
}

/// The person whom the guard found, if anyone is signed in and has been found already.
pub fn visitor() -> Option<Account> {
    with_context(|parts: &Parts| {
        let found = parts.extensions.get().map(|Visitor(account)| account);
        let arriving: Option<&Arriving> = parts.extensions.get();
        let arrived = arriving.and_then(|Arriving(account)| account.get());
        found.or(arrived).cloned()
    })
    .flatten()
}

/// As [`visitor`], but waits until the guard knows.
pub async fn await_visitor() -> Option<Account> {
    if let Some(Arriving(account)) = extension() {
        return Some(account.wait().await.clone());
    }
    visitor()
}

/// Something that a layer has put into the request.
pub fn extension<T: Clone + Send + Sync + 'static>() -> Option<T> {
    with_context(|parts: &Parts| parts.extensions.get().cloned()).flatten()
}

/// The visitor's IP address; see [`ClientAddr`].
///
/// # Errors
///
/// As for [`state`].
pub fn client_addr() -> Result<IpAddr, AppError> {
    let found = with_context(|parts: &Parts| ClientAddr::of(&parts.extensions));
    found.ok_or_else(no_request)
}

/// The absolute URL of a path on this site, for emails and providers that lead back to it.
///
/// # Errors
///
/// As for [`state`].
pub fn address_of(path: &str) -> Result<String, AppError> {
    // The configured address, never the request's `Host`: the sender chooses that.
    let state = state()?;
    let site = state.site.url.as_str().trim_end_matches('/');
    Ok(format!("{site}{path}"))
}

/// A parameter of the request's query, decoded. Empty when it's missing.
pub fn query(name: &str) -> String {
    with_context(|parts: &Parts| query_of(parts.uri.query(), name)).unwrap_or_default()
}

/// Where the request's query says to go afterwards. Empty when it doesn't, or what it says is too long to be
/// followed: pages carry it along in many places.
pub fn next() -> String {
    let next = query("next");
    if next.len() > LONGEST_NEXT {
        return String::new();
    }
    next
}

/// As [`query`], but reads the given query string.
pub fn query_of(query: Option<&str>, name: &str) -> String {
    url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// The request's path and query.
pub fn path_and_query() -> String {
    with_context(|parts: &Parts| parts.uri.path_and_query().map(ToString::to_string))
        .flatten()
        .unwrap_or_default()
}

/// A part of the request's path, as it is between two slashes; the first one has the number 0. Empty
/// if there are fewer.
pub fn path_segment(number: usize) -> String {
    let segment = |parts: &Parts| {
        let found = parts.uri.path().split('/').nth(number + 1);
        found.map(str::to_owned)
    };
    with_context(segment).flatten().unwrap_or_default()
}

/// Adds a `Set-Cookie` header, as [`cookie`](super::auth::cookie) makes it, to the response.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request, or without a cookie.
pub fn set_cookie(cookie: Option<HeaderValue>) -> Result<(), AppError> {
    let options: ResponseOptions = use_context().ok_or_else(no_request)?;
    // An insert would drop the cookies that were set before.
    options.append_header(SET_COOKIE, cookie.ok_or(AppError::Internal)?);
    Ok(())
}

/// Sends the browser on to another site's page, without a script. A redirect won't do: it would
/// follow a form's post, and the content security policy keeps those on this site.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request, or when the address doesn't fit into a header.
pub fn leave_for(address: &str) -> Result<(), AppError> {
    let options: ResponseOptions = use_context().ok_or_else(no_request)?;
    let value = HeaderValue::from_str(&format!("0;url={address}"));
    options.insert_header(REFRESH, value.map_err(|_| AppError::Internal)?);
    Ok(())
}

/// Adds the headers that the future of a [`scope`] set.
pub fn add_to(response: &mut Response, options: &ResponseOptions) {
    let mut options = options.0.write().unwrap_or_else(PoisonError::into_inner);
    let headers = std::mem::take(&mut options.headers);
    response.headers_mut().extend(headers);
}

fn no_request() -> AppError {
    tracing::error!("the request was asked for where there is none");
    AppError::Internal
}
