//! Columns that hold more than a number or a text.

use std::str::FromStr;

use rusqlite::{Row, types::Type};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::user_agent::Device;

/// A JSON column. One that can't be read gives the type's empty value.
pub fn json<T: DeserializeOwned + Default>(
    row: &Row<'_>,
    name: &str,
) -> Result<T, rusqlite::Error> {
    let text: String = row.get(name)?;
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

/// A column that holds the name of an enum's variant.
pub fn named<T: FromStr<Err = strum::ParseError>>(
    row: &Row<'_>,
    name: &str,
) -> Result<T, rusqlite::Error> {
    let index = row.as_ref().column_index(name)?;
    let text: String = row.get(index)?;
    text.parse().map_err(|error: strum::ParseError| {
        rusqlite::Error::FromSqlConversionFailure(index, Type::Text, error.into())
    })
}

/// The device in a row.
pub fn device(row: &Row<'_>) -> Result<Device, rusqlite::Error> {
    let (os, client, device) = json(row, "device")?;
    Ok(Device { os, client, device })
}

/// A device, as the text in its column.
pub fn device_text(Device { os, client, device }: &Device) -> String {
    json!([os, client, device]).to_string()
}
