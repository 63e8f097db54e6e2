//! What somebody typed into a form whose session had ended, or lacked its second step. They sign in, come
//! back, and find it in the form.
//!
//! It's in a sealed cookie until then, for the account that the session was of: somebody else who signs
//! in at this browser doesn't see it. Nothing is kept for a session that never was one. Passwords and
//! codes aren't kept.

use axum::http::{HeaderMap, HeaderValue, header::CONTENT_LENGTH};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::{
    cookie::{self, SealedCookie},
    session,
};
use crate::{
    error::AppError,
    model::{FormKey, ShownTo},
    server::{request, state::AppState},
};

/// How long somebody may take to sign in.
const LIFETIME: Duration = Duration::minutes(15);

/// How many bytes a form may have. Browsers keep cookies of up to 4 kB, and sealing makes them longer.
const MAX_BYTES: usize = 1500;

#[derive(Serialize, Deserialize)]
struct Typed {
    path: String,
    /// In lower case.
    user_id: String,
    /// When the cookie ends, in seconds since 1970. A browser's word for it isn't enough.
    until: i64,
    fields: Vec<(String, String)>,
}

/// Whether the form that this request brings is short enough to be kept.
pub fn can_keep(headers: &HeaderMap) -> bool {
    let length = headers.get(CONTENT_LENGTH).and_then(|it| it.to_str().ok());
    let length: Option<usize> = length.and_then(|it| it.parse().ok());
    length.is_some_and(|length| length <= MAX_BYTES)
}

/// The cookie that keeps a form, as it was posted to this path. `None` if nobody can say whose it is, if its
/// page was shown to another account, if it's too long, or if there's nothing to keep.
pub fn keep(app: &AppState, headers: &HeaderMap, path: &str, form: &[u8]) -> Option<HeaderValue> {
    let secret = cookie::session_secret(&app.site, headers)?;
    if !session::was_live(app, headers, &secret) {
        return None;
    }
    let is_secret = |name: &str| {
        ["password", "code", FormKey::FIELD, ShownTo::FIELD]
            .iter()
            .any(|word| name.contains(word))
    };
    let shown_to = url::form_urlencoded::parse(form).find(|(name, _)| name == ShownTo::FIELD);
    if shown_to.is_some_and(|(_, id)| !id.eq_ignore_ascii_case(secret.user_id())) {
        return None;
    }
    let fields: Vec<_> = url::form_urlencoded::parse(form)
        .filter(|(name, _)| !is_secret(name))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    if form.len() > MAX_BYTES || fields.is_empty() {
        return None;
    }
    let expires = OffsetDateTime::now_utc() + LIFETIME;
    let typed = Typed {
        path: path.to_owned(),
        user_id: secret.user_id().to_ascii_lowercase(),
        until: expires.unix_timestamp(),
        fields,
    };
    SealedCookie::Typed.set(&app.site, &app.cookie_key, &typed, expires)
}

/// What this visitor typed into the form at this path. This answer takes it out of the browser.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub async fn take(path: &str) -> Result<Option<Vec<(String, String)>>, AppError> {
    let app = request::state()?;
    let typed: Option<Typed> = request::with_headers(|headers| {
        SealedCookie::Typed.read(&app.site, &app.cookie_key, headers)
    })?;
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let Some(typed) = typed.filter(|typed| typed.path == path && typed.until > now) else {
        return Ok(None);
    };
    let visitor = request::await_visitor().await;
    if !visitor.is_some_and(|visitor| typed.user_id.eq_ignore_ascii_case(&visitor.id)) {
        return Ok(None);
    }
    request::set_cookie(SealedCookie::Typed.remove(&app.site))?;
    Ok(Some(typed.fields))
}
