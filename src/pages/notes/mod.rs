//! `/notes` and the pages below it.

pub mod edit;
mod fields;
pub mod list;
pub mod new;
mod row;
pub mod show;

use leptos::{nonce::use_nonce, prelude::*};

use super::PageResult;
use crate::{
    error::AppError,
    model::{Flash, Goto},
    server::{appwrite::Id, request},
};

/// Where a button of a note leads. Of one that's gone by then, it's the list, which says so.
pub async fn pressed(result: Result<Goto, AppError>) -> PageResult {
    match result {
        Err(AppError::NotFound) => Ok(Goto::page_with("/notes", Flash::Gone).into()),
        other => Ok(other?.into()),
    }
}

/// The ID of the note in the page's path, `/notes/{id}`.
fn id_in_path() -> Result<Id, AppError> {
    Id::parse(&request::path_segment(1)).ok_or(AppError::NotFound)
}

/// The day in a date of Appwrite's, as browsers write it in a field: `2026-12-31`.
fn day(at: Option<&str>) -> String {
    let day = at.and_then(|at| at.get(..10));
    day.unwrap_or_default().to_owned()
}

/// The notes' own style sheet.
#[component]
fn NotesStyle() -> impl IntoView {
    view! { <style nonce=use_nonce() inner_html=include_str!("../../../style/notes.css")></style> }
}
