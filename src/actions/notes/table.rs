//! The table of the notes, on the server.

use serde_json::{Value as Json, json};

use crate::{
    error::{AllValid, AppError, OnField},
    model::{
        Account, Goto, Value,
        note::{Day, Note, NoteText, NoteTitle, Tag},
        return_to,
    },
    server::{
        appwrite::{AppwriteError, Id, Permission, Role, Row},
        auth::session,
    },
};

/// The database, as `appwrite.config.json` has it.
pub static DATABASE: Id = Id::from_static("app");

/// The table.
pub static TABLE: Id = Id::from_static("notes");

/// The column with the ID of the account that made the note. A list is asked for by it.
pub const USER_ID: &str = "userId";

/// The list of all notes.
const LIST: &str = "/notes";

/// The columns that people type into, with what they typed.
pub fn typed(title: &str, text: &str, tag: &str, due: &str) -> Result<Json, AppError> {
    let values = (
        NoteTitle::parse(title).on_field("title"),
        NoteText::parse(text).on_field("text"),
        Option::<Tag>::parse(tag).on_field("tag"),
    );
    let due = Option::<Day>::parse(due).on_field("due");
    let ((title, text, tag), due) = (values.all_valid(), due).all_valid()?;
    Ok(json!({
        "title": &*title,
        "text": &*text,
        "tag": tag.as_deref(),
        "due": due.map(|day| format!("{}T00:00:00.000+00:00", &*day)),
    }))
}

/// Whether these columns, as [`typed`] returns them, are saved in a note.
pub fn is_saved(row: &Row<Note>, typed: &Json) -> bool {
    serde_json::to_value(&row.data).is_ok_and(|saved| {
        let columns = typed.as_object().into_iter().flatten();
        columns.into_iter().all(|(key, value)| saved[key] == *value)
    })
}

/// The ID of a note, as a form or an address has it. What can't be one is nobody's note.
pub fn note_id(id: &str) -> Result<Id, AppError> {
    Id::parse(id).ok_or(AppError::NotFound)
}

/// Whether a note is this person's.
///
/// That they may read it doesn't say so: past this app, anybody can make a row, put any user's ID into it,
/// and share it with everybody. But a permission that names a user can only come from that user, or from
/// an API key.
pub fn is_theirs(row: &Row<Note>, visitor: &Account) -> bool {
    let named = Permission::read(&Role::user(&visitor.id));
    row.permissions.contains(&named)
}

/// What a note's permissions are without those for many: whoever had the account before its owner came may have
/// shared it with everybody. They can't have shared it with a user by name but with the account's own.
pub fn unshared(row: &Row<Note>) -> Vec<Permission> {
    let named = row.permissions.iter().filter(|it| it.names_a_user());
    named.cloned().collect()
}

/// A call about a note, of which somebody else's is none at all. Appwrite says so only to who reads one: to who
/// changes or deletes it, it says that they may not. So it does to who is no longer signed in.
pub async fn call<T>(
    answer: impl Future<Output = Result<T, AppwriteError>>,
) -> Result<T, AppError> {
    match answer.await.map_err(AppError::from) {
        Err(AppError::NotPermitted) => {
            session::account().await?;
            Err(AppError::NotFound)
        }
        answer => answer,
    }
}

/// Where a button on a page about notes leads back to: to that page, or to the list.
pub fn back(next: &str) -> Goto {
    match return_to(next) {
        next if next.starts_with(LIST) => Goto::page(next),
        _ => Goto::page(LIST),
    }
}
