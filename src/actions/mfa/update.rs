use leptos::prelude::*;

use crate::error::AppError;

/// Switches on or off that signing in takes a second step.
///
/// # Errors
///
/// Those of [`get_account`](crate::actions::account::get_account).
#[server(prefix = "/api", endpoint = "mfa/update")]
pub async fn update_mfa(on: bool) -> Result<String, AppError> {
    use crate::{model::Notice, server::appwrite::create_session_client};

    let client = create_session_client().await?;
    let changed = client.account().update_mfa(on).await;
    changed.map_err(|error| error.into_app_error())?;
    let notice = if on { Notice::MfaOn } else { Notice::MfaOff };
    Ok(notice.on("/account/security"))
}
