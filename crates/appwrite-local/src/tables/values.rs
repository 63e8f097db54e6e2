//! Values of rows, between JSON and SQL.

use rusqlite::types::{Value as Sql, ValueRef};
use serde_json::{Number, Value, json};

use super::{kind::Kind, schema::ColumnSpec};
use crate::timestamp;

/// A value that fits its column, as it's answered: dates in Appwrite's form, integers as numbers.
pub fn canonical(spec: &ColumnSpec, value: Value) -> Value {
    match value {
        Value::Array(items) if spec.array => items
            .into_iter()
            .map(|item| canonical_item(spec, item))
            .collect(),
        value => canonical_item(spec, value),
    }
}

fn canonical_item(spec: &ColumnSpec, value: Value) -> Value {
    match (spec.kind, value) {
        (Kind::Datetime, Value::String(text)) => {
            timestamp::canonical(&text).map_or(Value::Null, Value::String)
        }
        (Kind::Bigint, Value::String(text)) => text.parse::<i64>().map_or(Value::Null, Value::from),
        (Kind::Double, Value::Number(number)) => number.as_f64().map_or(Value::Null, float),
        (_, value) => value,
    }
}

/// A float as PHP writes it in JSON: without a fraction if it has none.
pub fn float(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        return json!(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

/// The value to store.
pub fn to_sql(spec: &ColumnSpec, value: &Value) -> Sql {
    match value {
        Value::Null => Sql::Null,
        value if spec.array || spec.kind.is_spatial() => Sql::Text(value.to_string()),
        Value::Bool(value) => Sql::Integer((*value).into()),
        Value::Number(number) if spec.kind == Kind::Double => {
            number.as_f64().map_or(Sql::Null, Sql::Real)
        }
        Value::Number(number) => number.as_i64().map_or(Sql::Null, Sql::Integer),
        Value::String(text) => Sql::Text(text.clone()),
        other => Sql::Text(other.to_string()),
    }
}

/// The stored value, as it's answered.
pub fn from_sql(spec: &ColumnSpec, value: ValueRef<'_>) -> Value {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match value {
        ValueRef::Null if spec.array => json!([]),
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
        ValueRef::Integer(number) if spec.kind == Kind::Boolean => json!(number != 0),
        ValueRef::Integer(number) => json!(number),
        ValueRef::Real(number) => float(number),
        ValueRef::Text(bytes) if spec.array || spec.kind.is_spatial() => {
            serde_json::from_slice(bytes).unwrap_or_default()
        }
        ValueRef::Text(bytes) => Value::String(text(bytes)),
    }
}
