//! Transactions: operations on rows that are staged, and later done together or not at all.

use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use strum::{EnumString, IntoStaticStr, VariantNames};
use time::{Duration, OffsetDateTime};

use super::{
    access::Access,
    api::Api,
    bulk,
    query::{self, Query},
    rows::{self, StoredRow},
    schema::Table,
    structure::Data,
    writing::{Sent, Writer},
};
use crate::{error::ApiError, secret, timestamp};

/// The most operations in a transaction.
const MAX_OPERATIONS: i64 = 100;

/// A transaction.
#[derive(Clone, Debug)]
pub struct Transaction {
    pub sequence: i64,
    pub id: String,
    pub created: String,
    pub updated: String,
    /// `pending`, `committed` or `failed`.
    pub status: String,
    pub operations: i64,
    pub expires: String,
    /// The user who may go on with it. Without one, only keys may.
    owner: Option<String>,
}

/// What an operation does.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "camelCase")]
#[strum(serialize_all = "camelCase")]
pub enum Action {
    Create,
    Update,
    Upsert,
    Delete,
    Increment,
    Decrement,
    BulkCreate,
    BulkUpdate,
    BulkUpsert,
    BulkDelete,
}

/// An operation on rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Operation {
    pub action: Action,
    /// Empty if it's about many rows.
    #[serde(default)]
    pub row_id: String,
    pub data: Value,
    pub permissions: Option<Vec<String>>,
}

/// An operation with the rights of whoever staged it, as it's stored.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(flatten)]
    operation: Operation,
    #[serde(default)]
    access: Access,
}

/// An operation that is waiting.
struct Staged {
    table: i64,
    stored: Stored,
    /// What the row was when it was staged; empty if it wasn't there.
    base: Option<String>,
}

impl Transaction {
    fn from_row(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            sequence: row.get("sequence")?,
            id: row.get("id")?,
            created: row.get("created")?,
            updated: row.get("updated")?,
            status: row.get("status")?,
            operations: row.get("operations")?,
            expires: row.get("expires")?,
            owner: row.get("owner")?,
        })
    }

    /// `transaction`
    pub fn model(&self) -> Value {
        json!({
            "$id": self.id,
            "$createdAt": self.created,
            "$updatedAt": self.updated,
            "status": self.status,
            "operations": self.operations,
            "expiresAt": self.expires,
        })
    }

    /// Begins a transaction that lasts for so many seconds.
    pub fn create(connection: &Connection, access: &Access, ttl: i64) -> Result<Self, ApiError> {
        let now = OffsetDateTime::now_utc();
        connection.execute(
            "DELETE FROM data_transactions WHERE expires < ?1",
            [timestamp::format(now - Duration::DAY)],
        )?;
        let id = secret::id();
        connection.execute(
            "INSERT INTO data_transactions (id, created, updated, status, operations, expires,
                owner)
             VALUES (?1, ?2, ?2, 'pending', 0, ?3, ?4)",
            params![
                id,
                timestamp::format(now),
                timestamp::format(now + Duration::seconds(ttl)),
                access.user_id
            ],
        )?;
        Self::find(connection, access, &id)
    }

    /// The transaction with this ID, if it's the caller's.
    ///
    /// # Errors
    ///
    /// `transaction_not_found`.
    pub fn find(connection: &Connection, access: &Access, id: &str) -> Result<Self, ApiError> {
        let found = connection
            .prepare_cached("SELECT * FROM data_transactions WHERE id = ?1")?
            .query_row([id], Self::from_row)
            .optional()?;
        let mine =
            |one: &Self| access.privileged || (one.owner.is_some() && one.owner == access.user_id);
        found.filter(mine).ok_or_else(|| {
            let message = format!("Transaction with the requested ID '{id}' could not be found.");
            ApiError::with("transaction_not_found", 404, message)
        })
    }

    /// The transactions that a query (everything after `FROM`) selects.
    pub fn select(
        connection: &Connection,
        query: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<Self>, ApiError> {
        let mut statement = connection.prepare(&format!("SELECT * FROM {query}"))?;
        let rows = statement.query_map(values, Self::from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Forgets it, and what is staged in it.
    pub fn delete(self, connection: &Connection) -> Result<(), ApiError> {
        connection.execute(
            "DELETE FROM data_transactions WHERE sequence = ?1",
            [self.sequence],
        )?;
        Ok(())
    }

    /// Refuses one that is over.
    ///
    /// # Errors
    ///
    /// `transaction_not_ready` if it isn't pending, `transaction_expired`.
    pub fn check_open(&self) -> Result<(), ApiError> {
        if self.status != "pending" {
            let message = "The transaction is not ready yet. Please try again later.";
            return Err(ApiError::with(
                "transaction_not_ready",
                400,
                message.to_owned(),
            ));
        }
        if self.expires < timestamp::now() {
            let message =
                "The transaction has expired. Please create a new transaction and try again.";
            return Err(ApiError::with(
                "transaction_expired",
                410,
                message.to_owned(),
            ));
        }
        Ok(())
    }

    /// Refuses more operations than it has room for.
    pub fn check_room(&self, adding: usize) -> Result<(), ApiError> {
        let count = i64::try_from(adding).unwrap_or(i64::MAX);
        if self.operations.saturating_add(count) <= MAX_OPERATIONS {
            return Ok(());
        }
        let message = format!(
            "Transaction already has {} operations, adding {adding} would exceed the maximum of \
             {MAX_OPERATIONS}",
            self.operations
        );
        Err(ApiError::with("transaction_limit_exceeded", 400, message))
    }

    /// Stages an operation, which is done with these rights later.
    pub fn stage(
        &mut self,
        connection: &Connection,
        access: &Access,
        table: &Table,
        operation: Operation,
    ) -> Result<(), ApiError> {
        self.check_room(1)?;
        let base = match operation.action {
            Action::Create
            | Action::BulkCreate
            | Action::BulkUpdate
            | Action::BulkUpsert
            | Action::BulkDelete => None,
            action => match rows::find(connection, table, &operation.row_id)? {
                Some(row) => Some(fingerprint(&row)),
                // Whoever creates it first has it.
                None if action == Action::Upsert => Some(String::new()),
                None => None,
            },
        };
        let stored = Stored {
            operation,
            access: access.clone(),
        };
        connection.execute(
            "INSERT INTO data_operations (transaction_, table_, operation, base)
             VALUES (?1, ?2, ?3, ?4)",
            params![
                self.sequence,
                table.sequence,
                json!(stored).to_string(),
                base
            ],
        )?;
        self.operations += 1;
        self.save(connection)
    }

    fn save(&mut self, connection: &Connection) -> Result<(), ApiError> {
        self.updated = timestamp::now();
        connection.execute(
            "UPDATE data_transactions SET status = ?2, operations = ?3, updated = ?4
             WHERE sequence = ?1",
            params![self.sequence, self.status, self.operations, self.updated],
        )?;
        Ok(())
    }

    fn staged(&self, connection: &Connection) -> Result<Vec<Staged>, ApiError> {
        let mut statement = connection.prepare_cached(
            "SELECT table_, operation, base FROM data_operations
             WHERE transaction_ = ?1 ORDER BY sequence",
        )?;
        let rows = statement.query_map([self.sequence], |row| {
            let text: String = row.get(1)?;
            Ok(Staged {
                table: row.get(0)?,
                stored: serde_json::from_str(&text).map_err(|error| {
                    rusqlite::Error::FromSqlConversionFailure(1, Type::Text, error.into())
                })?,
                base: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The operations that are staged for a table, in order.
    pub fn operations_of(
        &self,
        connection: &Connection,
        table: &Table,
    ) -> Result<Vec<Operation>, ApiError> {
        let staged = self.staged(connection)?;
        Ok(staged
            .into_iter()
            .filter(|staged| staged.table == table.sequence)
            .map(|staged| staged.stored.operation)
            .collect())
    }

    /// Runs some work as if everything staged were done, and undoes it afterwards.
    pub fn within<T>(
        &self,
        connection: &Connection,
        work: impl FnOnce() -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let staged = self.staged(connection)?;
        connection.execute_batch("SAVEPOINT within")?;
        for Staged { table, stored, .. } in staged {
            try_out(connection, table, stored.operation, &stored.access)?;
        }
        let result = work();
        connection.execute_batch("ROLLBACK TO within; RELEASE within")?;
        result
    }

    /// Does everything that is staged. If one of the operations fails, none is done.
    ///
    /// # Errors
    ///
    /// `transaction_conflict` if a row has changed since or is there already, and what each
    /// operation refuses. The transaction has failed then.
    pub fn commit(&mut self, connection: &Connection) -> Result<Result<(), ApiError>, ApiError> {
        connection.execute_batch("SAVEPOINT committed")?;
        let result = self.apply_all(connection);
        let end = match &result {
            Ok(()) => "RELEASE committed",
            Err(_) => "ROLLBACK TO committed; RELEASE committed",
        };
        connection.execute_batch(end)?;
        self.finish(
            connection,
            if result.is_ok() {
                "committed"
            } else {
                "failed"
            },
        )?;
        Ok(result)
    }

    fn apply_all(&self, connection: &Connection) -> Result<(), ApiError> {
        let staged = self.staged(connection)?;
        for one in &staged {
            let Some(base) = &one.base else {
                continue;
            };
            let table = table(connection, one.table)?;
            let id = &one.stored.operation.row_id;
            let row = rows::find(connection, &table, id)?;
            let now = match &row {
                Some(row) => fingerprint(row),
                None if base.is_empty() => String::new(),
                None => return Err(Api::Databases.row_not_found(id)),
            };
            if now != *base {
                return Err(conflict());
            }
        }
        for one in staged {
            apply(
                connection,
                one.table,
                one.stored.operation,
                &one.stored.access,
            )?;
        }
        Ok(())
    }

    /// Gives up everything that is staged. Appwrite says that it failed then, too.
    pub fn roll_back(&mut self, connection: &Connection) -> Result<(), ApiError> {
        self.finish(connection, "failed")
    }

    fn finish(&mut self, connection: &Connection, status: &str) -> Result<(), ApiError> {
        self.status = status.to_owned();
        self.save(connection)?;
        connection.execute(
            "DELETE FROM data_operations WHERE transaction_ = ?1",
            [self.sequence],
        )?;
        Ok(())
    }
}

fn conflict() -> ApiError {
    let message = "The transaction has a conflict. Please resolve the conflict and try again.";
    ApiError::with("transaction_conflict", 409, message.to_owned())
}

/// What a row is, so that it shows whether it has changed.
fn fingerprint(row: &StoredRow) -> String {
    let all = json!([row.sequence, row.updated, row.permissions, row.values]);
    secret::sha256(&all.to_string())
}

fn table(connection: &Connection, sequence: i64) -> Result<Table, ApiError> {
    Table::find_by_sequence(connection, sequence)?.ok_or_else(|| Api::Databases.table_not_found(""))
}

/// Does one operation, or nothing if it can't be done, which shows when it's committed.
pub fn try_out(
    connection: &Connection,
    table: i64,
    operation: Operation,
    access: &Access,
) -> Result<(), ApiError> {
    connection.execute_batch("SAVEPOINT one")?;
    let end = match apply(connection, table, operation, access) {
        Ok(()) => "RELEASE one",
        Err(_) => "ROLLBACK TO one; RELEASE one",
    };
    Ok(connection.execute_batch(end)?)
}

/// Does one operation with the rights of whoever staged it. They're checked again: only now it
/// shows what else the operation writes, such as rows nested in its own.
fn apply(
    connection: &Connection,
    table_: i64,
    operation: Operation,
    access: &Access,
) -> Result<(), ApiError> {
    // Errors of a commit have the older names, whichever routes it was staged by.
    const API: Api = Api::Databases;
    let table = table(connection, table_)?;
    let writer = Writer::new(connection, API, access);
    let Operation {
        action,
        row_id,
        data,
        permissions,
    } = operation;
    let object = |value: Value| match value {
        Value::Object(fields) => fields,
        _ => Data::new(),
    };
    let find = || {
        let row = rows::find(connection, &table, &row_id)?;
        row.ok_or_else(|| API.row_not_found(&row_id))
    };
    let exists = |error: ApiError| {
        if error.status == 409 {
            conflict()
        } else {
            error
        }
    };
    match action {
        Action::Create => {
            let sent = Sent::read(API, access, object(data), permissions)?;
            writer.create(&table, &row_id, sent).map_err(exists)?;
        }
        Action::Update => {
            let sent = Sent::read(API, access, object(data), permissions)?;
            writer.update(&table, &find()?, sent).map_err(exists)?;
        }
        Action::Upsert => {
            let sent = Sent::read(API, access, object(data), permissions)?;
            writer.upsert(&table, &row_id, sent).map_err(exists)?;
        }
        Action::Delete => writer.delete(&table, &find()?)?,
        Action::Increment | Action::Decrement => {
            let counter = Counter::read(action, &data)?;
            find()?;
            writer.increment(&table, &row_id, &counter.column, &counter.by, counter.limit)?;
        }
        Action::BulkCreate => {
            bulk::create(&writer, &table, bulk::read(API, &data)?).map_err(exists)?;
        }
        Action::BulkUpsert => {
            bulk::upsert(&writer, &table, bulk::read(API, &data)?).map_err(exists)?;
        }
        Action::BulkUpdate => {
            let queries = queries(&data)?;
            let data = object(data.get("data").cloned().unwrap_or_default());
            bulk::update(&writer, &table, data, &queries).map_err(exists)?;
        }
        Action::BulkDelete => {
            bulk::delete(&writer, &table, &queries(&data)?)?;
        }
    }
    Ok(())
}

/// The queries in an operation's data.
pub fn queries(data: &Value) -> Result<Vec<Query>, ApiError> {
    match data.get("queries") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(list) => query::texts(list)?.into_iter().map(Query::parse).collect(),
    }
}

/// What an operation adds to a number.
pub struct Counter {
    pub column: String,
    /// Less than zero if it's taken away.
    pub by: Value,
    pub limit: Option<f64>,
}

impl Counter {
    /// Reads it from an operation's data.
    ///
    /// # Errors
    ///
    /// `general_argument_invalid` if it's no positive number.
    pub fn read(action: Action, data: &Value) -> Result<Self, ApiError> {
        let column = data.get("column").or_else(|| data.get("attribute"));
        let value = data.get("value").cloned().unwrap_or_else(|| json!(1));
        let down = action == Action::Decrement;
        let limit = data.get(if down { "min" } else { "max" });
        Ok(Self {
            column: column
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            by: signed(&value, down)?,
            limit: limit.and_then(Value::as_f64),
        })
    }
}

/// A positive number, negated if it's to be taken away.
///
/// # Errors
///
/// `general_argument_invalid` if it's no positive number.
pub fn signed(value: &Value, down: bool) -> Result<Value, ApiError> {
    let positive = value.as_f64().is_some_and(|number| number > 0.0);
    if !positive {
        let message = "Value must be numeric and greater than 0".to_owned();
        return Err(ApiError::argument(message));
    }
    let whole = value.as_i64().and_then(|whole| {
        if down {
            whole.checked_neg()
        } else {
            Some(whole)
        }
    });
    let float = value.as_f64().unwrap_or_default();
    Ok(match whole {
        Some(whole) => json!(whole),
        None => json!(if down { -float } else { float }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn a_transaction_that_has_expired_is_over() {
        let store = Store::in_memory().unwrap();
        let run = store.run(|connection| {
            let access = Access::unlimited();
            let made = Transaction::create(connection, &access, 60)?;
            made.check_open()?;
            let ago = timestamp::format(OffsetDateTime::now_utc() - Duration::SECOND);
            connection.execute("UPDATE data_transactions SET expires = ?1", [ago])?;
            let expired = Transaction::find(connection, &access, &made.id)?;
            Ok(expired.check_open().unwrap_err().kind)
        });
        assert_eq!(run.await.unwrap(), "transaction_expired");
    }
}
