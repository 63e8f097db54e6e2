//! `/notes/new`

use leptos::prelude::*;

use super::fields::NoteFields;
use crate::{
    components::{FormState, StartField, SubmitButton},
    islands::notes::NewNoteForm,
    pages::{Page, PageResult},
    server::appwrite::Id,
};

/// Makes a note.
pub async fn page(form: FormState) -> PageResult {
    let page = Page::form("New note", form, || {
        view! {
            <NewNoteForm>
                <StartField name="id" value=Id::unique().to_string() />
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
