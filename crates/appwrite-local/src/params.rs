//! A request's parameters, with Appwrite's rules and error messages for them.

use std::str::FromStr;

use axum::http::{HeaderMap, Method, header::CONTENT_TYPE};
use serde_json::{Map, Value};
use strum::VariantNames;
use url::Url;

use crate::{error::ApiError, platforms::Platforms, secret};

/// Parameters by name, from the query of a `GET` or else from the body. As with Appwrite, a body
/// that can't be read has none.
#[derive(Debug, Default)]
pub struct Params(Map<String, Value>);

const UID: &str = "UID must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, and \
     underscore. Can't start with a leading underscore";
const KEY: &str = "Parameter must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, period, \
     hyphen, and underscore. Can't start with a special char";
const PASSWORD: &str = "Password must be between 8 and 256 characters long.";

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

    /// A parameter's text, unchecked. Empty if it's missing or isn't text.
    pub fn raw(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether a parameter is missing.
    pub fn is_missing(&self, name: &str) -> bool {
        !self.0.contains_key(name)
    }

    /// A required parameter. It may be `null`.
    pub fn required(&self, name: &str) -> Result<&Value, ApiError> {
        self.0
            .get(name)
            .ok_or_else(|| ApiError::argument(format!("Param \"{name}\" is not optional.")))
    }

    /// An optional parameter, which may also be `null`.
    pub fn optional(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A new object's ID. `unique()` generates one.
    pub fn custom_id(&self, name: &str) -> Result<String, ApiError> {
        match self.required(name)?.as_str() {
            Some("unique()") => Ok(secret::id()),
            Some(id) if is_id(id) => Ok(id.to_owned()),
            _ => Err(ApiError::invalid(name, KEY)),
        }
    }

    /// The name of something that people name themselves: a column, or an index.
    pub fn key(&self, name: &str) -> Result<String, ApiError> {
        let text = self.required(name)?.as_str().filter(|text| is_id(text));
        text.map(str::to_owned)
            .ok_or_else(|| ApiError::invalid(name, KEY))
    }

    /// An existing object's ID.
    pub fn uid(&self, name: &str) -> Result<String, ApiError> {
        let text = self.required(name)?.as_str().unwrap_or_default();
        uid(name, text)
    }

    /// An existing object's ID, optional.
    pub fn optional_uid(&self, name: &str) -> Result<Option<String>, ApiError> {
        self.optional(name)
            .map(|value| uid(name, value.as_str().unwrap_or_default()))
            .transpose()
    }

    /// An email address, in lower case.
    pub fn email(&self, name: &str) -> Result<String, ApiError> {
        Ok(self.email_as_typed(name)?.to_lowercase())
    }

    /// An email address with its capitals, which Appwrite keeps when it sends codes and links.
    pub fn email_as_typed(&self, name: &str) -> Result<String, ApiError> {
        email(name, self.required(name)?)
    }

    /// An email address, optional.
    pub fn optional_email(&self, name: &str) -> Result<Option<String>, ApiError> {
        self.optional(name)
            .map(|value| email(name, value).map(|email| email.to_lowercase()))
            .transpose()
            .map_err(or_null)
    }

    /// A phone number.
    pub fn phone(&self, name: &str) -> Result<String, ApiError> {
        phone(name, self.required(name)?)
    }

    /// A phone number, optional.
    pub fn optional_phone(&self, name: &str) -> Result<Option<String>, ApiError> {
        self.optional(name)
            .map(|value| phone(name, value))
            .transpose()
            .map_err(or_null)
    }

    /// A password of 8 to 256 bytes.
    pub fn password(&self, name: &str) -> Result<String, ApiError> {
        password(name, self.required(name)?)
    }

    /// A password, optional. An empty one counts as none.
    pub fn optional_password(&self, name: &str) -> Result<Option<String>, ApiError> {
        match self.optional(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(value) => password(name, value).map(Some),
        }
    }

    /// A text of 1 to `max` characters.
    pub fn text(&self, name: &str, max: usize) -> Result<String, ApiError> {
        text(name, self.required(name)?, 1, max)
    }

    /// A text of at most `max` characters. It may be empty.
    pub fn text_or_empty(&self, name: &str, max: usize) -> Result<String, ApiError> {
        text(name, self.required(name)?, 0, max)
    }

    /// A text, optional. If it's there, it can't be empty.
    pub fn optional_text(&self, name: &str, max: usize) -> Result<Option<String>, ApiError> {
        self.optional(name)
            .map(|value| text(name, value, 1, max))
            .transpose()
    }

    /// A text, optional. If it's missing, it's empty.
    pub fn any_text(&self, name: &str, max: usize) -> Result<String, ApiError> {
        self.optional(name)
            .map_or(Ok(String::new()), |value| text(name, value, 0, max))
    }

    /// A JSON boolean, or a text or number that PHP takes for one.
    pub fn boolean(&self, name: &str) -> Result<bool, ApiError> {
        boolean(name, self.required(name)?)
    }

    /// A boolean with a default.
    pub fn boolean_or(&self, name: &str, default: bool) -> Result<bool, ApiError> {
        self.optional(name)
            .map_or(Ok(default), |value| boolean(name, value))
    }

    /// A whole number within a range, with a default.
    pub fn number_or(
        &self,
        name: &str,
        range: std::ops::RangeInclusive<i64>,
        default: i64,
    ) -> Result<i64, ApiError> {
        let Some(value) = self.optional(name) else {
            return Ok(default);
        };
        let number = match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        number
            .filter(|number| range.contains(number))
            .ok_or_else(|| {
                ApiError::invalid(
                    name,
                    &format!(
                        "Value must be a valid range between {} and {}",
                        thousands(*range.start()),
                        thousands(*range.end())
                    ),
                )
            })
    }

    /// The name of one of an enum's variants.
    pub fn one_of<T: Named>(&self, name: &str) -> Result<T, ApiError> {
        one_of(name, self.required(name)?.as_str().unwrap_or_default())
    }

    /// The name of one of an enum's variants, with a default.
    pub fn one_of_or<T: Named>(&self, name: &str, default: T) -> Result<T, ApiError> {
        match self.optional(name) {
            None => Ok(default),
            Some(value) => one_of(name, value.as_str().unwrap_or_default()),
        }
    }

    /// A URL for a link or redirect, on one of the platforms.
    pub fn redirect(&self, name: &str, platforms: &Platforms) -> Result<Url, ApiError> {
        let url = self.required(name)?.as_str().unwrap_or_default();
        platforms.redirect(name, url)
    }

    /// A URL for a link or redirect, optional. An empty one counts as none.
    pub fn optional_redirect(
        &self,
        name: &str,
        platforms: &Platforms,
    ) -> Result<Option<Url>, ApiError> {
        match self.optional(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(value) => platforms
                .redirect(name, value.as_str().unwrap_or_default())
                .map(Some),
        }
    }

    /// A JSON object of at most 65,535 bytes. As in PHP, an empty list is an empty object.
    pub fn object(&self, name: &str) -> Result<Value, ApiError> {
        match self.required(name)? {
            Value::Array(list) if list.is_empty() => Ok(Value::Object(Map::new())),
            value @ Value::Object(_) if value.to_string().len() <= 65_535 => Ok(value.clone()),
            _ => Err(ApiError::invalid(name, "Value must be a valid object.")),
        }
    }

    /// A list of texts, each of which must fit a rule.
    pub fn list(
        &self,
        name: &str,
        max: usize,
        rule: &str,
        fits: impl Fn(&str) -> bool,
    ) -> Result<Vec<String>, ApiError> {
        let texts = match self.required(name)? {
            Value::Array(list) if list.len() <= max => list
                .iter()
                .map(|item| item.as_str().filter(|text| fits(text)).map(str::to_owned))
                .collect::<Option<Vec<_>>>(),
            _ => None,
        };
        texts.ok_or_else(|| {
            ApiError::invalid(
                name,
                &format!("Value must a valid array no longer than {max} items and {rule}"),
            )
        })
    }

    /// A list of texts, optional.
    pub fn optional_list(&self, name: &str) -> Result<Vec<String>, ApiError> {
        match self.optional(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(list)) => Ok(list
                .iter()
                .map(|item| {
                    item.as_str()
                        .map_or_else(|| item.to_string(), str::to_owned)
                })
                .collect()),
            Some(_) if name == "queries" => {
                Err(ApiError::invalid(name, "Queries must be an array"))
            }
            Some(_) => Err(ApiError::invalid(name, "Value must be a valid array")),
        }
    }
}

/// The pairs of a form or a query. As in PHP, `name[]` and `name[0]` make a list.
fn pairs(encoded: &[u8]) -> Map<String, Value> {
    let mut fields = Map::new();
    for (name, value) in url::form_urlencoded::parse(encoded) {
        let value = Value::String(value.into_owned());
        match name.split_once('[') {
            Some((list, rest)) if rest.ends_with(']') => {
                let entry = fields
                    .entry(list.to_owned())
                    .or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(items) = entry {
                    items.push(value);
                }
            }
            _ => {
                fields.insert(name.into_owned(), value);
            }
        }
    }
    fields
}

/// An existing object's ID, from a path or a body.
pub fn uid(name: &str, text: &str) -> Result<String, ApiError> {
    if is_id(text) {
        Ok(text.to_owned())
    } else {
        Err(ApiError::invalid(name, UID))
    }
}

/// An enum whose variants have names.
pub trait Named: VariantNames + FromStr {}

impl<T: VariantNames + FromStr> Named for T {}

/// The name of one of an enum's variants, from a path or a body.
pub fn one_of<T: Named>(name: &str, text: &str) -> Result<T, ApiError> {
    // Appwrite takes any case here: its own SDKs write "recoverycode" for "recoveryCode".
    let known = T::VARIANTS
        .iter()
        .find(|known| known.eq_ignore_ascii_case(text));
    known.and_then(|known| known.parse().ok()).ok_or_else(|| {
        let allowed = T::VARIANTS.join(", ").to_lowercase();
        ApiError::invalid(name, &format!("Value must be one of ({allowed})"))
    })
}

/// Whether a text can be an ID.
pub fn is_id(text: &str) -> bool {
    (1..=36).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
        && !text.starts_with(['_', '.', '-'])
}

/// Whether a text is `+` and 7 to 15 digits, the first of which isn't zero.
pub fn is_phone(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

/// The rule of a parameter that may be null.
fn or_null(error: ApiError) -> ApiError {
    ApiError {
        message: error.message + " or null",
        ..error
    }
}

fn phone(name: &str, value: &Value) -> Result<String, ApiError> {
    value
        .as_str()
        .filter(|text| is_phone(text))
        .map(str::to_owned)
        .ok_or_else(|| {
            ApiError::invalid(
                name,
                "Phone number must start with a '+' can have a maximum of fifteen digits.",
            )
        })
}

fn password(name: &str, value: &Value) -> Result<String, ApiError> {
    value
        .as_str()
        .filter(|text| (8..=256).contains(&text.len()))
        .map(str::to_owned)
        .ok_or_else(|| ApiError::invalid(name, PASSWORD))
}

fn boolean(name: &str, value: &Value) -> Result<bool, ApiError> {
    match value {
        Value::Bool(value) => Ok(*value),
        Value::String(text) if text == "true" || text == "1" => Ok(true),
        Value::String(text) if text == "false" || text == "0" => Ok(false),
        Value::Number(number) if number.as_i64() == Some(1) => Ok(true),
        Value::Number(number) if number.as_i64() == Some(0) => Ok(false),
        _ => Err(ApiError::invalid(name, "Value must be a valid boolean")),
    }
}

fn text(name: &str, value: &Value, min: usize, max: usize) -> Result<String, ApiError> {
    value
        .as_str()
        .filter(|text| (min..=max).contains(&text.chars().count()))
        .map(str::to_owned)
        .ok_or_else(|| {
            let least = if min > 0 {
                format!("at least {min} chars and ")
            } else {
                String::new()
            };
            ApiError::invalid(
                name,
                &format!("Value must be a valid string and {least}no longer than {max} chars"),
            )
        })
}

fn email(name: &str, value: &Value) -> Result<String, ApiError> {
    let text = value.as_str().unwrap_or_default().trim();
    if is_email(text) {
        Ok(text.to_owned())
    } else {
        Err(ApiError::invalid(
            name,
            "Value must be a valid email address",
        ))
    }
}

/// Whether a text is an email address.
pub fn is_email(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| {
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
    })
}

/// A number with commas between thousands, as in Appwrite's messages.
pub fn thousands(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digit.is_ascii_digit() {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_may_use_either_of_phps_spellings() {
        let fields = pairs(b"queries[]=a&queries[1]=b&plain=c&odd[=d");
        assert_eq!(fields["queries"], json!(["a", "b"]));
        assert_eq!(fields["plain"], "c");
        assert_eq!(fields["odd["], "d");
    }

    #[test]
    fn numbers_have_commas() {
        for (number, text) in [
            (0, "0"),
            (128, "128"),
            (3600, "3,600"),
            (31_536_000, "31,536,000"),
        ] {
            assert_eq!(thousands(number), text);
        }
    }

    #[test]
    fn phone_numbers_are_international() {
        for (text, good) in [
            ("+15005550006", true),
            ("+123456", false),
            ("+1234567890123456", false),
            ("+0123456789", false),
            ("15005550006", false),
            ("+1500555000a", false),
            ("+", false),
            ("", false),
        ] {
            assert_eq!(is_phone(text), good, "{text}");
        }
    }
}
