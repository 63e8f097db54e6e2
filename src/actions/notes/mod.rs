//! Notes: rows that belong to one person, as an example to start from.
//!
//! Everything goes through the visitor's own session. A new note gets no permissions from here, so
//! Appwrite gives it to whoever the session belongs to: nothing that's sent here can name another
//! owner. From then on Appwrite decides who may see and change it.
//!
//! Past this app, somebody can let everybody read, change and delete a note of theirs. So what the session
//! may read isn't all the visitor's own: what's shown and edited has to be, by `is_theirs`. Ticking, pinning
//! and deleting take no look first. No page has the ID of such a note, and whoever knows it only does to
//! somebody's note what its owner lets everybody do.

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
