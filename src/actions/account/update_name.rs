use leptos::prelude::*;

use crate::error::AppError;

/// Changes the name. Appwrite takes no empty one, so a name cannot be taken away.
///
/// # Errors
///
/// [`AppError::Invalid`]; those of [`get_account`](super::get_account).
#[server(prefix = "/api", endpoint = "account/update-name")]
pub async fn update_name(#[server(default)] name: String) -> Result<String, AppError> {
    use crate::{
        model::{Field, FieldError, Notice, Problem, check},
        server::appwrite::create_session_client,
    };

    let [name] = check([(Field::Name, &name)])?;
    if name.is_empty() {
        return Err(AppError::Invalid(vec![FieldError {
            field: Field::Name,
            problem: Problem::Missing,
        }]));
    }
    let client = create_session_client().await?;
    let changed = client.account().update_name(&name).await;
    changed.map_err(|error| error.into_app_error())?;
    Ok(Notice::NameChanged.on("/account"))
}
