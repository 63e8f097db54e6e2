//! Writing many rows together. Only keys may.

use rusqlite::Connection;
use serde_json::Value;

use super::{
    api::Api,
    query::Query,
    rows::StoredRow,
    schema::Table,
    selection::Selection,
    structure::Data,
    writing::{Sent, Writer},
};
use crate::{error::ApiError, params::is_id, secret};

/// Refuses to write many rows of a table with relationships, as Appwrite does.
pub fn check(api: Api, table: &Table, action: &str) -> Result<(), ApiError> {
    if !table.has_relations() {
        return Ok(());
    }
    let (namespace, columns) = (api.namespace(), api.columns());
    let message =
        format!("Bulk {action} is not supported for {namespace} with relationship {columns}");
    Err(ApiError::with("general_bad_request", 400, message))
}

/// Reads a list of rows.
///
/// # Errors
///
/// `general_argument_invalid` if one is no object.
pub fn read(api: Api, value: &Value) -> Result<Vec<Data>, ApiError> {
    let rows = match value {
        Value::Array(list) => list
            .iter()
            .map(|item| item.as_object().cloned())
            .collect::<Option<Vec<_>>>(),
        _ => None,
    };
    rows.ok_or_else(|| {
        let rule = "Value must a valid array and Value must be a valid object";
        ApiError::invalid(api.rows(), rule)
    })
}

/// A row's own ID, or a new one.
fn id_of(api: Api, sent: &Sent) -> Result<String, ApiError> {
    match sent.id.as_deref() {
        None | Some("unique()") => Ok(secret::id()),
        Some(id) if is_id(id) => Ok(id.to_owned()),
        Some(_) => Err(api.structure(
            "Attribute \"$id\" has invalid type. UID must contain at most 36 chars. Valid chars \
             are a-z, A-Z, 0-9, and underscore. Can't start with a leading underscore",
        )),
    }
}

/// Creates rows.
pub fn create(
    writer: &Writer<'_>,
    table: &Table,
    rows: Vec<Data>,
) -> Result<Vec<StoredRow>, ApiError> {
    let api = writer.api;
    let create = |data| {
        let mut sent = Sent::whole(api, writer.access, data)?;
        // What a key creates in bulk belongs to nobody.
        sent.permissions = Some(sent.permissions.unwrap_or_default());
        let id = id_of(api, &sent)?;
        writer.create(table, &id, sent).map_err(|error| {
            // Appwrite doesn't say which of them it is.
            if error.kind == api.row_exists("").kind {
                api.row_exists("")
            } else {
                error
            }
        })
    };
    rows.into_iter().map(create).collect()
}

/// Creates rows, or changes the ones that are there.
pub fn upsert(
    writer: &Writer<'_>,
    table: &Table,
    rows: Vec<Data>,
) -> Result<Vec<StoredRow>, ApiError> {
    let api = writer.api;
    let mut seen = std::collections::HashSet::new();
    let mut all = Vec::new();
    for data in rows {
        let mut sent = Sent::whole(api, writer.access, data)?;
        let id = id_of(api, &sent)?;
        if !seen.insert(id.clone()) {
            return Err(api.row_exists("multiple"));
        }
        let known = super::rows::find(writer.connection, table, &id)?.is_some();
        if !known {
            sent.permissions = Some(sent.permissions.unwrap_or_default());
        }
        all.push((id, sent));
    }
    all.into_iter()
        .map(|(id, sent)| writer.upsert(table, &id, sent))
        .collect()
}

/// Changes all rows that fit the queries.
pub fn update(
    writer: &Writer<'_>,
    table: &Table,
    data: Data,
    queries: &[Query],
) -> Result<Vec<StoredRow>, ApiError> {
    let sent = Sent::whole(writer.api, writer.access, data)?;
    // Even if there's nothing to change, what is sent must fit the table.
    let reason = super::structure::check_known(table, &sent.data);
    reason.map_err(|reason| writer.api.structure(&reason))?;
    let selected = select(writer.connection, table, queries)?;
    selected
        .iter()
        .map(|row| writer.update(table, row, sent.clone()))
        .collect()
}

/// Deletes all rows that fit the queries.
pub fn delete(
    writer: &Writer<'_>,
    table: &Table,
    queries: &[Query],
) -> Result<Vec<StoredRow>, ApiError> {
    let selected = select(writer.connection, table, queries)?;
    for row in &selected {
        writer.delete(table, row)?;
    }
    Ok(selected)
}

fn select(
    connection: &Connection,
    table: &Table,
    queries: &[Query],
) -> Result<Vec<StoredRow>, ApiError> {
    Selection::bulk(connection, table, queries)?.rows(connection, table)
}
