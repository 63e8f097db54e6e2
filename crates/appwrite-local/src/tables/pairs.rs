//! Relationships of many to many: pairs of rows, in a table of their own.

use rusqlite::Connection;

use super::{
    ddl,
    kind::{RelationType, Side},
    schema::{Column, Table},
};
use crate::error::ApiError;

/// The pairs of a relationship, seen from one of its ends.
pub struct Pairs {
    table: String,
    /// The column with the IDs of the rows at this end.
    mine: &'static str,
    /// The column with the IDs of the related rows.
    other: &'static str,
}

impl Pairs {
    /// The pairs of a column. `None` if it's another kind of relationship, or none.
    pub fn of(column: &Column, related: &Table) -> Option<Self> {
        let relation = column.spec.options.relation.as_ref()?;
        if relation.relation_type != RelationType::ManyToMany {
            return None;
        }
        let (parent, mine, other) = match relation.side {
            Side::Parent => (column, "parent", "child"),
            Side::Child => {
                let mut columns = related.columns.iter();
                let parent = columns.find(|other| other.spec.key == relation.two_way_key)?;
                (parent, "child", "parent")
            }
        };
        Some(Self {
            table: ddl::pairs_table(parent.sequence),
            mine,
            other,
        })
    }

    /// The condition for the related rows of one row, whose ID is its value.
    pub fn related(&self) -> String {
        let Self { table, mine, other } = self;
        format!("id IN (SELECT {other} FROM {table} WHERE {mine} = ?)")
    }

    /// The condition for rows with a related row among these.
    pub fn with_related(&self, ids: &str) -> String {
        let Self { table, mine, other } = self;
        format!("id IN (SELECT {mine} FROM {table} WHERE {other} IN ({ids}))")
    }

    /// Makes these the related rows of a row, and no others.
    pub fn set(
        &self,
        connection: &Connection,
        id: &str,
        related: &[String],
    ) -> Result<(), ApiError> {
        self.remove(connection, id)?;
        let Self { table, mine, other } = self;
        let sql = format!("INSERT OR IGNORE INTO {table} ({mine}, {other}) VALUES (?1, ?2)");
        let mut statement = connection.prepare_cached(&sql)?;
        for one in related {
            statement.execute([id, one])?;
        }
        Ok(())
    }

    /// Takes all related rows from a row.
    pub fn remove(&self, connection: &Connection, id: &str) -> Result<(), ApiError> {
        let Self { table, mine, .. } = self;
        connection
            .prepare_cached(&format!("DELETE FROM {table} WHERE {mine} = ?1"))?
            .execute([id])?;
        Ok(())
    }
}
