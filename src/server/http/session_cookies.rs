//! Of several session cookies, finds the one whose session is alive.
//!
//! Another app on the same host can set a cookie of the same name for another path or domain. Browsers
//! send both then, the other one perhaps first, and the server can't tell which is whose: only Appwrite
//! can.

use std::net::IpAddr;

use axum::extract::Request;

use super::layers::{Answering, Next};
use crate::server::{
    appwrite::{SessionClient, SessionSecret},
    auth::{cookie, session},
    request::ClientAddr,
    state::AppState,
};

/// More than this many session cookies are nobody's accident, and each costs a call.
const MAX_TRIED: usize = 3;

/// Leaves one session cookie in the request, for everything that comes after. Appwrite is only asked
/// if there are several.
pub fn keep_live(mut request: Request, next: Next) -> Answering {
    // Nothing looks at a file's cookies.
    if request.uri().path().starts_with("/pkg/") {
        return next.run(request);
    }
    let state = next.state();
    let secrets = cookie::session_secrets(&state.site, request.headers());
    // After a start, nothing has been seen. Notes of ours can't be made up.
    if secrets.iter().any(|it| !state.transport.has_seen(it))
        && let Some(noted) = session::noted_live(state, request.headers(), &secrets)
    {
        state.transport.note_alive(noted);
    }
    if secrets.len() <= 1 {
        return next.run(request);
    }
    Box::pin(async move {
        let state = next.state();
        let addr = ClientAddr::of(request.extensions());
        if let Some(live) = first_live(state, secrets, addr).await {
            cookie::keep_session(&state.site, &live, request.headers_mut());
        }
        next.run(request).await
    })
}

/// The first secret whose session Appwrite doesn't call dead. `None` if all are. Those that have been seen alive
/// here come first, so that no number of others can stand in front of them.
async fn first_live(
    state: &AppState,
    secrets: Vec<SessionSecret>,
    addr: IpAddr,
) -> Option<SessionSecret> {
    let (known, others): (Vec<_>, Vec<_>) = secrets
        .into_iter()
        .partition(|secret| state.transport.has_seen(secret));
    for secret in known.into_iter().chain(others).take(MAX_TRIED) {
        let client = SessionClient::new(&state.transport, &secret, addr).ok()?;
        match client.account().get().await {
            Err(error) if error.is_dead_session() => {}
            // Also where Appwrite can't say: whoever asks it next says so.
            _ => return Some(secret),
        }
    }
    None
}
