use leptos::prelude::*;

use crate::{
    error::AppError,
    model::{AvatarColor, Goto},
};

/// Saves the color of the circle with somebody's initials, in Appwrite's preferences.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/update-avatar-color")]
pub async fn update_avatar_color(color: AvatarColor) -> Result<Goto, AppError> {
    use crate::{model::Flash, server::appwrite::create_session_client};

    let client = create_session_client().await?;
    let changed = [("color", color.into())];
    client.account().update_preferences(&changed).await?;
    Ok(Goto::page_with(
        "/account/preferences",
        Flash::AvatarColorSaved,
    ))
}
