//! Rows in the tables that hold them.

use rusqlite::{Connection, OptionalExtension, params_from_iter, types::Value as Sql};
use serde_json::{Value, json};

use super::{
    schema::{Column, Table},
    structure::Data,
    values,
};
use crate::{error::ApiError, permissions};

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRow {
    pub sequence: i64,
    pub id: String,
    pub created: String,
    pub updated: String,
    pub permissions: Vec<String>,
    /// By the keys of the columns. A relationship is there if its ID is stored in this row.
    pub values: Data,
}

/// A row that isn't stored yet.
#[derive(Clone, Debug)]
pub struct NewRow {
    pub id: String,
    pub created: String,
    pub updated: String,
    pub permissions: Vec<String>,
    pub values: Data,
}

/// What changes in a row.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub created: Option<String>,
    pub updated: Option<String>,
    pub permissions: Option<Vec<String>>,
    pub values: Data,
}

fn stored_columns(table: &Table) -> impl Iterator<Item = &Column> {
    table.columns.iter().filter(|column| column.is_stored())
}

fn fields(table: &Table) -> String {
    let mut fields = "sequence, id, created, updated, permissions".to_owned();
    for column in stored_columns(table) {
        fields.push_str(", ");
        fields.push_str(&column.sql_name());
    }
    fields
}

fn from_row(table: &Table, row: &rusqlite::Row<'_>) -> Result<StoredRow, rusqlite::Error> {
    let mut data = Data::new();
    for (index, column) in stored_columns(table).enumerate() {
        let value = values::from_sql(&column.spec, row.get_ref(index + 5)?);
        data.insert(column.spec.key.clone(), value);
    }
    let permissions: String = row.get(4)?;
    Ok(StoredRow {
        sequence: row.get(0)?,
        id: row.get(1)?,
        created: row.get(2)?,
        updated: row.get(3)?,
        permissions: serde_json::from_str(&permissions).unwrap_or_default(),
        values: data,
    })
}

/// The rows for which a condition holds. `rest` is what follows the condition: order and limit.
pub fn select(
    connection: &Connection,
    table: &Table,
    condition: &str,
    values: &[Sql],
    rest: &str,
) -> Result<Vec<StoredRow>, ApiError> {
    let sql = format!(
        "SELECT {} FROM t{} WHERE {condition} {rest}",
        fields(table),
        table.sequence
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), |row| from_row(table, row))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The row with this ID.
pub fn find(
    connection: &Connection,
    table: &Table,
    id: &str,
) -> Result<Option<StoredRow>, ApiError> {
    let sql = format!(
        "SELECT {} FROM t{} WHERE id = ?1",
        fields(table),
        table.sequence
    );
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement
        .query_row([id], |row| from_row(table, row))
        .optional()?)
}

/// How many rows fit a condition, up to `most`.
pub fn count(
    connection: &Connection,
    table: &Table,
    condition: &str,
    values: &[Sql],
    most: i64,
) -> Result<i64, ApiError> {
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM t{} WHERE {condition} LIMIT {most})",
        table.sequence
    );
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row(params_from_iter(values), |row| row.get(0))?)
}

/// Stores a new row, and returns its sequence.
///
/// # Errors
///
/// A broken constraint if the ID or a unique value is taken.
pub fn insert(
    connection: &Connection,
    table: &Table,
    new: &NewRow,
) -> Result<i64, rusqlite::Error> {
    let mut names = "id, created, updated, permissions".to_owned();
    let mut marks = "?, ?, ?, ?".to_owned();
    let mut parameters = vec![
        Sql::Text(new.id.clone()),
        Sql::Text(new.created.clone()),
        Sql::Text(new.updated.clone()),
        Sql::Text(json!(new.permissions).to_string()),
    ];
    for column in stored_columns(table) {
        if let Some(value) = new.values.get(&column.spec.key) {
            names.push_str(", ");
            names.push_str(&column.sql_name());
            marks.push_str(", ?");
            parameters.push(values::to_sql(&column.spec, value));
        }
    }
    let t = table.sequence;
    connection
        .prepare_cached(&format!("INSERT INTO t{t} ({names}) VALUES ({marks})"))?
        .execute(params_from_iter(parameters))?;
    let sequence = connection.last_insert_rowid();
    add_readers(connection, table, sequence, &new.permissions)?;
    Ok(sequence)
}

/// Changes a row.
///
/// # Errors
///
/// A broken constraint if a unique value is taken.
pub fn update(
    connection: &Connection,
    table: &Table,
    sequence: i64,
    change: &Change,
) -> Result<(), rusqlite::Error> {
    let mut sets = Vec::new();
    let mut parameters = Vec::new();
    let permissions = change.permissions.as_ref();
    for (name, text) in [
        ("created", change.created.clone()),
        ("updated", change.updated.clone()),
        (
            "permissions",
            permissions.map(|list| json!(list).to_string()),
        ),
    ] {
        if let Some(text) = text {
            sets.push(format!("{name} = ?"));
            parameters.push(Sql::Text(text));
        }
    }
    for column in stored_columns(table) {
        if let Some(value) = change.values.get(&column.spec.key) {
            sets.push(format!("{} = ?", column.sql_name()));
            parameters.push(values::to_sql(&column.spec, value));
        }
    }
    if sets.is_empty() {
        return Ok(());
    }
    parameters.push(Sql::Integer(sequence));
    let (t, sets) = (table.sequence, sets.join(", "));
    connection
        .prepare_cached(&format!("UPDATE t{t} SET {sets} WHERE sequence = ?"))?
        .execute(params_from_iter(parameters))?;
    if let Some(permissions) = permissions {
        connection
            .prepare_cached(&format!("DELETE FROM r{t} WHERE row = ?1"))?
            .execute([sequence])?;
        add_readers(connection, table, sequence, permissions)?;
    }
    Ok(())
}

/// Deletes a row.
pub fn delete(connection: &Connection, table: &Table, sequence: i64) -> Result<(), ApiError> {
    let t = table.sequence;
    connection
        .prepare_cached(&format!("DELETE FROM t{t} WHERE sequence = ?1"))?
        .execute([sequence])?;
    Ok(())
}

fn add_readers(
    connection: &Connection,
    table: &Table,
    sequence: i64,
    permissions: &[String],
) -> Result<(), rusqlite::Error> {
    let t = table.sequence;
    for role in permissions::roles(permissions, "read") {
        connection
            .prepare_cached(&format!(
                "INSERT OR IGNORE INTO r{t} (role, row) VALUES (?1, ?2)"
            ))?
            .execute(rusqlite::params![role, sequence])?;
    }
    Ok(())
}

/// A row's value, null if it has none.
pub fn value<'a>(data: &'a Data, key: &str) -> &'a Value {
    data.get(key).unwrap_or(&Value::Null)
}
