use leptos::prelude::*;

use crate::{actions::notes::update_note, islands::enhance::enhance};

/// Changes a note.
#[island]
pub fn EditNoteForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        update_note(
            form.text("id"),
            form.text("title"),
            form.text("text"),
            form.text("tag"),
            form.text("due"),
            form.text("updated_at"),
        )
    })
}
