//! The notes' forms and their list.

mod edit_note_form;
mod new_note_form;
mod note_list;

pub use edit_note_form::EditNoteForm;
pub use new_note_form::NewNoteForm;
pub use note_list::{BLANK, COUNT, NoteList};
