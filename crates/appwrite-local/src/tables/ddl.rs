//! The tables that hold the rows.
//!
//! A table is `t12`, its columns `c7`, its indexes `i3`, and `f4` is a full-text index. The numbers
//! are sequences of what `schema` describes: nothing that a caller wrote becomes part of SQL. `r12`
//! has the roles that may read each row, so that what a caller may read is a condition in SQL. `j7` has
//! the pairs of a relationship of many to many.

use rusqlite::{Connection, params};
use serde_json::json;

use super::{
    kind::Kind,
    schema::{Column, ColumnSpec, Database, Index, IndexSpec, Table},
};
use crate::{error::ApiError, store::COLLATION, timestamp};

/// A new table, before it has columns.
pub struct NewTable<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub permissions: &'a [String],
    pub row_security: bool,
    pub enabled: bool,
}

/// Creates a table. The ID must be free.
pub fn create_table(
    connection: &Connection,
    database: &Database,
    new: &NewTable<'_>,
) -> Result<i64, ApiError> {
    connection.execute(
        "INSERT INTO data_tables (database, database_id, id, created, updated, name, enabled,
            row_security, permissions)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8)",
        params![
            database.sequence,
            database.id,
            new.id,
            timestamp::now(),
            new.name,
            new.enabled,
            new.row_security,
            json!(new.permissions).to_string()
        ],
    )?;
    let table = connection.last_insert_rowid();
    connection.execute_batch(&format!(
        "CREATE TABLE t{table} (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE COLLATE NOCASE,
            created TEXT NOT NULL,
            updated TEXT NOT NULL,
            permissions TEXT NOT NULL
        ) STRICT;
        CREATE INDEX t{table}_created ON t{table} (created);
        CREATE INDEX t{table}_updated ON t{table} (updated);
        CREATE TABLE r{table} (
            role TEXT NOT NULL,
            row INTEGER NOT NULL REFERENCES t{table} (sequence) ON DELETE CASCADE,
            PRIMARY KEY (role, row)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX r{table}_row ON r{table} (row);"
    ))?;
    Ok(table)
}

/// Deletes a table and its rows.
pub fn drop_table(connection: &Connection, table: i64) -> Result<(), ApiError> {
    let mut statement = connection
        .prepare("SELECT sequence FROM data_indexes WHERE table_ = ?1 AND type = 'fulltext'")?;
    let indexes = statement
        .query_map([table], |row| row.get::<_, i64>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    for index in indexes {
        connection.execute_batch(&format!("DROP TABLE IF EXISTS f{index}"))?;
    }
    for column in Column::of_table(connection, table)? {
        if column.spec.kind == Kind::Relationship {
            drop_pairs_table(connection, column.sequence)?;
        }
    }
    connection.execute_batch(&format!("DROP TABLE r{table}; DROP TABLE t{table};"))?;
    connection.execute("DELETE FROM data_tables WHERE sequence = ?1", [table])?;
    Ok(())
}

/// The name of the table with the pairs of a relationship of many to many, after the parent's column.
pub fn pairs_table(column: i64) -> String {
    format!("j{column}")
}

/// Creates the table with the pairs of a relationship of many to many.
pub fn create_pairs_table(connection: &Connection, column: i64) -> Result<(), ApiError> {
    let name = pairs_table(column);
    connection.execute_batch(&format!(
        "CREATE TABLE {name} (
            parent TEXT NOT NULL COLLATE NOCASE,
            child TEXT NOT NULL COLLATE NOCASE,
            PRIMARY KEY (parent, child)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX {name}_child ON {name} (child);"
    ))?;
    Ok(())
}

fn drop_pairs_table(connection: &Connection, column: i64) -> Result<(), ApiError> {
    let name = pairs_table(column);
    connection.execute_batch(&format!("DROP TABLE IF EXISTS {name}"))?;
    Ok(())
}

/// The type of a column in SQL.
fn sql_type(spec: &ColumnSpec) -> String {
    match spec.kind {
        _ if spec.array => "TEXT".to_owned(),
        Kind::Integer | Kind::Bigint | Kind::Boolean => "INTEGER".to_owned(),
        Kind::Double => "REAL".to_owned(),
        Kind::Relationship => "TEXT COLLATE NOCASE".to_owned(),
        Kind::Datetime | Kind::Point | Kind::Linestring | Kind::Polygon => "TEXT".to_owned(),
        Kind::String | Kind::Varchar | Kind::Text | Kind::Mediumtext | Kind::Longtext => {
            format!("TEXT COLLATE {COLLATION}")
        }
    }
}

/// Adds a column. The key must be free.
pub fn add_column(
    connection: &Connection,
    table: &Table,
    spec: &ColumnSpec,
) -> Result<Column, ApiError> {
    connection.execute(
        "INSERT INTO data_columns (table_, created, updated, key, type, size, required, array,
            default_value, options, hidden)
         VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            table.sequence,
            timestamp::now(),
            spec.key,
            <&str>::from(spec.kind),
            spec.size,
            spec.required,
            spec.array,
            spec.default.to_string(),
            json!(spec.options).to_string(),
            spec.hidden,
        ],
    )?;
    let sequence = connection.last_insert_rowid();
    let columns = Column::of_table(connection, table.sequence)?;
    let column = columns
        .into_iter()
        .find(|column| column.sequence == sequence)
        .ok_or_else(|| ApiError::known("general_server_error"))?;
    if column.is_stored() {
        let (table, name) = (table.sequence, column.sql_name());
        let sql_type = sql_type(spec);
        connection.execute_batch(&format!(
            "ALTER TABLE t{table} ADD COLUMN {name} {sql_type}"
        ))?;
        if spec.kind == Kind::Relationship {
            // The related rows are looked up by it.
            connection.execute_batch(&format!(
                "CREATE INDEX t{table}_{name} ON t{table} ({name})"
            ))?;
        }
    }
    Ok(column)
}

/// Deletes a column with its values. Indexes lose it, and keep their other columns.
pub fn drop_column(
    connection: &Connection,
    table: &Table,
    column: &Column,
) -> Result<(), ApiError> {
    for index in &table.indexes {
        let Some(at) = index
            .spec
            .columns
            .iter()
            .position(|key| *key == column.spec.key)
        else {
            continue;
        };
        drop_sql_index(connection, index)?;
        let mut rest = index.clone();
        rest.spec.columns.remove(at);
        if at < rest.spec.lengths.len() {
            rest.spec.lengths.remove(at);
        }
        if at < rest.spec.orders.len() {
            rest.spec.orders.remove(at);
        }
        rest.save(connection)?;
        if !rest.spec.columns.is_empty() {
            create_sql_index(connection, table, &rest)?;
        }
    }
    if column.spec.kind == Kind::Relationship {
        drop_pairs_table(connection, column.sequence)?;
    }
    if column.is_stored() {
        let (table, name) = (table.sequence, column.sql_name());
        connection.execute_batch(&format!(
            "DROP INDEX IF EXISTS t{table}_{name}; ALTER TABLE t{table} DROP COLUMN {name};"
        ))?;
    }
    connection.execute(
        "DELETE FROM data_columns WHERE sequence = ?1",
        [column.sequence],
    )?;
    Ok(())
}

/// Adds an index. The key must be free, and the columns must be there.
///
/// # Errors
///
/// The constraint that a unique index breaks, when rows already have equal values.
pub fn add_index(
    connection: &Connection,
    table: &Table,
    spec: &IndexSpec,
) -> Result<i64, rusqlite::Error> {
    connection.execute(
        "INSERT INTO data_indexes (table_, id, created, updated, key, type, columns, orders,
            lengths)
         VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            table.sequence,
            format!("{}_{}_{}", table.database, table.sequence, spec.key),
            timestamp::now(),
            spec.key,
            spec.kind,
            json!(spec.columns).to_string(),
            json!(spec.orders).to_string(),
            json!(spec.lengths).to_string(),
        ],
    )?;
    let sequence = connection.last_insert_rowid();
    let index = Index {
        sequence,
        id: String::new(),
        created: String::new(),
        updated: String::new(),
        spec: spec.clone(),
    };
    create_sql_index(connection, table, &index)?;
    Ok(sequence)
}

/// Deletes an index.
pub fn drop_index(connection: &Connection, index: &Index) -> Result<(), ApiError> {
    drop_sql_index(connection, index)?;
    connection.execute(
        "DELETE FROM data_indexes WHERE sequence = ?1",
        [index.sequence],
    )?;
    Ok(())
}

/// The name in SQL of a column or of a field that every row has.
pub fn sql_name(table: &Table, key: &str) -> Option<String> {
    Some(match key {
        "$id" => "id".to_owned(),
        "$createdAt" => "created".to_owned(),
        "$updatedAt" => "updated".to_owned(),
        "$sequence" => "sequence".to_owned(),
        key => {
            let column = table.column(key).filter(|column| column.is_stored())?;
            column.sql_name()
        }
    })
}

fn create_sql_index(
    connection: &Connection,
    table: &Table,
    index: &Index,
) -> Result<(), rusqlite::Error> {
    let (t, i) = (table.sequence, index.sequence);
    let names: Vec<String> = index
        .spec
        .columns
        .iter()
        .filter_map(|key| sql_name(table, key))
        .collect();
    if index.spec.kind == "fulltext" {
        let columns = names.join(", ");
        let of = |row: &str| {
            let values: Vec<_> = names.iter().map(|name| format!("{row}.{name}")).collect();
            values.join(", ")
        };
        let (new, old) = (of("new"), of("old"));
        return connection.execute_batch(&format!(
            "CREATE VIRTUAL TABLE f{i} USING fts5({columns}, content='t{t}',
                content_rowid='sequence', tokenize='unicode61');
             CREATE TRIGGER f{i}_insert AFTER INSERT ON t{t} BEGIN
                INSERT INTO f{i} (rowid, {columns}) VALUES (new.sequence, {new});
             END;
             CREATE TRIGGER f{i}_delete AFTER DELETE ON t{t} BEGIN
                INSERT INTO f{i} (f{i}, rowid, {columns}) VALUES ('delete', old.sequence, {old});
             END;
             CREATE TRIGGER f{i}_update AFTER UPDATE OF {columns} ON t{t} BEGIN
                INSERT INTO f{i} (f{i}, rowid, {columns}) VALUES ('delete', old.sequence, {old});
                INSERT INTO f{i} (rowid, {columns}) VALUES (new.sequence, {new});
             END;
             INSERT INTO f{i} (f{i}) VALUES ('rebuild');"
        ));
    }
    let unique = if index.spec.kind == "unique" {
        "UNIQUE "
    } else {
        ""
    };
    let columns: Vec<String> = names
        .iter()
        .enumerate()
        .map(
            |(at, name)| match index.spec.orders.get(at).map(String::as_str) {
                Some("DESC") => format!("{name} DESC"),
                _ => name.clone(),
            },
        )
        .collect();
    connection.execute_batch(&format!(
        "CREATE {unique}INDEX i{i} ON t{t} ({})",
        columns.join(", ")
    ))
}

fn drop_sql_index(connection: &Connection, index: &Index) -> Result<(), ApiError> {
    let i = index.sequence;
    connection.execute_batch(&if index.spec.kind == "fulltext" {
        format!(
            "DROP TRIGGER IF EXISTS f{i}_insert; DROP TRIGGER IF EXISTS f{i}_delete;
             DROP TRIGGER IF EXISTS f{i}_update; DROP TABLE IF EXISTS f{i};"
        )
    } else {
        format!("DROP INDEX IF EXISTS i{i}")
    })?;
    Ok(())
}
