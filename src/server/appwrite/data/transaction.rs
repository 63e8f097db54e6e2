use serde::{
    Deserialize, Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::{Value, json};

use super::{
    permission::Permission,
    query::Query,
    store::{Store, number},
};
use crate::server::appwrite::{error::AppwriteError, id::Id};

/// A transaction: writes that happen together, or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Transaction {
    /// Its ID.
    #[serde(rename = "$id")]
    pub id: Id,
    /// `pending`, `committing`, `committed` or `failed`. One that was rolled back has failed, too.
    pub status: String,
    /// How many writes are staged.
    pub operations: u32,
    /// When it ends by itself (RFC 3339).
    #[serde(rename = "expiresAt")]
    pub expires_at: String,
}

/// A write for a transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    database: Id,
    table: Id,
    row: Id,
    action: &'static str,
    data: Option<Value>,
}

impl Operation {
    /// A new row.
    pub fn create(database: &Id, table: &Id, row: &Id, data: Value) -> Self {
        Self::new("create", database, table, row, Some(data))
    }

    /// Columns of a row.
    pub fn update(database: &Id, table: &Id, row: &Id, data: Value) -> Self {
        Self::new("update", database, table, row, Some(data))
    }

    /// A row that goes.
    pub fn delete(database: &Id, table: &Id, row: &Id) -> Self {
        Self::new("delete", database, table, row, None)
    }

    /// A number that grows.
    pub fn increment(database: &Id, table: &Id, row: &Id, column: &Id, by: f64) -> Self {
        let data = json!({ "column": column.to_string(), "value": number(by) });
        Self::new("increment", database, table, row, Some(data))
    }

    /// A number that shrinks.
    pub fn decrement(database: &Id, table: &Id, row: &Id, column: &Id, by: f64) -> Self {
        let data = json!({ "column": column.to_string(), "value": number(by) });
        Self::new("decrement", database, table, row, Some(data))
    }

    fn new(action: &'static str, database: &Id, table: &Id, row: &Id, data: Option<Value>) -> Self {
        Self {
            database: database.clone(),
            table: table.clone(),
            row: row.clone(),
            action,
            data,
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let mut operation = json!({
            "action": self.action,
            "databaseId": self.database.to_string(),
            "tableId": self.table.to_string(),
            "rowId": self.row.to_string(),
        });
        if let Some(data) = &self.data {
            operation["data"] = data.clone();
        }
        operation
    }
}

/// A row as a transaction sees it. One that is only staged has no dates yet, and none of the columns
/// that weren't given.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct StagedRow<T> {
    /// Its ID.
    #[serde(rename = "$id")]
    pub id: Id,
    /// Who may do what with it, besides what the table says.
    #[serde(rename = "$permissions")]
    pub permissions: Vec<Permission>,
    /// The caller's columns.
    #[serde(flatten)]
    pub data: T,
}

#[derive(Deserialize)]
struct StagedPage<T> {
    rows: Vec<StagedRow<T>>,
}

/// The rows of a table as a transaction sees them. What's written is staged until it's committed,
/// so there's no row to return yet.
pub struct StagedRows<'a> {
    store: Store<'a>,
}

impl<'a> StagedRows<'a> {
    pub(super) fn new(store: Store<'a>) -> Self {
        Self { store }
    }

    /// The rows that match, with what's staged.
    pub async fn list<T: DeserializeOwned>(
        &self,
        queries: &[Query],
    ) -> Result<Vec<StagedRow<T>>, AppwriteError> {
        let page: StagedPage<T> = self.store.list(queries).await?;
        Ok(page.rows)
    }

    /// A row, with what's staged.
    pub async fn get<T: DeserializeOwned>(&self, id: &Id) -> Result<StagedRow<T>, AppwriteError> {
        self.store.get(id, &[]).await
    }

    /// A new row.
    pub async fn create(
        &self,
        id: &Id,
        data: &(impl Serialize + ?Sized),
        permissions: Option<&[Permission]>,
    ) -> Result<(), AppwriteError> {
        let _: IgnoredAny = self.store.create(id, data, permissions).await?;
        Ok(())
    }

    /// Columns of a row.
    pub async fn update(
        &self,
        id: &Id,
        data: &(impl Serialize + ?Sized),
        permissions: Option<&[Permission]>,
    ) -> Result<(), AppwriteError> {
        let _: IgnoredAny = self.store.update(id, data, permissions).await?;
        Ok(())
    }

    /// A row, whether it's there or not.
    pub async fn upsert(
        &self,
        id: &Id,
        data: &(impl Serialize + ?Sized),
        permissions: Option<&[Permission]>,
    ) -> Result<(), AppwriteError> {
        let _: IgnoredAny = self.store.upsert(id, data, permissions).await?;
        Ok(())
    }

    /// A row that goes.
    pub async fn delete(&self, id: &Id) -> Result<(), AppwriteError> {
        self.store.delete(id).await
    }

    /// A number that grows, to no more than `max`.
    pub async fn increment(
        &self,
        id: &Id,
        column: &Id,
        by: f64,
        max: Option<f64>,
    ) -> Result<(), AppwriteError> {
        let _: IgnoredAny = self.store.increment(id, column, by, max).await?;
        Ok(())
    }

    /// A number that shrinks, to no less than `min`.
    pub async fn decrement(
        &self,
        id: &Id,
        column: &Id,
        by: f64,
        min: Option<f64>,
    ) -> Result<(), AppwriteError> {
        let _: IgnoredAny = self.store.decrement(id, column, by, min).await?;
        Ok(())
    }
}
