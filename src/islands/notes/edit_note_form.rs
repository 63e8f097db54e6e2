use leptos::prelude::*;

use crate::{actions::notes::update_note, islands::enhance::enhance, model::note::NoteTitle};

/// Changes a note.
#[island]
pub fn EditNoteForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        update_note(
            form.text("id"),
            form.value::<NoteTitle>("title"),
            form.text("text"),
            form.text("tag"),
            form.text("due"),
            form.text("updated_at"),
        )
    })
}
