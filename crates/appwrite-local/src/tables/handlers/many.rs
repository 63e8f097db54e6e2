//! Many rows at once, for keys only.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::request::{TableRef, data, transaction_id};
use crate::{
    call::Call,
    error::ApiError,
    model,
    reply::Reply,
    tables::{
        api::Api,
        bulk, models,
        query::{self, Query},
        rows::StoredRow,
        schema::Table,
        selection::Fields,
        structure::Data,
        transactions::{Action, Operation, Transaction},
        writing::Writer,
    },
};
use axum::http::StatusCode;

/// The most rows that an answer lists.
const MAX_LISTED: usize = 100;
/// The most rows that are sent at once.
const MAX_SENT: usize = 100;

/// The parameter `rows` (or `documents`). Empty if it's missing.
pub fn rows(call: &Call, api: Api) -> Result<Vec<Data>, ApiError> {
    let rows = match call.params.optional(api.rows()) {
        None => Vec::new(),
        Some(value) => bulk::read(api, value)?,
    };
    if rows.len() > MAX_SENT {
        let rule = format!("Value must a valid array no longer than {MAX_SENT} items");
        return Err(ApiError::invalid(api.rows(), &rule));
    }
    Ok(rows)
}

fn listed(api: Api, table: &Table, rows: &[StoredRow]) -> Value {
    let models = rows
        .iter()
        .take(MAX_LISTED)
        .map(|row| models::row(api, table, row, &Fields::default(), &[]))
        .collect();
    model::list(api.rows(), count(rows.len()), models)
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// Stages an operation on many rows, and answers how many were sent.
fn stage(
    connection: &Connection,
    target: &TableRef,
    table: &Table,
    transaction: &str,
    action: Action,
    data: Value,
) -> Result<Reply, ApiError> {
    let sent = data.as_array().map_or(0, Vec::len);
    let mut transaction = Transaction::find(connection, &target.access, transaction)?;
    transaction.check_open()?;
    let operation = Operation {
        action,
        row_id: String::new(),
        data,
        permissions: None,
    };
    transaction.stage(connection, &target.access, table, operation)?;
    let empty = model::list(target.api.rows(), count(sent), Vec::new());
    Ok(Reply::ok(empty))
}

/// `POST /tablesdb/:databaseId/tables/:tableId/rows` with `rows`.
pub async fn create(
    call: Call,
    target: TableRef,
    rows: Vec<Data>,
    transaction: Option<String>,
) -> Result<Reply, ApiError> {
    if !target.access.privileged {
        let message = "The current user or API key does not have the required scopes to access \
             the requested resource.";
        return Err(ApiError::with(
            "general_unauthorized_scope",
            401,
            message.to_owned(),
        ));
    }
    call.shared
        .store
        .run(move |connection| {
            let table = target.find(connection)?;
            bulk::check(target.api, &table, "create")?;
            if let Some(transaction) = transaction {
                let action = Action::BulkCreate;
                return stage(
                    connection,
                    &target,
                    &table,
                    &transaction,
                    action,
                    json!(rows),
                );
            }
            let writer = Writer::new(connection, target.api, &target.access);
            let made = bulk::create(&writer, &table, rows)?;
            let model = listed(target.api, &table, &made);
            Ok(Reply::json(StatusCode::CREATED, model))
        })
        .await
}

/// `PUT /tablesdb/:databaseId/tables/:tableId/rows`
pub async fn upsert(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    call.params.required(api.rows())?;
    let rows = rows(&call, api)?;
    let transaction = transaction_id(&call)?;
    call.shared
        .store
        .run(move |connection| {
            let table = target.find_for_key(connection)?;
            bulk::check(api, &table, "upsert")?;
            if let Some(transaction) = transaction {
                let action = Action::BulkUpsert;
                return stage(
                    connection,
                    &target,
                    &table,
                    &transaction,
                    action,
                    json!(rows),
                );
            }
            let writer = Writer::new(connection, api, &target.access);
            let made = bulk::upsert(&writer, &table, rows)?;
            Ok(Reply::ok(listed(api, &table, &made)))
        })
        .await
}

/// The queries, and the texts that they're staged as.
fn queries(call: &Call) -> Result<(Vec<Query>, Value), ApiError> {
    let queries = query::read(&call.params)?;
    let texts = call.params.optional("queries").cloned();
    Ok((queries, texts.unwrap_or_else(|| json!([]))))
}

/// `PATCH /tablesdb/:databaseId/tables/:tableId/rows`
pub async fn update(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let data = data(&call)?;
    let (queries, texts) = queries(&call)?;
    let transaction = transaction_id(&call)?;
    if data.is_empty() {
        return Err(api.no_payload());
    }
    call.shared
        .store
        .run(move |connection| {
            let table = target.find_for_key(connection)?;
            bulk::check(api, &table, "update")?;
            if let Some(transaction) = transaction {
                let data = json!({ "queries": texts, "data": data });
                let action = Action::BulkUpdate;
                return stage(connection, &target, &table, &transaction, action, data);
            }
            let writer = Writer::new(connection, api, &target.access);
            let changed = bulk::update(&writer, &table, data, &queries)?;
            Ok(Reply::ok(listed(api, &table, &changed)))
        })
        .await
}

/// `DELETE /tablesdb/:databaseId/tables/:tableId/rows`
pub async fn delete(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let (queries, texts) = queries(&call)?;
    let transaction = transaction_id(&call)?;
    call.shared
        .store
        .run(move |connection| {
            let table = target.find_for_key(connection)?;
            bulk::check(api, &table, "delete")?;
            if let Some(transaction) = transaction {
                let data = json!({ "queries": texts });
                let action = Action::BulkDelete;
                return stage(connection, &target, &table, &transaction, action, data);
            }
            let writer = Writer::new(connection, api, &target.access);
            let deleted = bulk::delete(&writer, &table, &queries)?;
            Ok(Reply::ok(listed(api, &table, &deleted)))
        })
        .await
}
