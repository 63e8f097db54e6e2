use leptos::prelude::*;

use crate::{actions::notes::create_note, islands::enhance::enhance_at};

/// Makes a note.
#[island]
pub fn NewNoteForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    // With an action, because the page of a note that was deleted in the meantime has it, too.
    enhance_at("/notes/new", children, |form| {
        create_note(
            form.text("title"),
            form.text("text"),
            form.text("tag"),
            form.text("due"),
            form.text("id"),
        )
    })
}
