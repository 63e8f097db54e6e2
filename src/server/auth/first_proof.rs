//! The first sign-in that proves that an account's email address is somebody's.
//!
//! Anybody can sign up with anybody's address. When its owner comes by code, by link or through a
//! provider, Appwrite lets them into that account, with the sessions and the password of whoever made
//! it. So a sign-in that proves an address for the first time, and has neither the account's session
//! nor its password, makes the account its owner's: all other sessions end, and the password opens
//! nothing here until there's another one.
//!
//! Verifying the address from the session that signed up keeps everything.

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::session;
use crate::{
    error::AppError,
    model::{Account, Goto},
    server::{
        appwrite::{Id, NewSession, SessionClient, create_admin_client},
        http::links::with_next,
    },
};

/// Whether a code or link for this account would be the first proof of its address, by somebody who
/// isn't signed in to it. This has to be known before Appwrite is given the code: afterwards the
/// address counts as verified.
///
/// If Appwrite can't say, it isn't.
pub async fn is_due(user_id: &str) -> bool {
    if is_signed_in_as(user_id).await {
        return false;
    }
    match account_of(user_id).await {
        Ok(Some(account)) => !account.email.is_empty() && !account.email_verified,
        Ok(None) => false,
        Err(error) => {
            tracing::warn!(?error, "can't tell whether an address was verified before");
            false
        }
    }
}

/// Whether this browser has the account's own session.
async fn is_signed_in_as(user_id: &str) -> bool {
    let claims = session::claimed_user_id().is_ok_and(|id| id.as_deref() == Some(user_id));
    claims && session::account().await.is_ok_and(|it| it.id == user_id)
}

/// Looks at an account with a session that lives no longer than that. A key that may only create
/// sessions has no other way. `None` if there's no such account, if it's blocked, or if it takes a
/// second step to look at it, which only an owner with an address or an app can have set up.
async fn account_of(user_id: &str) -> Result<Option<Account>, AppError> {
    let Some(id) = Id::parse(user_id) else {
        return Ok(None);
    };
    let admin = create_admin_client().await?;
    let session = match admin.users().create_session(&id).await {
        Err(error) if error.is_not_found() => return Ok(None),
        session => session?,
    };
    let client = SessionClient::with_secret(&session.secret)?;
    let account = client.account().get().await.ok();
    client.account().delete_session(&Id::current()).await?;
    Ok(account)
}

/// Makes the account its owner's, who has just signed in with this session and proved the address.
/// Returns where they go first: if there was a password, they're told.
///
/// # Errors
///
/// [`AppError::Unavailable`]. The person hasn't been signed in here then, but the address counts as
/// verified from now on.
pub async fn complete(session: &NewSession, then: Goto) -> Result<Goto, AppError> {
    end_others(session).await?;
    let client = SessionClient::with_secret(&session.secret)?;
    let account = client.account();
    if !account.get().await?.has_password {
        return Ok(then);
    }
    account.refuse_password().await?;
    // Somebody may have signed in with it meanwhile.
    end_others(session).await?;
    Ok(tell(then))
}

/// Ends all sessions of the account but this one. Whoever made the account may have made more of them
/// than their owner could end within Appwrite's limits.
async fn end_others(session: &NewSession) -> Result<(), AppError> {
    let admin = create_admin_client().await?;
    let client = SessionClient::with_secret(&session.secret)?;
    let user = Id::parse(&session.user_id).ok_or(AppError::Internal)?;
    for other in client.account().list_sessions().await? {
        if other.current {
            continue;
        }
        let id = Id::parse(&other.id).ok_or(AppError::Internal)?;
        match admin.users().delete_session(&user, &id).await {
            Err(error) if !error.is_not_found() => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a provider has opened an account for the first time, with this session, for somebody who
/// isn't signed in to it and who `left` for the provider then (in milliseconds since 1970).
///
/// Appwrite has verified the address on the way here, and doesn't say whether it was before. It does
/// say when it linked the provider's account. That's only right if both servers' clocks are.
///
/// # Errors
///
/// [`AppError::Unavailable`]. The person hasn't been signed in here then.
pub async fn has_opened(session: &NewSession, provider: &str, left: i64) -> Result<bool, AppError> {
    if is_signed_in_as(&session.user_id).await {
        return Ok(false);
    }
    let client = SessionClient::with_secret(&session.secret)?;
    let identities = match client
        .account()
        .list_identities()
        .await
        .map_err(AppError::from)
    {
        // Whoever has a second step has proved more than this.
        Err(AppError::MoreFactorsRequired) => return Ok(false),
        identities => identities?,
    };
    let linked = identities.iter().filter(|it| it.provider == provider);
    let mut linked = linked.filter_map(|it| OffsetDateTime::parse(&it.linked, &Rfc3339).ok());
    Ok(linked.any(|linked| linked.unix_timestamp_nanos() / 1_000_000 >= i128::from(left)))
}

/// As [`complete`], for a provider that has opened the account for the first time. The address may have
/// been proved before, so a password stays good, but its owner is asked whether it's theirs.
///
/// # Errors
///
/// As for [`complete`].
pub async fn complete_at_provider(session: &NewSession, then: Goto) -> Result<Goto, AppError> {
    end_others(session).await?;
    let client = SessionClient::with_secret(&session.secret)?;
    let has_password = client.account().get().await?.has_password;
    Ok(if has_password { tell(then) } else { then })
}

/// The page that tells about the password, and leads on.
fn tell(then: Goto) -> Goto {
    Goto::page(with_next("/account/password/replace", then.path()))
}

/// Refuses a session that was opened with a password which is no longer good here.
///
/// # Errors
///
/// [`AppError::ResetRequired`] if it is one; [`AppError::Blocked`], [`AppError::Unavailable`].
pub async fn refuse_old_password(session: &NewSession) -> Result<(), AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    let refusal = match client.account().get().await.map_err(AppError::from) {
        Ok(account) if account.password_refused => AppError::ResetRequired,
        // Only the owner of the address can have set up a second step since.
        Ok(_) | Err(AppError::MoreFactorsRequired) => return Ok(()),
        Err(error) => error,
    };
    if session::discard(session).await.is_err() {
        tracing::warn!("a session that was refused could not be ended");
    }
    Err(refusal)
}
