use leptos::prelude::*;

use super::day;
use crate::{
    components::{MultilineField, TextField},
    model::note::{Note, NoteText, NoteTitle, Tag},
};

/// The fields of a note's form.
#[component]
pub fn NoteFields(
    /// What they start with.
    #[prop(default = Note::default())]
    note: Note,
) -> impl IntoView {
    view! {
        <TextField
            name="title"
            label="Title"
            autocapitalize="sentences"
            maxlength=NoteTitle::MAX
            value=note.title
        />
        <MultilineField
            name="text"
            label="Text"
            rows=10
            maxlength=NoteText::MAX
            optional=true
            value=note.text.unwrap_or_default()
        />
        <TextField
            name="tag"
            label="Tag"
            autocapitalize="none"
            maxlength=Tag::MAX
            optional=true
            value=note.tag.unwrap_or_default()
        />
        <TextField
            name="due"
            label="Due date"
            kind="date"
            enterkeyhint="done"
            optional=true
            value=day(note.due.as_deref())
        />
    }
}
