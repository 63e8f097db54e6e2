//! A request's parameters, and Appwrite's rules and texts for them.

use axum::http::{HeaderMap, Method, header::CONTENT_TYPE};
use serde_json::{Map, Value};

use crate::{error::ApiError, secret};

/// Parameters by name: of the query for `GET`, of the body otherwise. A body that cannot be read
/// has none, as with Appwrite.
#[derive(Default)]
pub struct Params(Map<String, Value>);

impl Params {
    /// Reads the parameters of a request.
    pub fn read(method: &Method, query: &str, headers: &HeaderMap, body: &[u8]) -> Self {
        if method == Method::GET || method == Method::HEAD {
            return Self(pairs(query.as_bytes()));
        }
        let kind = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .map(|value| {
                value
                    .split(';')
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_ascii_lowercase()
            });
        Self(match kind.as_deref() {
            Some("application/json") => match serde_json::from_slice(body) {
                Ok(Value::Object(fields)) => fields,
                _ => Map::new(),
            },
            Some("application/x-www-form-urlencoded") => pairs(body),
            _ => Map::new(),
        })
    }

    /// A parameter that must be there, even if it is `null`.
    fn required(&self, name: &str) -> Result<&Value, ApiError> {
        self.0
            .get(name)
            .ok_or_else(|| ApiError::argument(format!("Param \"{name}\" is not optional.")))
    }

    /// A new object's ID; `unique()` makes one.
    pub fn custom_id(&self, name: &str) -> Result<String, ApiError> {
        match self.required(name)?.as_str() {
            Some("unique()") => Ok(secret::id()),
            Some(id) if is_id(id) => Ok(id.to_owned()),
            _ => Err(invalid(
                name,
                "Parameter must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, period, \
                 hyphen, and underscore. Can't start with a special char",
            )),
        }
    }

    /// An e-mail address, lower-cased.
    pub fn email(&self, name: &str) -> Result<String, ApiError> {
        let text = self.required(name)?.as_str().unwrap_or_default();
        email(name, text)
    }

    /// An e-mail address that may be left out.
    pub fn optional_email(&self, name: &str) -> Result<Option<String>, ApiError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => email(name, value.as_str().unwrap_or_default()).map(Some),
        }
    }

    /// A password of 8 to 256 bytes.
    pub fn password(&self, name: &str) -> Result<String, ApiError> {
        let text = self.required(name)?.as_str().unwrap_or_default();
        if (8..=256).contains(&text.len()) {
            Ok(text.to_owned())
        } else {
            Err(invalid(
                name,
                "Password must be between 8 and 256 characters long.",
            ))
        }
    }

    /// A password that may be left out or empty.
    pub fn optional_password(&self, name: &str) -> Result<Option<String>, ApiError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(_) => self.password(name).map(Some),
        }
    }

    /// A text of 1 to `max` characters.
    pub fn text(&self, name: &str, max: usize) -> Result<String, ApiError> {
        text(name, self.required(name)?, max)
    }

    /// A text that may be left out, but not empty.
    pub fn optional_text(&self, name: &str, max: usize) -> Result<Option<String>, ApiError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => text(name, value, max).map(Some),
        }
    }

    /// A JSON boolean. The texts and numbers that PHP takes for one are taken too.
    pub fn boolean(&self, name: &str) -> Result<bool, ApiError> {
        match self.required(name)? {
            Value::Bool(value) => Ok(*value),
            Value::String(text) if text == "true" || text == "1" => Ok(true),
            Value::String(text) if text == "false" || text == "0" => Ok(false),
            Value::Number(number) if number.as_i64() == Some(1) => Ok(true),
            Value::Number(number) if number.as_i64() == Some(0) => Ok(false),
            _ => Err(invalid(name, "Value must be a valid boolean")),
        }
    }

    /// A JSON object of at most 65,535 bytes. An empty list is an empty object, as in PHP.
    pub fn object(&self, name: &str) -> Result<Value, ApiError> {
        match self.required(name)? {
            Value::Array(list) if list.is_empty() => Ok(Value::Object(Map::new())),
            value @ Value::Object(_) if value.to_string().len() <= 65_535 => Ok(value.clone()),
            _ => Err(invalid(name, "Value must be a valid object.")),
        }
    }
}

fn pairs(encoded: &[u8]) -> Map<String, Value> {
    url::form_urlencoded::parse(encoded)
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect()
}

fn invalid(name: &str, rule: &str) -> ApiError {
    ApiError::argument(format!("Invalid `{name}` param: {rule}"))
}

fn is_id(text: &str) -> bool {
    (1..=36).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
        && !text.starts_with(['_', '.', '-'])
}

fn text(name: &str, value: &Value, max: usize) -> Result<String, ApiError> {
    value
        .as_str()
        .filter(|text| (1..=max).contains(&text.chars().count()))
        .map(str::to_owned)
        .ok_or_else(|| {
            invalid(
                name,
                &format!(
                    "Value must be a valid string and at least 1 chars and no longer than {max} \
                     chars"
                ),
            )
        })
}

fn email(name: &str, text: &str) -> Result<String, ApiError> {
    let text = text.trim().to_lowercase();
    let well_formed = text.rsplit_once('@').is_some_and(|(local, domain)| {
        (1..=64).contains(&local.len())
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~.-".contains(&byte))
            && domain.len() <= 253
            && domain.contains('.')
            && domain.split('.').all(|label| {
                (1..=63).contains(&label.len())
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            })
    });
    if well_formed {
        Ok(text)
    } else {
        Err(invalid(name, "Value must be a valid email address"))
    }
}
