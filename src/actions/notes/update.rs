use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Saves what was typed into a note, unless it was changed elsewhere since the form was opened. The
/// form has the time of that note's last change, `updated_at`, as Appwrite wrote it.
///
/// # Errors
///
/// [`AppError::Conflict`] if it was changed elsewhere, [`AppError::NotFound`] if it's gone or
/// somebody else's, [`AppError::Invalid`], [`AppError::SignedOut`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "notes/update")]
pub async fn update_note(
    id: String,
    title: String,
    #[server(default)] text: String,
    #[server(default)] tag: String,
    #[server(default)] due: String,
    #[server(default)] updated_at: String,
) -> Result<Goto, AppError> {
    use super::{
        read::get_note,
        table::{DATABASE, TABLE, call, is_saved, note_id, typed, unshared},
    };
    use crate::{
        model::{Flash, note::Note},
        server::appwrite::create_session_client,
    };

    let note = typed(&title, &text, &tag, &due)?;
    let id = note_id(&id)?;
    let saved = get_note(&id).await?;
    let page = ["/notes/", id.as_str()].concat();
    // Between this look and the change below lie milliseconds. The changes that matter here lie
    // minutes apart, in tabs that were left open.
    if saved.updated_at != updated_at {
        // It was this very change, whose answer got lost.
        if is_saved(&saved, &note) {
            return Ok(Goto::page_with(page, Flash::Saved));
        }
        return Err(AppError::Conflict);
    }
    let client = create_session_client().await?;
    let tables = client.tables_db();
    let permissions = unshared(&saved);
    let row = tables.update_row::<Note>(&DATABASE, &TABLE, &id, &note, Some(&permissions));
    call(row).await?;
    Ok(Goto::page_with(page, Flash::Saved))
}
