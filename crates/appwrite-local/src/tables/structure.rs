//! Whether a row fits its table.

use serde_json::{Map, Value};

use super::{
    kind::Kind,
    schema::{Column, Table},
    validate::{broken_rule, has_format},
    values,
};

/// A row's data, by the keys of its columns.
pub type Data = Map<String, Value>;

/// Checks a whole row and completes it: with defaults, and with null where there's none.
///
/// # Errors
///
/// What doesn't fit, in Appwrite's words.
pub fn complete(table: &Table, data: &Data) -> Result<Data, String> {
    check_required(table, data)?;
    check_values(table, data)?;
    let whole = plain_columns(table).map(|column| {
        let spec = &column.spec;
        let given = data.get(&spec.key).filter(|value| !value.is_null());
        let value = given.unwrap_or(&spec.default).clone();
        (spec.key.clone(), values::canonical(spec, value))
    });
    Ok(whole.collect())
}

/// Checks that a row has all that it must have.
///
/// # Errors
///
/// What's missing, in Appwrite's words.
pub fn check_required(table: &Table, data: &Data) -> Result<(), String> {
    for column in plain_columns(table) {
        let spec = &column.spec;
        let given = data.get(&spec.key).is_some_and(|value| !value.is_null());
        if spec.required && !given {
            return Err(missing(&spec.key));
        }
    }
    Ok(())
}

/// Checks the columns that a change names. Where it sets null, the default takes its place.
///
/// # Errors
///
/// What doesn't fit, in Appwrite's words.
pub fn change(table: &Table, data: &Data) -> Result<Data, String> {
    let mut changed = Data::new();
    check_values(table, data)?;
    for (key, value) in data {
        let Some(column) = plain_columns(table).find(|column| column.spec.key == *key) else {
            continue;
        };
        let spec = &column.spec;
        let value = if value.is_null() {
            spec.default.clone()
        } else {
            value.clone()
        };
        if spec.required && value.is_null() {
            return Err(missing(key));
        }
        changed.insert(key.clone(), values::canonical(spec, value));
    }
    Ok(changed)
}

/// The columns whose values are in the row itself.
pub fn plain_columns(table: &Table) -> impl Iterator<Item = &Column> {
    table
        .columns
        .iter()
        .filter(|column| column.spec.kind != Kind::Relationship)
}

fn missing(key: &str) -> String {
    format!("Missing required attribute \"{key}\"")
}

/// Checks that the table has a column for everything.
///
/// # Errors
///
/// Which isn't there, in Appwrite's words.
pub fn check_known(table: &Table, data: &Data) -> Result<(), String> {
    match data.keys().find(|key| table.column(key).is_none()) {
        Some(unknown) => Err(format!("Unknown attribute: \"{unknown}\"")),
        None => Ok(()),
    }
}

fn check_values(table: &Table, data: &Data) -> Result<(), String> {
    check_known(table, data)?;
    for (key, value) in data {
        if let Some(column) = table.column(key) {
            check_value(column, value)?;
        }
    }
    Ok(())
}

fn check_value(column: &Column, value: &Value) -> Result<(), String> {
    let spec = &column.spec;
    if value.is_null() {
        return Ok(());
    }
    let what = if has_format(spec) { "format" } else { "type" };
    let key = &spec.key;
    if !spec.array {
        return match broken_rule(spec, value) {
            Some(rule) => Err(format!("Attribute \"{key}\" has invalid {what}. {rule}")),
            None => Ok(()),
        };
    }
    let Value::Array(items) = value else {
        return Err(format!("Attribute \"{key}\" must be an array"));
    };
    for (index, item) in items.iter().enumerate() {
        if item.is_null() && !spec.required {
            continue;
        }
        if let Some(rule) = broken_rule(spec, item) {
            return Err(format!(
                "Attribute \"{key}['{index}']\" has invalid {what}. {rule}"
            ));
        }
    }
    Ok(())
}
