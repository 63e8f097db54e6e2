//! The databases and tables that the app needs.

use serde::Deserialize;

use super::appwrite::Id;

/// `appwrite.config.json`, the project file of Appwrite's CLI. It's built in, so that the doctor knows
/// what to look for on a machine without the source.
pub const PROJECT_FILE: &str = include_str!("../../appwrite.config.json");

/// What of it the app needs to be there.
#[derive(Debug, Deserialize)]
pub struct Schema {
    /// The tables, of whatever database.
    #[serde(default)]
    pub tables: Vec<Table>,
}

/// A table.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    /// Its ID.
    #[serde(rename = "$id")]
    pub id: Id,
    /// The ID of its database.
    pub database_id: Id,
    #[serde(default)]
    columns: Vec<Column>,
    #[serde(default)]
    indexes: Vec<Index>,
}

#[derive(Debug, Deserialize)]
struct Column {
    key: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Debug, Deserialize)]
struct Index {
    #[serde(rename = "type")]
    kind: String,
    columns: Vec<String>,
}

impl Schema {
    /// Reads a project file.
    ///
    /// # Errors
    ///
    /// What's wrong with it.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

impl Table {
    /// Its columns, but those that are rows of another table.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let columns = self.columns.iter();
        let own = columns.filter(|column| column.kind != "relationship");
        own.map(|column| column.key.as_str())
    }

    /// The columns that have a full-text index of their own, without which nobody can search them.
    pub fn searchable(&self) -> impl Iterator<Item = &str> {
        let indexes = self.indexes.iter();
        indexes.filter_map(|index| match (&*index.kind, &*index.columns) {
            ("fulltext", [column]) => Some(column.as_str()),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_apps_own_file_can_be_read_and_has_what_its_tables_need() {
        let schema = Schema::parse(PROJECT_FILE).unwrap();
        for table in &schema.tables {
            let columns: Vec<&str> = table.columns().collect();
            assert!(!columns.is_empty(), "{}", table.id);
            for column in table.searchable() {
                assert!(columns.contains(&column), "{}: {column}", table.id);
            }
        }
    }
}
