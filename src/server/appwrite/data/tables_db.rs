use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    permission::Permission,
    query::Query,
    row::{Row, Rows},
    store::{Access, Store, Words},
    transaction::{Operation, StagedRows, Transaction},
};
use crate::server::appwrite::{error::AppwriteError, id::Id, transport::Call};

pub(super) const WORDS: Words = Words {
    service: "tablesdb",
    tables: "tables",
    rows: "rows",
    row_id: "rowId",
};

/// The TablesDB service: databases of tables of rows.
///
/// With a session client, Appwrite decides who may do what, by the permissions of the table and the
/// row. A row that somebody may not read isn't found; one that they may read and not change answers
/// [`AppError::NotPermitted`](crate::error::AppError::NotPermitted).
pub struct TablesDB<'a> {
    access: Access<'a>,
}

impl<'a> TablesDB<'a> {
    pub(in crate::server::appwrite) fn new(access: Access<'a>) -> Self {
        Self { access }
    }

    fn rows(&self, database: &'a Id, table: &'a Id) -> Store<'a> {
        Store {
            access: self.access,
            words: &WORDS,
            database,
            table,
            transaction: None,
        }
    }

    /// `GET …/rows`: the rows that match, at most 25 unless a query says otherwise.
    pub async fn list_rows<T: DeserializeOwned>(
        &self,
        database: &'a Id,
        table: &'a Id,
        queries: &[Query],
    ) -> Result<Rows<T>, AppwriteError> {
        self.rows(database, table).list(queries).await
    }

    /// `GET …/rows/{id}`. The only query is [`Query::select`].
    pub async fn get_row<T: DeserializeOwned>(
        &self,
        database: &'a Id,
        table: &'a Id,
        id: &Id,
        queries: &[Query],
    ) -> Result<Row<T>, AppwriteError> {
        self.rows(database, table).get(id, queries).await
    }

    /// `POST …/rows`: a new row, with a new ID from [`Id::unique`]. Without permissions it belongs
    /// to the visitor alone, where a session makes it.
    pub async fn create_row<T: DeserializeOwned>(
        &self,
        database: &'a Id,
        table: &'a Id,
        id: &Id,
        data: &(impl Serialize + ?Sized),
        permissions: Option<&[Permission]>,
    ) -> Result<Row<T>, AppwriteError> {
        let rows = self.rows(database, table);
        rows.create(id, data, permissions).await
    }

    /// `PATCH …/rows/{id}`: changes the columns that are in `data`, and no others. The same for
    /// permissions.
    pub async fn update_row<T: DeserializeOwned>(
        &self,
        database: &'a Id,
        table: &'a Id,
        id: &Id,
        data: &(impl Serialize + ?Sized),
        permissions: Option<&[Permission]>,
    ) -> Result<Row<T>, AppwriteError> {
        let rows = self.rows(database, table);
        rows.update(id, data, permissions).await
    }

    /// `PUT …/rows/{id}`: makes the row, or changes it if it's there.
    pub async fn upsert_row<T: DeserializeOwned>(
        &self,
        database: &'a Id,
        table: &'a Id,
        id: &Id,
        data: &(impl Serialize + ?Sized),
        permissions: Option<&[Permission]>,
    ) -> Result<Row<T>, AppwriteError> {
        let rows = self.rows(database, table);
        rows.upsert(id, data, permissions).await
    }

    /// `DELETE …/rows/{id}`.
    pub async fn delete_row(
        &self,
        database: &'a Id,
        table: &'a Id,
        id: &Id,
    ) -> Result<(), AppwriteError> {
        self.rows(database, table).delete(id).await
    }

    /// `PATCH …/rows/{id}/{column}/increment`: adds to a number, unless that makes it more than
    /// `max`. Nothing is lost when two do it at once.
    pub async fn increment_row_column<T: DeserializeOwned>(
        &self,
        database: &'a Id,
        table: &'a Id,
        id: &Id,
        column: &Id,
        by: f64,
        max: Option<f64>,
    ) -> Result<Row<T>, AppwriteError> {
        let rows = self.rows(database, table);
        rows.increment(id, column, by, max).await
    }

    /// `PATCH …/rows/{id}/{column}/decrement`: takes from a number, unless that makes it less than
    /// `min`.
    pub async fn decrement_row_column<T: DeserializeOwned>(
        &self,
        database: &'a Id,
        table: &'a Id,
        id: &Id,
        column: &Id,
        by: f64,
        min: Option<f64>,
    ) -> Result<Row<T>, AppwriteError> {
        let rows = self.rows(database, table);
        rows.decrement(id, column, by, min).await
    }

    /// `POST /tablesdb/transactions`: begins a transaction, which ends by itself after so many
    /// seconds (60 to 3600; 300 unless given).
    pub async fn create_transaction(&self, ttl: Option<u32>) -> Result<Transaction, AppwriteError> {
        let body = ttl.map_or_else(|| json!({}), |ttl| json!({ "ttl": ttl }));
        let call = Call::post("/tablesdb/transactions", body);
        self.access.send(call).await
    }

    /// `GET /tablesdb/transactions/{id}`.
    pub async fn get_transaction(&self, id: &Id) -> Result<Transaction, AppwriteError> {
        let path = format!("/tablesdb/transactions/{id}");
        self.access.send(Call::get(&path)).await
    }

    /// `POST /tablesdb/transactions/{id}/operations`: stages all of these, or none.
    pub async fn create_operations(
        &self,
        id: &Id,
        operations: &[Operation],
    ) -> Result<Transaction, AppwriteError> {
        let path = format!("/tablesdb/transactions/{id}/operations");
        let operations: Vec<Value> = operations.iter().map(Operation::to_json).collect();
        let call = Call::post(&path, json!({ "operations": operations }));
        self.access.send(call).await
    }

    /// The rows of a table as the transaction sees them; what's written there is only staged.
    pub fn in_transaction(
        &self,
        transaction: &'a Id,
        database: &'a Id,
        table: &'a Id,
    ) -> StagedRows<'a> {
        StagedRows::new(Store {
            transaction: Some(transaction),
            ..self.rows(database, table)
        })
    }

    /// `PATCH /tablesdb/transactions/{id}`: does everything that was staged, or nothing if anything
    /// of it can't be done.
    pub async fn commit(&self, id: &Id) -> Result<Transaction, AppwriteError> {
        let path = format!("/tablesdb/transactions/{id}");
        let call = Call::patch(&path, json!({ "commit": true }));
        self.access.send(call).await
    }

    /// `PATCH /tablesdb/transactions/{id}`: forgets everything that was staged.
    pub async fn roll_back(&self, id: &Id) -> Result<Transaction, AppwriteError> {
        let path = format!("/tablesdb/transactions/{id}");
        let call = Call::patch(&path, json!({ "rollback": true }));
        self.access.send(call).await
    }

    /// `DELETE /tablesdb/transactions/{id}`.
    pub async fn delete_transaction(&self, id: &Id) -> Result<(), AppwriteError> {
        let path = format!("/tablesdb/transactions/{id}");
        self.access.send_empty(Call::delete(&path)).await
    }
}
