//! The `{{…}}` templates of scenarios.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime, macros::format_description};
use totp_rs::{Algorithm, Secret, TOTP};

/// Seconds for which a code of an authenticator app is right.
pub const TOTP_STEP: u64 = 30;

/// The values that templates stand for.
#[derive(Clone)]
pub struct Variables {
    scenario: String,
    values: BTreeMap<String, Value>,
}

/// A template's name that stands for nothing: an earlier step hasn't set it.
#[derive(Debug)]
pub struct Missing(pub String);

impl Variables {
    /// Those of a scenario, which has addresses and names of its own.
    pub fn new(scenario: &str) -> Self {
        Self {
            scenario: scenario.to_owned(),
            values: BTreeMap::new(),
        }
    }

    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.values.insert(name.into(), value.into());
    }

    pub fn remove(&mut self, name: &str) {
        self.values.remove(name);
    }

    /// The value of a template's name.
    pub fn get(&self, name: &str) -> Result<Value, Missing> {
        if let Some(value) = self.values.get(name) {
            return Ok(value.clone());
        }
        let missing = || Missing(name.to_owned());
        let (kind, argument) = name.split_once(':').ok_or_else(missing)?;
        let text = match kind {
            "rand" => self.letters(name),
            "email" => format!("g{}@example.com", self.letters(name)),
            "phone" => {
                let number = self.number(name);
                format!("+1{}{:09}", 2 + number % 8, number / 8 % 1_000_000_000)
            }
            "ip" => {
                let [a, b, c, ..] = self.number(name).to_le_bytes();
                format!("198.{}.{b}.{}", 18 + a % 2, 1 + c % 254)
            }
            "upper" => self.text(argument)?.to_uppercase(),
            "url" => utf8_percent_encode(&self.text(argument)?, NON_ALPHANUMERIC).to_string(),
            "unurl" => percent_decode_str(&self.text(argument)?)
                .decode_utf8_lossy()
                .into_owned(),
            "b64" => STANDARD.encode(argument),
            "chop" => {
                let mut text = self.text(argument)?;
                text.truncate(text.len().saturating_sub(4));
                text
            }
            "repeat" => {
                let (text, times) = argument.rsplit_once('*').ok_or_else(missing)?;
                text.repeat(times.parse().map_err(|_| missing())?)
            }
            "totp" => totp(&self.text(argument)?),
            "badtotp" => {
                let right: u64 = totp(&self.text(argument)?).parse().map_err(|_| missing())?;
                format!("{:06}", (right + 314_159) % 1_000_000)
            }
            "phonecode" => {
                let secret = self.text(argument)?;
                let code = id_and_secret(&secret).and_then(|fields| text_in(&fields, "secret"));
                code.unwrap_or(secret)
            }
            "now" => later(argument.parse().map_err(|_| missing())?),
            _ => return Err(missing()),
        };
        Ok(text.into())
    }

    /// The value as it stands in a text.
    pub fn text(&self, name: &str) -> Result<String, Missing> {
        self.get(name).map(as_text)
    }

    /// A number that is the same each time for a name, and another for the same name in another
    /// scenario.
    fn number(&self, name: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.scenario, name).hash(&mut hasher);
        hasher.finish()
    }

    fn letters(&self, name: &str) -> String {
        let mut rest = self.number(name);
        (0..10)
            .map(|_| {
                let [letter, ..] = (rest % 26).to_le_bytes();
                rest /= 26;
                char::from(b'a' + letter)
            })
            .collect()
    }

    /// A text with the templates in it filled in.
    pub fn render_text(&self, text: &str) -> Result<String, Missing> {
        let mut rendered = String::new();
        let mut rest = text;
        while let Some((before, (name, after))) = rest
            .split_once("{{")
            .and_then(|(before, after)| Some((before, after.split_once("}}")?)))
        {
            rendered.push_str(before);
            rendered.push_str(&self.text(name)?);
            rest = after;
        }
        rendered.push_str(rest);
        Ok(rendered)
    }

    /// A value with every template in it filled in. A text that is nothing but a template becomes
    /// what it stands for, whatever its type.
    pub fn render(&self, value: &Value) -> Result<Value, Missing> {
        Ok(match value {
            Value::String(text) => {
                let name = text
                    .strip_prefix("{{")
                    .and_then(|text| text.strip_suffix("}}"))
                    .filter(|name| !name.contains(['{', '}']));
                match name {
                    Some(name) => self.get(name)?,
                    None => self.render_text(text)?.into(),
                }
            }
            Value::Array(items) => items
                .iter()
                .map(|item| self.render(item))
                .collect::<Result<_, _>>()?,
            Value::Object(fields) => fields
                .iter()
                .map(|(name, value)| Ok((self.render_text(name)?, self.render(value)?)))
                .collect::<Result<Map<_, _>, _>>()?
                .into(),
            other => other.clone(),
        })
    }
}

/// A value as it stands in a text.
fn as_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// The fields of a secret that is JSON in base64.
pub fn id_and_secret(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()
}

/// A text field.
pub fn text_in(fields: &Map<String, Value>, name: &str) -> Option<String> {
    fields.get(name)?.as_str().map(str::to_owned)
}

fn totp(secret: &str) -> String {
    let secret = Secret::Encoded(secret.to_owned()).to_bytes().unwrap();
    let app = TOTP::new_unchecked(
        Algorithm::SHA1,
        6,
        0,
        TOTP_STEP,
        secret,
        None,
        String::new(),
    );
    app.generate_current().unwrap()
}

/// The date in some seconds, as Appwrite writes dates.
fn later(seconds: i64) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].000+00:00");
    let at = OffsetDateTime::now_utc() + Duration::seconds(seconds);
    at.format(format).unwrap()
}
