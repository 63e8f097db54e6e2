//! How texts in rows compare: without regard to case and to spaces at the end, as they do in
//! Appwrite's database. Unlike there, accents count here.

use std::{cmp::Ordering, collections::HashSet};

use aho_corasick::AhoCorasick;
use rusqlite::{
    Connection, Error,
    functions::{Context, FunctionFlags},
    types::FromSqlError,
};
use serde_json::Value;

/// The collation's name in SQL.
pub const COLLATION: &str = "APPWRITE";

/// A text without regard to case.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        text.to_ascii_uppercase()
    } else {
        text.chars().flat_map(char::to_uppercase).collect()
    }
}

fn compare(one: &str, other: &str) -> Ordering {
    let (one, other) = (one.trim_end_matches(' '), other.trim_end_matches(' '));
    if one.is_ascii() && other.is_ascii() {
        let one = one.bytes().map(|byte| byte.to_ascii_uppercase());
        return one.cmp(other.bytes().map(|byte| byte.to_ascii_uppercase()));
    }
    let one = one.chars().flat_map(char::to_uppercase);
    one.cmp(other.chars().flat_map(char::to_uppercase))
}

/// The texts that others are compared with, without regard to case.
struct Wanted {
    texts: Vec<String>,
    /// Finds all of them in one go.
    finder: AhoCorasick,
}

impl Wanted {
    /// Reads them from a list as JSON.
    fn parse(list: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let values: Vec<Value> = serde_json::from_str(list)?;
        let texts: Vec<String> = values
            .iter()
            .map(|value| match value {
                Value::String(text) => folded(text),
                other => other.to_string(),
            })
            .collect();
        let finder = AhoCorasick::new(&texts)?;
        Ok(Self { texts, finder })
    }

    fn fit(&self, text: &str, method: &str) -> bool {
        let mut texts = self.texts.iter();
        match method {
            "startsWith" => texts.any(|wanted| text.starts_with(wanted)),
            "endsWith" => texts.any(|wanted| text.ends_with(wanted)),
            "containsAll" => self.are_all_in(text),
            _ => self.finder.is_match(text),
        }
    }

    fn are_all_in(&self, text: &str) -> bool {
        let mut missing = HashSet::<usize>::from_iter(0..self.texts.len());
        for found in self.finder.find_overlapping_iter(text) {
            missing.remove(&found.pattern().as_usize());
            if missing.is_empty() {
                break;
            }
        }
        missing.is_empty()
    }
}

/// `fits_text(text, method, list)`: whether a text starts with, ends with or contains one of the
/// texts in a list, or contains all of them. Null for null.
fn fits_text(context: &Context<'_>) -> Result<Option<bool>, Error> {
    let failed = |error: FromSqlError| Error::UserFunctionError(error.into());
    let wanted = context.get_or_create_aux(2, |list| Wanted::parse(list.as_str()?))?;
    let Some(text) = context.get_raw(0).as_str_or_null().map_err(failed)? else {
        return Ok(None);
    };
    let method = context.get_raw(1).as_str().map_err(failed)?;
    Ok(Some(wanted.fit(&folded(text), method)))
}

/// Makes the collation, and the functions `folded` and `fits_text`, known to a connection. Without
/// the collation, no row can be read.
pub fn register(connection: &Connection) -> Result<(), Error> {
    connection.create_collation(COLLATION, compare)?;
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("folded", 1, flags, |context| {
        let text = context.get_raw(0).as_str_or_null()?;
        Ok(text.map(folded))
    })?;
    connection.create_scalar_function("fits_text", 3, flags, fits_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_compared_with_all_that_are_wanted_at_once() {
        let texts = [
            Some("Red Apples"),
            Some("100%"),
            Some("a_b\\c"),
            Some("ÄRGER"),
            Some("nul\u{0}after"),
            None,
        ];
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        for (method, wanted, fitting) in [
            ("contains", r#"["apple"]"#, vec![0]),
            ("contains", r#"["nothing", "%", "_"]"#, vec![1, 2]),
            ("contains", r#"["\\", "ärg", "AFTER"]"#, vec![2, 3, 4]),
            ("contains", r#"[""]"#, vec![0, 1, 2, 3, 4]),
            ("contains", "[100]", vec![1]),
            (
                "containsAll",
                r#"["red", "ed a", "d", "d", "APPLES"]"#,
                vec![0],
            ),
            ("containsAll", r#"["red", "pears"]"#, vec![]),
            ("startsWith", r#"["RED"]"#, vec![0]),
            ("endsWith", r#"["les"]"#, vec![0]),
            ("endsWith", r#"["apple"]"#, vec![]),
        ] {
            let fits = |text: &Option<&str>| {
                let sql = "SELECT fits_text(?1, ?2, ?3)";
                let parameters = (text, method, wanted);
                let fits: Option<bool> = connection
                    .query_row(sql, parameters, |row| row.get(0))
                    .unwrap();
                assert_eq!(fits.is_none(), text.is_none());
                fits == Some(true)
            };
            let found: Vec<usize> = (0..texts.len()).filter(|at| fits(&texts[*at])).collect();
            assert_eq!(found, fitting, "{method} {wanted}");
        }
    }

    #[test]
    fn case_and_spaces_at_the_end_do_not_count() {
        for (one, other) in [
            ("home", "HOME"),
            ("a", "a  "),
            ("Ärger", "äRGER"),
            ("", " "),
        ] {
            assert_eq!(compare(one, other), Ordering::Equal, "{one:?} {other:?}");
        }
        assert_eq!(compare("apple", "Banana"), Ordering::Less);
        assert_eq!(compare("apple", "Apple pie"), Ordering::Less);
        assert_eq!(compare(" a", "a"), Ordering::Less);
    }
}
