//! What belongs to the whole process, and what belongs to the request being answered.
//!
//! Server functions and pages find the request through Leptos' context, as
//! `leptos_axum` provides it; [`scope`] provides the same for our own handlers.

use std::{
    net::IpAddr,
    sync::{Arc, PoisonError},
};

use axum::{
    http::{
        HeaderMap, HeaderValue,
        header::{REFRESH, SET_COOKIE},
        request::Parts,
    },
    response::Response,
};
use leptos::{
    prelude::{Owner, provide_context, use_context, with_context},
    reactive::computed::ScopedFuture,
};
use leptos_axum::ResponseOptions;

use super::{
    appwrite::{Transport, TransportError},
    assets::Assets,
    client_addr::ClientAddr,
    config::{ApiKey, Appwrite, Config, Site},
    cookie::CookieKey,
    limits::Limits,
};
use crate::{
    error::AppError,
    model::{Account, SignInMethods},
};

/// What all requests share. None of it is a visitor's.
#[derive(Debug)]
pub struct App {
    /// Where this site is.
    pub site: Site,
    /// The connections to Appwrite.
    pub transport: Arc<Transport>,
    /// Names of the bundle's files.
    pub assets: Assets,
    /// The ways in that the site offers.
    pub ways: SignInMethods,
    /// How often things were tried lately.
    pub limits: Limits,
    /// Seals the cookies beside the session's.
    pub cookie_key: CookieKey,
    pub(in crate::server) key: ApiKey,
}

impl App {
    /// Makes what all requests share.
    ///
    /// # Errors
    ///
    /// See [`Transport::new`].
    pub fn new(config: &Config, appwrite: &Appwrite) -> Result<Arc<Self>, TransportError> {
        Ok(Arc::new(Self {
            site: config.site.clone(),
            transport: Arc::new(Transport::new(appwrite, config.timeouts)?),
            assets: Assets::find(&config.site),
            ways: config.ways.clone(),
            limits: Limits::default(),
            cookie_key: CookieKey::of(&appwrite.key),
            key: appwrite.key.clone(),
        }))
    }
}

/// Who sends the request; `guard` decides it before anything renders.
#[derive(Clone, Debug)]
pub struct Visitor(pub Account);

/// Runs a future with the request in Leptos' context, and returns what it asked to add to the
/// response.
pub async fn scope<T>(
    app: Arc<App>,
    parts: Parts,
    future: impl Future<Output = T> + Send,
) -> (T, ResponseOptions) {
    let options = ResponseOptions::default();
    let owner = Owner::new();
    let future = owner.with(|| {
        provide_context(app);
        provide_context(parts);
        provide_context(options.clone());
        ScopedFuture::new(future)
    });
    let output = future.await;
    owner.cleanup();
    (output, options)
}

/// What all requests share.
///
/// # Errors
///
/// [`AppError::Internal`] when there is no request, which is a mistake in the program.
pub fn app() -> Result<Arc<App>, AppError> {
    use_context().ok_or_else(outside)
}

/// Looks at the request's headers.
///
/// # Errors
///
/// As [`app`].
pub fn with_headers<T>(look: impl FnOnce(&HeaderMap) -> T) -> Result<T, AppError> {
    with_context(|parts: &Parts| look(&parts.headers)).ok_or_else(outside)
}

/// The person the guard found, if it found one.
pub fn visitor() -> Option<Account> {
    with_context(|parts: &Parts| parts.extensions.get::<Visitor>().cloned())
        .flatten()
        .map(|Visitor(account)| account)
}

/// Who sends the request, as far as the network can tell.
///
/// # Errors
///
/// As [`app`].
pub fn client_addr() -> Result<IpAddr, AppError> {
    let found = with_context(|parts: &Parts| ClientAddr::of(&parts.extensions));
    found.ok_or_else(outside)
}

/// The address of a path of this site, as a mail or a provider leads back to it.
///
/// # Errors
///
/// As [`app`].
pub fn address_of(path: &str) -> Result<String, AppError> {
    // The configured address, never the request's `Host`, which its sender chooses.
    let site = app()?.site.url.clone();
    Ok(format!("{}{path}", site.as_str().trim_end_matches('/')))
}

/// A parameter of the request's query, decoded; empty when it is not there.
pub fn query(name: &str) -> String {
    with_context(|parts: &Parts| query_of(parts.uri.query(), name)).unwrap_or_default()
}

/// As [`query`], of a query string.
pub fn query_of(query: Option<&str>, name: &str) -> String {
    url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// The request's path and query, without these parameters.
pub fn path_without(names: &[&str]) -> String {
    let without = |parts: &Parts| {
        let path = parts.uri.path();
        let query = parts.uri.query().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let others = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs.filter(|(key, _)| !names.contains(&&**key)))
            .finish();
        match others.as_str() {
            "" => path.to_owned(),
            others => format!("{path}?{others}"),
        }
    };
    with_context(without).unwrap_or_default()
}

/// Adds a cookie to the response. Takes what `cookie.rs` makes.
///
/// # Errors
///
/// [`AppError::Internal`] when there is no request or no cookie.
pub fn set_cookie(cookie: Option<HeaderValue>) -> Result<(), AppError> {
    let options: ResponseOptions = use_context().ok_or_else(outside)?;
    // Append, because insert would drop a cookie that was set before.
    options.append_header(SET_COOKIE, cookie.ok_or(AppError::Internal)?);
    Ok(())
}

/// Has the browser leave for another site's page at once, without a script. A redirect would not do:
/// it would follow a form's post, which the content security policy keeps on this site.
///
/// # Errors
///
/// [`AppError::Internal`] when there is no request, or the address cannot stand in a header.
pub fn leave_for(address: &str) -> Result<(), AppError> {
    let options: ResponseOptions = use_context().ok_or_else(outside)?;
    let value = HeaderValue::from_str(&format!("0;url={address}"));
    options.insert_header(REFRESH, value.map_err(|_| AppError::Internal)?);
    Ok(())
}

/// Adds the headers that a [`scope`] asked for.
pub fn add_to(response: &mut Response, options: &ResponseOptions) {
    let mut options = options.0.write().unwrap_or_else(PoisonError::into_inner);
    let headers = std::mem::take(&mut options.headers);
    response.headers_mut().extend(headers);
}

fn outside() -> AppError {
    tracing::error!("something of the request was asked for outside of one");
    AppError::Internal
}
