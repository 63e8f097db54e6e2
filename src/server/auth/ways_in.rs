//! What an account shows of who else may get into it.

use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    error::AppError,
    model::{Account, EMAIL_CHANGED_UNKNOWN, Session},
    server::appwrite::{AppwriteError, SessionAccount},
};

/// The other sessions of an account, but for those that were made with an API key: whoever has a link for the
/// account, good or not, has the app make one, for some calls.
pub async fn other_sessions(service: &SessionAccount<'_>) -> Result<Vec<Session>, AppwriteError> {
    let mut sessions = service.list_sessions().await?;
    sessions.retain(|it| !it.current && !it.by_key);
    Ok(sessions)
}

/// How long links in emails are good, at most.
const LINKS_LIVE: Duration = Duration::hours(1);

/// Whether there's more to the account than a password and accounts at providers, which can be taken away
/// from whoever has them: it may be somebody else's way in, or its owner's.
pub async fn has_more_than_a_password(
    service: &SessionAccount<'_>,
    account: &Account,
) -> Result<bool, AppError> {
    let factors = service.list_mfa_factors().await?;
    Ok(factors.totp || factors.recovery_code || !account.phone.is_empty())
}

/// Whether what was sent to an address that the account had before may still be good. If nobody can say
/// when that was, it was when the account last changed, at the latest; and never without a password, which
/// another address takes.
pub fn has_live_links(account: &Account) -> bool {
    match account.email_changed.as_str() {
        "" => false,
        EMAIL_CHANGED_UNKNOWN => !account.password_set.is_empty() && is_lately(&account.updated),
        changed => is_lately(changed),
    }
}

/// The same, for an account that has just changed: of that, nothing follows if nobody can say.
pub fn has_live_links_for_sure(account: &Account) -> bool {
    account.email_changed != EMAIL_CHANGED_UNKNOWN && has_live_links(account)
}

fn is_lately(date: &str) -> bool {
    let date = OffsetDateTime::parse(date, &Rfc3339);
    !date.is_ok_and(|date| OffsetDateTime::now_utc() - date >= LINKS_LIVE)
}

/// Has Appwrite forget an authenticator app that somebody has begun to set up and never confirmed, which it doesn't
/// list: it takes its codes as soon as there's a second step. Nobody has the one that comes in its place.
pub async fn replace_begun_app(service: &SessionAccount<'_>) -> Result<(), AppwriteError> {
    match service.create_totp().await {
        // One that's confirmed, which shows.
        Err(error) if error.is_conflict() => Ok(()),
        replaced => replaced.map(|_| ()),
    }
}
