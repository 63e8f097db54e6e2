//! Starts, extends and ends the visitor's session, both at Appwrite and in the cookie.
//!
//! Only signing in writes the session's cookie, and only signing out removes it. Answers can overtake
//! each other: one to a request with an old session may arrive after another tab has signed in, and
//! whatever it does to that cookie, it does to the new session. So what a page finds out about a
//! session, that it was extended or has ended, goes into cookies of their own, with the session's
//! [fingerprint](Fingerprint). Late ones say nothing about any other session.

use axum::http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::{
    cookie::{self, SealedCookie},
    fingerprint::Fingerprint,
    flash,
    flow::{self, Flow},
    owed::{self, Standing},
};
use crate::{
    error::AppError,
    model::{Account, Flash, Goto},
    server::{
        appwrite::{
            Id, NewSession, SessionAccount, SessionSecret, create_admin_client,
            create_session_client, or_gone,
        },
        request,
        state::AppState,
    },
};

/// How long a session is in use before it's extended again, and before Appwrite is asked again
/// whether a dead one is still dead.
const ASK_EVERY: Duration = Duration::days(1);

/// For how long somebody who goes back after signing out isn't taken for one whose browser keeps no cookies.
const SIGNED_OUT_FOR: Duration = Duration::hours(1);

/// How long the cookie lasts. Appwrite decides when the session in it ends, and moves that on without a
/// new cookie.
const COOKIE_LIFETIME: Duration = cookie::LONGEST_LIFETIME;

/// Signs the visitor in with a session that Appwrite has just made. Its secret goes into the
/// cookie, and the session that the cookie held before is ended.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub async fn start(session: NewSession) -> Result<(), AppError> {
    let state = request::state()?;
    state.just_here.note_begun(&session);
    let now = OffsetDateTime::now_utc();
    let end = absolute_end(&state, Some(now));
    let cookie_ends = end.map_or(now + COOKIE_LIFETIME, |end| end.min(now + COOKIE_LIFETIME));
    request::set_cookie(cookie::session(&state.site, &session.secret, cookie_ends))?;
    owed::forget()?;
    let end = end.map_or(session.expire, |end| end.min(session.expire));
    request::set_cookie(extended(&state, &session.secret, end))?;
    if !claims_to_be(&session.user_id)? {
        flow::end_all(Flow::belongs_to_account)?;
    }
    if end_at_appwrite(Sessions::Current).await.is_err() {
        // The person is signed in all the same, and the earlier session will expire.
        tracing::warn!("the earlier session could not be ended");
    }
    Ok(())
}

/// Signs the visitor out: removes the cookie, and ends the session at Appwrite.
///
/// # Errors
///
/// Appwrite couldn't be told. The cookie is gone anyway.
pub async fn end() -> Result<(), AppError> {
    forget()?;
    end_at_appwrite(Sessions::Current).await
}

/// As [`end`], but ends all of the visitor's sessions.
///
/// # Errors
///
/// As for [`end`]; [`AppError::SignedOut`] if theirs has ended already, so that nothing can end the others.
pub async fn end_all() -> Result<(), AppError> {
    forget()?;
    end_at_appwrite(Sessions::All).await
}

/// Ends all of the visitor's sessions but the one of this request.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Unavailable`]. Some may have ended by then.
pub async fn end_others(account: &SessionAccount<'_>) -> Result<(), AppError> {
    // Appwrite has no call that ends all but one.
    for session in account.list_sessions().await? {
        if session.current {
            continue;
        }
        let id = Id::parse(&session.id).ok_or(AppError::Internal)?;
        or_gone(account.delete_session(&id).await)?;
    }
    Ok(())
}

/// What a page has found out about a session, and when. It has to be in a cookie: the server keeps
/// nothing, and Appwrite doesn't tell.
#[derive(Serialize, Deserialize)]
pub struct Note {
    fingerprint: Fingerprint,
    /// In seconds since 1970.
    at: i64,
}

impl Note {
    /// About this session, found out then.
    pub fn new(secret: &SessionSecret, at: OffsetDateTime) -> Self {
        Self {
            fingerprint: Fingerprint::of(secret),
            at: at.unix_timestamp(),
        }
    }
}

/// The cookie that notes that a session has just been extended, until then.
///
/// If the session ends sooner than it would be extended again, the moment is put back, so that it's
/// looked at when it ends.
fn extended(state: &AppState, secret: &SessionSecret, end: OffsetDateTime) -> Option<HeaderValue> {
    let at = OffsetDateTime::now_utc().min(end - ASK_EVERY);
    let note = Note::new(secret, at);
    SealedCookie::Extended.set(&state.site, &state.cookie_key, &note, end)
}

/// When a session ends at the latest that began then, if the site says so.
fn absolute_end(state: &AppState, began: Option<OffsetDateTime>) -> Option<OffsetDateTime> {
    Some(began? + state.site.session_max_age?)
}

/// Whether the session of this request is to be extended. That's also when its age is looked at.
pub fn is_due(state: &AppState, headers: &HeaderMap) -> bool {
    secret(state, headers)
        .is_some_and(|secret| !is_noted(SealedCookie::Extended, state, headers, &secret))
}

/// Whether the request carries such a note about this session, and a fresh one.
fn is_noted(
    cookie: SealedCookie,
    state: &AppState,
    headers: &HeaderMap,
    secret: &SessionSecret,
) -> bool {
    let now = Note::new(secret, OffsetDateTime::now_utc());
    let noted: Option<Note> = cookie.read(&state.site, &state.cookie_key, headers);
    noted.is_some_and(|noted| {
        let age = now.at - noted.at;
        noted.fingerprint == now.fingerprint && (0..ASK_EVERY.whole_seconds()).contains(&age)
    })
}

/// Whether the session in this request was once somebody's, which only its notes can say: anybody can
/// make up a cookie.
pub fn was_live(state: &AppState, headers: &HeaderMap, secret: &SessionSecret) -> bool {
    noted_live(state, headers, [secret]).is_some()
}

/// Which of these sessions was. There's a note about one at most.
pub fn noted_live<'a>(
    state: &AppState,
    headers: &HeaderMap,
    secrets: impl IntoIterator<Item = &'a SessionSecret>,
) -> Option<&'a SessionSecret> {
    let noted: Note = SealedCookie::Extended.read(&state.site, &state.cookie_key, headers)?;
    let mut secrets = secrets.into_iter();
    secrets.find(|secret| noted.fingerprint == Fingerprint::of(secret))
}

/// What became of a session that a request came with.
pub enum Extension {
    /// It goes on. With the cookie that notes that it was extended, if it was time for that.
    GoesOn(Option<HeaderValue>),
    /// It's as old as a session may get, and has been ended.
    TooOld,
}

/// Extends the session of this request, at most once a day.
///
/// If Appwrite doesn't extend it, for whatever reason, the session is still as good as before, and
/// Appwrite is asked again the next day.
pub async fn extend(
    state: &AppState,
    headers: &HeaderMap,
    secret: &SessionSecret,
    account: &SessionAccount<'_>,
) -> Extension {
    if is_noted(SealedCookie::Extended, state, headers, secret) {
        return Extension::GoesOn(None);
    }
    let now = OffsetDateTime::now_utc();
    let extension = account.extend_session().await;
    let began = match &extension {
        Ok(session) => session.created,
        Err(_) if state.site.session_max_age.is_some() => account.session_created().await.ok(),
        Err(_) => None,
    };
    let absolute_end = absolute_end(state, began);
    if absolute_end.is_some_and(|end| end <= now) {
        if account.delete_session(&Id::current()).await.is_err() {
            tracing::warn!("a session that is too old could not be ended");
        }
        return Extension::TooOld;
    }
    let end = match extension {
        Ok(session) => session.expire,
        Err(error) => {
            tracing::warn!(cause = %error, "the session could not be extended");
            now + ASK_EVERY
        }
    };
    let end = absolute_end.map_or(end, |last| last.min(end));
    Extension::GoesOn(extended(state, secret, end))
}

/// The session secret that the request carries, unless Appwrite has said lately that the session has
/// ended.
pub fn secret(state: &AppState, headers: &HeaderMap) -> Option<SessionSecret> {
    cookie::session_secret(&state.site, headers)
        .filter(|secret| !is_noted(SealedCookie::Ended, state, headers, secret))
}

/// The cookie that notes that Appwrite has said so.
pub fn ended(state: &AppState, secret: &SessionSecret) -> Option<HeaderValue> {
    let now = OffsetDateTime::now_utc();
    let note = Note::new(secret, now);
    SealedCookie::Ended.set(&state.site, &state.cookie_key, &note, now + ASK_EVERY)
}

/// The same session, if it began with what was meant, in Appwrite's words: it takes any secret of an
/// account's where it takes one, but each is proof of something else.
///
/// # Errors
///
/// [`AppError::LinkExpired`]. The session has been ended then.
pub async fn began_with(session: NewSession, provider: &str) -> Result<NewSession, AppError> {
    if session.provider == provider {
        return Ok(session);
    }
    discard(&session).await;
    Err(AppError::LinkExpired)
}

/// Ends a session that Appwrite has just made, and that won't be used: it has only shown whose it is.
pub async fn discard(session: &NewSession) {
    let ended = async {
        let (user, id) = (Id::parse(&session.user_id), Id::parse(&session.id));
        let (user, id) = user.zip(id).ok_or(AppError::Internal)?;
        let client = create_admin_client().await?;
        or_gone(client.users().delete_session(&user, &id).await)?;
        Ok::<_, AppError>(())
    };
    if let Err(error) = ended.await {
        tracing::warn!(?error, "a session that won't be used could not be ended");
    }
}

/// Removes the cookies, and with them whatever was half done. The person has asked for it, so it's
/// right even if the browser holds another session by now.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn forget() -> Result<(), AppError> {
    let state = request::state()?;
    // Somebody who is at a provider's pages comes back to sign in.
    flow::end_all(|flow| !matches!(flow, Flow::OAuth2 { .. }))?;
    owed::forget()?;
    let until = OffsetDateTime::now_utc() + SIGNED_OUT_FOR;
    request::set_cookie(SealedCookie::SignedOut.set(&state.site, &state.cookie_key, &(), until))?;
    cookie::forget(&state.site)
        .into_iter()
        .try_for_each(|cookie| request::set_cookie(Some(cookie)))
}

/// Where to go on from a flow that can't be continued: where it has led if it's done, or else to the
/// account of whoever is signed in.
///
/// # Errors
///
/// [`AppError::FlowExpired`] if nobody is signed in; [`AppError::MoreFactorsRequired`],
/// [`AppError::Blocked`], [`AppError::Unavailable`].
pub async fn lead_on(flow: Option<Flow>) -> Result<Goto, AppError> {
    if let Some(Flow::Done { path }) = flow {
        return Ok(Goto::page(path));
    }
    match account().await {
        Ok(_) => Ok(Goto::page_with("/account", Flash::AlreadySignedIn)),
        Err(AppError::SignedOut) => Err(AppError::FlowExpired),
        Err(error) => Err(error),
    }
}

/// Where to go on from a sign-in link that has been used already, if it's for the account that is
/// signed in: there's nothing left to do, and the next page says so.
///
/// # Errors
///
/// `error`, which is what Appwrite said of the link, in all other cases.
pub async fn lead_on_if_theirs(
    user_id: &str,
    next: &str,
    error: AppError,
) -> Result<Goto, AppError> {
    let is_used = error == AppError::LinkExpired;
    if is_used && account_of(user_id).await.is_some() {
        flash::keep(Flash::AlreadySignedIn);
        return Ok(Goto::back(next));
    }
    Err(error)
}

/// The visitor's account. On a page the guard has asked Appwrite already; elsewhere this does.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::MoreFactorsRequired`], [`AppError::Blocked`],
/// [`AppError::Unavailable`].
pub async fn account() -> Result<Account, AppError> {
    if let Some(visitor) = request::await_visitor().await {
        return Ok(visitor);
    }
    ask().await
}

/// The visitor's account, if it's this user's.
pub async fn account_of(user_id: &str) -> Option<Account> {
    if !claims_to_be(user_id).is_ok_and(|claims| claims) {
        return None;
    }
    let visitor = account().await.ok();
    visitor.filter(|visitor| visitor.id.eq_ignore_ascii_case(user_id))
}

/// Asks Appwrite for the visitor's account. A session that isn't good, for what it [owes](owed), is
/// nobody's.
async fn ask() -> Result<Account, AppError> {
    let client = create_session_client().await?;
    let service = client.account();
    let account = service.get().await?;
    let state = request::state()?;
    let headers = request::with_headers(Clone::clone)?;
    let secret = cookie::session_secret(&state.site, &headers).ok_or(AppError::SignedOut)?;
    match owed::look(&state, &headers, &secret, &service, account).await? {
        Standing::Good { account, .. } => Ok(*account),
        Standing::Ended(_) => Err(AppError::SignedOut),
    }
}

/// Whose session a request came with.
pub struct Owner {
    /// Their user ID. Appwrite takes it in any case, and the one in a cookie is its owner's choice.
    pub user_id: String,
    /// Their account. Half a session, which lacks its second step, doesn't show it.
    pub account: Option<Account>,
}

/// The visitor's user ID, even while they lack their second step; see [`owner`].
///
/// # Errors
///
/// As for [`owner`].
pub async fn user_id() -> Result<String, AppError> {
    Ok(owner().await?.user_id)
}

/// Who the visitor is, even while they lack their second step. On a page, the guard knows it
/// already.
///
/// Attempts count against this ID, because Appwrite has confirmed it. The secret in a cookie names
/// its owner too, but anybody can make one up, and use up somebody else's attempts.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Blocked`], [`AppError::Unavailable`].
pub async fn owner() -> Result<Owner, AppError> {
    let claimed = claimed_user_id()?.ok_or(AppError::SignedOut)?;
    match account().await {
        Ok(account) => Ok(Owner {
            user_id: account.id.clone(),
            account: Some(account),
        }),
        Err(AppError::MoreFactorsRequired) => Ok(Owner {
            user_id: claimed,
            account: None,
        }),
        Err(error) => Err(error),
    }
}

/// Whether the cookie claims to be this user's. Nobody has confirmed it.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn claims_to_be(user_id: &str) -> Result<bool, AppError> {
    let claimed = claimed_user_id()?;
    Ok(claimed.is_some_and(|claimed| claimed.eq_ignore_ascii_case(user_id)))
}

/// The ID of the account that the session's cookie says it's of. It isn't so just because of that.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn claimed_user_id() -> Result<Option<String>, AppError> {
    let state = request::state()?;
    let secret = request::with_headers(|headers| cookie::session_secret(&state.site, headers))?;
    Ok(secret.map(|secret| secret.user_id().to_owned()))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sessions {
    Current,
    All,
}

/// Ends sessions of the visitor's at Appwrite, if the request came with one.
async fn end_at_appwrite(sessions: Sessions) -> Result<(), AppError> {
    let client = match create_session_client().await {
        Err(AppError::SignedOut) if sessions == Sessions::Current => return Ok(()),
        client => client?,
    };
    let account = client.account();
    let ended = match sessions {
        Sessions::Current => account.delete_session(&Id::current()).await,
        Sessions::All => account.delete_sessions().await,
    };
    match ended.map_err(AppError::from) {
        // Nobody can use any session anymore.
        Ok(()) | Err(AppError::Blocked) => Ok(()),
        Err(AppError::SignedOut) if sessions == Sessions::Current => Ok(()),
        // Without the second step, only the current one can be ended.
        Err(AppError::MoreFactorsRequired) if sessions == Sessions::All => {
            let ended = account.delete_session(&Id::current()).await;
            ended?;
            Err(AppError::MoreFactorsRequired)
        }
        Err(error) => Err(error),
    }
}
