//! Users' logs, as far as account and users routes share them.

use rusqlite::Connection;

use crate::{error::ApiError, model, queries::Page, reply::Reply, store::LogRow};

/// 200 with a page of a user's logs.
pub fn page(connection: &Connection, user_id: &str, page: &Page) -> Result<Reply, ApiError> {
    let logs = LogRow::list(connection, user_id, page.limit, page.offset)?;
    let total = if page.counted {
        LogRow::count(connection, user_id)?
    } else {
        0
    };
    let models = logs.iter().map(model::log).collect();
    Ok(Reply::ok(model::list("logs", total, models)))
}
