//! Users, as an API key administers them.

pub mod create;
pub mod delete;
pub mod get;
pub mod update_status;

use rusqlite::Connection;

use crate::{error::ApiError, store::UserRow};

fn find(connection: &Connection, id: &str) -> Result<UserRow, ApiError> {
    UserRow::find(connection, id)?.ok_or_else(|| ApiError::known("user_not_found"))
}
