//! Operators: values that say how a column changes, such as
//! `{"method":"increment","values":[1]}`.

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::{
    kind::Kind,
    schema::ColumnSpec,
    values::{self, float},
};
use crate::{error::ApiError, php, timestamp};

const NUMERIC: &[&str] = &[
    "increment",
    "decrement",
    "multiply",
    "divide",
    "modulo",
    "power",
];
const ARRAY: &[&str] = &[
    "arrayAppend",
    "arrayPrepend",
    "arrayInsert",
    "arrayRemove",
    "arrayUnique",
    "arrayIntersect",
    "arrayDiff",
    "arrayFilter",
];
const TEXT: &[&str] = &["stringConcat", "stringReplace"];
const DATE: &[&str] = &["dateAddDays", "dateSubDays", "dateSetNow"];

/// The most values that an operator on an array takes.
const MAX_VALUES: usize = 10_000;

/// An operator.
#[derive(Clone, Debug, PartialEq)]
pub struct Operator {
    method: String,
    values: Vec<Value>,
}

impl Operator {
    /// Reads a column's value as an operator. `None` if it's a value like any other.
    ///
    /// # Errors
    ///
    /// `general_bad_request` for an operator whose values are no list.
    pub fn parse(key: &str, value: &Value) -> Result<Option<Self>, ApiError> {
        let parsed: Value;
        let fields = match value {
            Value::Object(fields) => fields,
            Value::String(text) if text.trim_start().starts_with('{') => {
                parsed = serde_json::from_str(text).unwrap_or_default();
                match &parsed {
                    Value::Object(fields) => fields,
                    _ => return Ok(None),
                }
            }
            _ => return Ok(None),
        };
        let method = fields.get("method").and_then(Value::as_str);
        let Some(method) = method.filter(|method| is_method(method)) else {
            return Ok(None);
        };
        let values = match fields.get("values") {
            None => Vec::new(),
            Some(Value::Array(values)) => values.clone(),
            Some(other) => {
                let got = php::type_name(other);
                let message = format!(
                    "Invalid operator for attribute \"{key}\": Invalid operator values. Must be \
                     an array, got {got}"
                );
                return Err(ApiError::with("general_bad_request", 400, message));
            }
        };
        Ok(Some(Self {
            method: method.to_owned(),
            values,
        }))
    }

    /// What a column's value becomes.
    ///
    /// # Errors
    ///
    /// Why it can't be applied, in Appwrite's words.
    pub fn apply(&self, spec: &ColumnSpec, current: &Value) -> Result<Value, String> {
        let method = self.method.as_str();
        let wrong = |what: &str| {
            let key = &spec.key;
            Err(format!(
                "Cannot apply {method} operator to {what} field '{key}'"
            ))
        };
        if NUMERIC.contains(&method) {
            if !spec.kind.is_number() || spec.array {
                return wrong("non-numeric");
            }
            return self.number(spec, current);
        }
        if ARRAY.contains(&method) {
            if !spec.array {
                return wrong("non-array");
            }
            let items = current.as_array().cloned().unwrap_or_default();
            return self.array(items).map(Value::Array);
        }
        if TEXT.contains(&method) {
            if !spec.kind.is_text() || spec.array {
                return wrong("non-string");
            }
            return self.text(spec, current.as_str().unwrap_or_default());
        }
        if DATE.contains(&method) {
            if spec.kind != Kind::Datetime || spec.array {
                return wrong("non-datetime");
            }
            return self.date(current);
        }
        if spec.kind != Kind::Boolean || spec.array {
            return wrong("non-boolean");
        }
        Ok(json!(!current.as_bool().unwrap_or_default()))
    }

    fn error(&self, reason: &str) -> String {
        format!("Cannot apply {} operator: {reason}", self.method)
    }

    fn numeric(&self, index: usize, name: &str) -> Result<f64, String> {
        let value = self.values.get(index).unwrap_or(&Value::Null);
        value.as_f64().ok_or_else(|| {
            self.error(&format!(
                "{name} must be numeric, got {}",
                php::type_name(value)
            ))
        })
    }

    fn number(&self, spec: &ColumnSpec, current: &Value) -> Result<Value, String> {
        let by = self.numeric(0, "value")?;
        let limit = match self.values.get(1) {
            None | Some(Value::Null) => None,
            Some(_) => Some(self.numeric(1, "max/min limit")?),
        };
        if by == 0.0 && matches!(self.method.as_str(), "divide" | "modulo") {
            let what = if self.method == "divide" {
                "division"
            } else {
                "modulo"
            };
            return Err(self.error(&format!("{what} by zero")));
        }
        // Whole numbers are added as such, since a float can't hold them all.
        if let (Some(whole), Some(by), None) = (
            current.as_i64().or(current.is_null().then_some(0)),
            self.values.first().and_then(Value::as_i64),
            limit,
        ) {
            let sum = match self.method.as_str() {
                "increment" => whole.checked_add(by),
                "decrement" => whole.checked_sub(by),
                _ => None,
            };
            if let Some(sum) = sum {
                return Ok(json!(sum));
            }
        }
        let now = current.as_f64().unwrap_or_default();
        let result = match self.method.as_str() {
            "increment" => now + by,
            "decrement" => now - by,
            "multiply" => now * by,
            "divide" => now / by,
            "modulo" => now % by,
            _ => now.powf(by),
        };
        let lower = matches!(self.method.as_str(), "decrement" | "divide");
        let result = match limit {
            Some(limit) if lower => result.max(limit),
            Some(limit) => result.min(limit),
            None => result,
        };
        let result = if spec.kind == Kind::Double {
            result
        } else {
            result.round()
        };
        let fits = spec.kind == Kind::Double || result.abs() < 9.2e18;
        if !result.is_finite() || !fits {
            return Err(self.error("the result is out of range"));
        }
        Ok(if spec.kind == Kind::Double {
            float(result)
        } else {
            json!(result as i64)
        })
    }

    fn array(&self, mut items: Vec<Value>) -> Result<Vec<Value>, String> {
        if self.values.len() > MAX_VALUES {
            return Err(self.error(&format!("at most {MAX_VALUES} values are allowed")));
        }
        match self.method.as_str() {
            "arrayAppend" => items.extend(self.values.iter().cloned()),
            "arrayPrepend" => {
                items.splice(0..0, self.values.iter().cloned());
            }
            "arrayInsert" => {
                let index = self.values.first().and_then(Value::as_u64);
                let (Some(index), Some(item)) = (index, self.values.get(1)) else {
                    return Err(self.error("an index and a value are required"));
                };
                let length = items.len();
                let at = usize::try_from(index).ok().filter(|at| *at <= length);
                let at = at.ok_or_else(|| {
                    self.error(&format!(
                        "index {index} is out of bounds for array of length {length}"
                    ))
                })?;
                items.insert(at, item.clone());
            }
            "arrayRemove" => items.retain(|item| !self.values.contains(item)),
            "arrayUnique" => {
                // Appwrite's database sorts them on the way.
                items.sort_by_key(Value::to_string);
                items.dedup();
            }
            "arrayIntersect" => items.retain(|item| self.values.contains(item)),
            "arrayDiff" => items.retain(|item| !self.values.contains(item)),
            _ => return self.filtered(items),
        }
        Ok(items)
    }

    fn filtered(&self, mut items: Vec<Value>) -> Result<Vec<Value>, String> {
        let condition = self.values.first().and_then(Value::as_str);
        let value = self.values.get(1).unwrap_or(&Value::Null);
        let order = |item: &Value| match (item, value) {
            (Value::String(one), Value::String(other)) => Some(one.cmp(other)),
            (one, other) => one.as_f64()?.partial_cmp(&other.as_f64()?),
        };
        let keep: fn(Option<std::cmp::Ordering>) -> bool = match condition {
            Some("equal") => {
                items.retain(|item| item == value);
                return Ok(items);
            }
            Some("notEqual") => {
                items.retain(|item| item != value);
                return Ok(items);
            }
            Some("isNull") => {
                items.retain(Value::is_null);
                return Ok(items);
            }
            Some("isNotNull") => {
                items.retain(|item| !item.is_null());
                return Ok(items);
            }
            Some("greaterThan") => |it| it.is_some_and(std::cmp::Ordering::is_gt),
            Some("greaterThanEqual") => |it| it.is_some_and(std::cmp::Ordering::is_ge),
            Some("lessThan") => |it| it.is_some_and(std::cmp::Ordering::is_lt),
            Some("lessThanEqual") => |it| it.is_some_and(std::cmp::Ordering::is_le),
            _ => return Err(self.error("the condition is not one of Appwrite's")),
        };
        items.retain(|item| keep(order(item)));
        Ok(items)
    }

    fn text(&self, spec: &ColumnSpec, current: &str) -> Result<Value, String> {
        let text = |index: usize| {
            let value = self.values.get(index).unwrap_or(&Value::Null);
            let got = php::type_name(value);
            value
                .as_str()
                .ok_or_else(|| self.error(&format!("value must be a string, got {got}")))
        };
        let result = match self.method.as_str() {
            "stringConcat" => format!("{current}{}", text(0)?),
            _ => {
                let (search, replacement) = (text(0)?, text(1)?);
                if search.is_empty() {
                    current.to_owned()
                } else {
                    current.replace(search, replacement)
                }
            }
        };
        let size = usize::try_from(spec.size).unwrap_or(usize::MAX);
        if spec.size > 0 && result.chars().count() > size {
            return Err(self.error(&format!(
                "result would exceed maximum length of {size} characters"
            )));
        }
        Ok(Value::String(result))
    }

    fn date(&self, current: &Value) -> Result<Value, String> {
        if self.method == "dateSetNow" {
            return Ok(json!(timestamp::now()));
        }
        let value = self.values.first().unwrap_or(&Value::Null);
        let got = php::type_name(value);
        let days = value
            .as_i64()
            .and_then(|days| i32::try_from(days).ok())
            .ok_or_else(|| self.error(&format!("value must be an integer, got {got}")))?;
        let days = if self.method == "dateSubDays" {
            -i64::from(days)
        } else {
            i64::from(days)
        };
        let Some(at) = current.as_str().and_then(timestamp::parse) else {
            return Ok(Value::Null);
        };
        let result = at
            .checked_add(Duration::days(days))
            .filter(|at: &OffsetDateTime| (1000..=9999).contains(&at.year()));
        result
            .map(|at| json!(timestamp::format(at)))
            .ok_or_else(|| self.error("the result is out of range"))
    }
}

fn is_method(method: &str) -> bool {
    [NUMERIC, ARRAY, TEXT, DATE, &["toggle"]]
        .iter()
        .any(|methods| methods.contains(&method))
}

/// Adds to a number, as the routes `increment` and `decrement` do. `limit` is the most (or least)
/// that it may become.
///
/// # Errors
///
/// `None` if the limit is passed.
pub fn add(spec: &ColumnSpec, current: &Value, by: &Value, limit: Option<f64>) -> Option<Value> {
    let down = by.as_f64()? < 0.0;
    let sum = match (
        current.as_i64().or(current.is_null().then_some(0)),
        by.as_i64(),
    ) {
        (Some(whole), Some(by)) => json!(whole.checked_add(by)?),
        _ => float(current.as_f64().unwrap_or_default() + by.as_f64()?),
    };
    let number = sum.as_f64()?;
    let passed = limit.is_some_and(|limit| if down { number < limit } else { number > limit });
    if passed {
        return None;
    }
    if spec.kind == Kind::Double {
        return Some(values::canonical(spec, sum));
    }
    let whole = sum.as_i64().unwrap_or_else(|| number.round() as i64);
    Some(json!(whole))
}
