//! Creating tables, columns, indexes and relationships, once it's known what they're to be.

use rusqlite::Connection;

use super::{
    api::Api,
    ddl::{self, NewTable},
    definition,
    kind::{Kind, Options, Relation, RelationType, Side},
    schema::{Column, ColumnSpec, Database, Index, IndexSpec, Table},
};
use crate::error::{ApiError, is_constraint};

/// A new table, with all that's in it.
#[derive(Clone, Debug)]
pub struct WholeTable {
    pub id: String,
    pub name: String,
    pub permissions: Vec<String>,
    pub row_security: bool,
    pub enabled: bool,
    pub columns: Vec<ColumnSpec>,
    pub indexes: Vec<IndexSpec>,
}

/// Creates a table with its columns and indexes.
///
/// # Errors
///
/// `table_already_exists`, what's wrong with an index, and their older names.
pub fn create_table(
    connection: &Connection,
    api: Api,
    database: &Database,
    whole: &WholeTable,
) -> Result<Table, ApiError> {
    if Table::find(connection, database, &whole.id)?.is_some() {
        return Err(api.table_exists(&whole.id));
    }
    let new = NewTable {
        id: &whole.id,
        name: &whole.name,
        permissions: &whole.permissions,
        row_security: whole.row_security,
        enabled: whole.enabled,
    };
    let sequence = ddl::create_table(connection, database, &new)?;
    for spec in &whole.columns {
        create_column(connection, api, &find(connection, sequence)?, spec)?;
    }
    for spec in &whole.indexes {
        let table = find(connection, sequence)?;
        let known = |key: &&String| key.starts_with('$') || table.column(key).is_some();
        if let Some(unknown) = spec.columns.iter().find(|key| !known(key)) {
            let message = format!("Invalid index attribute \"{unknown}\" not found");
            return Err(ApiError::with(api.index_invalid(), 400, message));
        }
        create_index(connection, api, &table, spec)?;
    }
    find(connection, sequence)
}

fn find(connection: &Connection, sequence: i64) -> Result<Table, ApiError> {
    Table::find_by_sequence(connection, sequence)?
        .ok_or_else(|| ApiError::known("general_server_error"))
}

/// Adds a column.
///
/// # Errors
///
/// `column_already_exists`, and its older name.
pub fn create_column(
    connection: &Connection,
    api: Api,
    table: &Table,
    spec: &ColumnSpec,
) -> Result<Column, ApiError> {
    definition::check_room(api, table)?;
    let taken = table
        .columns
        .iter()
        .any(|known| known.spec.key.eq_ignore_ascii_case(&spec.key));
    if taken {
        return Err(api.column_exists(&spec.key));
    }
    ddl::add_column(connection, table, spec)
}

/// Adds an index.
///
/// # Errors
///
/// `index_already_exists`, what's wrong with it, and their newer names.
pub fn create_index(
    connection: &Connection,
    api: Api,
    table: &Table,
    spec: &IndexSpec,
) -> Result<Index, ApiError> {
    let taken = table
        .indexes
        .iter()
        .any(|known| known.spec.key.eq_ignore_ascii_case(&spec.key));
    if taken {
        return Err(api.index_exists(&spec.key));
    }
    definition::check_index(api, table, spec)?;
    let sequence = ddl::add_index(connection, table, spec).map_err(|error| {
        if is_constraint(&error) {
            let message = format!(
                "Rows that are there already have equal values, so the index '{}' can't be unique.",
                spec.key
            );
            ApiError::with(api.index_invalid(), 400, message)
        } else {
            error.into()
        }
    })?;
    find(connection, table.sequence)?
        .indexes
        .into_iter()
        .find(|index| index.sequence == sequence)
        .ok_or_else(|| ApiError::known("general_server_error"))
}

/// Adds a relationship: a column in both tables. If it's one-way, callers don't see the other.
///
/// # Errors
///
/// `column_already_exists`, and its older name.
pub fn create_relationship(
    connection: &Connection,
    api: Api,
    table: &Table,
    related: &Table,
    key: &str,
    relation: &Relation,
) -> Result<Column, ApiError> {
    let spec = |key: &str, relation: Relation, hidden: bool| ColumnSpec {
        key: key.to_owned(),
        kind: Kind::Relationship,
        size: 0,
        required: false,
        array: false,
        default: serde_json::Value::Null,
        options: Options {
            relation: Some(relation),
            ..Options::default()
        },
        hidden,
    };
    let column = create_column(connection, api, table, &spec(key, relation.clone(), false))?;
    let other = Relation {
        table: table.sequence,
        table_id: table.id.clone(),
        two_way_key: key.to_owned(),
        side: Side::Child,
        ..relation.clone()
    };
    let hidden = !relation.two_way;
    // It may be the same table, which has one more column now.
    let related = find(connection, related.sequence)?;
    let other = spec(&relation.two_way_key, other, hidden);
    create_column(connection, api, &related, &other)?;
    if relation.relation_type == RelationType::ManyToMany {
        ddl::create_pairs_table(connection, column.sequence)?;
    }
    Ok(column)
}

/// The column at the other end of a relationship, and its table.
pub fn other_end(
    connection: &Connection,
    column: &Column,
) -> Result<Option<(Table, Column)>, ApiError> {
    let Some(relation) = &column.spec.options.relation else {
        return Ok(None);
    };
    let Some(table) = Table::find_by_sequence(connection, relation.table)? else {
        return Ok(None);
    };
    let other = table
        .columns
        .iter()
        .find(|other| other.spec.key == relation.two_way_key)
        .cloned();
    Ok(other.map(|other| (table, other)))
}

/// Deletes the column at the other end of a relationship.
pub fn drop_other_end(connection: &Connection, column: &Column) -> Result<(), ApiError> {
    if let Some((table, other)) = other_end(connection, column)? {
        ddl::drop_column(connection, &table, &other)?;
    }
    Ok(())
}
