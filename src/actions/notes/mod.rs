//! Notes: rows that belong to one person, as an example to start from.
//!
//! Everything goes through the visitor's own session. A new note gets no permissions from here, so
//! Appwrite gives it to whoever the session belongs to: nothing that's sent here can name another
//! owner. From then on Appwrite decides who may see and change it.

mod create;
mod delete;
#[cfg(feature = "ssr")]
mod read;
mod set_done;
mod set_pinned;
#[cfg(feature = "ssr")]
mod table;
mod update;

pub use create::{CreateNote, create_note};
pub use delete::{DeleteNote, delete_note};
#[cfg(feature = "ssr")]
pub use read::{Filter, NotePage, PER_PAGE, Place, get_note, list_notes};
pub use set_done::{SetDone, set_done};
pub use set_pinned::{SetPinned, set_pinned};
pub use update::{UpdateNote, update_note};
