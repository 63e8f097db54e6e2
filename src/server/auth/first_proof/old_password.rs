//! What becomes of a password that may be a stranger's.

use super::{account::is_undecided, take_over::start_from_provider};
use crate::{
    error::AppError,
    model::{Account, CurrentPassword},
    server::{
        appwrite::{
            AppwriteError, Id, NewSession, SessionAccount, SessionClient, create_admin_client,
            create_session_client,
        },
        auth::{
            owed::{self, Decision},
            password, proved, session,
        },
    },
};

/// Keeps a password that may have been a stranger's, because the owner knows it. Only whoever
/// [has to](owed::decision) can.
///
/// # Errors
///
/// As for [`password::check`].
pub async fn keep_password(typed: &CurrentPassword) -> Result<(), AppError> {
    let Some((visitor, decision)) = undecided().await? else {
        return Ok(());
    };
    password::check(&visitor, typed).await?;
    let client = create_session_client().await?;
    let service = client.account();
    let proved = proved_by(&service, &decision).await?;
    service.trust_password(&proved).await?;
    owed::is_settled()
}

/// Goes on without a password that may be a stranger's. Here it's refused from now on; Appwrite also
/// forgets it if the key has the scope `users.write`. Only whoever [has to](owed::decision) can.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::MoreFactorsRequired`], [`AppError::Unavailable`].
pub async fn give_up_password() -> Result<(), AppError> {
    let Some((visitor, decision)) = undecided().await? else {
        return Ok(());
    };
    let admin = create_admin_client().await?;
    let id = Id::parse(&visitor.id).ok_or(AppError::Internal)?;
    match admin.users().delete_password(&id).await {
        Err(AppwriteError::KeyRefused(_)) => {
            let client = create_session_client().await?;
            let service = client.account();
            let proved = proved_by(&service, &decision).await?;
            service.refuse_password(&proved).await?;
            owed::is_settled()
        }
        Err(error) => Err(error.into()),
        Ok(()) => {
            // That has ended all sessions, and left the date of a password that isn't there.
            let session = admin.users().create_session(&id).await?;
            let client = SessionClient::with_secret(&session.secret)?;
            let service = client.account();
            let proved = proved_by(&service, &decision).await?;
            service.refuse_password(&proved).await?;
            match decision.came_by {
                owed::CameBy::Mailbox(_) => session::start(session).await,
                owed::CameBy::Identity(_) => start_from_provider(session, &visitor.email).await,
            }
        }
    }
}

/// The visitor, and what they have to decide. `None` if there's nothing, or it isn't up to this session:
/// whoever knows the password can have one, too.
async fn undecided() -> Result<Option<(Account, Decision)>, AppError> {
    let visitor = session::account().await?;
    let decision = owed::decision()?.filter(|_| visitor.password_undecided);
    Ok(decision.map(|decision| (visitor, decision)))
}

/// What's noted of the account once this is decided.
async fn proved_by(service: &SessionAccount<'_>, decision: &Decision) -> Result<String, AppError> {
    let account = service.get().await?;
    proved::with(&account, &[decision.came_by.proves()])
}

/// Refuses a session that was opened with a password which is no longer good here.
///
/// # Errors
///
/// [`AppError::ResetRequired`] if it is one; [`AppError::Blocked`], [`AppError::Unavailable`].
pub async fn refuse_old_password(session: &NewSession) -> Result<(), AppError> {
    let client = SessionClient::with_secret(&session.secret)?;
    let refusal = match client.account().get().await.map_err(AppError::from) {
        Ok(account) if account.password_refused || is_undecided(&account)? => {
            AppError::ResetRequired
        }
        // Half a session doesn't show the mark. The README says what that leaves open.
        Ok(_) | Err(AppError::MoreFactorsRequired) => return Ok(()),
        Err(error) => error,
    };
    session::discard(session).await;
    Err(refusal)
}
