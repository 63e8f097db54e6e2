//! Columns.

use axum::http::StatusCode;
use rusqlite::Connection;
use serde_json::{Number, Value};

use super::request::TableRef;
use crate::{
    call::Call,
    email::is_address,
    error::{ApiError, is_constraint},
    model,
    params::Params,
    queries::{self, Attribute, ListSchema},
    reply::Reply,
    tables::{
        api::Api,
        creating, ddl, definition,
        kind::{Format, Kind, Options},
        models::{self, Shape},
        schema::{Column, ColumnSpec, Table},
        validate::is_url,
        values,
    },
    timestamp,
};

const SCHEMA: ListSchema = ListSchema {
    table: "(SELECT *, key AS id FROM data_columns WHERE hidden = 0)",
    name: "Column",
    attributes: &[
        Attribute("key", "key", queries::Kind::Text),
        Attribute("type", "type", queries::Kind::Text),
        Attribute("size", "size", queries::Kind::Number),
        Attribute("required", "required", queries::Kind::Boolean),
        Attribute("array", "array", queries::Kind::Boolean),
        Attribute("status", "'available'", queries::Kind::Text),
        Attribute("error", "''", queries::Kind::Text),
    ],
    searched: "",
};

/// A type of column that has routes of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Plain(Kind),
    Text(Format),
}

impl Type {
    fn shape(self, encrypt: bool) -> Shape {
        let (kind, format) = match self {
            Self::Plain(kind) => (kind, None),
            Self::Text(format) => (Kind::String, Some(format)),
        };
        Shape {
            kind,
            format,
            encrypt,
        }
    }
}

/// `GET /tablesdb/:databaseId/tables/:tableId/columns`
pub async fn list(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    call.shared
        .store
        .clone()
        .read(move |connection| {
            let table = target.find(connection)?.sequence.to_string();
            let only = Some(("table_", table.as_str()));
            let selection = SCHEMA.select(connection, &call.params, only)?;
            let (query, values) = selection.rows();
            let mut rows = Column::select(connection, &query, &values)?;
            if selection.reversed {
                rows.reverse();
            }
            let models = rows
                .iter()
                .map(|row| models::column(api, row, Shape::of(row)))
                .collect();
            let total = selection.total(connection)?;
            Ok(Reply::ok(model::list(api.columns(), total, models)))
        })
        .await
}

/// `GET /tablesdb/:databaseId/tables/:tableId/columns/:key`
pub async fn get(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let key = call.path.get("key").to_owned();
    call.shared
        .store
        .read(move |connection| {
            let table = target.find(connection)?;
            let column = found(api, &table, &key)?;
            let model = models::column(api, column, Shape::of(column));
            Ok(Reply::ok(model))
        })
        .await
}

fn found<'a>(api: Api, table: &'a Table, key: &str) -> Result<&'a Column, ApiError> {
    table.column(key).ok_or_else(|| api.column_not_found(key))
}

/// `POST /tablesdb/:databaseId/tables/:tableId/columns/string` and the other types.
pub async fn create(call: Call, api: Api, type_: Type) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let params = &call.params;
    let shape = type_.shape(true);
    let key = params.key("key")?;
    let size = match type_ {
        Type::Text(format) => format.size(),
        Type::Plain(Kind::String) => size(params, definition::MAX_SIZE)?,
        Type::Plain(Kind::Varchar) => size(params, 16_381)?,
        Type::Plain(_) => 0,
    };
    let elements = elements(params, type_)?;
    let required = params.boolean("required")?;
    let (min, max) = bounds(params, shape.kind)?;
    let wide = max.as_ref().and_then(Number::as_i64).is_some_and(is_wide);
    let spec = ColumnSpec {
        key,
        kind: shape.kind,
        size,
        required,
        default: default(params, type_)?,
        array: params.boolean_or("array", false)?,
        options: Options {
            format: shape.format,
            elements,
            min,
            max,
            wide: shape.kind == Kind::Bigint || wide,
            encrypt: shape.kind.is_text() && params.boolean_or("encrypt", false)?,
            relation: None,
        },
        hidden: false,
    };
    call.shared
        .store
        .run(move |connection| {
            let table = target.find(connection)?;
            definition::check_column(api, &spec)?;
            let column = creating::create_column(connection, api, &table, &spec)?;
            Ok(processing(models::column(api, &column, shape)))
        })
        .await
}

/// 202 with something that is being made, as Appwrite says it. Here it's ready.
pub fn processing(mut model: Value) -> Reply {
    model["status"] = "processing".into();
    Reply::json(StatusCode::ACCEPTED, model)
}

fn is_wide(max: i64) -> bool {
    max > i64::from(i32::MAX)
}

fn size(params: &Params, max: i64) -> Result<i64, ApiError> {
    params.required("size")?;
    params.number_or("size", 1..=max, 0)
}

fn elements(params: &Params, type_: Type) -> Result<Vec<String>, ApiError> {
    if type_ != Type::Text(Format::Enum) {
        return Ok(Vec::new());
    }
    let rule = "Value must be a valid string and at least 1 chars and no longer than 255 chars";
    params.list("elements", 100, rule, |element| {
        (1..=255).contains(&element.chars().count())
    })
}

/// The bounds of a number. One that isn't given is the type's.
fn bounds(params: &Params, kind: Kind) -> Result<(Option<Number>, Option<Number>), ApiError> {
    if !kind.is_number() {
        return Ok((None, None));
    }
    let (least, most) = definition::default_bounds(kind);
    let bound = |name: &str, default: Number| match params.optional(name) {
        None => Ok(default),
        Some(Value::Number(number)) if kind == Kind::Double || !number.is_f64() => {
            Ok(number.clone())
        }
        Some(_) => {
            let what = if kind == Kind::Double {
                "float"
            } else {
                "integer"
            };
            let rule = format!("Value must be a valid {what} or null");
            Err(ApiError::invalid(name, &rule))
        }
    };
    Ok((Some(bound("min", least)?), Some(bound("max", most)?)))
}

/// The parameter `default`, which must be of the column's type.
fn default(params: &Params, type_: Type) -> Result<Value, ApiError> {
    let Some(value) = params.optional("default") else {
        return Ok(Value::Null);
    };
    let text = value.as_str();
    let (fits, rule) = match type_ {
        Type::Text(Format::Email) => (
            text.is_some_and(is_address),
            "Value must be a valid email address",
        ),
        Type::Text(Format::Url) => (text.is_some_and(is_url), "Value must be a valid URL"),
        Type::Text(Format::Ip) => (
            text.is_some_and(|text| text.parse::<std::net::IpAddr>().is_ok()),
            "Value must be a valid IP address",
        ),
        Type::Plain(Kind::Boolean) => (value.is_boolean(), "Value must be a valid boolean"),
        Type::Plain(Kind::Double) => (value.is_number(), "Value must be a valid float"),
        Type::Plain(Kind::Integer | Kind::Bigint) => (
            value.is_i64() || value.is_u64(),
            "Value must be a valid integer",
        ),
        Type::Plain(Kind::Datetime) => (
            text.is_some_and(|text| timestamp::canonical(text).is_some()),
            "Value must be valid date between 1000-01-01 00:00:00 and 9999-12-31 23:59:59.",
        ),
        Type::Plain(_) | Type::Text(Format::Enum) => {
            (text.is_some(), "Value must be a valid string")
        }
    };
    if !fits {
        let rule = format!("{rule} or null");
        return Err(ApiError::invalid("default", &rule));
    }
    Ok(value.clone())
}

/// What a `PATCH` changes in a column.
struct Change {
    required: bool,
    default: Value,
    new_key: Option<String>,
    size: Option<i64>,
    elements: Option<Vec<String>>,
    min: Option<Number>,
    max: Option<Number>,
}

/// `PATCH /tablesdb/:databaseId/tables/:tableId/columns/string/:key` and the other types.
pub async fn update(call: Call, api: Api, type_: Type) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let params = &call.params;
    let key = call.path.get("key").to_owned();
    let shape = type_.shape(false);
    let elements = match type_ {
        Type::Text(Format::Enum) => Some(elements(params, type_)?),
        _ => None,
    };
    let required = params.boolean("required")?;
    params.required("default")?;
    let size = match type_ {
        Type::Plain(Kind::String | Kind::Varchar) if params.optional("size").is_some() => {
            Some(size(params, definition::MAX_SIZE)?)
        }
        _ => None,
    };
    let (min, max) = bounds(params, shape.kind)?;
    let change = Change {
        required,
        default: default(params, type_)?,
        new_key: match params.optional("newKey") {
            None => None,
            Some(_) => Some(params.key("newKey")?),
        },
        size,
        elements,
        min,
        max,
    };
    call.shared
        .store
        .run(move |connection| {
            let table = target.find(connection)?;
            let column = found(api, &table, &key)?.clone();
            let same_type =
                column.spec.kind == shape.kind && column.spec.options.format == shape.format;
            let column = if same_type {
                changed(connection, api, &table, column, change)?
            } else {
                // Appwrite answers as if it had changed something.
                let mut shown = column;
                shown.spec.default = change.default;
                shown
            };
            Ok(Reply::ok(models::column(api, &column, shape)))
        })
        .await
}

fn changed(
    connection: &Connection,
    api: Api,
    table: &Table,
    mut column: Column,
    change: Change,
) -> Result<Column, ApiError> {
    let spec = &mut column.spec;
    let old_key = spec.key.clone();
    let smaller = change.size.filter(|size| *size < spec.size && !spec.array);
    spec.required = change.required;
    spec.default = change.default;
    spec.size = change.size.unwrap_or(spec.size);
    spec.options.elements = change.elements.unwrap_or_default();
    spec.options.min = change.min;
    spec.options.max = change.max;
    if spec.kind == Kind::Integer {
        // Numbers that are stored must still fit.
        let wide = spec.options.max.as_ref().and_then(Number::as_i64);
        spec.options.wide |= wide.is_some_and(is_wide);
    }
    definition::check_column(api, spec)?;
    let default = spec.default.take();
    spec.default = values::canonical(spec, default);
    if let Some(key) = change.new_key {
        spec.key = key;
    }
    if let Some(size) = smaller
        && !definition::fits_size(connection, table, &column.sql_name(), size)?
    {
        let message =
            "Existing data is too large for new size, truncate your existing data then try again.";
        return Err(ApiError::with(
            api.invalid_resize(),
            400,
            message.to_owned(),
        ));
    }
    rename(connection, api, table, &mut column, &old_key)?;
    Ok(column)
}

/// Saves a column, and tells the indexes that it's in what its key is now.
pub fn rename(
    connection: &Connection,
    api: Api,
    table: &Table,
    column: &mut Column,
    old_key: &str,
) -> Result<(), ApiError> {
    let key = column.spec.key.clone();
    column.save(connection).map_err(|error| {
        if is_constraint(&error) {
            api.column_exists(&key)
        } else {
            error.into()
        }
    })?;
    if key == old_key {
        return Ok(());
    }
    for index in &table.indexes {
        if index.spec.columns.iter().any(|known| known == old_key) {
            let mut index = index.clone();
            for known in &mut index.spec.columns {
                if known == old_key {
                    known.clone_from(&key);
                }
            }
            index.save(connection)?;
        }
    }
    Ok(())
}

/// `DELETE /tablesdb/:databaseId/tables/:tableId/columns/:key`: with its values. A relationship
/// goes from both tables.
pub async fn delete(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let key = call.path.get("key").to_owned();
    call.shared
        .store
        .run(move |connection| {
            let table = target.find(connection)?;
            let column = found(api, &table, &key)?;
            creating::drop_other_end(connection, column)?;
            ddl::drop_column(connection, &table, column)?;
            Ok(Reply::no_content())
        })
        .await
}
