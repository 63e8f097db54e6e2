//! How texts in rows compare: without regard to case and to spaces at the end, as they do in
//! Appwrite's database. Unlike there, accents count here.

use std::cmp::Ordering;

use rusqlite::{Connection, functions::FunctionFlags};

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

/// Makes the collation, and the function `folded`, known to a connection. Without it, no row can be
/// read.
pub fn register(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.create_collation(COLLATION, compare)?;
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("folded", 1, flags, |context| {
        let text = context.get_raw(0).as_str_or_null()?;
        Ok(text.map(folded))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
