use leptos::prelude::*;

use crate::error::AppError;

/// Creates recovery codes, which replace any old ones. They can't be read again.
///
/// # Errors
///
/// [`AppError::ProofRequired`]; [`AppError::ChallengeRequired`] if there are some already and
/// Appwrite wants a recent second step; [`AppError::SignedOut`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "mfa/recovery-codes")]
pub async fn create_recovery_codes() -> Result<Vec<String>, AppError> {
    use crate::server::{
        appwrite::create_session_client,
        auth::{
            proof::{self, Brings},
            proved::{self, Proved},
            session,
        },
        request,
    };

    proof::require(Brings::Nothing).await?;
    let visitor = session::account().await?;
    request::state()?.just_here.note_second_step(&visitor.id);
    let client = create_session_client().await?;
    let account = client.account();
    let codes = match account.create_recovery_codes().await {
        Err(error) if error.is_conflict() => account.update_recovery_codes().await?,
        created => created?,
    };
    if let Err(error) = proved::add(&account, &visitor, &[Proved::RecoveryCodes]).await {
        // They're shown all the same, because they can't be read again.
        tracing::warn!(?error, "new recovery codes could not be noted");
    }
    Ok(codes)
}
