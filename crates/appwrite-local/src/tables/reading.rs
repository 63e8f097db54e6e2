//! Reading rows: the tables they're in, and the rows that are related to them.

use rusqlite::Connection;

use super::{
    access::Access,
    api::Api,
    kind::Relation,
    rows::{self, StoredRow},
    schema::{Column, Database, Table},
    writing::referring,
};
use crate::error::ApiError;

/// The database with this ID. One that is switched off is there for keys only.
///
/// # Errors
///
/// `database_not_found`.
pub fn database(connection: &Connection, access: &Access, id: &str) -> Result<Database, ApiError> {
    Database::find(connection, id)?
        .filter(|database| database.enabled || access.privileged)
        .ok_or_else(|| Api::database_not_found(id))
}

/// The table of a database with this ID. One that is switched off is there for keys only.
///
/// # Errors
///
/// `database_not_found`, `table_not_found`, `collection_not_found`.
pub fn table(
    connection: &Connection,
    api: Api,
    access: &Access,
    database_id: &str,
    id: &str,
) -> Result<Table, ApiError> {
    let database = database(connection, access, database_id)?;
    Table::find(connection, &database, id)?
        .filter(|table| table.enabled || access.privileged)
        .ok_or_else(|| api.table_not_found(id))
}

/// The rows at the other end of a row's relationship.
#[derive(Debug)]
pub struct Related {
    /// The relationship's key.
    pub key: String,
    pub to_many: bool,
    pub table: Table,
    pub rows: Vec<StoredRow>,
}

/// Loads related rows: of these relationships, or of all. What the caller may not read is left out.
pub fn related(
    connection: &Connection,
    access: &Access,
    table: &Table,
    row: &StoredRow,
    keys: Option<&[String]>,
) -> Result<Vec<Related>, ApiError> {
    let mut loaded = Vec::new();
    for column in table.shown_columns() {
        let key = &column.spec.key;
        let Some(relation) = &column.spec.options.relation else {
            continue;
        };
        if keys.is_some_and(|keys| !keys.contains(key)) {
            continue;
        }
        let Some(other) = Table::find_by_sequence(connection, relation.table)? else {
            continue;
        };
        let mut rows = at_other_end(connection, column, &other, relation, row)?;
        rows.retain(|row| access.may(&other, &row.permissions, "read"));
        loaded.push(Related {
            key: key.clone(),
            to_many: relation.to_many(),
            table: other,
            rows,
        });
    }
    Ok(loaded)
}

fn at_other_end(
    connection: &Connection,
    column: &Column,
    other: &Table,
    relation: &Relation,
    row: &StoredRow,
) -> Result<Vec<StoredRow>, ApiError> {
    if !relation.is_stored() {
        return referring(connection, column, other, &row.id);
    }
    match rows::value(&row.values, &column.spec.key).as_str() {
        Some(id) => Ok(rows::find(connection, other, id)?.into_iter().collect()),
        None => Ok(Vec::new()),
    }
}
