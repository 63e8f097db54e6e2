use leptos::prelude::*;

use crate::error::AppError;

/// Makes recovery codes, in place of those that there are. They are shown this once.
///
/// # Errors
///
/// [`AppError::ChallengeRequired`] where there are some already; those of
/// [`get_account`](crate::actions::account::get_account).
#[server(prefix = "/api", endpoint = "mfa/recovery-codes")]
pub async fn make_recovery_codes() -> Result<Vec<String>, AppError> {
    use crate::server::appwrite::create_session_client;

    let client = create_session_client().await?;
    let account = client.account();
    let made = match account.create_recovery_codes().await {
        Err(error) if error.is_conflict() => account.update_recovery_codes().await,
        made => made,
    };
    made.map_err(|error| error.into_app_error())
}
