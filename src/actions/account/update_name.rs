use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Changes the name. Appwrite doesn't accept an empty one, so a name can't be removed.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::SignedOut`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/update-name")]
pub async fn update_name(name: String) -> Result<Goto, AppError> {
    use crate::{
        error::OnField,
        model::{DisplayName, Flash, Value},
        server::appwrite::create_session_client,
    };

    let name = DisplayName::parse(&name).on_field("name")?;
    let client = create_session_client().await?;
    client.account().update_name(&name).await?;
    Ok(Goto::page_with("/account", Flash::NameChanged))
}
