use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Makes a note of the visitor's, and leads to it in the list. What follows the `#` is its ID.
///
/// The form proposes that, so that sending it again, because its answer got lost, makes no second note. If the ID
/// is taken by another note, or can't be one, the note gets another.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::SignedOut`], [`AppError::NotSetUp`],
/// [`AppError::Unavailable`]; [`AppError::NotPermitted`] if the table lets nobody make rows.
#[server(prefix = "/api", endpoint = "notes/create")]
pub async fn create_note(
    title: String,
    #[server(default)] text: String,
    #[server(default)] tag: String,
    #[server(default)] due: String,
    #[server(default)] id: String,
) -> Result<Goto, AppError> {
    use super::{
        read::get_note,
        table::{DATABASE, TABLE, USER_ID, is_saved, typed},
    };
    use crate::{
        model::note::Note,
        server::{
            appwrite::{Id, create_session_client},
            auth::session,
        },
    };

    let typed = typed(&title, &text, &tag, &due)?;
    let mut note = typed.clone();
    note[USER_ID] = session::account().await?.id.into();
    let client = create_session_client().await?;
    let tables = client.tables_db();
    let mut id = Id::parse(&id).unwrap_or_else(Id::unique);
    // Without permissions, so that Appwrite gives the row to the session's user and to nobody else.
    let mut row = tables
        .create_row::<Note>(&DATABASE, &TABLE, &id, &note, None)
        .await;
    if row.as_ref().is_err_and(|error| error.is_conflict()) {
        if get_note(&id).await.is_ok_and(|row| is_saved(&row, &typed)) {
            return Ok(Goto::page(["/notes#", id.as_str()].concat()));
        }
        id = Id::unique();
        row = tables
            .create_row::<Note>(&DATABASE, &TABLE, &id, &note, None)
            .await;
    }
    if let Err(error) = row.map_err(AppError::from) {
        // Everybody who's signed in may make notes. So the session may have just ended, which Appwrite
        // only says of a call about the account.
        if error == AppError::NotPermitted {
            client.account().get().await?;
        }
        return Err(error);
    }
    Ok(Goto::page(["/notes#", id.as_str()].concat()))
}
