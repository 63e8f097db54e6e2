use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Pins a note to the top of the list, or lets it go again. It leads back to `next`.
///
/// # Errors
///
/// [`AppError::NotFound`] if it's gone or somebody else's, [`AppError::SignedOut`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "notes/set-pinned")]
pub async fn set_pinned(
    id: String,
    pinned: bool,
    #[server(default)] next: String,
) -> Result<Goto, AppError> {
    use super::table::{DATABASE, TABLE, back, call, note_id};
    use crate::{model::note::Note, server::appwrite::create_session_client};

    let id = note_id(&id)?;
    let client = create_session_client().await?;
    let tables = client.tables_db();
    let change = serde_json::json!({ "pinned": pinned });
    let row = tables.update_row::<Note>(&DATABASE, &TABLE, &id, &change, None);
    call(row).await?;
    Ok(back(&next))
}
