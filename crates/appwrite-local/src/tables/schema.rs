//! Databases, tables, columns and indexes as they're described in the store. The tables that hold
//! the rows themselves are `ddl`'s.

use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};
use serde_json::{Value, json};

use super::kind::{Kind, Options};
use crate::{
    error::{ApiError, is_constraint},
    timestamp,
};

/// A database.
#[derive(Clone, Debug)]
pub struct Database {
    pub sequence: i64,
    pub id: String,
    pub created: String,
    pub updated: String,
    pub name: String,
    pub enabled: bool,
    /// `tablesdb` or `legacy`, after the routes that it was created by.
    pub kind: String,
}

/// A table with all that describes it.
#[derive(Clone, Debug)]
pub struct Table {
    pub sequence: i64,
    pub database: i64,
    pub database_id: String,
    pub id: String,
    pub created: String,
    pub updated: String,
    pub name: String,
    pub enabled: bool,
    pub row_security: bool,
    pub permissions: Vec<String>,
    /// In the order in which they were made.
    pub columns: Vec<Column>,
    pub indexes: Vec<Index>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    pub sequence: i64,
    pub created: String,
    pub updated: String,
    pub spec: ColumnSpec,
}

/// What a column is to be.
#[derive(Clone, Debug)]
pub struct ColumnSpec {
    pub key: String,
    pub kind: Kind,
    pub size: i64,
    pub required: bool,
    pub array: bool,
    pub default: Value,
    pub options: Options,
    /// Whether it's only there for the other end of a one-way relationship.
    pub hidden: bool,
}

/// An index.
#[derive(Clone, Debug)]
pub struct Index {
    pub sequence: i64,
    pub id: String,
    pub created: String,
    pub updated: String,
    pub spec: IndexSpec,
}

/// What an index is to be.
#[derive(Clone, Debug)]
pub struct IndexSpec {
    pub key: String,
    /// `key`, `unique` or `fulltext`.
    pub kind: String,
    pub columns: Vec<String>,
    pub orders: Vec<String>,
    pub lengths: Vec<i64>,
}

/// A JSON column that must hold what was put there.
fn json_column<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    name: &str,
) -> Result<T, rusqlite::Error> {
    let index = row.as_ref().column_index(name)?;
    let text: String = row.get(index)?;
    serde_json::from_str(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(index, Type::Text, error.into()))
}

impl Database {
    fn from_row(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            sequence: row.get("sequence")?,
            id: row.get("id")?,
            created: row.get("created")?,
            updated: row.get("updated")?,
            name: row.get("name")?,
            enabled: row.get("enabled")?,
            kind: row.get("kind")?,
        })
    }

    /// The database with this ID.
    pub fn find(connection: &Connection, id: &str) -> Result<Option<Self>, ApiError> {
        let mut statement =
            connection.prepare_cached("SELECT * FROM data_databases WHERE id = ?1")?;
        Ok(statement.query_row([id], Self::from_row).optional()?)
    }

    /// Creates a database. `None` if the ID is taken.
    pub fn create(
        connection: &Connection,
        id: &str,
        name: &str,
        enabled: bool,
        kind: &str,
    ) -> Result<Option<Self>, ApiError> {
        let made = connection.execute(
            "INSERT INTO data_databases (id, created, updated, name, enabled, kind)
             VALUES (?1, ?2, ?2, ?3, ?4, ?5)",
            params![id, timestamp::now(), name, enabled, kind],
        );
        match made {
            Err(error) if is_constraint(&error) => Ok(None),
            made => {
                made?;
                Self::find(connection, id)
            }
        }
    }

    /// Saves the name and whether it's switched on.
    pub fn save(&mut self, connection: &Connection) -> Result<(), ApiError> {
        self.updated = timestamp::now();
        connection.execute(
            "UPDATE data_databases SET name = ?2, enabled = ?3, updated = ?4 WHERE sequence = ?1",
            params![self.sequence, self.name, self.enabled, self.updated],
        )?;
        Ok(())
    }

    /// The databases that a query (everything after `FROM`) selects.
    pub fn select(
        connection: &Connection,
        query: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<Self>, ApiError> {
        let mut statement = connection.prepare(&format!("SELECT * FROM {query}"))?;
        let rows = statement.query_map(values, Self::from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The sequences of its tables.
    pub fn tables(&self, connection: &Connection) -> Result<Vec<i64>, ApiError> {
        let mut statement =
            connection.prepare_cached("SELECT sequence FROM data_tables WHERE database = ?1")?;
        let rows = statement.query_map([self.sequence], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Table {
    fn from_row(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            sequence: row.get("sequence")?,
            database: row.get("database")?,
            database_id: row.get("database_id")?,
            id: row.get("id")?,
            created: row.get("created")?,
            updated: row.get("updated")?,
            name: row.get("name")?,
            enabled: row.get("enabled")?,
            row_security: row.get("row_security")?,
            permissions: json_column(row, "permissions")?,
            columns: Vec::new(),
            indexes: Vec::new(),
        })
    }

    fn load(mut self, connection: &Connection) -> Result<Self, ApiError> {
        self.columns = Column::of_table(connection, self.sequence)?;
        self.indexes = Index::of_table(connection, self.sequence)?;
        Ok(self)
    }

    /// The table of a database with this ID.
    pub fn find(
        connection: &Connection,
        database: &Database,
        id: &str,
    ) -> Result<Option<Self>, ApiError> {
        let found = connection
            .prepare_cached("SELECT * FROM data_tables WHERE database = ?1 AND id = ?2")?
            .query_row(params![database.sequence, id], Self::from_row)
            .optional()?;
        found.map(|table| table.load(connection)).transpose()
    }

    /// The table with this sequence.
    pub fn find_by_sequence(
        connection: &Connection,
        sequence: i64,
    ) -> Result<Option<Self>, ApiError> {
        let found = connection
            .prepare_cached("SELECT * FROM data_tables WHERE sequence = ?1")?
            .query_row([sequence], Self::from_row)
            .optional()?;
        found.map(|table| table.load(connection)).transpose()
    }

    /// The tables that a query (everything after `FROM`) selects.
    pub fn select(
        connection: &Connection,
        query: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<Self>, ApiError> {
        let mut statement = connection.prepare(&format!("SELECT * FROM {query}"))?;
        let rows = statement.query_map(values, Self::from_row)?;
        let tables = rows.collect::<Result<Vec<_>, _>>()?;
        tables
            .into_iter()
            .map(|table| table.load(connection))
            .collect()
    }

    /// Saves what can change besides columns and indexes.
    pub fn save(&mut self, connection: &Connection) -> Result<(), ApiError> {
        self.updated = timestamp::now();
        connection.execute(
            "UPDATE data_tables SET name = ?2, enabled = ?3, row_security = ?4, permissions = ?5,
                updated = ?6
             WHERE sequence = ?1",
            params![
                self.sequence,
                self.name,
                self.enabled,
                self.row_security,
                json!(self.permissions).to_string(),
                self.updated
            ],
        )?;
        Ok(())
    }

    /// The column with this key, unless it's hidden.
    pub fn column(&self, key: &str) -> Option<&Column> {
        self.columns
            .iter()
            .find(|column| column.spec.key == key && !column.spec.hidden)
    }

    /// The columns that callers know of.
    pub fn shown_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| !column.spec.hidden)
    }

    /// The index with this key.
    pub fn index(&self, key: &str) -> Option<&Index> {
        self.indexes.iter().find(|index| index.spec.key == key)
    }

    /// Whether any column is a relationship.
    pub fn has_relations(&self) -> bool {
        self.columns
            .iter()
            .any(|column| column.spec.kind == Kind::Relationship)
    }
}

impl Column {
    fn from_row(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            sequence: row.get("sequence")?,
            created: row.get("created")?,
            updated: row.get("updated")?,
            spec: ColumnSpec {
                key: row.get("key")?,
                kind: row.get::<_, String>("type")?.parse().map_err(
                    |error: strum::ParseError| {
                        rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into())
                    },
                )?,
                size: row.get("size")?,
                required: row.get("required")?,
                array: row.get("array")?,
                default: json_column(row, "default_value")?,
                options: json_column(row, "options")?,
                hidden: row.get("hidden")?,
            },
        })
    }

    /// A table's columns, in the order in which they were made.
    pub fn of_table(connection: &Connection, table: i64) -> Result<Vec<Self>, ApiError> {
        let mut statement = connection
            .prepare_cached("SELECT * FROM data_columns WHERE table_ = ?1 ORDER BY sequence")?;
        let rows = statement.query_map([table], Self::from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The columns that a query (everything after `FROM`) selects.
    pub fn select(
        connection: &Connection,
        query: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<Self>, ApiError> {
        let mut statement = connection.prepare(&format!("SELECT * FROM {query}"))?;
        let rows = statement.query_map(values, Self::from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Saves what can change.
    pub fn save(&mut self, connection: &Connection) -> Result<(), rusqlite::Error> {
        self.updated = timestamp::now();
        connection.execute(
            "UPDATE data_columns SET key = ?2, size = ?3, required = ?4, default_value = ?5,
                options = ?6, updated = ?7
             WHERE sequence = ?1",
            params![
                self.sequence,
                self.spec.key,
                self.spec.size,
                self.spec.required,
                self.spec.default.to_string(),
                json!(self.spec.options).to_string(),
                self.updated
            ],
        )?;
        Ok(())
    }

    /// The column's name in SQL, in quotes-free form.
    pub fn sql_name(&self) -> String {
        format!("c{}", self.sequence)
    }

    /// Whether the table that holds the rows has a column for it.
    pub fn is_stored(&self) -> bool {
        self.spec
            .options
            .relation
            .as_ref()
            .is_none_or(super::kind::Relation::is_stored)
    }
}

impl Index {
    fn from_row(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            sequence: row.get("sequence")?,
            id: row.get("id")?,
            created: row.get("created")?,
            updated: row.get("updated")?,
            spec: IndexSpec {
                key: row.get("key")?,
                kind: row.get("type")?,
                columns: json_column(row, "columns")?,
                orders: json_column(row, "orders")?,
                lengths: json_column(row, "lengths")?,
            },
        })
    }

    fn of_table(connection: &Connection, table: i64) -> Result<Vec<Self>, ApiError> {
        let mut statement = connection
            .prepare_cached("SELECT * FROM data_indexes WHERE table_ = ?1 ORDER BY sequence")?;
        let rows = statement.query_map([table], Self::from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The indexes that a query (everything after `FROM`) selects.
    pub fn select(
        connection: &Connection,
        query: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<Self>, ApiError> {
        let mut statement = connection.prepare(&format!("SELECT * FROM {query}"))?;
        let rows = statement.query_map(values, Self::from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Saves which columns it has.
    pub fn save(&self, connection: &Connection) -> Result<(), ApiError> {
        connection.execute(
            "UPDATE data_indexes SET columns = ?2, orders = ?3, lengths = ?4, updated = ?5
             WHERE sequence = ?1",
            params![
                self.sequence,
                json!(self.spec.columns).to_string(),
                json!(self.spec.orders).to_string(),
                json!(self.spec.lengths).to_string(),
                timestamp::now()
            ],
        )?;
        Ok(())
    }
}
