//! What an account shows of who else may get into it.

use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    error::AppError,
    model::Account,
    server::{
        appwrite::SessionAccount,
        auth::{proved, session},
        request,
    },
};

/// How long links in emails are good, at most.
const LINKS_LIVE: Duration = Duration::hours(1);

/// The account, if this browser has its own session.
pub(super) async fn visitor(user_id: &str) -> Option<Account> {
    if !session::claims_to_be(user_id).is_ok_and(|claims| claims) {
        return None;
    }
    let visitor = session::account().await.ok();
    visitor.filter(|visitor| visitor.id.eq_ignore_ascii_case(user_id))
}

/// As [`visitor`], unless somebody still has to say whether the account's password is theirs. It takes as
/// much as the first time then.
pub(super) async fn visitor_who_decided(user_id: &str) -> Option<Account> {
    let visitor = visitor(user_id).await;
    visitor.filter(|visitor| !visitor.password_undecided)
}

pub(super) fn is_undecided(account: &Account) -> Result<bool, AppError> {
    Ok(proved::is_undecided(&request::state()?.cookie_key, account))
}

/// Whether there are ways into the account that can't be closed for its owner.
pub(super) async fn has_more_than_a_password(
    service: &SessionAccount<'_>,
    account: &Account,
) -> Result<bool, AppError> {
    let (factors, identities) =
        futures::try_join!(service.list_mfa_factors(), service.list_identities())?;
    Ok(factors.totp
        || factors.recovery_code
        || !account.phone.is_empty()
        || identities.iter().any(|it| !account.has_address_of(it))
        || has_live_links(account))
}

/// Whether what was sent to an address that the account had before may still be good. Another address takes
/// a password.
pub(super) fn has_live_links(account: &Account) -> bool {
    let changed = OffsetDateTime::parse(&account.email_changed, &Rfc3339);
    let is_settled = changed.is_ok_and(|changed| OffsetDateTime::now_utc() - changed >= LINKS_LIVE);
    account.has_password && !account.email_changed.is_empty() && !is_settled
}
