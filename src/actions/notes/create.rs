use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Makes a note of the visitor's, and leads to it in the list. What follows the `#` is its ID.
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
) -> Result<Goto, AppError> {
    use super::table::{DATABASE, TABLE, USER_ID, typed};
    use crate::{
        model::note::Note,
        server::{
            appwrite::{Id, create_session_client},
            auth::session,
        },
    };

    let mut note = typed(&title, &text, &tag, &due)?;
    note[USER_ID] = session::account().await?.id.into();
    let client = create_session_client().await?;
    let tables = client.tables_db();
    // Without permissions, so that Appwrite gives the row to the session's user and to nobody else.
    let id = Id::unique();
    let row = tables.create_row::<Note>(&DATABASE, &TABLE, &id, &note, None);
    if let Err(error) = row.await.map_err(AppError::from) {
        // Everybody who's signed in may make notes. So the session may have just ended, which Appwrite
        // only says of a call about the account.
        if error == AppError::NotPermitted {
            client.account().get().await?;
        }
        return Err(error);
    }
    Ok(Goto::page(["/notes#", id.as_str()].concat()))
}
