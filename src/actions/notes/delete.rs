use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Deletes a note. It leads back to the list that `next` names, which shows that the note is gone, or
/// without one to the list of all notes, with a message.
///
/// # Errors
///
/// [`AppError::NotFound`] if it's gone or somebody else's, [`AppError::SignedOut`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "notes/delete")]
pub async fn delete_note(id: String, #[server(default)] next: String) -> Result<Goto, AppError> {
    use super::table::{DATABASE, TABLE, back, call, note_id};
    use crate::{
        model::Flash,
        server::{appwrite::create_session_client, auth::flash},
    };

    let id = note_id(&id)?;
    let client = create_session_client().await?;
    let tables = client.tables_db();
    let row = tables.delete_row(&DATABASE, &TABLE, &id);
    call(row).await?;
    if next.is_empty() {
        flash::keep(Flash::Deleted);
    }
    Ok(back(&next))
}
