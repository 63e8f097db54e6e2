//! The user whose ID is in the path.

use rusqlite::Connection;

use crate::{error::ApiError, model, reply::Reply, store::UserRow};

/// The user with this ID.
///
/// # Errors
///
/// `user_not_found` if there is none.
pub fn find(connection: &Connection, id: &str) -> Result<UserRow, ApiError> {
    UserRow::find(connection, id)?.ok_or_else(|| ApiError::known("user_not_found"))
}

/// 200 with the user.
pub fn reply(connection: &Connection, user: &UserRow) -> Result<Reply, ApiError> {
    Ok(Reply::ok(model::user(user, &user.targets(connection)?)))
}
