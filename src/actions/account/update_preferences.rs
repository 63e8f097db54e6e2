use leptos::prelude::*;

use crate::{
    error::AppError,
    model::{Goto, Locale, Theme},
};

/// Saves how pages look and how dates are written, in Appwrite's preferences.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/update-preferences")]
pub async fn update_preferences(theme: Theme, locale: Locale) -> Result<Goto, AppError> {
    use crate::{model::Flash, server::appwrite::create_session_client};

    let client = create_session_client().await?;
    let changed = [("theme", theme.into()), ("locale", locale.into())];
    client.account().update_preferences(&changed).await?;
    Ok(Goto::page_with(
        "/account/preferences",
        Flash::PreferencesSaved,
    ))
}
