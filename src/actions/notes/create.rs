use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Makes a note of the visitor's, and leads to it in the list. What follows the `#` is its ID.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::SignedOut`], [`AppError::NotSetUp`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "notes/create")]
pub async fn create_note(
    title: String,
    #[server(default)] text: String,
    #[server(default)] tag: String,
    #[server(default)] due: String,
) -> Result<Goto, AppError> {
    use super::table::{DATABASE, TABLE, typed};
    use crate::{
        model::note::Note,
        server::appwrite::{Id, create_session_client},
    };

    let note = typed(&title, &text, &tag, &due)?;
    let client = create_session_client().await?;
    let tables = client.tables_db();
    // Without permissions, so that Appwrite gives the row to the session's user and to nobody else.
    let id = Id::unique();
    let row = tables.create_row::<Note>(&DATABASE, &TABLE, &id, &note, None);
    row.await?;
    Ok(Goto::page(["/notes#", id.as_str()].concat()))
}
