//! JSON and numbers as PHP, which Appwrite is written in, reads and writes them.

use serde_json::{Map, Number, Value};

/// Whole numbers from here on are only approximate in a `f64`.
const EXACT: f64 = 1e15;

/// What's left of a value once PHP has read and written it. PHP has one type for objects and lists,
/// so an object whose fields are 0, 1, 2 and so on becomes a list, and one without fields an empty
/// list. Whole numbers lose their `.0`, and those above 64 bits become approximate.
pub fn decoded(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(decoded).collect(),
        Value::Object(fields) => {
            let mut names = fields.keys().enumerate();
            if names.all(|(index, name)| *name == index.to_string()) {
                fields.values().map(decoded).collect()
            } else {
                let fields = fields.iter();
                let decoded = fields.map(|(name, value)| (name.clone(), decoded(value)));
                Value::Object(decoded.collect::<Map<_, _>>())
            }
        }
        Value::Number(number) if number.as_i64().is_none() => decoded_number(number),
        other => other.clone(),
    }
}

fn decoded_number(number: &Number) -> Value {
    let float = number.as_f64().unwrap_or_default();
    if float.fract() == 0.0 && float.abs() < EXACT {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it's whole, and small enough"
        )]
        return Value::from(float as i64);
    }
    Value::from(float)
}

/// How many bytes PHP takes to write a value as JSON. It escapes slashes and everything that isn't
/// ASCII.
pub fn encoded_len(value: &Value) -> usize {
    let commas = |count: usize| count.saturating_sub(1);
    match value {
        Value::String(text) => 2 + text.chars().map(escaped_len).sum::<usize>(),
        Value::Array(items) => {
            2 + commas(items.len()) + items.iter().map(encoded_len).sum::<usize>()
        }
        Value::Object(fields) => {
            let lens = fields.iter().map(|(name, value)| {
                2 + name.chars().map(escaped_len).sum::<usize>() + 1 + encoded_len(value)
            });
            2 + commas(fields.len()) + lens.sum::<usize>()
        }
        other => other.to_string().len(),
    }
}

fn escaped_len(letter: char) -> usize {
    match letter {
        '"' | '\\' | '/' | '\u{8}' | '\u{c}' | '\n' | '\r' | '\t' => 2,
        _ if letter.is_ascii() && letter >= ' ' => 1,
        _ => 6 * letter.len_utf16(),
    }
}

/// How many lists and objects are in each other at most.
pub fn depth(value: &Value) -> usize {
    let inner = items(value).map(|items| items.into_iter().map(depth).max());
    inner.map_or(0, |inner| 1 + inner.unwrap_or(0))
}

/// The items of a list, or the values of an object, which PHP takes for a list, too.
pub fn items(value: &Value) -> Option<Vec<&Value>> {
    match value {
        Value::Array(items) => Some(items.iter().collect()),
        Value::Object(fields) => Some(fields.values().collect()),
        _ => None,
    }
}

/// The name of a value's type in PHP's errors.
pub fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "NULL",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "double",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) | Value::Object(_) => "array",
    }
}

/// Whether PHP takes a value for a number: it's one, or a text with one in it.
pub fn is_numeric(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::String(text) => {
            let text = trimmed(text);
            let digits = |letter: char| letter.is_ascii_digit() || "+-.eE".contains(letter);
            text.chars().all(digits) && text.parse::<f64>().is_ok()
        }
        _ => false,
    }
}

/// The whole number that a value is, or that a text has in it.
pub fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => trimmed(text).parse().ok(),
        _ => None,
    }
}

fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}'])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_and_lists_are_one_type() {
        for (sent, kept) in [
            (json!({}), json!([])),
            (json!({ "a": {} }), json!({ "a": [] })),
            (json!([{}, { "b": {} }]), json!([[], { "b": [] }])),
            (json!({ "0": "x", "1": {} }), json!(["x", []])),
            (json!({ "1": "x" }), json!({ "1": "x" })),
            (json!({ "00": "x" }), json!({ "00": "x" })),
        ] {
            assert_eq!(decoded(&sent), kept, "{sent}");
        }
    }

    #[test]
    fn lists_and_objects_nest() {
        for (value, levels) in [
            (json!("text"), 0),
            (json!([]), 1),
            (json!([1, [2, { "a": 3 }], []]), 3),
        ] {
            assert_eq!(depth(&value), levels, "{value}");
        }
    }

    #[test]
    fn numbers_are_64_bits_wide() {
        for (sent, kept) in [
            ("1", "1"),
            ("1.0", "1"),
            ("-2e3", "-2000"),
            ("0.5", "0.5"),
            ("9223372036854775807", "9223372036854775807"),
            ("9223372036854775808", "9.223372036854776e+18"),
        ] {
            let sent: Value = serde_json::from_str(sent).unwrap();
            assert_eq!(decoded(&sent).to_string(), kept);
        }
    }

    #[test]
    fn escapes_count() {
        for (value, written) in [
            (
                json!({ "a/b": [1, null, true] }),
                r#"{"a\/b":[1,null,true]}"#,
            ),
            (json!("é😀"), r#""\u00e9\ud83d\ude00""#),
            (json!("\n\u{1}\u{7f}\"\\"), "\"\\n\\u0001\u{7f}\\\"\\\\\""),
            (json!([]), "[]"),
        ] {
            assert_eq!(encoded_len(&value), written.len(), "{value}");
        }
    }

    #[test]
    fn texts_may_be_numbers() {
        for (value, numeric, whole) in [
            (json!(5), true, Some(5)),
            (json!("5"), true, Some(5)),
            (json!(" -5\n"), true, Some(-5)),
            (json!("5.5"), true, None),
            (json!(5.5), true, None),
            (json!("1e3"), true, None),
            (json!("inf"), false, None),
            (json!("5x"), false, None),
            (json!(""), false, None),
            (json!(true), false, None),
            (json!([5]), false, None),
        ] {
            assert_eq!(is_numeric(&value), numeric, "{value}");
            assert_eq!(integer(&value), whole, "{value}");
        }
    }
}
