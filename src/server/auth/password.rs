//! Accounts without a password, and passwords that anybody would try first.

use std::time::{Duration, Instant};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    limits::{self, Action, Subject},
    session,
};
use crate::{
    error::{AppError, OnField},
    model::{Account, CurrentPassword, Flash, Goto, NewPassword, Problem, Session},
    server::{
        appwrite::{Id, SessionClient, create_admin_client, create_session_client, or_gone},
        http::links::with_next,
        request,
    },
};

/// Where somebody without a password of their own is led who wants to change what takes one, at the
/// page `path`: guests to keep their account, others to set a password first.
///
/// Every change that hands a password to Appwrite asks here. Appwrite would make whatever is typed
/// there the password of an account that has none.
pub fn missing(account: &Account, path: &str) -> Option<Goto> {
    if account.is_guest() {
        Some(Goto::page("/account/upgrade"))
    } else if account.has_password {
        None
    } else {
        let page = with_next("/account/password/new", path);
        Some(Goto::page_with(page, Flash::PasswordFirst))
    }
}

/// Makes sure that it's the account's password.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::Unavailable`].
pub async fn check(account: &Account, password: &CurrentPassword) -> Result<(), AppError> {
    limits::attempt(Action::Guess, Some(Subject::Account(&account.id)))?;
    if !password.can_exist() {
        return Err(AppError::field("password", Problem::PasswordWrong));
    }
    // Appwrite has no call that only checks a password. Signing in does.
    let client = create_admin_client().await?;
    let started = client
        .account()
        .create_email_password_session(&account.email, password)
        .await;
    session::discard(&started.on_field("password")?).await;
    limits::succeeded(Action::Guess, Subject::Account(&account.id));
    Ok(())
}

/// Ends what begins with the password that the account had before it got this one, in a call that took so long.
/// Appwrite looks at who signs in, hashes what was typed, and only then begins the session, so some still begin
/// when the password changes, and afterwards. This happens apart from the answer, because that takes a while.
///
pub fn end_what_begins_with_the_one_before(changed: &Account, took: Duration) {
    let changed = changed.clone();
    let ending = request::apart(async move {
        if let Err(error) = end_what_began_since(&changed, took).await {
            tracing::warn!(
                ?error,
                "what began with the password before could not be ended"
            );
        }
    });
    if let Err(error) = ending {
        tracing::warn!(?error, "there's no request to end sessions in");
    }
}

async fn end_what_began_since(changed: &Account, took: Duration) -> Result<(), AppError> {
    let date = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    let set = date(&changed.password_set).ok_or(AppError::Unavailable)?;
    let since = set - took;
    let now = Instant::now();
    let asked = now.checked_sub(took).unwrap_or(now);
    let user = Id::parse(&changed.id).ok_or(AppError::Internal)?;
    let own = create_session_client()
        .await?
        .account()
        .list_sessions()
        .await;
    let own = own
        .ok()
        .and_then(|all| all.into_iter().find(|it| it.current));
    let state = request::state()?;
    let is_late = |session: &Session| {
        let is_own = own.as_ref().is_some_and(|own| own.id == session.id);
        let began_since = date(&session.created).is_none_or(|began| began >= since);
        let is_of_new_one = state.just_here.typed_after(&session.id, set);
        session.by_password && began_since && !is_own && !is_of_new_one
    };
    state.floor.let_hashing_end().await;
    end_sessions(changed, &user, asked, is_late).await?;
    state.floor.let_everything_end().await;
    end_sessions(changed, &user, asked, is_late).await
}

/// Ends these sessions of somebody who has just changed their password. If somebody else keeps them from being
/// listed, all of them end.
async fn end_sessions(
    changed: &Account,
    user: &Id,
    since: Instant,
    is_late: impl Fn(&Session) -> bool,
) -> Result<(), AppError> {
    let state = request::state()?;
    let admin = create_admin_client().await?;
    let sessions = match sessions_of(user).await {
        Err(AppError::SignedOut | AppError::MoreFactorsRequired)
            if !changed.mfa && !state.just_here.has_second_step(&changed.id, since) =>
        {
            tracing::warn!("somebody else is in an account that gets a new password");
            return Ok(admin.users().delete_sessions(user).await?);
        }
        sessions => sessions?,
    };
    for session in sessions.iter().filter(|it| is_late(it)) {
        let id = Id::parse(&session.id).ok_or(AppError::Internal)?;
        or_gone(admin.users().delete_session(user, &id).await)?;
    }
    Ok(())
}

/// How often to look at somebody's sessions. Whoever has one can end the one that looks.
const LOOKS: usize = 4;

/// All sessions of a user, whatever has become of the visitor's: somebody else may have ended that. With a second
/// step, only the visitor's shows them.
async fn sessions_of(user: &Id) -> Result<Vec<Session>, AppError> {
    let admin = create_admin_client().await?;
    for _ in 0..LOOKS {
        let looking = admin.users().create_session(user).await?;
        let sessions = async {
            let client = SessionClient::with_secret(&looking.secret)?;
            Ok(client.account().list_sessions().await?)
        };
        let sessions: Result<_, AppError> = sessions.await;
        session::discard(&looking).await;
        match sessions {
            Err(AppError::SignedOut) => {}
            Err(AppError::MoreFactorsRequired) => {
                let client = create_session_client().await?;
                return Ok(client.account().list_sessions().await?);
            }
            sessions => return sessions,
        }
    }
    Err(AppError::SignedOut)
}

/// Refuses a new password that is the account's address, or what stands before the `@`. Appwrite does
/// so only in projects that ask for it.
///
/// # Errors
///
/// [`Problem::PasswordPersonal`].
pub fn is_not_personal(password: &NewPassword, email: &str) -> Result<(), Problem> {
    let name = email.split('@').next().unwrap_or_default();
    let is = |known: &str| !known.is_empty() && password.eq_ignore_ascii_case(known);
    if is(email) || is(name) {
        return Err(Problem::PasswordPersonal);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Value;

    #[test]
    fn an_address_is_no_password() {
        let check =
            |typed: &str, email| is_not_personal(&NewPassword::parse(typed).unwrap(), email);
        for typed in ["ada.lovelace@example.com", "Ada.Lovelace"] {
            let refused = check(typed, "ada.lovelace@example.com");
            assert_eq!(refused, Err(Problem::PasswordPersonal), "{typed}");
        }
        assert_eq!(check("ada.lovelace1", "ada.lovelace@example.com"), Ok(()));
        assert_eq!(check("password-1", ""), Ok(()));
    }
}
