use serde::{Deserialize, Deserializer, de::Error};

use super::Permission;
use crate::server::appwrite::id::Id;

/// A row: the caller's own columns, and what Appwrite keeps with every row.
///
/// `T` reads the columns by their keys. A column without a value is `null`, so unless it's required
/// it's an `Option`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Row<T> {
    /// Its ID.
    #[serde(rename = "$id")]
    pub id: Id,
    /// When it was made (RFC 3339).
    #[serde(rename = "$createdAt")]
    pub created_at: String,
    /// When it was last changed (RFC 3339). It's another text after every change.
    #[serde(rename = "$updatedAt")]
    pub updated_at: String,
    /// Who may do what with it, besides what the table says.
    #[serde(rename = "$permissions")]
    pub permissions: Vec<Permission>,
    /// Its number in the table, which grows with every new row.
    #[serde(rename = "$sequence", deserialize_with = "number")]
    pub sequence: u64,
    /// The caller's columns.
    #[serde(flatten)]
    pub data: T,
}

/// A page of rows.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Rows<T> {
    /// How many rows match, on all pages. 5000 stands for "5000 or more".
    pub total: u64,
    /// The rows of this page.
    #[serde(alias = "documents")]
    pub rows: Vec<Row<T>>,
}

/// A number, which Appwrite has also sent as a text.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Number {
        Number(u64),
        Text(String),
    }
    match Number::deserialize(deserializer)? {
        Number::Number(number) => Ok(number),
        Number::Text(text) => text.parse().map_err(D::Error::custom),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Note {
        title: String,
        stars: Option<i64>,
        tags: Vec<String>,
    }

    fn one() -> Value {
        json!({
            "title": "One",
            "stars": null,
            "tags": ["a"],
            "$id": "r1",
            "$permissions": ["read(\"any\")"],
            "$createdAt": "2026-01-02T03:04:05.678+00:00",
            "$updatedAt": "2026-01-02T03:04:05.679+00:00",
            "$sequence": 12,
            "$databaseId": "app",
            "$tableId": "notes",
            "unknown": 1,
        })
    }

    #[test]
    fn a_row_is_read_with_its_own_columns() {
        for sequence in [json!(12), json!("12")] {
            let mut row = one();
            row["$sequence"] = sequence;
            let row: Row<Note> = serde_json::from_value(row).unwrap();
            assert_eq!(row.id.as_str(), "r1");
            assert_eq!(row.created_at, "2026-01-02T03:04:05.678+00:00");
            assert_eq!(row.updated_at, "2026-01-02T03:04:05.679+00:00");
            assert_eq!(row.sequence, 12);
            assert_eq!(row.permissions[0].to_string(), "read(\"any\")");
            let note = Note {
                title: "One".to_owned(),
                stars: None,
                tags: vec!["a".to_owned()],
            };
            assert_eq!(row.data, note);
        }
    }

    #[test]
    fn a_page_is_read_from_either_service() {
        for key in ["rows", "documents"] {
            let page: Rows<Note> =
                serde_json::from_value(json!({ "total": 26, key: [one()] })).unwrap();
            assert_eq!((page.total, page.rows.len()), (26, 1));
        }
        let neither = serde_json::from_value::<Rows<Note>>(json!({ "total": 0 }));
        assert!(neither.is_err(), "no rows is not the same as none");
    }

    #[test]
    fn what_is_no_row_is_refused() {
        for (key, value) in [
            ("$id", json!("..")),
            ("$sequence", json!("twelve")),
            ("$permissions", json!(null)),
            ("title", json!(1)),
        ] {
            let mut row = one();
            row[key] = value;
            let read = serde_json::from_value::<Row<Note>>(row);
            assert!(read.is_err(), "{key}");
        }
    }
}
