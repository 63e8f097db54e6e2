//! What pages and server functions load: plain functions, because the browser never calls them.

use futures::{TryFutureExt, try_join};

use super::table::{DATABASE, TABLE, USER_ID, call, is_theirs};
use crate::{
    error::AppError,
    model::note::{Note, Tag},
    server::{
        appwrite::{Id, Query, Row, create_session_client},
        auth::session,
    },
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
    /// The page before this one, if there is one.
    pub earlier: Option<Place>,
    /// The page after this one, if there is one.
    pub later: Option<Place>,
}

/// The visitor's notes, with one call: the pinned ones first, then the newest.
///
/// Somebody who knows the visitor's ID can make rows that Appwrite finds here, too. They take up room on
/// the page, but they aren't shown, and the links to other pages lead past them.
///
/// # Errors
///
/// [`AppError::NotFound`] if the note is gone where the page begins or ends, [`AppError::SignedOut`],
/// [`AppError::NotSetUp`], [`AppError::Unavailable`].
pub async fn list_notes(filter: &Filter, place: &Place) -> Result<NotePage, AppError> {
    let owner = session::claimed_user_id()?.ok_or(AppError::SignedOut)?;
    let client = create_session_client().await?;
    let tables = client.tables_db();
    let queries = queries(&owner, filter, place);
    let rows = tables.list_rows::<Note>(&DATABASE, &TABLE, &queries);
    let (rows, visitor) = try_join!(rows.err_into(), session::account())?;
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
    let end = |row: Option<&Row<Note>>, more: bool| row.filter(|_| more).map(|row| row.id.clone());
    let earlier = end(notes.first(), has_earlier).map(Place::Before);
    let later = end(notes.last(), has_later).map(Place::After);
    let found = notes.len();
    notes.retain(|note| is_theirs(note, &visitor));
    Ok(NotePage {
        total: total.saturating_sub((found - notes.len()) as u64),
        notes,
        earlier,
        later,
    })
}

fn queries(owner: &str, filter: &Filter, place: &Place) -> Vec<Query> {
    let mut queries = vec![
        // All but the text, which may be 10,000 characters long and isn't in the list.
        Query::select(&["$permissions", "title", "tag", "due", "pinned", "done"]),
        Query::equal(USER_ID, owner),
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
    let (row, visitor) = try_join!(call(row), session::account())?;
    if is_theirs(&row, &visitor) {
        Ok(row)
    } else {
        Err(AppError::NotFound)
    }
}
