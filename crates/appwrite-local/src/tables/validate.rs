//! Whether a value fits its column, in the words of Appwrite's validators.

use serde_json::{Number, Value};
use url::Url;

use super::{
    kind::{Format, Kind},
    schema::ColumnSpec,
};
use crate::{email::is_address, params::thousands, timestamp};

/// The rule that a value (or an item of an array) breaks, if any.
pub fn broken_rule(spec: &ColumnSpec, value: &Value) -> Option<String> {
    match spec.kind {
        Kind::String | Kind::Varchar => text(spec, value),
        Kind::Text | Kind::Mediumtext | Kind::Longtext => {
            let max = max_bytes(spec.kind);
            let fits = value.as_str().is_some_and(|text| text.len() <= max);
            (!fits).then(|| format!("Value must be a valid string no longer than {max} bytes"))
        }
        Kind::Integer | Kind::Bigint => integer(spec, value),
        Kind::Double => float(spec, value),
        Kind::Boolean => (!value.is_boolean()).then(|| "Value must be a valid boolean".to_owned()),
        Kind::Datetime => {
            let valid = value
                .as_str()
                .is_some_and(|it| timestamp::canonical(it).is_some());
            (!valid).then(|| {
                "Value must be valid date between 1000-01-01 00:00:00 and 9999-12-31 23:59:59."
                    .to_owned()
            })
        }
        Kind::Point | Kind::Linestring | Kind::Polygon => {
            let valid = match spec.kind {
                Kind::Point => is_point(value),
                Kind::Linestring => is_line(value),
                _ => value.as_array().is_some_and(|rings| {
                    !rings.is_empty() && (rings.iter().all(is_line) || is_line(value))
                }),
            };
            let name = <&str>::from(spec.kind);
            (!valid).then(|| format!("Value must be a valid {name}"))
        }
        // What a relationship may be set to depends on the related table.
        Kind::Relationship => None,
    }
}

/// Whether Appwrite speaks of the column's format rather than its type.
pub fn has_format(spec: &ColumnSpec) -> bool {
    let options = &spec.options;
    options.format.is_some() || options.min.is_some() || options.max.is_some()
}

/// The most bytes in a text of one of the kinds without a size.
fn max_bytes(kind: Kind) -> usize {
    match kind {
        Kind::Text => 65_535,
        Kind::Mediumtext => 16_777_215,
        _ => 2_147_483_647,
    }
}

fn text(spec: &ColumnSpec, value: &Value) -> Option<String> {
    let max = spec.size;
    let fits = |text: &&str| i64::try_from(text.chars().count()).is_ok_and(|count| count <= max);
    let Some(text) = value.as_str().filter(fits) else {
        return Some(format!(
            "Value must be a valid string and no longer than {max} chars"
        ));
    };
    let (fits, rule) = match spec.options.format? {
        Format::Email => (is_address(text), "Value must be a valid email address"),
        Format::Url => (is_url(text), "Value must be a valid URL"),
        Format::Ip => (
            text.parse::<std::net::IpAddr>().is_ok(),
            "Value must be a valid IP address",
        ),
        Format::Enum => {
            let elements = &spec.options.elements;
            let known = elements.iter().any(|element| element == text);
            return (!known).then(|| format!("Value must be one of ({})", elements.join(", ")));
        }
    };
    (!fits).then(|| rule.to_owned())
}

/// Whether a text is a URL with a host.
pub fn is_url(text: &str) -> bool {
    text.is_ascii()
        && !text.contains(' ')
        && text.contains("://")
        && Url::parse(text).is_ok_and(|url| url.has_host())
}

fn integer(spec: &ColumnSpec, value: &Value) -> Option<String> {
    let number = match value {
        Value::String(text) if spec.kind == Kind::Bigint => text.parse().ok(),
        value => value.as_i64(),
    };
    let wide = spec.options.wide || spec.kind == Kind::Bigint;
    let Some(number) = number.filter(|number| wide || i32::try_from(*number).is_ok()) else {
        let (bits, least, most) = if wide {
            (64, i64::MIN, i64::MAX)
        } else {
            (32, i64::from(i32::MIN), i64::from(i32::MAX))
        };
        return Some(format!(
            "Value must be a valid signed {bits}-bit integer between {} and {}",
            thousands(least),
            thousands(most)
        ));
    };
    if !has_format(spec) {
        return None;
    }
    let bound = |bound: &Option<Number>| bound.as_ref().and_then(Number::as_i64);
    let least = bound(&spec.options.min).unwrap_or(i64::MIN);
    let most = bound(&spec.options.max).unwrap_or(i64::MAX);
    (!(least..=most).contains(&number)).then(|| {
        format!(
            "Value must be a valid range between {} and {}",
            thousands(least),
            thousands(most)
        )
    })
}

fn float(spec: &ColumnSpec, value: &Value) -> Option<String> {
    let Some(number) = value.as_f64() else {
        return Some("Value must be a valid float".to_owned());
    };
    if !has_format(spec) {
        return None;
    }
    let bound = |bound: &Option<Number>| bound.as_ref().and_then(Number::as_f64);
    let least = bound(&spec.options.min).unwrap_or(f64::MIN);
    let most = bound(&spec.options.max).unwrap_or(f64::MAX);
    (!(least..=most).contains(&number)).then(|| {
        format!(
            "Value must be a valid range between {} and {}",
            rounded(least),
            rounded(most)
        )
    })
}

/// A float as Appwrite writes it in messages: rounded.
fn rounded(number: f64) -> String {
    let rounded = number.round();
    if rounded.abs() < 9e15 {
        return thousands(rounded as i64);
    }
    format!("{rounded:e}")
}

fn is_point(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|pair| pair.len() == 2 && pair.iter().all(Value::is_number))
}

fn is_line(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|points| points.len() >= 2 && points.iter().all(is_point))
}
