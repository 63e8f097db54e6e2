//! Rows, one at a time and in lists.

use axum::http::StatusCode;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::{
    many,
    request::{TableRef, data, row_permissions, staged_model, transaction_id},
};
use crate::{
    call::Call,
    error::ApiError,
    model,
    reply::Reply,
    tables::{
        api::Api,
        models,
        query::{self, Query, refused},
        reading,
        rows::{self, StoredRow},
        schema::Table,
        selection::{Fields, Selection},
        structure::Data,
        transactions::{Action, Operation, Transaction, signed},
        writing::{Sent, Writer},
    },
};

/// The answer to a write: the whole row, with the rows that are related to it.
fn written(
    connection: &Connection,
    target: &TableRef,
    table: &Table,
    row: &StoredRow,
) -> Result<Value, ApiError> {
    let related = if table.has_relations() {
        reading::related(connection, &target.access, table, row, None)?
    } else {
        Vec::new()
    };
    let fields = Fields::default();
    Ok(models::row(target.api, table, row, &fields, &related))
}

/// A row as a query asks for it.
fn shown(
    connection: &Connection,
    target: &TableRef,
    table: &Table,
    row: &StoredRow,
    fields: &Fields,
) -> Result<Value, ApiError> {
    let related = if fields.loaded.is_empty() {
        Vec::new()
    } else {
        reading::related(connection, &target.access, table, row, Some(&fields.loaded))?
    };
    Ok(models::row(target.api, table, row, fields, &related))
}

/// `GET /tablesdb/:databaseId/tables/:tableId/rows`
pub async fn list(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let queries = query::read(&call.params)?;
    let counted = call.params.loose_boolean_or("total", true)?;
    let transaction = transaction_id(&call)?;
    let store = &call.shared.store;
    let Some(transaction) = transaction else {
        return store
            .read(move |connection| {
                let table = target.find(connection)?;
                let (models, total) = page(connection, &target, &table, &queries, counted)?;
                Ok(Reply::ok(model::list(api.rows(), total, models)))
            })
            .await;
    };
    store
        .run(move |connection| {
            let table = target.find(connection)?;
            let (models, total) = page(connection, &target, &table, &queries, counted)?;
            let transaction = Transaction::find(connection, &target.access, &transaction)?;
            let (models, total) = staged_page(
                connection,
                &target,
                &table,
                &queries,
                &transaction,
                models,
                total,
            )?;
            Ok(Reply::ok(model::list(api.rows(), total, models)))
        })
        .await
}

fn page(
    connection: &Connection,
    target: &TableRef,
    table: &Table,
    queries: &[Query],
    counted: bool,
) -> Result<(Vec<Value>, i64), ApiError> {
    let selection = Selection::read(connection, target.api, &target.access, table, queries)?;
    let rows = selection.rows(connection, table)?;
    let models = rows
        .iter()
        .map(|row| shown(connection, target, table, row, &selection.fields))
        .collect::<Result<Vec<_>, _>>()?;
    let total = if counted {
        selection.total(connection, table)?
    } else {
        0
    };
    Ok((models, total))
}

/// A page as a transaction sees it: rows that it changes are changed, and rows that it creates
/// stand at the end.
fn staged_page(
    connection: &Connection,
    target: &TableRef,
    table: &Table,
    queries: &[Query],
    transaction: &Transaction,
    mut models: Vec<Value>,
    mut total: i64,
) -> Result<(Vec<Value>, i64), ApiError> {
    let mut ids: Vec<String> = Vec::new();
    for operation in transaction.operations_of(connection, table)? {
        if !operation.row_id.is_empty() && !ids.contains(&operation.row_id) {
            ids.push(operation.row_id);
        }
    }
    let mut stored = Vec::new();
    for id in &ids {
        stored.push(rows::find(connection, table, id)?.is_some());
    }
    let staged = transaction.within(connection, || {
        let selection = Selection::read(connection, target.api, &target.access, table, queries)?;
        let model = |id: &String| {
            let Some(row) = selection.row(connection, table, id)? else {
                return Ok(None);
            };
            let mut model = shown(connection, target, table, &row, &selection.fields)?;
            model["$sequence"] = "".into();
            Ok(Some(model))
        };
        ids.iter().map(model).collect::<Result<Vec<_>, ApiError>>()
    })?;
    for ((id, stored), staged) in ids.iter().zip(stored).zip(staged) {
        let listed = models.iter().position(|model| model["$id"] == id.as_str());
        match (staged, listed) {
            (Some(model), Some(at)) => {
                if let Some(place) = models.get_mut(at) {
                    *place = model;
                }
            }
            (None, Some(at)) => {
                models.remove(at);
                total = (total - 1).max(0);
            }
            (Some(mut model), None) if !stored => {
                model["$createdAt"] = Value::Null;
                model["$updatedAt"] = Value::Null;
                models.push(model);
                total += 1;
            }
            _ => {}
        }
    }
    Ok((models, total))
}

/// `GET /tablesdb/:databaseId/tables/:tableId/rows/:rowId`
pub async fn get(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let id = call.id(api.row_id())?;
    let queries = query::read(&call.params)?;
    let transaction = transaction_id(&call)?;
    if let Some(other) = queries.iter().find(|query| query.method != "select") {
        return Err(refused(format!("Invalid query method: {}", other.method)));
    }
    let find = move |connection: &Connection| -> Result<Value, ApiError> {
        let table = target.find(connection)?;
        let fields = Fields::read(&table, &queries)?;
        let row = rows::find(connection, &table, &id)?
            .filter(|row| target.access.may(&table, &row.permissions, "read"))
            .ok_or_else(|| api.row_not_found(&id))?;
        let mut model = shown(connection, &target, &table, &row, &fields)?;
        if let Some(transaction) = &transaction {
            let transaction = Transaction::find(connection, &target.access, transaction)?;
            mark_created(connection, &table, &transaction, &id, &mut model)?;
        }
        Ok(model)
    };
    let store = &call.shared.store;
    let Some(transaction) = transaction_id(&call)? else {
        return store
            .read(move |connection| Ok(Reply::ok(find(connection)?)))
            .await;
    };
    let access = crate::tables::access::Access::of(&call.caller);
    store
        .run(move |connection| {
            let transaction = Transaction::find(connection, &access, &transaction)?;
            let model = transaction.within(connection, || find(connection))?;
            Ok(Reply::ok(model))
        })
        .await
}

/// A row that the transaction creates has nothing yet but what was sent.
fn mark_created(
    connection: &Connection,
    table: &Table,
    transaction: &Transaction,
    id: &str,
    model: &mut Value,
) -> Result<(), ApiError> {
    let operations = transaction.operations_of(connection, table)?;
    let sent = operations.iter().filter(|operation| operation.row_id == id);
    let mut keys: Vec<&String> = Vec::new();
    let mut created = false;
    for operation in sent {
        created |= operation.action == Action::Create;
        keys.extend(operation.data.as_object().into_iter().flat_map(Map::keys));
    }
    if created && let Some(fields) = model.as_object_mut() {
        fields.retain(|key, _| {
            let kept = key.starts_with('$') || keys.contains(&key);
            kept && key != "$createdAt" && key != "$updatedAt"
        });
        fields.insert("$sequence".to_owned(), "".into());
    }
    Ok(())
}

/// `POST /tablesdb/:databaseId/tables/:tableId/rows`: one row, or many of them at once.
pub async fn create(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let id = match call.params.optional(api.row_id()) {
        None => None,
        Some(Value::String(text)) if text.is_empty() => None,
        Some(_) => Some(call.params.custom_id(api.row_id())?),
    };
    let data = data(&call)?;
    let permissions = row_permissions(&call)?;
    let many = many::rows(&call, api)?;
    let transaction = transaction_id(&call)?;
    let bad = |message: String| Err(ApiError::with("general_bad_request", 400, message));
    match (data.is_empty(), many.is_empty()) {
        (false, false) => {
            let rows = api.rows();
            return bad(format!(
                "You can only send one of the following parameters: data, {rows}"
            ));
        }
        (true, true) => return Err(api.no_data()),
        (true, false) => {
            let rows = api.rows();
            if id.is_some() {
                let name = api.row_id();
                return bad(format!(
                    "Param \"{name}\" is not allowed when creating multiple {rows}, set \"$id\" \
                     on each instead."
                ));
            }
            if permissions.is_some() {
                return bad(format!(
                    "Param \"permissions\" is disallowed when creating multiple {rows}, set \
                     \"$permissions\" on each instead"
                ));
            }
            return many::create(call, target, many, transaction).await;
        }
        (false, true) => {}
    }
    let Some(id) = id else {
        let (title, row) = (api.row_title(), api.row());
        let message = format!("{title} ID is required when creating a single {row}.");
        return Err(ApiError::with(api.missing_data(), 400, message));
    };
    call.shared
        .store
        .run(move |connection| {
            let table = target.find(connection)?;
            let access = &target.access;
            let sent = Sent::read(api, access, data, permissions)?;
            if let Some(transaction) = transaction {
                if let Some(permissions) = &sent.permissions {
                    access.check_grant(permissions)?;
                }
                access.check_create(&table)?;
                let permissions = sent
                    .permissions
                    .unwrap_or_else(|| access.default_permissions());
                let operation = Operation {
                    action: Action::Create,
                    row_id: id.clone(),
                    data: sent.data.clone().into(),
                    permissions: Some(permissions.clone()),
                };
                stage(connection, &target, &table, &transaction, operation)?;
                let mut model = staged_model(api, &table, &id, sent.data);
                model.insert("$permissions".to_owned(), json!(permissions));
                model.insert("$sequence".to_owned(), "".into());
                return Ok(Reply::created(model.into()));
            }
            let row = Writer::new(connection, api, access).create(&table, &id, sent)?;
            Ok(Reply::created(written(connection, &target, &table, &row)?))
        })
        .await
}

/// Stages an operation in an open transaction of the caller's.
fn stage(
    connection: &Connection,
    target: &TableRef,
    table: &Table,
    transaction: &str,
    operation: Operation,
) -> Result<(), ApiError> {
    let mut transaction = Transaction::find(connection, &target.access, transaction)?;
    transaction.check_open()?;
    transaction.stage(connection, &target.access, table, operation)
}

/// A row that is to be written, as a transaction sees it.
fn find_staged(
    connection: &Connection,
    target: &TableRef,
    table: &Table,
    transaction: Option<&str>,
    id: &str,
) -> Result<Option<StoredRow>, ApiError> {
    let Some(transaction) = transaction else {
        return rows::find(connection, table, id);
    };
    match Transaction::find(connection, &target.access, transaction) {
        Ok(transaction) => transaction.within(connection, || rows::find(connection, table, id)),
        // Whether the row is there is told first.
        Err(_) => rows::find(connection, table, id),
    }
}

/// `PATCH /tablesdb/:databaseId/tables/:tableId/rows/:rowId`
pub async fn update(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let id = call.id(api.row_id())?;
    let data = data(&call)?;
    let permissions = row_permissions(&call)?;
    let transaction = transaction_id(&call)?;
    if data.is_empty() && permissions.is_none() {
        return Err(api.no_payload());
    }
    call.shared
        .store
        .run(move |connection| {
            let table = target.find(connection)?;
            let access = &target.access;
            let row = find_staged(connection, &target, &table, transaction.as_deref(), &id)?
                .ok_or_else(|| api.row_not_found(&id))?;
            let sent = Sent::read(api, access, data, permissions)?;
            let Some(transaction) = transaction else {
                let row = Writer::new(connection, api, access).update(&table, &row, sent)?;
                return Ok(Reply::ok(written(connection, &target, &table, &row)?));
            };
            if let Some(permissions) = &sent.permissions {
                access.check_grant(permissions)?;
            }
            access.check(&table, &row.permissions, "update")?;
            let operation = Operation {
                action: Action::Update,
                row_id: row.id.clone(),
                data: sent.data.clone().into(),
                permissions: sent.permissions.clone(),
            };
            stage(connection, &target, &table, &transaction, operation)?;
            let mut model = models::row(api, &table, &row, &Fields::default(), &[]);
            if let Some(fields) = model.as_object_mut() {
                fields.extend(sent.data);
                if let Some(permissions) = sent.permissions {
                    fields.insert("$permissions".to_owned(), json!(permissions));
                }
            }
            Ok(Reply::ok(model))
        })
        .await
}

/// `PUT /tablesdb/:databaseId/tables/:tableId/rows/:rowId`: creates or changes a row.
pub async fn upsert(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let id = call.id(api.row_id())?;
    let data = data(&call)?;
    let permissions = row_permissions(&call)?;
    let transaction = transaction_id(&call)?;
    if data.is_empty() && permissions.is_none() {
        return Err(api.no_payload());
    }
    call.shared
        .store
        .run(move |connection| {
            let table = target.find(connection)?;
            let access = &target.access;
            let mut sent = Sent::read(api, access, data, permissions)?;
            let writer = Writer::new(connection, api, access);
            let Some(transaction) = transaction else {
                let row = writer.upsert(&table, &id, sent)?;
                return Ok(Reply::ok(written(connection, &target, &table, &row)?));
            };
            let known = find_staged(connection, &target, &table, Some(&transaction), &id)?;
            match &known {
                Some(row) => {
                    access.check_grant(sent.permissions.as_ref().unwrap_or(&row.permissions))?;
                    access.check(&table, &row.permissions, "update")?;
                }
                None => {
                    let permissions = sent
                        .permissions
                        .take()
                        .unwrap_or_else(|| access.default_permissions());
                    access.check_grant(&permissions)?;
                    access.check_create(&table)?;
                    sent.permissions = Some(permissions);
                }
            }
            let operation = Operation {
                action: Action::Upsert,
                row_id: id.clone(),
                data: sent.data.clone().into(),
                permissions: sent.permissions.clone(),
            };
            stage(connection, &target, &table, &transaction, operation)?;
            let mut model = staged_model(api, &table, &id, sent.data);
            let permissions = sent
                .permissions
                .or_else(|| known.map(|row| row.permissions));
            model.insert("$permissions".to_owned(), json!(permissions));
            model.insert("$sequence".to_owned(), "".into());
            Ok(Reply::created(model.into()))
        })
        .await
}

/// `DELETE /tablesdb/:databaseId/tables/:tableId/rows/:rowId`
pub async fn delete(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let id = call.id(api.row_id())?;
    let transaction = transaction_id(&call)?;
    call.shared
        .store
        .run(move |connection| {
            let table = target.find(connection)?;
            let access = &target.access;
            let row = find_staged(connection, &target, &table, transaction.as_deref(), &id)?
                .ok_or_else(|| api.row_not_found(&id))?;
            let Some(transaction) = transaction else {
                Writer::new(connection, api, access).delete(&table, &row)?;
                return Ok(Reply::no_content());
            };
            access.check(&table, &row.permissions, "delete")?;
            let operation = Operation {
                action: Action::Delete,
                row_id: row.id,
                data: Value::Null,
                permissions: None,
            };
            stage(connection, &target, &table, &transaction, operation)?;
            Ok(Reply::no_content())
        })
        .await
}

/// `PATCH /tablesdb/:databaseId/tables/:tableId/rows/:rowId/:column/increment`
pub async fn increment(call: Call, api: Api) -> Result<Reply, ApiError> {
    count(call, api, Action::Increment).await
}

/// `PATCH /tablesdb/:databaseId/tables/:tableId/rows/:rowId/:column/decrement`
pub async fn decrement(call: Call, api: Api) -> Result<Reply, ApiError> {
    count(call, api, Action::Decrement).await
}

async fn count(call: Call, api: Api, action: Action) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let id = call.id(api.row_id())?;
    let key = call.path.get(api.column()).to_owned();
    let number = |name: &str| match call.params.optional(name) {
        None => Ok(None),
        Some(value @ Value::Number(_)) => Ok(Some(value.clone())),
        Some(_) => Err(ApiError::invalid(name, "Value must be a valid number")),
    };
    let down = action == Action::Decrement;
    let value = number("value")?.unwrap_or_else(|| json!(1));
    let limit = number(if down { "min" } else { "max" })?;
    let transaction = transaction_id(&call)?;
    let by = signed(&value, down)?;
    call.shared
        .store
        .run(move |connection| {
            // Appwrite forgets to check whether it's switched on.
            let table = target.find_switched_off(connection)?;
            let most = limit.as_ref().and_then(Value::as_f64);
            let Some(transaction) = transaction else {
                let writer = Writer::new(connection, api, &target.access);
                let row = writer.increment(&table, &id, &key, &by, most)?;
                return Ok(Reply::ok(written(connection, &target, &table, &row)?));
            };
            let row = find_staged(connection, &target, &table, Some(&transaction), &id)?
                .ok_or_else(|| api.row_not_found(&id))?;
            target.access.check(&table, &row.permissions, "update")?;
            let mut data = Data::from_iter([
                ("column".to_owned(), json!(key)),
                ("value".to_owned(), value.clone()),
            ]);
            if let Some(limit) = limit {
                let name = if down { "min" } else { "max" };
                data.insert(name.to_owned(), limit);
            }
            let operation = Operation {
                action,
                row_id: row.id.clone(),
                data: data.into(),
                permissions: None,
            };
            stage(connection, &target, &table, &transaction, operation)?;
            let sent = Data::from_iter([(key, value)]);
            let mut model = staged_model(api, &table, &row.id, sent);
            let sequence = row.sequence.to_string();
            model.insert("$sequence".to_owned(), sequence.into());
            Ok(Reply::json(StatusCode::OK, model.into()))
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        store::Store,
        tables::{
            access::Access,
            creating::{self, WholeTable},
            definition,
            schema::Database,
        },
    };

    /// How many changes a list in a transaction with this many new rows makes and undoes.
    async fn changes_of_list(staged: i64) -> i64 {
        let store = Store::in_memory().unwrap();
        let run = store.run(move |connection| {
            let database = Database::create(connection, "main", "Main", true, "tablesdb")?;
            let whole = WholeTable {
                id: "notes".to_owned(),
                name: "Notes".to_owned(),
                permissions: Vec::new(),
                row_security: true,
                enabled: true,
                columns: definition::inline_columns(&json!([]))?,
                indexes: definition::inline_indexes(Api::TablesDb, &json!([]))?,
            };
            let database = database.unwrap();
            let table = creating::create_table(connection, Api::TablesDb, &database, &whole)?;
            let access = Access::unlimited();
            let mut transaction = Transaction::create(connection, &access, 60)?;
            for number in 0..staged {
                let operation = Operation {
                    action: Action::Create,
                    row_id: format!("r{number}"),
                    data: json!({}),
                    permissions: None,
                };
                transaction.stage(connection, &access, &table, operation)?;
            }
            let target = TableRef {
                api: Api::TablesDb,
                access,
                database_id: "main".to_owned(),
                id: "notes".to_owned(),
            };
            let changes = || connection.query_row("SELECT total_changes()", [], |row| row.get(0));
            let before: i64 = changes()?;
            let none = Vec::new();
            let (models, total) =
                staged_page(connection, &target, &table, &[], &transaction, none, 0)?;
            assert_eq!(
                (models.len(), total),
                (usize::try_from(staged).unwrap(), staged)
            );
            Ok(changes()? - before)
        });
        run.await.unwrap()
    }

    #[tokio::test]
    async fn a_list_does_what_is_staged_only_once() {
        assert_eq!(changes_of_list(50).await, 5 * changes_of_list(10).await);
    }
}
