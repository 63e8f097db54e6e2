use leptos::prelude::*;

use crate::error::AppError;

/// Keeps how pages are to look and dates to be written, in Appwrite's preferences. A word that is
/// none of ours counts as the default.
///
/// # Errors
///
/// Those of [`get_account`](super::get_account).
#[server(prefix = "/api", endpoint = "account/update-preferences")]
pub async fn update_preferences(theme: String, locale: String) -> Result<String, AppError> {
    use crate::{
        model::{Locale, Notice, Preferences, Theme},
        server::appwrite::create_session_client,
    };

    let wanted = Preferences {
        theme: Theme::from_name(&theme),
        locale: Locale::from_name(&locale),
    };
    let client = create_session_client().await?;
    let changed = client.account().update_preferences(wanted).await;
    changed.map_err(|error| error.into_app_error())?;
    Ok(Notice::PreferencesSaved.on("/account/preferences"))
}
