use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Ticks a note off, or takes the tick away again. It leads back to `next`.
///
/// # Errors
///
/// [`AppError::NotFound`] if it's gone or somebody else's, [`AppError::SignedOut`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "notes/set-done")]
pub async fn set_done(
    id: String,
    done: bool,
    #[server(default)] next: String,
) -> Result<Goto, AppError> {
    use super::table::{DATABASE, TABLE, back, call, note_id};
    use crate::{model::note::Note, server::appwrite::create_session_client};

    let id = note_id(&id)?;
    let client = create_session_client().await?;
    let tables = client.tables_db();
    let change = serde_json::json!({ "done": done });
    let row = tables.update_row::<Note>(&DATABASE, &TABLE, &id, &change, None);
    call(row).await?;
    Ok(back(&next))
}
