//! `/notes/new`

use leptos::prelude::*;

use super::fields::NoteFields;
use crate::{
    components::{FormState, SubmitButton},
    islands::notes::NewNoteForm,
    pages::{Page, PageResult},
};

/// Makes a note.
pub async fn page(form: FormState) -> PageResult {
    let page = Page::form("New note", form, || {
        view! {
            <NewNoteForm>
                <NoteFields />
                <SubmitButton busy="Saving…">"Save note"</SubmitButton>
            </NewNoteForm>
            <p class="card-foot">
                <a href="/notes">"Back to notes"</a>
            </p>
        }
    });
    Ok(page.into())
}
