//! `appwrite.config.json`, the project file of Appwrite's CLI, as far as it describes databases.
//!
//! At start, what's missing is created, and what can change without losing data is changed. Nothing
//! is deleted: columns that the file no longer has stay, but rows needn't have them any more.

use std::path::Path;

use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Number, Value};

use super::{
    api::Api,
    creating::{self, WholeTable},
    ddl, definition,
    kind::{Format, Kind, OnDelete, Options, Relation, RelationType, Side},
    schema::{Column, ColumnSpec, Database, IndexSpec, Table},
    values,
};
use crate::{
    error::ApiError,
    params::is_id,
    permissions::{TABLE_ACTIONS, read},
};

/// The databases and tables in a project file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ProjectFile {
    #[serde(rename = "tablesDB")]
    databases: Vec<FileDatabase>,
    tables: Vec<FileTable>,
    /// Databases by their older name.
    #[serde(rename = "databases")]
    legacy_databases: Vec<FileDatabase>,
    /// Tables by their older name.
    collections: Vec<FileTable>,
}

#[derive(Clone, Debug, Deserialize)]
struct FileDatabase {
    #[serde(rename = "$id")]
    id: String,
    name: String,
    #[serde(default = "yes")]
    enabled: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FileTable {
    #[serde(rename = "$id")]
    id: String,
    #[serde(rename = "$permissions", default)]
    permissions: Vec<String>,
    database_id: String,
    name: String,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default, alias = "documentSecurity")]
    row_security: bool,
    #[serde(default, alias = "attributes")]
    columns: Vec<FileColumn>,
    #[serde(default)]
    indexes: Vec<FileIndex>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FileColumn {
    key: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    array: bool,
    #[serde(default)]
    size: Option<i64>,
    #[serde(default)]
    default: Value,
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    elements: Vec<String>,
    #[serde(default)]
    min: Option<Number>,
    #[serde(default)]
    max: Option<Number>,
    #[serde(default)]
    encrypt: Option<bool>,
    #[serde(default, alias = "relatedCollection")]
    related_table: Option<String>,
    #[serde(default)]
    relation_type: Option<RelationType>,
    #[serde(default)]
    two_way: Option<bool>,
    #[serde(default)]
    two_way_key: Option<String>,
    #[serde(default)]
    on_delete: Option<OnDelete>,
    #[serde(default)]
    side: Option<Side>,
}

#[derive(Clone, Debug, Deserialize)]
struct FileIndex {
    key: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(alias = "attributes")]
    columns: Vec<String>,
    #[serde(default)]
    orders: Vec<Value>,
    #[serde(default)]
    lengths: Vec<Value>,
}

fn yes() -> bool {
    true
}

/// Errors are in the words of the newer API.
const API: Api = Api::TablesDb;

impl ProjectFile {
    /// Reads a project file.
    ///
    /// # Errors
    ///
    /// What's wrong with it, in one or a few lines.
    pub fn read(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{name} cannot be read: {error}"))?;
        Self::parse(&text).map_err(|error| format!("{name}: {error}"))
    }

    /// Reads a project file's JSON.
    ///
    /// # Errors
    ///
    /// What's wrong with it.
    pub fn parse(json: &str) -> Result<Self, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    /// Creates and changes databases and tables until they're as the file has them.
    ///
    /// # Errors
    ///
    /// What can't be done, by name. Nothing of the rest may stay then.
    pub(crate) fn apply(&self, connection: &Connection) -> Result<(), String> {
        for database in self.databases.iter().chain(&self.legacy_databases) {
            apply_database(connection, database)?;
        }
        for table in self.tables.iter().chain(&self.collections) {
            let place = |error: String| format!("table {}: {error}", table.id);
            apply_table(connection, table).map_err(place)?;
        }
        // Relationships are between tables, so these are all there first.
        for table in self.tables.iter().chain(&self.collections) {
            for column in &table.columns {
                let place = |error: String| format!("table {}: {error}", table.id);
                apply_relationship(connection, table, column).map_err(place)?;
            }
        }
        for table in self.tables.iter().chain(&self.collections) {
            let place = |error: String| format!("table {}: {error}", table.id);
            apply_indexes(connection, table).map_err(place)?;
        }
        Ok(())
    }
}

fn said(error: ApiError) -> String {
    error.message
}

fn apply_database(connection: &Connection, file: &FileDatabase) -> Result<(), String> {
    let FileDatabase { id, name, enabled } = file;
    if !is_id(id) {
        return Err(format!("\"{id}\" is no ID of a database"));
    }
    let Some(mut database) = Database::find(connection, id).map_err(said)? else {
        return Database::create(connection, id, name, *enabled, API.kind())
            .map(|_| ())
            .map_err(said);
    };
    if database.name != *name || database.enabled != *enabled {
        database.name.clone_from(name);
        database.enabled = *enabled;
        database.save(connection).map_err(said)?;
    }
    Ok(())
}

fn find(connection: &Connection, file: &FileTable) -> Result<Option<Table>, String> {
    let id = &file.database_id;
    let database = Database::find(connection, id).map_err(said)?;
    let database = database.ok_or_else(|| format!("there is no database {id}"))?;
    Table::find(connection, &database, &file.id).map_err(said)
}

fn found(connection: &Connection, file: &FileTable) -> Result<Table, String> {
    find(connection, file)?.ok_or_else(|| "it is gone".to_owned())
}

fn apply_table(connection: &Connection, file: &FileTable) -> Result<(), String> {
    if !is_id(&file.id) {
        return Err("that is no ID of a table".to_owned());
    }
    let permissions = read(&Value::from(file.permissions.clone()), TABLE_ACTIONS)?;
    let mut specs = Vec::new();
    for column in &file.columns {
        if column.kind == "relationship" {
            continue;
        }
        let spec = spec(column)?;
        definition::check_column(API, &spec)
            .map_err(|error| format!("column {}: {}", column.key, error.message))?;
        specs.push(spec);
    }
    let Some(mut table) = find(connection, file)? else {
        let database = Database::find(connection, &file.database_id).map_err(said)?;
        let database = database.ok_or("its database is gone")?;
        let whole = WholeTable {
            id: file.id.clone(),
            name: file.name.clone(),
            permissions,
            row_security: file.row_security,
            enabled: file.enabled,
            columns: specs,
            indexes: Vec::new(),
        };
        return creating::create_table(connection, API, &database, &whole)
            .map(|_| ())
            .map_err(said);
    };
    let same = table.name == file.name
        && table.permissions == permissions
        && table.row_security == file.row_security
        && table.enabled == file.enabled;
    if !same {
        table.name.clone_from(&file.name);
        table.permissions = permissions;
        table.row_security = file.row_security;
        table.enabled = file.enabled;
        table.save(connection).map_err(said)?;
    }
    for spec in specs {
        match table.column(&spec.key) {
            None => {
                creating::create_column(connection, API, &found(connection, file)?, &spec)
                    .map_err(said)?;
            }
            Some(column) => change_column(connection, &table, column, spec)?,
        }
    }
    for column in &table.columns {
        let key = &column.spec.key;
        let named = file.columns.iter().any(|known| known.key == *key);
        if !named && column.spec.required {
            let mut column = column.clone();
            column.spec.required = false;
            column.save(connection).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

fn spec(file: &FileColumn) -> Result<ColumnSpec, String> {
    let FileColumn { key, kind, .. } = file;
    if !is_id(key) {
        return Err(format!("\"{key}\" is no key of a column"));
    }
    // The CLI's older names for the formats are types of their own.
    let (kind, format) = match kind.as_str() {
        "float" => (Kind::Double, None),
        "email" | "url" | "ip" | "enum" => (Kind::String, Some(kind.as_str())),
        other => {
            let kind: Kind = other
                .parse()
                .map_err(|_| format!("column {key}: there is no type \"{other}\""))?;
            (kind, file.format.as_deref().filter(|it| !it.is_empty()))
        }
    };
    if kind.is_spatial() {
        return Err(format!(
            "column {key}: this local server has no spatial columns"
        ));
    }
    let format = match format {
        Some(name) if kind == Kind::String => Some(
            name.parse::<Format>()
                .map_err(|_| format!("column {key}: there is no format \"{name}\""))?,
        ),
        _ => None,
    };
    let size = match (kind, format, file.size) {
        (Kind::String, Some(format), None) => format.size(),
        (Kind::String | Kind::Varchar, _, Some(size)) if size > 0 => size,
        (Kind::String | Kind::Varchar, _, _) => {
            return Err(format!("column {key}: it needs a size"));
        }
        _ => 0,
    };
    let (least, most) = definition::default_bounds(kind);
    let bound = |given: &Option<Number>, default: Number| {
        kind.is_number().then(|| given.clone().unwrap_or(default))
    };
    let max = bound(&file.max, most);
    let wide = max
        .as_ref()
        .and_then(Number::as_i64)
        .is_none_or(|max| max > i64::from(i32::MAX));
    let mut spec = ColumnSpec {
        key: key.clone(),
        kind,
        size,
        required: file.required,
        array: file.array,
        default: file.default.clone(),
        options: Options {
            format,
            elements: file.elements.clone(),
            min: bound(&file.min, least),
            max,
            wide: kind == Kind::Bigint || (kind == Kind::Integer && wide),
            encrypt: kind.is_text() && file.encrypt.unwrap_or_default(),
            relation: None,
        },
        hidden: false,
    };
    if spec.required {
        spec.default = Value::Null;
    }
    let default = spec.default.take();
    spec.default = values::canonical(&spec, default);
    Ok(spec)
}

fn change_column(
    connection: &Connection,
    table: &Table,
    column: &Column,
    spec: ColumnSpec,
) -> Result<(), String> {
    let known = &column.spec;
    let key = &spec.key;
    let lost = |what: &str| {
        Err(format!(
            "column {key}: its {what} can't change without losing what's in it. Rename it in the \
             file, or delete the data."
        ))
    };
    if known.kind != spec.kind {
        return lost("type");
    }
    if known.array != spec.array {
        return lost("array");
    }
    if known.options.encrypt != spec.options.encrypt {
        return lost("encrypt");
    }
    if spec.size < known.size && !spec.array {
        let name = column.sql_name();
        if !definition::fits_size(connection, table, &name, spec.size).map_err(said)? {
            return Err(format!(
                "column {key}: some of its values are longer than {} characters",
                spec.size
            ));
        }
    }
    let mut changed = column.clone();
    changed.spec = ColumnSpec {
        options: Options {
            // Numbers that are stored must still fit.
            wide: known.options.wide || spec.options.wide,
            ..spec.options
        },
        ..spec
    };
    changed.save(connection).map_err(|error| error.to_string())
}

fn apply_relationship(
    connection: &Connection,
    file: &FileTable,
    column: &FileColumn,
) -> Result<(), String> {
    if column.kind != "relationship" || column.side == Some(Side::Child) {
        return Ok(());
    }
    let key = &column.key;
    let missing = |what: &str| format!("column {key}: {what} is missing");
    let related_id = column
        .related_table
        .as_ref()
        .ok_or_else(|| missing("relatedTable"))?;
    let relation_type = column
        .relation_type
        .ok_or_else(|| missing("relationType"))?;
    let table = found(connection, file)?;
    let database = Database::find(connection, &file.database_id).map_err(said)?;
    let database = database.ok_or("its database is gone")?;
    let related = Table::find(connection, &database, related_id).map_err(said)?;
    let related = related.ok_or_else(|| format!("column {key}: there is no table {related_id}"))?;
    let relation = Relation {
        table: related.sequence,
        table_id: related.id.clone(),
        relation_type,
        two_way: column.two_way.unwrap_or_default(),
        two_way_key: column
            .two_way_key
            .clone()
            .unwrap_or_else(|| file.id.clone()),
        on_delete: column.on_delete.unwrap_or(OnDelete::Restrict),
        side: Side::Parent,
    };
    let Some(known) = table.column(key) else {
        return creating::create_relationship(connection, API, &table, &related, key, &relation)
            .map(|_| ())
            .map_err(said);
    };
    if known.spec.options.relation.as_ref() != Some(&relation) {
        return Err(format!(
            "column {key}: a relationship can't change without losing what's related"
        ));
    }
    Ok(())
}

fn apply_indexes(connection: &Connection, file: &FileTable) -> Result<(), String> {
    for index in &file.indexes {
        let table = found(connection, file)?;
        let place = |error: ApiError| format!("index {}: {}", index.key, error.message);
        let spec = IndexSpec {
            key: index.key.clone(),
            kind: index.kind.clone(),
            columns: index.columns.clone(),
            orders: definition::orders(&index.orders),
            lengths: definition::lengths(&index.lengths, index.columns.len()),
        };
        if !is_id(&spec.key) {
            return Err(format!("\"{}\" is no key of an index", spec.key));
        }
        if !matches!(spec.kind.as_str(), "key" | "unique" | "fulltext") {
            return Err(format!(
                "index {}: there is no type \"{}\"",
                spec.key, spec.kind
            ));
        }
        let known = table.index(&spec.key);
        let same = known.is_some_and(|known| {
            known.spec.kind == spec.kind
                && known.spec.columns == spec.columns
                && known.spec.orders == spec.orders
        });
        if same {
            continue;
        }
        if let Some(known) = known {
            ddl::drop_index(connection, known).map_err(place)?;
        }
        creating::create_index(connection, API, &found(connection, file)?, &spec).map_err(place)?;
    }
    Ok(())
}
