//! What the pages load: plain functions, because only pages call them.

use super::table::{DATABASE, TABLE, hide};
use crate::{
    error::AppError,
    model::note::{Note, Tag},
    server::appwrite::{Id, Query, Row, create_session_client},
};

/// How many notes a page of the list has.
pub const PER_PAGE: usize = 25;

/// Which notes are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those with these words, or all if it's empty.
    pub words: String,
    /// Those with this tag.
    pub tag: Option<Tag>,
    /// Those that are done, or those that aren't.
    pub done: Option<bool>,
}

/// Which page of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The first one.
    Start,
    /// The one after this note.
    After(Id),
    /// The one before this note.
    Before(Id),
}

/// A page of the list.
pub struct NotePage {
    /// How many notes there are on all pages; from 5,000 on, 5,000.
    pub total: u64,
    /// The notes of this page, without their texts.
    pub notes: Vec<Row<Note>>,
    /// Whether there's a page before this one.
    pub has_earlier: bool,
    /// Whether there's a page after this one.
    pub has_later: bool,
}

/// The visitor's notes, with one call: the pinned ones first, then the newest.
///
/// # Errors
///
/// [`AppError::NotFound`] if the note is gone where the page begins or ends, [`AppError::SignedOut`],
/// [`AppError::NotSetUp`], [`AppError::Unavailable`].
pub async fn list_notes(filter: &Filter, place: &Place) -> Result<NotePage, AppError> {
    let client = create_session_client().await?;
    let tables = client.tables_db();
    let queries = queries(filter, place);
    let rows = tables.list_rows::<Note>(&DATABASE, &TABLE, &queries);
    let rows = rows.await?;
    let (mut notes, total) = (rows.rows, rows.total);
    // One more was asked for than a page has. If there is one, another page begins or ends with it.
    let has_more = notes.len() > PER_PAGE;
    let (has_earlier, has_later) = match place {
        Place::Start => (false, has_more),
        Place::After(_) => (true, has_more),
        Place::Before(_) => (has_more, true),
    };
    if has_more && matches!(place, Place::Before(_)) {
        notes.remove(0);
    }
    notes.truncate(PER_PAGE);
    Ok(NotePage {
        total,
        notes,
        has_earlier,
        has_later,
    })
}

fn queries(filter: &Filter, place: &Place) -> Vec<Query> {
    let mut queries = vec![
        // All but the text, which may be 10,000 characters long and isn't in the list.
        Query::select(&["title", "tag", "due", "pinned", "done"]),
        Query::order_desc("pinned"),
        Query::order_desc("$createdAt"),
        Query::limit(PER_PAGE as u32 + 1),
    ];
    if !filter.words.is_empty() {
        let search = |column| Query::search(column, &filter.words);
        queries.push(Query::or(&[search("title"), search("text")]));
    }
    if let Some(tag) = &filter.tag {
        queries.push(Query::equal("tag", &**tag));
    }
    if let Some(done) = filter.done {
        queries.push(Query::equal("done", done));
    }
    match place {
        Place::Start => {}
        Place::After(id) => queries.push(Query::cursor_after(id)),
        Place::Before(id) => queries.push(Query::cursor_before(id)),
    }
    queries
}

/// One of the visitor's notes.
///
/// # Errors
///
/// [`AppError::NotFound`] if there's none with this ID, or it's somebody else's,
/// [`AppError::SignedOut`], [`AppError::NotSetUp`], [`AppError::Unavailable`].
pub async fn get_note(id: &Id) -> Result<Row<Note>, AppError> {
    let client = create_session_client().await?;
    let tables = client.tables_db();
    let row = tables.get_row::<Note>(&DATABASE, &TABLE, id, &[]);
    row.await.map_err(hide)
}
