//! What a new column or index may be, in the words of Appwrite's refusals.

use rusqlite::Connection;
use serde_json::{Number, Value, json};

use super::{
    api::Api,
    kind::{Format, Kind, Options},
    schema::{ColumnSpec, IndexSpec, Table},
    validate::broken_rule,
};
use crate::{error::ApiError, params::is_id, php};

/// The most characters in a text.
pub const MAX_SIZE: i64 = 1_073_741_824;
/// The most characters that an index has.
const MAX_INDEX_LENGTH: i64 = 768;
/// The most indexes of a table.
const MAX_INDEXES: usize = 61;
/// The most columns of a table.
const MAX_COLUMNS: usize = 1017;
/// An encrypted text must have room for this many characters.
const MIN_ENCRYPTED: i64 = 150;

/// Checks a new column's default, and what else only the column as a whole can be checked for.
///
/// # Errors
///
/// `column_default_unsupported`, `column_value_invalid`, and their older names.
pub fn check_column(api: Api, spec: &ColumnSpec) -> Result<(), ApiError> {
    let (one, many) = (api.column(), api.columns());
    let options = &spec.options;
    let unsupported = |message: String| ApiError::with(api.default_unsupported(), 400, message);
    let value_invalid = |message: String| ApiError::with(api.value_invalid(), 400, message);
    if options.encrypt && spec.size > 0 && spec.size < MIN_ENCRYPTED {
        let message = format!(
            "Size too small. Encrypted strings require a minimum size of {MIN_ENCRYPTED} \
             characters."
        );
        return Err(ApiError::with("general_bad_request", 400, message));
    }
    let bound = |bound: &Option<Number>| bound.as_ref().and_then(Number::as_f64);
    if let (Some(least), Some(most)) = (bound(&options.min), bound(&options.max))
        && least > most
    {
        let message = "Minimum value must be lesser than maximum value".to_owned();
        return Err(value_invalid(message));
    }
    if spec.default.is_null() {
        return Ok(());
    }
    if spec.required {
        return Err(unsupported(format!(
            "Cannot set default value for required {one}"
        )));
    }
    if spec.array {
        return Err(unsupported(format!(
            "Cannot set default value for array {many}"
        )));
    }
    match broken_rule(spec, &spec.default) {
        None => Ok(()),
        Some(_) if options.format == Some(Format::Enum) => Err(value_invalid(
            "Default value not found in elements".to_owned(),
        )),
        Some(rule) => Err(value_invalid(rule)),
    }
}

/// Refuses another column than a table has room for.
pub fn check_room(api: Api, table: &Table) -> Result<(), ApiError> {
    if table.columns.len() < MAX_COLUMNS {
        return Ok(());
    }
    let (table_word, many) = match api {
        Api::TablesDb => ("table", "columns"),
        Api::Databases => ("collection", "attributes"),
    };
    let message = format!(
        "The maximum number or size of {many} for {table_word} '{}' has been reached.",
        table.id
    );
    Err(ApiError::with(api.column_limit(), 400, message))
}

/// Checks a new index against the columns of its table.
///
/// # Errors
///
/// `column_unknown`, `index_invalid`, `column_index_invalid`, and their older names.
pub fn check_index(api: Api, table: &Table, spec: &IndexSpec) -> Result<(), ApiError> {
    let refused = |message: String| Err(ApiError::with(api.index_invalid(), 400, message));
    if table.indexes.len() >= MAX_INDEXES {
        let (kind, word) = match api {
            Api::TablesDb => ("column_index_limit_exceeded", "table"),
            Api::Databases => ("index_limit_exceeded", "collection"),
        };
        let message = format!(
            "The maximum number of indexes for {word} '{}' has been reached.",
            table.id
        );
        return Err(ApiError::with(kind, 400, message));
    }
    let mut length = 0;
    for (at, key) in spec.columns.iter().enumerate() {
        if matches!(key.as_str(), "$id" | "$createdAt" | "$updatedAt") {
            continue;
        }
        let column = table.column(key).ok_or_else(|| api.column_unknown(key))?;
        if column.spec.kind == Kind::Relationship {
            let message = format!(
                "Cannot create an index for a relationship {}: {key}",
                api.column()
            );
            return Err(ApiError::with(api.column_type_invalid(), 400, message));
        }
        if column.spec.array {
            let message = "Creating indexes on array attributes is not currently supported.";
            return Err(ApiError::with("index_invalid", 400, message.to_owned()));
        }
        if spec.kind == "fulltext" && !column.spec.kind.is_text() {
            return refused(format!(
                "Attribute \"{key}\" cannot be part of a fulltext index, must be of type string"
            ));
        }
        let given = spec.lengths.get(at).copied().unwrap_or_default();
        if given > 0 && !column.spec.kind.is_text() {
            let kind = <&str>::from(column.spec.kind);
            return refused(format!("Cannot set a length on \"{kind}\" attributes"));
        }
        let size = column.spec.size;
        if given > size && size > 0 {
            return refused(format!(
                "Index length {given} is larger than the size for {key}: {size}\""
            ));
        }
        length += if given > 0 { given } else { size };
    }
    if spec.columns.is_empty() {
        return refused("No attributes provided for index".to_owned());
    }
    for (at, key) in spec.columns.iter().enumerate() {
        let earlier = &spec.columns[..at];
        if earlier.iter().any(|known| known.eq_ignore_ascii_case(key)) {
            return refused("Duplicate attributes provided".to_owned());
        }
    }
    if spec.kind != "fulltext" && length > MAX_INDEX_LENGTH {
        return refused(format!(
            "Index length is longer than the maximum: {MAX_INDEX_LENGTH}"
        ));
    }
    let same = |known: &&super::schema::Index| {
        known.spec.kind == spec.kind
            && known.spec.columns == spec.columns
            && known.spec.orders == spec.orders
    };
    if table.indexes.iter().any(|known| same(&known)) {
        return refused("There is already an index with the same attributes and orders".to_owned());
    }
    Ok(())
}

/// Reads the columns that come with a new table.
///
/// # Errors
///
/// `general_argument_invalid`, which names the column and what's wrong with it.
pub fn inline_columns(value: &Value) -> Result<Vec<ColumnSpec>, ApiError> {
    let Value::Array(list) = value else {
        return Err(ApiError::invalid("columns", "Value must be a valid array"));
    };
    let mut specs: Vec<ColumnSpec> = Vec::new();
    for (at, item) in list.iter().enumerate() {
        let spec = inline_column(at, item).map_err(ApiError::argument)?;
        if specs
            .iter()
            .any(|known| known.key.eq_ignore_ascii_case(&spec.key))
        {
            let message = format!("Duplicate attribute key: {}", spec.key);
            return Err(ApiError::argument(message));
        }
        specs.push(spec);
    }
    Ok(specs)
}

fn inline_column(at: usize, item: &Value) -> Result<ColumnSpec, String> {
    const KINDS: &[Kind] = &[
        Kind::String,
        Kind::Integer,
        Kind::Bigint,
        Kind::Double,
        Kind::Boolean,
        Kind::Datetime,
        Kind::Point,
        Kind::Linestring,
        Kind::Polygon,
    ];
    let missing =
        |field: &str| format!("Attribute at index {at} is missing required field '{field}'");
    let Value::Object(fields) = item else {
        return Err(format!("Attribute at index {at} must be an object"));
    };
    let key = fields
        .get("key")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if key.is_empty() {
        return Err(missing("key"));
    }
    if !is_id(key) {
        return Err(format!("Invalid key for attribute at index {at}: {key}"));
    }
    let named = fields
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if named.is_empty() {
        return Err(missing("type"));
    }
    let kind = named.parse().ok().filter(|kind| KINDS.contains(kind));
    let kind: Kind = kind.ok_or_else(|| format!("Invalid type for attribute '{key}': {named}"))?;
    let flag = |name: &str| match fields.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(value)) => Ok(*value),
        Some(other) => {
            let got = php::type_name(other);
            Err(format!(
                "Attribute '{key}': {name} must be a boolean, got {got}"
            ))
        }
    };
    let (required, array, encrypt) = (flag("required")?, flag("array")?, flag("encrypt")?);
    let size = match (kind, fields.get("size").and_then(Value::as_i64)) {
        (Kind::String, Some(size)) if (1..=MAX_SIZE).contains(&size) => size,
        (Kind::String, _) => {
            return Err(format!(
                "Invalid or missing size for string attribute '{key}'. Size must be between 1 and \
                 {MAX_SIZE}"
            ));
        }
        _ => 0,
    };
    let format = match fields.get("format").and_then(Value::as_str) {
        None | Some("") => None,
        Some(_) if kind != Kind::String => {
            return Err(format!(
                "Format is only allowed for string type for attribute '{key}'"
            ));
        }
        Some(format) => Some(
            format
                .parse::<Format>()
                .map_err(|_| format!("Invalid format for attribute '{key}': {format}"))?,
        ),
    };
    let elements: Vec<String> = fields
        .get("elements")
        .and_then(|list| serde_json::from_value(list.clone()).ok())
        .unwrap_or_default();
    let bound = |name: &str| match fields.get(name) {
        Some(Value::Number(number)) if kind.is_number() => Some(number.clone()),
        _ => None,
    };
    let (min, max) = (bound("min"), bound("max"));
    let default = fields.get("default").cloned().unwrap_or_default();
    if required && !default.is_null() {
        return Err(format!(
            "Attribute '{key}' cannot have a default value when required is true"
        ));
    }
    if array && !default.is_null() {
        return Err(format!(
            "Attribute '{key}' cannot have a default value when array is true"
        ));
    }
    if let (Some(least), Some(most)) = (&min, &max)
        && least.as_f64() > most.as_f64()
    {
        return Err(format!(
            "Attribute '{key}': minimum value must be less than or equal to maximum value"
        ));
    }
    let wide = max
        .as_ref()
        .is_some_and(|max| max.as_i64().is_none_or(|it| it > i32::MAX.into()));
    let spec = ColumnSpec {
        key: key.to_owned(),
        kind,
        size,
        required,
        array,
        default,
        options: Options {
            format,
            elements,
            min,
            max,
            wide: wide || kind == Kind::Bigint,
            encrypt,
            relation: None,
        },
        hidden: false,
    };
    if !spec.default.is_null()
        && let Some(rule) = broken_rule(&spec, &spec.default)
    {
        return Err(format!("Attribute '{key}': invalid default value. {rule}"));
    }
    Ok(spec)
}

/// Reads the indexes that come with a new table. Their columns are called attributes by both APIs.
///
/// # Errors
///
/// `general_argument_invalid`, which names the index and what's wrong with it.
pub fn inline_indexes(api: Api, value: &Value) -> Result<Vec<IndexSpec>, ApiError> {
    let Value::Array(list) = value else {
        return Err(ApiError::invalid("indexes", "Value must be a valid array"));
    };
    let mut specs: Vec<IndexSpec> = Vec::new();
    for (at, item) in list.iter().enumerate() {
        let spec = inline_index(api, at, item).map_err(ApiError::argument)?;
        if specs
            .iter()
            .any(|known| known.key.eq_ignore_ascii_case(&spec.key))
        {
            let message = format!("Duplicate index key: {}", spec.key);
            return Err(ApiError::argument(message));
        }
        specs.push(spec);
    }
    Ok(specs)
}

fn inline_index(api: Api, at: usize, item: &Value) -> Result<IndexSpec, String> {
    let missing = |field: &str| format!("Index at index {at} is missing required field '{field}'");
    let Value::Object(fields) = item else {
        return Err(format!("Index at index {at} must be an object"));
    };
    let key = fields
        .get("key")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if key.is_empty() {
        return Err(missing("key"));
    }
    if !is_id(key) {
        return Err(format!("Invalid key for index at index {at}: {key}"));
    }
    let kind = fields
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if kind.is_empty() {
        return Err(missing("type"));
    }
    if !matches!(kind, "key" | "unique" | "fulltext") {
        return Err(format!("Invalid type for index '{key}': {kind}"));
    }
    let columns = fields
        .get("attributes")
        .or_else(|| fields.get(api.columns()));
    let columns: Vec<String> = columns
        .and_then(|list| serde_json::from_value(list.clone()).ok())
        .ok_or_else(|| missing("attributes"))?;
    let list = |name: &str| {
        let list = fields.get(name).and_then(Value::as_array).cloned();
        let list = list.unwrap_or_default();
        if list.is_empty() || list.len() == columns.len() {
            Ok(list)
        } else {
            Err(format!(
                "Index '{key}': {name} must have the same length as attributes"
            ))
        }
    };
    let orders = orders(&list("orders")?);
    let lengths = lengths(&list("lengths")?, columns.len());
    Ok(IndexSpec {
        key: key.to_owned(),
        kind: kind.to_owned(),
        columns,
        orders,
        lengths,
    })
}

/// The directions of an index, as they're stored.
pub fn orders(list: &[Value]) -> Vec<String> {
    list.iter()
        .map(|order| order.as_str().unwrap_or("ASC").to_ascii_uppercase())
        .collect()
}

/// The lengths of an index, one for each column.
pub fn lengths(list: &[Value], columns: usize) -> Vec<i64> {
    (0..columns)
        .map(|at| list.get(at).and_then(Value::as_i64).unwrap_or_default())
        .collect()
}

/// Whether the values of a column that's there would still fit a new size.
pub fn fits_size(
    connection: &Connection,
    table: &Table,
    name: &str,
    size: i64,
) -> Result<bool, ApiError> {
    let t = table.sequence;
    let sql = format!("SELECT EXISTS (SELECT 1 FROM t{t} WHERE length({name}) > ?1)");
    Ok(!connection.query_row(&sql, [size], |row| row.get::<_, bool>(0))?)
}

/// The bounds of a number column that has none of its own, as Appwrite's routes fill them in.
pub fn default_bounds(kind: Kind) -> (Number, Number) {
    let (min, max) = match kind {
        Kind::Double => (json!(f64::MIN), json!(f64::MAX)),
        _ => (json!(i64::MIN), json!(i64::MAX)),
    };
    match (min, max) {
        (Value::Number(min), Value::Number(max)) => (min, max),
        _ => (0.into(), 0.into()),
    }
}
