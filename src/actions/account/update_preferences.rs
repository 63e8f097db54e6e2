use leptos::prelude::*;

use crate::{
    error::AppError,
    model::{Goto, Locale, Theme},
};

/// Saves how pages look and how dates are written, in Appwrite's preferences: those of the two that
/// aren't what the form started with. A form that was opened before a change elsewhere doesn't undo
/// that change.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/update-preferences")]
pub async fn update_preferences(
    theme: Theme,
    locale: Locale,
    #[server(default)] theme_was: Option<Theme>,
    #[server(default)] locale_was: Option<Locale>,
) -> Result<Goto, AppError> {
    use crate::{model::Flash, server::appwrite::create_session_client};

    let client = create_session_client().await?;
    let theme = (theme_was != Some(theme)).then(|| ("theme", theme.into()));
    let locale = (locale_was != Some(locale)).then(|| ("locale", locale.into()));
    let changed: Vec<_> = [theme, locale].into_iter().flatten().collect();
    client.account().update_preferences(&changed).await?;
    Ok(Goto::page_with(
        "/account/preferences",
        Flash::PreferencesSaved,
    ))
}
