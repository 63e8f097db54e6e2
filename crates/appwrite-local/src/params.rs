//! A request's parameters, with Appwrite's rules and error messages for them.

use std::str::FromStr;

use axum::http::{HeaderMap, Method, header::CONTENT_TYPE};
use serde_json::{Map, Value};
use strum::VariantNames;
use url::{Url, form_urlencoded};

use crate::{
    email::is_address, error::ApiError, headers, multipart, php, platforms::Platforms, secret,
};

/// Parameters by name, from the query of a `GET` or else from the body. As with Appwrite, a body
/// that can't be read has none.
#[derive(Debug, Default)]
pub struct Params(Map<String, Value>);

/// The rule for an existing object's ID.
pub const UID: &str = "UID must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, and \
     underscore. Can't start with a leading underscore";
const KEY: &str = "Parameter must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, period, \
     hyphen, and underscore. Can't start with a special char";
const PASSWORD: &str = "Password must be between 8 and 256 characters long.";

impl Params {
    /// Reads the parameters of a request.
    pub fn read(method: &Method, query: &str, headers: &HeaderMap, body: &[u8]) -> Self {
        if method == Method::GET || method == Method::HEAD {
            return Self(pairs(form_urlencoded::parse(query.as_bytes())));
        }
        let content_type = headers::text(headers, CONTENT_TYPE.as_str());
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        Self(match kind.to_ascii_lowercase().as_str() {
            "application/json" => match serde_json::from_slice(body) {
                Ok(Value::Object(fields)) => fields,
                _ => Map::new(),
            },
            "application/x-www-form-urlencoded" => pairs(form_urlencoded::parse(body)),
            "multipart/form-data" => pairs(multipart::fields(content_type, body)),
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

    /// An email address in lower case, or nothing.
    pub fn email_or_empty(&self, name: &str) -> Result<String, ApiError> {
        match self.required(name)? {
            Value::String(text) if text.is_empty() => Ok(String::new()),
            _ => self.email(name),
        }
    }

    /// A phone number.
    pub fn phone(&self, name: &str) -> Result<String, ApiError> {
        phone(name, self.required(name)?)
    }

    /// A phone number, or nothing.
    pub fn phone_or_empty(&self, name: &str) -> Result<String, ApiError> {
        match self.required(name)? {
            Value::String(text) if text.is_empty() => Ok(String::new()),
            _ => self.phone(name),
        }
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

    /// A JSON boolean.
    pub fn boolean(&self, name: &str) -> Result<bool, ApiError> {
        boolean(name, self.required(name)?)
    }

    /// A JSON boolean with a default.
    pub fn boolean_or(&self, name: &str, default: bool) -> Result<bool, ApiError> {
        self.optional(name)
            .map_or(Ok(default), |value| boolean(name, value))
    }

    /// A JSON boolean, or a text or number for one. Few parameters may be that.
    pub fn loose_boolean(&self, name: &str) -> Result<bool, ApiError> {
        loose_boolean(name, self.required(name)?)
    }

    /// A boolean, or a text or number for one, with a default.
    pub fn loose_boolean_or(&self, name: &str, default: bool) -> Result<bool, ApiError> {
        self.optional(name)
            .map_or(Ok(default), |value| loose_boolean(name, value))
    }

    /// A JSON number of 32 bits.
    pub fn integer(&self, name: &str) -> Result<i32, ApiError> {
        let value = self.required(name)?;
        let number = value.as_i64().and_then(|number| number.try_into().ok());
        number.ok_or_else(|| {
            let (least, most) = (thousands(i32::MIN.into()), thousands(i32::MAX.into()));
            let rule =
                format!("Value must be a valid signed 32-bit integer between {least} and {most}");
            ApiError::invalid(name, &rule)
        })
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
        php::integer(value)
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

    /// The name of one of an enum's variants in any case, as it was sent.
    pub fn name_of<T: Named>(&self, name: &str) -> Result<String, ApiError> {
        let text = self.required(name)?.as_str().unwrap_or_default();
        one_of::<T>(name, text)?;
        Ok(text.to_owned())
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

    /// A JSON object of at most 65,535 bytes, as PHP reads and counts it.
    pub fn object(&self, name: &str) -> Result<Value, ApiError> {
        match php::decoded(self.required(name)?) {
            Value::Array(items) if items.is_empty() => Ok(Value::Object(Map::new())),
            object @ Value::Object(_) if php::encoded_len(&object) <= 65_535 => Ok(object),
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
        let items = php::items(self.required(name)?).filter(|items| items.len() <= max);
        let texts = items.and_then(|items| {
            let texts = items.into_iter();
            let texts = texts.map(|item| item.as_str().filter(|text| fits(text)));
            texts.map(|text| text.map(str::to_owned)).collect()
        });
        texts.ok_or_else(|| {
            ApiError::invalid(
                name,
                &format!("Value must a valid array no longer than {max} items and {rule}"),
            )
        })
    }

    /// A list of texts, optional.
    pub fn optional_list(&self, name: &str) -> Result<Vec<String>, ApiError> {
        let Some(value) = self.optional(name) else {
            return Ok(Vec::new());
        };
        let items = php::items(value).ok_or_else(|| {
            let rule = match name {
                "queries" => "Queries must be an array",
                _ => "Value must be a valid array",
            };
            ApiError::invalid(name, rule)
        })?;
        let texts = items.into_iter().map(|item| {
            let text = item.as_str().map(str::to_owned);
            text.unwrap_or_else(|| item.to_string())
        });
        Ok(texts.collect())
    }
}

/// How deeply PHP lets the names of a form's fields nest.
const MAX_NESTING: usize = 64;

/// The pairs of a form or a query. As in PHP, `name[]`, `name[0]` and `name[key]` make lists and
/// objects.
fn pairs<T: Into<String>>(sent: impl IntoIterator<Item = (T, T)>) -> Map<String, Value> {
    let mut fields = Map::new();
    for (name, value) in sent {
        let Some((name, keys)) = name_and_keys(&name.into()) else {
            continue;
        };
        let value = Value::String(value.into());
        let mut entry = fields.entry(name).or_insert(Value::Null);
        for key in keys {
            if !entry.is_object() {
                *entry = Value::Object(Map::new());
            }
            let Value::Object(inner) = entry else {
                break;
            };
            let key = key.unwrap_or_else(|| next_index(inner));
            entry = inner.entry(key).or_insert(Value::Null);
        }
        *entry = value;
    }
    for value in fields.values_mut() {
        *value = php::decoded(value);
    }
    fields
}

/// Splits `name[key][]` into the name and its keys. Without a closing bracket, it's all name. PHP's
/// names have no dots, spaces or brackets.
fn name_and_keys(name: &str) -> Option<(String, Vec<Option<String>>)> {
    let name = name.trim_start_matches(' ');
    let (base, mut rest) = match name.find('[') {
        Some(at) if at > 0 && name[at..].contains(']') => name.split_at(at),
        _ => (name, ""),
    };
    let mut keys = Vec::new();
    while let Some((key, more)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        keys.push((!key.is_empty()).then(|| key.to_owned()));
        rest = more;
    }
    let base = base.replace(['.', ' ', '['], "_");
    (!base.is_empty() && keys.len() <= MAX_NESTING).then_some((base, keys))
}

/// The index that PHP gives to `name[]`: one more than the largest so far.
fn next_index(fields: &Map<String, Value>) -> String {
    let indexes = fields.keys().filter_map(|key| key.parse::<u32>().ok());
    indexes
        .max()
        .map_or(0, |largest| u64::from(largest) + 1)
        .to_string()
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
    // Appwrite takes any case here.
    let known = T::VARIANTS
        .iter()
        .find(|known| known.eq_ignore_ascii_case(text));
    known.and_then(|known| known.parse().ok()).ok_or_else(|| {
        let allowed = T::VARIANTS.join(", ").to_lowercase();
        ApiError::invalid(name, &format!("Value must be one of ({allowed})"))
    })
}

/// Whether a text may be an ID.
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
    value
        .as_bool()
        .ok_or_else(|| ApiError::invalid(name, "Value must be a valid boolean"))
}

fn loose_boolean(name: &str, value: &Value) -> Result<bool, ApiError> {
    match value {
        Value::String(text) if text == "true" || text == "1" => Ok(true),
        Value::String(text) if text == "false" || text == "0" => Ok(false),
        Value::Number(number) if number.as_i64() == Some(1) => Ok(true),
        Value::Number(number) if number.as_i64() == Some(0) => Ok(false),
        _ => boolean(name, value),
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
    is_address(text)
        .then(|| text.to_owned())
        .ok_or_else(|| ApiError::invalid(name, "Value must be a valid email address"))
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
    fn the_names_of_fields_are_read_as_in_php() {
        for (form, fields) in [
            (
                "q[]=a&q[1]=b&plain=c",
                json!({ "q": ["a", "b"], "plain": "c" }),
            ),
            ("q[0]=a&q[0]=b&p=c&p=d", json!({ "q": ["b"], "p": "d" })),
            ("q[3]=a&q[]=b", json!({ "q": { "3": "a", "4": "b" } })),
            (
                "q[a][b]=c&q[a][]=d",
                json!({ "q": { "a": { "b": "c", "0": "d" } } }),
            ),
            ("q=a&q[]=b", json!({ "q": ["b"] })),
            ("q[]=a&q=b", json!({ "q": "b" })),
            (
                "odd[=a&o.d d=b&[]=c&=d",
                json!({ "odd_": "a", "o_d_d": "b", "_]": "c" }),
            ),
            ("q[a]b[c]=d", json!({ "q": { "a": "d" } })),
        ] {
            let read = pairs(form_urlencoded::parse(form.as_bytes()));
            assert_eq!(Value::Object(read), fields, "{form}");
        }
        let deep = format!("q{}=a&p=b", "[]".repeat(65));
        let read = pairs(form_urlencoded::parse(deep.as_bytes()));
        assert_eq!(Value::Object(read), json!({ "p": "b" }));
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
