//! Finds out who is asking, and turns away who may not go on, before anything renders.
//!
//! One table says who may see which paths. It goes by prefix, so a new page below `/account` is
//! guarded without another word.

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

use super::links::with_next;
use crate::{
    error::AppError,
    model::return_to,
    server::{
        appwrite::SessionClient,
        auth::{cookie, session},
        request::{self, ClientAddr, Visitor},
        state::AppState,
    },
};

/// Who may see a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing here depends on who is asking: files, health checks, and server functions, which
    /// find out for themselves.
    Impersonal,
    /// Everybody. The page greets people whom it knows.
    Anyone,
    /// Only people who aren't signed in. Others are led on.
    SignedOut,
    /// Only people who are signed in. Others sign in first, then come back.
    SignedIn,
    /// People who are signed in, or only lack their second step.
    SecondStep,
}

impl Access {
    /// Looks a path up in the table.
    pub fn of(path: &str) -> Self {
        let below = |prefix: &str| {
            path.strip_prefix(prefix)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if below("/account") {
            Self::SignedIn
        } else if below("/mfa") {
            Self::SecondStep
        } else if below("/signin/oauth2") {
            // A provider leads back here, including people who are signed in and link an account.
            Self::Impersonal
        } else if below("/signin/link") || below("/recover") || below("/verify") || path == "/" {
            // Links in emails open in any browser, whoever is signed in there.
            Self::Anyone
        } else if below("/signin") || below("/signup") {
            Self::SignedOut
        } else {
            Self::Impersonal
        }
    }
}

/// Resolves the visitor with one call to Appwrite (once a day another one extends their session),
/// puts [`Visitor`] into the request, and turns away who may not go on.
pub async fn guard(
    State(state): State<Arc<AppState>>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let access = match Access::of(path) {
        // The page needs to know. Its POST has to work without Appwrite.
        _ if path == "/signout" && !is_unsafe(request.method()) => Access::Anyone,
        access => access,
    };
    // A form on a page for signed-out people signs in anew, whoever was signed in before.
    let signs_in = access == Access::SignedOut && is_unsafe(request.method());
    if access == Access::Impersonal || signs_in {
        return next.run(request).await;
    }
    let had_cookie = cookie::is_present(&state.site, request.headers());
    let addr = ClientAddr::of(request.extensions());
    let (visitor, extended) = match resolve(&state, request.headers(), addr).await {
        Ok(Some((visitor, extended))) => (Some(visitor), extended),
        Ok(None) => (None, Vec::new()),
        Err(AppError::MoreFactorsRequired) if access == Access::SecondStep => {
            return next.run(request).await;
        }
        Err(AppError::MoreFactorsRequired) => {
            return see_other(&come_back("/mfa", request.method(), request.uri()));
        }
        Err(error) => return error.into_response(),
    };
    let cookies = if visitor.is_none() && had_cookie {
        cookie::forget(&state.site)
    } else {
        extended
    };
    let mut response = match (access, visitor) {
        (Access::SignedIn | Access::SecondStep, None) => {
            see_other(&come_back("/signin", request.method(), request.uri()))
        }
        (Access::SignedOut, Some(_)) => {
            see_other(return_to(&request::query_of(request.uri().query(), "next")))
        }
        (_, visitor) => {
            if let Some(visitor) = &visitor {
                request.extensions_mut().insert(visitor.clone());
            }
            let mut response = next.run(request).await;
            if let Some(visitor) = visitor {
                // For the error page, in case something went wrong.
                response.extensions_mut().insert(visitor);
            }
            response
        }
    };
    // The page's own cookies come last, because the last one counts.
    let answers = response.headers_mut();
    let own: Vec<_> = answers.get_all(SET_COOKIE).iter().cloned().collect();
    answers.remove(SET_COOKIE);
    for cookie in cookies.into_iter().chain(own) {
        answers.append(SET_COOKIE, cookie);
    }
    response
}

/// Asks Appwrite whose session the cookie holds, and extends the session if it's time. Returns the
/// visitor, and the cookies that follow from the extension.
///
/// A session that has ended is nobody's, just like none at all. If Appwrite can't answer, that's an
/// error, and never a sign-out.
async fn resolve(
    state: &AppState,
    headers: &HeaderMap,
    addr: IpAddr,
) -> Result<Option<(Visitor, Vec<HeaderValue>)>, AppError> {
    let Some(secret) = cookie::session_secret(&state.site, headers) else {
        return Ok(None);
    };
    let client = SessionClient::new(&state.transport, &secret, addr)?;
    let account = client.account();
    match account.get().await {
        Ok(visitor) => {
            let cookies = session::extend(state, headers, &secret, &account).await;
            Ok(Some((Visitor(visitor), cookies)))
        }
        Err(error) if error.is_dead_session() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// The path of a page to pass first, with the way back in its query.
///
/// There's no way back to a form that was posted, and none is needed to `first` itself or to other
/// pages for signing in. The secret of a link in an email isn't handed on: it would end up in a
/// page.
pub fn come_back(first: &str, method: &Method, uri: &Uri) -> String {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let has_way_back = uri.path() == "/" || Access::of(uri.path()) == Access::SignedIn;
    if is_unsafe(method) || !has_way_back {
        return first.to_owned();
    }
    with_next(first, path)
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
