//! Appwrite's response models of databases and what's in them.

use serde_json::{Map, Value, json};

use super::{
    api::Api,
    kind::{Format, Kind},
    reading::Related,
    rows::{self, StoredRow},
    schema::{Column, Database, Index, Table},
    selection::Fields,
};

/// The most bytes in a row, of which only the beginnings of long texts count.
const MAX_ROW_BYTES: i64 = 65_535;

/// `database`
pub fn database(database: &Database) -> Value {
    json!({
        "$id": database.id,
        "name": database.name,
        "$createdAt": database.created,
        "$updatedAt": database.updated,
        "enabled": database.enabled,
        "type": database.kind,
    })
}

/// `table` or `collection`
pub fn table(api: Api, table: &Table) -> Value {
    let columns = table
        .shown_columns()
        .map(|it| column(api, it, Shape::of(it)));
    let indexes = table.indexes.iter().map(|it| index(api, it));
    json!({
        "$id": table.id,
        "$createdAt": table.created,
        "$updatedAt": table.updated,
        "$permissions": table.permissions,
        "databaseId": table.database_id,
        "name": table.name,
        "enabled": table.enabled,
        (api.row_security()): table.row_security,
        (api.columns()): columns.collect::<Vec<_>>(),
        "indexes": indexes.collect::<Vec<_>>(),
        "bytesMax": MAX_ROW_BYTES,
        "bytesUsed": bytes_used(table),
    })
}

fn bytes_used(table: &Table) -> i64 {
    const FIELDS_OF_EVERY_ROW: i64 = 1067;
    let columns = table.columns.iter().map(|column| {
        let spec = &column.spec;
        match spec.kind {
            _ if spec.array => 20,
            Kind::String | Kind::Varchar if spec.size <= 16_381 => spec.size * 4 + 2,
            Kind::String | Kind::Varchar | Kind::Text | Kind::Mediumtext | Kind::Longtext => 20,
            Kind::Integer if !spec.options.wide => 4,
            Kind::Integer | Kind::Bigint | Kind::Double => 8,
            Kind::Boolean => 1,
            Kind::Datetime => 19,
            Kind::Point | Kind::Linestring | Kind::Polygon => 20,
            Kind::Relationship => 1021,
        }
    });
    FIELDS_OF_EVERY_ROW + columns.sum::<i64>()
}

/// A form in which a column is answered. Replies take it from the route, not from the column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub kind: Kind,
    pub format: Option<Format>,
    /// Whether texts show if they're encrypted. Appwrite doesn't always say.
    pub encrypt: bool,
}

impl Shape {
    /// The form of a column that was asked for.
    pub fn of(column: &Column) -> Self {
        Self {
            kind: column.spec.kind,
            format: column.spec.options.format,
            encrypt: column.spec.kind == Kind::String,
        }
    }
}

/// `columnString`, `attributeInteger` and so on.
pub fn column(api: Api, column: &Column, shape: Shape) -> Value {
    let spec = &column.spec;
    let options = &spec.options;
    let mut model = json!({
        "key": spec.key,
        "type": <&str>::from(spec.kind),
        "status": "available",
        "error": "",
        "required": spec.required,
        "array": spec.array,
        "$createdAt": column.created,
        "$updatedAt": column.updated,
    });
    match (shape.format, shape.kind) {
        (Some(format), _) => {
            if format == Format::Enum {
                model["elements"] = json!(options.elements);
            }
            model["format"] = <&str>::from(format).into();
        }
        (None, kind) if kind.is_text() => {
            if matches!(kind, Kind::String | Kind::Varchar) {
                model["size"] = spec.size.into();
            }
            let encrypt = shape.encrypt.then_some(options.encrypt);
            model["encrypt"] = encrypt.into();
        }
        (None, kind) if kind.is_number() => {
            model["min"] = json!(options.min);
            model["max"] = json!(options.max);
        }
        (None, Kind::Datetime) => model["format"] = "".into(),
        _ => {}
    }
    let Some(relation) = &options.relation else {
        model["default"] = spec.default.clone();
        return model;
    };
    model[api.related_table()] = relation.table_id.as_str().into();
    model["relationType"] = <&str>::from(relation.relation_type).into();
    model["twoWay"] = relation.two_way.into();
    model["twoWayKey"] = relation.two_way_key.as_str().into();
    model["onDelete"] = <&str>::from(relation.on_delete).into();
    model["side"] = <&str>::from(relation.side).into();
    model
}

/// `columnIndex` or `index`
pub fn index(api: Api, index: &Index) -> Value {
    let spec = &index.spec;
    let (status, error) = if spec.columns.is_empty() {
        ("stuck", "All of its columns are gone.")
    } else {
        ("available", "")
    };
    json!({
        "$id": index.id,
        "$createdAt": index.created,
        "$updatedAt": index.updated,
        "key": spec.key,
        "type": spec.kind,
        "status": status,
        "error": error,
        (api.columns()): spec.columns,
        "lengths": spec.lengths,
        "orders": spec.orders,
    })
}

/// `row` or `document`
pub fn row(
    api: Api,
    table: &Table,
    row: &StoredRow,
    fields: &Fields,
    related: &[Related],
) -> Value {
    let mut model = Map::new();
    for column in &table.columns {
        let spec = &column.spec;
        if !fields.has(&spec.key) {
            continue;
        }
        let found = related.iter().find(|related| related.key == spec.key);
        let value = match found {
            Some(related) => of_related(api, related),
            None if column.is_stored() => rows::value(&row.values, &spec.key).clone(),
            None => continue,
        };
        model.insert(spec.key.clone(), value);
    }
    add_fields(&mut model, api, table, row);
    Value::Object(model)
}

fn of_related(api: Api, related: &Related) -> Value {
    let Related { table, rows, .. } = related;
    let mut models = rows.iter().map(|row| {
        let mut model = Map::new();
        for column in super::structure::plain_columns(table) {
            let key = &column.spec.key;
            model.insert(key.clone(), rows::value(&row.values, key).clone());
        }
        add_fields(&mut model, api, table, row);
        Value::Object(model)
    });
    if related.to_many {
        models.collect()
    } else {
        models.next().unwrap_or_default()
    }
}

fn add_fields(model: &mut Map<String, Value>, api: Api, table: &Table, row: &StoredRow) {
    for (name, value) in [
        ("$id", json!(row.id)),
        ("$sequence", json!(row.sequence.to_string())),
        ("$createdAt", json!(row.created)),
        ("$updatedAt", json!(row.updated)),
        ("$permissions", json!(row.permissions)),
        ("$databaseId", json!(table.database_id)),
        (api.dollar_table_id(), json!(table.id)),
    ] {
        model.insert(name.to_owned(), value);
    }
}
