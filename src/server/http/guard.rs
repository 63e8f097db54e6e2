//! Finds out who is asking, and turns away who may not go on, before anything renders.
//!
//! One table says who may see which paths. It goes by prefix, so a new page below `/account` is
//! guarded without another word.

use std::{future::ready, net::IpAddr, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode, Uri,
        header::{COOKIE, LOCATION, REFERER, SET_COOKIE},
        uri::PathAndQuery,
    },
    response::{IntoResponse, Response},
};
use futures::future::{Either, select};
use url::Url;

use super::{
    layers::{Answering, Next},
    links::with_next,
    shown_to,
};
use crate::{
    error::AppError,
    model::{Flash, ShownTo, return_to},
    server::{
        appwrite::SessionClient,
        auth::{
            cookie, device, flash,
            owed::{self, Standing},
            session::{self, Extension},
            typed,
        },
        request::{self, Arriving, ClientAddr, Visitor},
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
    /// Everybody, even people who only lack their second step, whose account is blocked, or who have
    /// to set a new password first. Links in emails lead here, and mustn't be lost.
    Link,
    /// Only people who aren't signed in. Others are led on.
    SignedOut,
    /// Only people who are signed in. Others sign in first, then come back.
    SignedIn,
    /// The same, but a form that others post comes back with what they typed: they may have been
    /// typing for longer than their session lasted.
    Drafts,
    /// People who are signed in, or only lack their second step.
    SecondStep,
}

/// Where people type more than they'd like to type again, if they're signed in.
const DRAFTS: &[&str] = &["/notes"];

/// What's below, but is only a button.
const NO_DRAFTS: &[&str] = &["/notes/done", "/notes/pinned", "/notes/delete"];

/// The server functions that forms on pages for signed-out people call, but for the one that makes a guest, who
/// stays one.
const SIGN_IN_CALLS: [&str; 7] = [
    "/api/auth/sign-in",
    "/api/auth/sign-up",
    "/api/auth/magic-url",
    "/api/auth/email-otp",
    "/api/auth/phone-otp",
    "/api/auth/code",
    "/api/auth/oauth2",
];

fn path_is_below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Access {
    /// Looks a path up in the table.
    pub fn of(path: &str) -> Self {
        let below = |prefix| path_is_below(path, prefix);
        if below("/account") {
            Self::SignedIn
        } else if DRAFTS.iter().any(|drafts| below(drafts)) {
            Self::Drafts
        } else if below("/mfa") {
            Self::SecondStep
        } else if below("/signin/oauth2") {
            // A provider leads back here, including people who are signed in and link an account.
            Self::Impersonal
        } else if below("/signin/link") || below("/recover") || below("/verify") {
            Self::Link
        } else if path == "/" {
            Self::Anyone
        } else if below("/signin") || below("/signup") {
            Self::SignedOut
        } else {
            Self::Impersonal
        }
    }
}

/// The page that leads to this one, if it's one where [drafts](Access::Drafts) are.
pub fn drafts_of(path: &str) -> Option<&'static str> {
    let mut all = DRAFTS.iter().copied();
    all.find(|drafts| path_is_below(path, drafts))
}

/// Resolves the visitor with one call to Appwrite (once a day another one extends their session),
/// puts [`Visitor`] into the request, and turns away who may not go on.
pub fn guard(request: Request, next: Next) -> Answering {
    let state = next.state();
    let path = request.uri().path();
    let access = match Access::of(path) {
        // The page needs to know. Its POST has to work without Appwrite.
        _ if path == "/signout" && !is_unsafe(request.method()) => Access::Anyone,
        access => access,
    };
    // A form on a page for signed-out people signs in anew, whoever was signed in before.
    let signs_in = access == Access::SignedOut && is_unsafe(request.method());
    if is_unsafe(request.method())
        && matches!(access, Access::SignedOut | Access::Impersonal)
        && leaves_guest_behind(path)
        && request.extensions().get::<ShownTo>().is_none()
        && session::secret(state, request.headers()).is_some()
    {
        return Box::pin(keep_guest(request, next));
    }
    // Server functions find out for themselves who is asking, but not whether their session is good.
    let may_be_no_good = path.starts_with("/api/") && may_be_no_good(state, request.headers());
    if (access == Access::Impersonal && !may_be_no_good) || signs_in {
        return next.run(request);
    }
    Box::pin(admit(access, request, next))
}

/// Whether this signs in, or begins to, which in the end costs a guest the account.
fn leaves_guest_behind(path: &str) -> bool {
    let is_page = path_is_below(path, "/signin") || path_is_below(path, "/signup");
    (is_page && path != "/signin/anonymous") || SIGN_IN_CALLS.contains(&path)
}

/// Refuses to sign in somebody who has become a guest since they were shown the page, in another tab: the guest's
/// account would be lost without a word. Shown again, the page says so, and knows whom it's shown to.
async fn keep_guest(mut request: Request, next: Next) -> Response {
    let state = Arc::clone(next.state());
    let addr = ClientAddr::of(request.extensions());
    let resolved = resolve(&state, request.headers(), addr, false).await;
    if let Ok((Some(visitor), _)) = resolved
        && visitor.0.is_guest()
    {
        request.extensions_mut().insert(ShownTo::nobody());
        request.extensions_mut().insert(visitor);
    }
    if request.uri().path().starts_with("/api/") && may_be_no_good(&state, request.headers()) {
        return admit(Access::Impersonal, request, next).await;
    }
    next.run(request).await
}

/// Whether the session of this request may be too old, or [owe](owed) something.
fn may_be_no_good(state: &AppState, headers: &HeaderMap) -> bool {
    let may_be_too_old = state.site.session_max_age.is_some() && session::is_due(state, headers);
    may_be_too_old
        || session::secret(state, headers).is_some_and(|secret| owed::owes(state, headers, &secret))
}

/// What answers a request that isn't admitted yet.
enum Rest {
    /// It hasn't begun.
    Waits(Request, Next),
    /// It loads the page meanwhile. The request is what the guard needs of it.
    Loads(Request, Arriving, Answering),
}

impl Rest {
    fn request(&self) -> &Request {
        match self {
            Self::Waits(request, _) | Self::Loads(request, ..) => request,
        }
    }

    fn into_request(self) -> Request {
        match self {
            Self::Waits(request, _) | Self::Loads(request, ..) => request,
        }
    }

    fn answer(self, visitor: Option<&Visitor>) -> Answering {
        match self {
            Self::Waits(mut request, next) => {
                if let Some(visitor) = visitor {
                    request.extensions_mut().insert(visitor.clone());
                }
                next.run(request)
            }
            Self::Loads(_, arriving, answering) => {
                if let Some(visitor) = visitor {
                    arriving.is(visitor);
                }
                answering
            }
        }
    }
}

/// Resolves the visitor while the page is loaded. It takes one wait for Appwrite then instead of two.
/// Whoever isn't admitted doesn't see what was loaded.
async fn resolve_while_loading(
    state: &AppState,
    mut request: Request,
    next: Next,
    addr: IpAddr,
) -> (Result<Resolved, AppError>, Rest) {
    let mut copy = Request::new(Body::empty());
    copy.method_mut().clone_from(request.method());
    copy.uri_mut().clone_from(request.uri());
    copy.headers_mut().clone_from(request.headers());
    let arriving = Arriving::default();
    request.extensions_mut().insert(arriving.clone());
    let resolving = Box::pin(resolve(state, copy.headers(), addr, true));
    let (resolved, answering) = match select(resolving, next.run(request)).await {
        Either::Left((resolved, answering)) => (resolved, answering),
        Either::Right((response, resolving)) => {
            (resolving.await, Box::pin(ready(response)) as Answering)
        }
    };
    (resolved, Rest::Loads(copy, arriving, answering))
}

async fn admit(access: Access, request: Request, next: Next) -> Response {
    let state = Arc::clone(next.state());
    let may_come_back = access == Access::Drafts
        && is_unsafe(request.method())
        && !NO_DRAFTS.contains(&request.uri().path());
    let addr = ClientAddr::of(request.extensions());
    // A session that somebody has made up is worth no more than one call.
    let may_load = access == Access::Drafts
        && request.method() == Method::GET
        && session::secret(&state, request.headers())
            .is_some_and(|secret| session::was_live(&state, request.headers(), &secret));
    let (resolved, rest) = if may_load {
        resolve_while_loading(&state, request, next, addr).await
    } else {
        // What changes something is decided by how things are.
        let may_recall = !is_unsafe(request.method());
        let resolved = resolve(&state, request.headers(), addr, may_recall).await;
        (resolved, Rest::Waits(request, next))
    };
    let (visitor, cookies) = match resolved {
        Ok(resolved) => resolved,
        // The form's server function finds out as well, and then the form is shown again.
        Err(AppError::Unavailable | AppError::RateLimited(_)) if may_come_back => {
            (None, Vec::new())
        }
        // So is one that can't be kept while they confirm that it's them: because it's too long, or because its
        // page was shown to somebody else.
        Err(AppError::MoreFactorsRequired)
            if may_come_back
                && (!typed::can_keep(rest.request().headers()) || is_anothers(&state, &rest)) =>
        {
            (None, Vec::new())
        }
        // The page says what signing out means, whoever it is.
        Err(AppError::Unavailable) if rest.request().uri().path() == "/signout" => {
            (None, Vec::new())
        }
        Err(AppError::MoreFactorsRequired)
            if matches!(access, Access::SecondStep | Access::Impersonal) =>
        {
            return rest.answer(None).await;
        }
        Err(AppError::MoreFactorsRequired | AppError::Blocked | AppError::ResetRequired)
            if access == Access::Link =>
        {
            return rest.answer(None).await;
        }
        Err(AppError::MoreFactorsRequired) => {
            return first(&state, "/mfa", rest.into_request()).await;
        }
        Err(error) => return error.into_response(),
    };
    let mut response = match (access, visitor) {
        (Access::Drafts, None) if may_come_back => rest.answer(None).await,
        (Access::SignedIn | Access::Drafts, None) if has_lost_cookie(rest.request()) => {
            AppError::CookiesRefused.into_response()
        }
        (Access::SignedIn | Access::Drafts | Access::SecondStep, None) => {
            first(&state, "/signin", rest.into_request()).await
        }
        // Signing in is how guests get to an account that they already have.
        (Access::SignedOut, Some(Visitor(account)))
            if !account.is_guest() || !path_is_below(rest.request().uri().path(), "/signin") =>
        {
            // A message that was to be read there is read on the next page.
            see_other(return_to(&request::query_of(
                rest.request().uri().query(),
                "next",
            )))
        }
        (_, visitor) => {
            // A server function's body may come much later. By then this may not be true any more.
            let known = visitor.as_ref().filter(|_| access != Access::Impersonal);
            let mut response = rest.answer(known).await;
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

/// The visitor, if anybody is signed in, and the cookies to set.
type Resolved = (Option<Visitor>, Vec<HeaderValue>);

/// Asks Appwrite whose session the cookie holds, and extends the session if it's time. Returns the
/// visitor, and the cookies that follow: one notes that the session was extended or has ended, one that
/// the browser knows the account.
///
/// A session that has ended, is too old, or isn't good for what it [owes](owed), is nobody's, just like
/// none at all. If Appwrite can't answer, that's an error, and never a sign-out.
async fn resolve(
    state: &AppState,
    headers: &HeaderMap,
    addr: IpAddr,
    may_recall: bool,
) -> Result<Resolved, AppError> {
    let Some(secret) = session::secret(state, headers) else {
        return Ok((None, Vec::new()));
    };
    let ended = || Vec::from_iter(session::ended(state, &secret));
    let client = SessionClient::new(&state.transport, &secret, addr)?;
    let account = client.account();
    let recalled = may_recall.then(|| account.recall()).flatten();
    let seen = async {
        let visitor = match recalled {
            Some(visitor) => visitor,
            None => account.get().await?,
        };
        owed::look(state, headers, &secret, &account, visitor).await
    };
    match seen.await {
        Ok(Standing::Ended(why)) => {
            let says_so = flash::cookie(state, Some(&secret), &(why, None));
            Ok((None, ended().into_iter().chain(says_so).collect()))
        }
        Ok(Standing::Good {
            account: visitor,
            is_settled,
        }) => {
            let note = match session::extend(state, headers, &secret, &account).await {
                Extension::GoesOn(note) => note,
                Extension::TooOld => return Ok((None, ended())),
            };
            let settled = is_settled.then(|| owed::settle(state, &secret)).flatten();
            let device = device::remember(state, headers, &visitor);
            let cookies = note.into_iter().chain(settled).chain(device);
            Ok((Some(Visitor(*visitor)), cookies.collect()))
        }
        Err(error) if error.is_dead_session() => Ok((None, ended())),
        Err(error) => Err(error.into()),
    }
}

/// Whether a form's page was shown to another account than the session's.
fn is_anothers(state: &AppState, rest: &Rest) -> bool {
    let request = rest.request();
    shown_to::check(state, request.headers(), request.extensions()).is_err()
}

/// Whether somebody comes straight from signing in, with no cookie at all. Signing in again would end the
/// same way. No link on those pages leads to where people have to be signed in.
fn has_lost_cookie(request: &Request) -> bool {
    let headers = request.headers();
    let from = headers.get(REFERER).and_then(|from| from.to_str().ok());
    let from = from.and_then(|from| Url::parse(from).ok());
    let comes_from_sign_in = from.is_some_and(|from| {
        matches!(Access::of(from.path()), Access::SignedOut)
            || path_is_below(from.path(), "/signin/link")
    });
    !is_unsafe(request.method()) && !headers.contains_key(COOKIE) && comes_from_sign_in
}

fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Leads to a page that has to be passed first. If a form was posted, says that nothing was changed, and
/// keeps what was typed.
async fn first(state: &AppState, page: &str, request: Request) -> Response {
    let mut response = see_other(&come_back(page, request.uri()));
    if is_unsafe(request.method()) {
        let (head, body) = request.into_parts();
        // What's longer isn't kept anyway.
        let form = to_bytes(body, 64 * 1024).await.unwrap_or_default();
        let session = cookie::session_secret(&state.site, &head.headers);
        let kept = [
            flash::cookie(state, session.as_ref(), &(Flash::NothingSaved, None)),
            typed::keep(state, &head.headers, head.uri.path(), &form),
        ];
        for cookie in kept.into_iter().flatten() {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    response
}

/// The path of a page to pass first, with the way back in its query.
///
/// A form that was posted comes back to its page. No way back is needed to `first` itself or to other
/// pages for signing in. The secret of a link in an email isn't handed on: it would end up in a page.
pub fn come_back(first: &str, uri: &Uri) -> String {
    let path = uri.path();
    let is_theirs = matches!(Access::of(path), Access::SignedIn | Access::Drafts);
    if path != "/" && !is_theirs {
        return first.to_owned();
    }
    let back = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    with_next(first, back)
}

/// Answers a method that a path doesn't take. A `GET` of a button's path, which is where somebody comes
/// back to after signing in, or when they reload, leads to the button's page: the one above.
pub async fn other_method(request: Request) -> Response {
    let (method, path) = (request.method(), request.uri().path());
    match path.rsplit_once('/') {
        Some((page, _))
            if matches!(*method, Method::GET | Method::HEAD)
                && !page.is_empty()
                && !path.starts_with("/api/") =>
        {
            see_other(page)
        }
        _ => AppError::MethodNotAllowed.into_response(),
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
            ("/signin/link", Access::Link),
            ("/signin/oauth2/callback", Access::Impersonal),
            ("/recover/confirm", Access::Link),
            ("/verify", Access::Link),
            ("/notes/new", Access::Drafts),
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
            come_back("/signin", &uri),
            "/signin?next=/account/x%3Fa%3D1%26b%3D%2520"
        );
        for path in ["/mfa/totp", "/recover/confirm?userId=u&secret=s"] {
            let uri = Uri::from_static(path);
            assert_eq!(come_back("/mfa", &uri), "/mfa");
        }
    }
}
