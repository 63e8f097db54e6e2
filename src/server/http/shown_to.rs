//! What a page sends is for the account that the page was shown to.
//!
//! In another tab, somebody may have signed in to another account since. The browser sends that one's
//! session then, and a name, a note or a deletion would be the other account's.

use axum::{
    extract::Request,
    http::{Extensions, HeaderMap, Uri},
};

use super::layers::{Answering, Next};
use crate::{
    error::AppError,
    model::ShownTo,
    server::{auth::session, state::AppState},
};

/// Takes the account that a page was shown to out of the path of a call, and puts [`ShownTo`] into the request.
pub fn read(mut request: Request, next: Next) -> Answering {
    if let Some((shown_to, uri)) = split(request.uri()) {
        *request.uri_mut() = uri;
        request.extensions_mut().insert(shown_to);
    }
    next.run(request)
}

/// The account, and the address without it, if it's the address of such a call.
fn split(uri: &Uri) -> Option<(ShownTo, Uri)> {
    let path = uri.path_and_query()?.as_str();
    let (id, _) = path.strip_prefix(ShownTo::PREFIX)?.split_once('/')?;
    let rest = &path[ShownTo::PREFIX.len() + id.len()..];
    let is_call = rest.starts_with("/api/");
    is_call.then(|| Some((ShownTo(id.to_owned()), rest.parse().ok()?)))?
}

/// Whether this request may do what it's for, because its page was shown to the account that is signed in now, or
/// to nobody in particular.
///
/// # Errors
///
/// [`AppError::OtherAccount`] if not.
pub fn check(
    state: &AppState,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Result<(), AppError> {
    let Some(ShownTo(id)) = extensions.get() else {
        return Ok(());
    };
    let session = session::secret(state, headers);
    let is_another = session.is_some_and(|session| !session.user_id().eq_ignore_ascii_case(id));
    if is_another {
        return Err(AppError::OtherAccount);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_call_names_an_account_in_its_path() {
        let (ShownTo(id), uri) = split(&Uri::from_static("/for/u1/api/name?a=/for/")).unwrap();
        assert_eq!(
            (id.as_str(), uri.to_string().as_str()),
            ("u1", "/api/name?a=/for/")
        );
        for path in [
            "/api/name",
            "/for/u1",
            "/for/u1/",
            "/for/u1/name",
            "/for/u1//api/name",
            "/for/api/name",
            "/for/u1/for/u2/api/name",
        ] {
            assert!(split(&path.parse().unwrap()).is_none(), "{path}");
        }
    }
}
