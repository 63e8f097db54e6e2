//! Whether an answer is the expected one, and where it isn't.

use serde_json::{Map, Value, json};

use super::{
    placeholder,
    variables::{Missing, Variables},
};

/// One place where an answer differs.
pub struct Difference {
    pub path: String,
    pub expected: String,
    pub actual: String,
    pub reason: String,
}

impl Difference {
    pub fn new(path: &str, expected: &Value, actual: &Value, reason: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            expected: short(expected),
            actual: short(actual),
            reason: reason.into(),
        }
    }
}

impl From<Missing> for Difference {
    fn from(Missing(name): Missing) -> Self {
        let reason = format!("no value for {{{{{name}}}}}, so an earlier step failed");
        Self::new("", &Value::Null, &Value::Null, reason)
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            path,
            expected,
            actual,
            reason,
        } = self;
        write!(
            f,
            "    {path}: {reason}\n      - {expected}\n      + {actual}"
        )
    }
}

fn short(value: &Value) -> String {
    const LENGTH: usize = 200;
    let mut text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if let Some((end, _)) = text.char_indices().nth(LENGTH) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Where a value differs from the expected one.
///
/// # Errors
///
/// When a template has no value.
pub fn compare(
    expected: &Value,
    actual: &Value,
    variables: &Variables,
    path: &str,
) -> Result<Vec<Difference>, Missing> {
    Ok(match expected {
        Value::Object(fields) => {
            if let Some(texts) = fields.get("<contains>") {
                contains(texts, actual, variables, path)?
            } else if let Some(items) = fields.get("<superset>") {
                superset(items, actual, path)
            } else if let Some(items) = fields.get("<unordered>") {
                unordered(items, fields.get("<first>"), actual, variables, path)?
            } else {
                object(fields, actual, variables, path)?
            }
        }
        Value::Array(items) => match actual {
            Value::Array(actual) if items.len() == actual.len() => {
                let mut differences = Vec::new();
                for (index, (expected, actual)) in items.iter().zip(actual).enumerate() {
                    let path = format!("{path}/{index}");
                    differences.extend(compare(expected, actual, variables, &path)?);
                }
                differences
            }
            _ => vec![Difference::new(path, expected, actual, "list")],
        },
        Value::String(text) => string(text, actual, variables, path)?,
        Value::Number(number) if number.as_f64() == actual.as_f64() => Vec::new(),
        _ if expected == actual => Vec::new(),
        _ => vec![Difference::new(path, expected, actual, "value")],
    })
}

fn string(
    text: &str,
    actual: &Value,
    variables: &Variables,
    path: &str,
) -> Result<Vec<Difference>, Missing> {
    let expected = Value::String(text.to_owned());
    if let Some(kind) = placeholder::alone(text) {
        let reason = placeholder::mismatch(kind, actual);
        let difference = |reason| Difference::new(path, &expected, actual, reason);
        return Ok(reason.map(difference).into_iter().collect());
    }
    let expected = variables.render(&expected)?;
    let fits = match (&expected, actual) {
        (Value::String(expected), Value::String(actual)) => {
            expected == actual || placeholder::fits_text(expected, actual)
        }
        _ => &expected == actual,
    };
    Ok(if fits {
        Vec::new()
    } else {
        vec![Difference::new(path, &expected, actual, "value")]
    })
}

fn object(
    fields: &Map<String, Value>,
    actual: &Value,
    variables: &Variables,
    path: &str,
) -> Result<Vec<Difference>, Missing> {
    let Value::Object(actual) = actual else {
        let expected = Value::Object(fields.clone());
        return Ok(vec![Difference::new(path, &expected, actual, "object")]);
    };
    let mut differences = Vec::new();
    let mut names = Vec::new();
    for (name, expected) in fields {
        let name = variables.render_text(name)?;
        let path = format!("{path}/{name}");
        match actual.get(&name) {
            Some(actual) => differences.extend(compare(expected, actual, variables, &path)?),
            None => differences.push(Difference::new(&path, expected, &Value::Null, "missing")),
        }
        names.push(name);
    }
    for (name, value) in actual {
        if !names.contains(name) {
            let path = format!("{path}/{name}");
            differences.push(Difference::new(&path, &Value::Null, value, "extra"));
        }
    }
    Ok(differences)
}

/// A text that contains these.
fn contains(
    texts: &Value,
    actual: &Value,
    variables: &Variables,
    path: &str,
) -> Result<Vec<Difference>, Missing> {
    let mut differences = Vec::new();
    for text in texts.as_array().into_iter().flatten() {
        let text = variables.render(text)?;
        let wanted = text.as_str().unwrap_or_default();
        if !actual
            .as_str()
            .is_some_and(|actual| actual.contains(wanted))
        {
            differences.push(Difference::new(path, &text, actual, "text is absent"));
        }
    }
    Ok(differences)
}

/// A list that has at least these items.
fn superset(items: &Value, actual: &Value, path: &str) -> Vec<Difference> {
    let has = |item: &&Value| {
        actual
            .as_array()
            .is_some_and(|actual| actual.contains(item))
    };
    let items = items.as_array().into_iter().flatten();
    items
        .filter(|item| !has(item))
        .map(|item| Difference::new(path, item, actual, "item is absent"))
        .collect()
}

/// A list that has these items and no others, in any order.
fn unordered(
    items: &Value,
    first: Option<&Value>,
    actual: &Value,
    variables: &Variables,
    path: &str,
) -> Result<Vec<Difference>, Missing> {
    let Value::Array(actual) = actual else {
        return Ok(vec![Difference::new(path, items, actual, "list")]);
    };
    let mut differences = Vec::new();
    if let Some(first) = first {
        let path = format!("{path}/0");
        let actual = actual.first().unwrap_or(&Value::Null);
        differences.extend(compare(first, actual, variables, &path)?);
    }
    let mut rest: Vec<&Value> = actual.iter().collect();
    for item in items.as_array().into_iter().flatten() {
        let mut found = None;
        for (index, actual) in rest.iter().enumerate() {
            if compare(item, actual, variables, path)?.is_empty() {
                found = Some(index);
                break;
            }
        }
        match found {
            Some(index) => {
                rest.remove(index);
            }
            None => differences.push(Difference::new(path, item, &json!(rest), "item is absent")),
        }
    }
    let extra = |item| Difference::new(path, &Value::Null, item, "extra item");
    differences.extend(rest.into_iter().map(extra));
    Ok(differences)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(expected: Value, actual: Value) -> Vec<String> {
        let mut variables = Variables::new("test");
        variables.set("uid", "u1");
        variables.set("count", 2);
        let differences = compare(&expected, &actual, &variables, "").unwrap();
        differences.into_iter().map(|one| one.path).collect()
    }

    #[test]
    fn every_place_that_differs_is_told() {
        let expected = json!({ "a": 1, "b": [true, "x"], "c": null, "d": "<id>" });
        assert!(
            paths(
                expected.clone(),
                json!({ "a": 1.0, "b": [true, "x"], "c": null, "d": "i" })
            )
            .is_empty()
        );
        let actual = json!({ "a": 2, "b": [1, "x"], "d": "", "e": 0 });
        assert_eq!(paths(expected, actual), ["/a", "/b/0", "/c", "/d", "/e"]);
        assert_eq!(paths(json!([1]), json!([1, 2])), [""]);
        assert_eq!(paths(json!("1"), json!(1)), [""]);
        assert_eq!(paths(json!({}), json!([])), [""]);
    }

    #[test]
    fn templates_are_filled_in() {
        assert!(paths(json!({ "{{uid}}": "{{count}}" }), json!({ "u1": 2 })).is_empty());
        assert!(paths(json!("of {{uid}}: <digits>"), json!("of u1: 7")).is_empty());
        assert_eq!(paths(json!("of {{uid}}"), json!("of u2")), [""]);
        let unknown = compare(
            &json!("{{nobody}}"),
            &json!(""),
            &Variables::new("test"),
            "",
        );
        assert!(unknown.is_err());
    }

    #[test]
    fn lists_may_be_loose() {
        let unordered = json!({ "<unordered>": ["<bool>", 1], "<first>": 1 });
        assert!(paths(unordered.clone(), json!([1, true])).is_empty());
        assert_eq!(paths(unordered.clone(), json!([true, 1])), ["/0"]);
        assert_eq!(paths(unordered.clone(), json!([1])), [""]);
        assert_eq!(paths(unordered, json!([1, true, 2])), [""]);
        assert!(paths(json!({ "<superset>": ["a"] }), json!(["b", "a"])).is_empty());
        assert_eq!(paths(json!({ "<superset>": ["a"] }), json!(["b"])), [""]);
        assert!(paths(json!({ "<contains>": ["{{uid}}"] }), json!("(u1)")).is_empty());
        assert_eq!(paths(json!({ "<contains>": ["x"] }), json!("(u1)")), [""]);
    }
}
