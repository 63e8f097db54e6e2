//! Who is asking, decided before anything renders.
//!
//! One table says by prefix which paths need whom, so that a page added below `/account` is
//! guarded without a word of its own.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode, Uri,
        header::{LOCATION, SET_COOKIE},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    appwrite::SessionClient,
    client_addr::ClientAddr,
    context::{self, App, Visitor},
    cookie, session,
};
use crate::{error::AppError, model::return_to};

/// Who may see a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    /// Nothing on it depends on who is asking: files, health checks, server functions (which ask
    /// for themselves).
    Impersonal,
    /// Everybody; the page greets those it knows.
    Anyone,
    /// Only who is not signed in. Others are led on.
    SignedOut,
    /// Only who is signed in. Others sign in first and come back.
    SignedIn,
    /// Who is signed in, or would be with a second step.
    SecondStep,
}

impl Access {
    fn of(path: &str) -> Self {
        let below = |prefix: &str| {
            path.strip_prefix(prefix)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if below("/account") {
            Self::SignedIn
        } else if below("/mfa") {
            Self::SecondStep
        } else if below("/signin/oauth2") {
            // A provider leads back here; also somebody who is signed in and adds a way in.
            Self::Impersonal
        } else if below("/signin/link") || below("/recover") || below("/verify") || path == "/" {
            // Links in mails are opened in any browser, whoever is signed in there.
            Self::Anyone
        } else if below("/signin") || below("/signup") {
            Self::SignedOut
        } else {
            Self::Impersonal
        }
    }
}

/// Resolves the visitor with one call to Appwrite (and, once a day, another that extends their
/// session), puts [`Visitor`] into the request, and
/// turns away who may not go on.
pub async fn guard(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let access = match Access::of(path) {
        // The page; its POST must not need Appwrite.
        _ if path == "/signout" && !is_unsafe(request.method()) => Access::Anyone,
        access => access,
    };
    // A form posted to a page for signed-out people signs in anew, whoever was signed in before.
    let signs_in = access == Access::SignedOut && is_unsafe(request.method());
    if access == Access::Impersonal || signs_in {
        return next.run(request).await;
    }
    let had_cookie = cookie::is_present(&app.site, request.headers());
    let addr = ClientAddr::of(request.extensions());
    let visitor = match resolve(&app, request.headers(), addr).await {
        Ok(visitor) => visitor,
        Err(AppError::MoreFactorsRequired) if access == Access::SecondStep => {
            return next.run(request).await;
        }
        Err(AppError::MoreFactorsRequired) => {
            return see_other(&come_back("/mfa", request.method(), request.uri()));
        }
        Err(error) => return error.into_response(),
    };
    let cookies = if visitor.is_some() {
        session::extend(&app, request.headers(), addr).await
    } else if had_cookie {
        cookie::forget(&app.site)
    } else {
        Vec::new()
    };
    let mut response = match (access, visitor) {
        (Access::SignedIn | Access::SecondStep, None) => {
            see_other(&come_back("/signin", request.method(), request.uri()))
        }
        (Access::SignedOut, Some(_)) => {
            see_other(return_to(&context::query_of(request.uri().query(), "next")))
        }
        (_, visitor) => {
            if let Some(visitor) = &visitor {
                request.extensions_mut().insert(visitor.clone());
            }
            let mut response = next.run(request).await;
            if let Some(visitor) = visitor {
                // For the page that says what went wrong, where something did.
                response.extensions_mut().insert(visitor);
            }
            response
        }
    };
    // What the page itself says of the session comes after, and counts.
    let answers = response.headers_mut();
    let own: Vec<_> = answers.get_all(SET_COOKIE).iter().cloned().collect();
    answers.remove(SET_COOKIE);
    for cookie in cookies.into_iter().chain(own) {
        answers.append(SET_COOKIE, cookie);
    }
    response
}

/// Asks Appwrite whose session the cookie holds. No session, or one that has ended, is nobody; an
/// Appwrite that cannot answer is an error, and never a sign-out.
async fn resolve(
    app: &App,
    headers: &HeaderMap,
    addr: IpAddr,
) -> Result<Option<Visitor>, AppError> {
    let Some(secret) = cookie::session_secret(&app.site, headers) else {
        return Ok(None);
    };
    let client = SessionClient::new(Arc::clone(&app.transport), &secret, addr)?;
    let account = client.account();
    match account.get().await {
        Ok(account) => Ok(Some(Visitor(account))),
        Err(error) if error.is_dead_session() => Ok(None),
        Err(error) => Err(error.into_app_error()),
    }
}

fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// What a query value can hold without being taken apart. A path stays readable.
const QUERY_VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A page that has to be passed first, with the way back. A form that was posted cannot be gone back
/// to, and neither is there a need to go back to the page itself, or to another one on the way in. The
/// secret of a link in a mail is not handed on: it would come to stand in a page.
pub fn come_back(first: &str, method: &Method, uri: &Uri) -> String {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let has_way_back = uri.path() == "/" || Access::of(uri.path()) == Access::SignedIn;
    if is_unsafe(method) || !has_way_back {
        return first.to_owned();
    }
    with_next(first, path)
}

/// The address of a page that hands on where to go afterwards, where that is said.
pub fn with_next(path: &str, next: &str) -> String {
    if next.is_empty() {
        path.to_owned()
    } else {
        let and = if path.contains('?') { '&' } else { '?' };
        format!("{path}{and}next={}", utf8_percent_encode(next, QUERY_VALUE))
    }
}

/// A redirect with an empty body.
pub fn see_other(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(_) => AppError::BadRequest.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_guarded_by_prefix() {
        for (path, access) in [
            ("/", Access::Anyone),
            ("/account", Access::SignedIn),
            ("/account/", Access::SignedIn),
            ("/account/sessions/1", Access::SignedIn),
            ("/accounting", Access::Impersonal),
            ("/signin", Access::SignedOut),
            ("/signup", Access::SignedOut),
            ("/signin/code", Access::SignedOut),
            ("/signin/link", Access::Anyone),
            ("/signin/oauth2/callback", Access::Impersonal),
            ("/recover/confirm", Access::Anyone),
            ("/verify", Access::Anyone),
            ("/mfa/code", Access::SecondStep),
            ("/signout", Access::Impersonal),
            ("/pkg/app.css", Access::Impersonal),
            ("/api/account", Access::Impersonal),
        ] {
            assert_eq!(Access::of(path), access, "{path}");
        }
    }

    #[test]
    fn the_way_back_survives_its_own_query() {
        let uri = Uri::from_static("/account/x?a=1&b=%20#f");
        assert_eq!(
            come_back("/signin", &Method::GET, &uri),
            "/signin?next=/account/x%3Fa%3D1%26b%3D%2520"
        );
        assert_eq!(come_back("/signin", &Method::POST, &uri), "/signin");
        for path in ["/mfa/totp", "/recover/confirm?userId=u&secret=s"] {
            let uri = Uri::from_static(path);
            assert_eq!(come_back("/mfa", &Method::GET, &uri), "/mfa");
        }
    }
}
