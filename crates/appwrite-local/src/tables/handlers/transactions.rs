//! Transactions.

use rusqlite::Connection;
use serde_json::Value;
use strum::VariantNames;

use crate::{
    call::Call,
    error::ApiError,
    model,
    permissions::{ROW_ACTIONS, read},
    queries::{Attribute, Kind, ListSchema},
    reply::Reply,
    secret,
    tables::{
        access::Access,
        api::Api,
        bulk, reading, rows,
        schema::Table,
        transactions::{Action, Operation, Transaction, try_out},
    },
};

const SCHEMA: ListSchema = ListSchema {
    table: "data_transactions",
    name: "Transaction",
    attributes: &[
        Attribute("status", "status", Kind::Text),
        Attribute("expiresAt", "expires", Kind::Date),
    ],
    searched: "",
};

/// `GET /tablesdb/transactions`: the caller's own, or all for a key.
pub async fn list(call: Call, _api: Api) -> Result<Reply, ApiError> {
    let access = Access::of(&call.caller);
    call.shared
        .store
        .clone()
        .read(move |connection| {
            let owner = access.user_id.clone().unwrap_or_default();
            let only = (!access.privileged).then_some(("owner", owner.as_str()));
            let selection = SCHEMA.select(connection, &call.params, only)?;
            let (query, values) = selection.rows();
            let mut rows = Transaction::select(connection, &query, &values)?;
            if selection.reversed {
                rows.reverse();
            }
            let models = rows.iter().map(Transaction::model).collect();
            let total = selection.total(connection)?;
            Ok(Reply::ok(model::list("transactions", total, models)))
        })
        .await
}

/// `POST /tablesdb/transactions`
pub async fn create(call: Call, _api: Api) -> Result<Reply, ApiError> {
    let access = Access::of(&call.caller);
    let ttl = call.params.number_or("ttl", 60..=3600, 300)?;
    call.shared
        .store
        .run(move |connection| {
            let made = Transaction::create(connection, &access, ttl)?;
            Ok(Reply::created(made.model()))
        })
        .await
}

/// `GET /tablesdb/transactions/:transactionId`
pub async fn get(call: Call, _api: Api) -> Result<Reply, ApiError> {
    let access = Access::of(&call.caller);
    let id = call.id("transactionId")?;
    call.shared
        .store
        .read(move |connection| {
            let found = Transaction::find(connection, &access, &id)?;
            Ok(Reply::ok(found.model()))
        })
        .await
}

/// `DELETE /tablesdb/transactions/:transactionId`
pub async fn delete(call: Call, _api: Api) -> Result<Reply, ApiError> {
    let access = Access::of(&call.caller);
    let id = call.id("transactionId")?;
    call.shared
        .store
        .run(move |connection| {
            Transaction::find(connection, &access, &id)?.delete(connection)?;
            Ok(Reply::no_content())
        })
        .await
}

/// `PATCH /tablesdb/transactions/:transactionId`: commits it or rolls it back.
pub async fn update(call: Call, _api: Api) -> Result<Reply, ApiError> {
    let access = Access::of(&call.caller);
    let id = call.id("transactionId")?;
    let commit = call.params.boolean_or("commit", false)?;
    let rollback = call.params.boolean_or("rollback", false)?;
    let bad = |message: &str| {
        Err(ApiError::with(
            "general_bad_request",
            400,
            message.to_owned(),
        ))
    };
    if !commit && !rollback {
        return bad("Either commit or rollback must be true");
    }
    if commit && rollback {
        return bad("Cannot commit and rollback at the same time");
    }
    // A commit that fails is an answer, too: that it failed is stored.
    call.shared
        .store
        .run(move |connection| {
            let mut transaction = Transaction::find(connection, &access, &id)?;
            transaction.check_open()?;
            let result = if commit {
                transaction.commit(connection)?
            } else {
                transaction.roll_back(connection)?;
                Ok(())
            };
            Ok(result.map(|()| Reply::ok(transaction.model())))
        })
        .await?
}

/// `POST /tablesdb/transactions/:transactionId/operations`
pub async fn add_operations(call: Call, api: Api) -> Result<Reply, ApiError> {
    let access = Access::of(&call.caller);
    let id = call.id("transactionId")?;
    let operations = sent_operations(&call, api)?;
    call.shared
        .store
        .run(move |connection| {
            let mut transaction = Transaction::find(connection, &access, &id)?;
            if transaction.status != "pending" {
                let message = "Invalid or non\u{2011}pending transaction".to_owned();
                return Err(ApiError::with("general_bad_request", 400, message));
            }
            transaction.check_open()?;
            transaction.check_room(operations.len())?;
            let checked = transaction.within(connection, || {
                let check = |sent| {
                    let (table, operation) = check(connection, api, &access, sent)?;
                    // The next one finds what this one does.
                    try_out(connection, table.sequence, operation.clone(), &access)?;
                    Ok((table, operation))
                };
                operations
                    .into_iter()
                    .map(check)
                    .collect::<Result<Vec<_>, ApiError>>()
            })?;
            for (table, operation) in checked {
                transaction.stage(connection, &access, &table, operation)?;
            }
            Ok(Reply::created(transaction.model()))
        })
        .await
}

/// An operation as it's sent.
struct SentOperation {
    database_id: String,
    table_id: String,
    action: Action,
    row_id: String,
    data: Value,
}

fn sent_operations(call: &Call, api: Api) -> Result<Vec<SentOperation>, ApiError> {
    let invalid = |rule: String| {
        let rule = format!("Value must a valid array and {rule}");
        ApiError::invalid("operations", &rule)
    };
    let list = match call.params.optional("operations") {
        None => Vec::new(),
        Some(Value::Array(list)) => list.clone(),
        Some(_) => return Err(invalid("Value must be a valid object".to_owned())),
    };
    if list.is_empty() {
        let message = "Operations array cannot be empty".to_owned();
        return Err(ApiError::with("general_bad_request", 400, message));
    }
    list.iter()
        .map(|item| sent_operation(item, api).map_err(invalid))
        .collect()
}

fn sent_operation(item: &Value, api: Api) -> Result<SentOperation, String> {
    let text = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default();
    for key in ["databaseId", api.table_id(), "action"] {
        if text(key).is_empty() {
            return Err(format!("Missing required key: {key}"));
        }
    }
    let action: Action = text("action").parse().map_err(|_| {
        format!(
            "Key 'action' must be one of: {}",
            Action::VARIANTS.join(", ")
        )
    })?;
    let bulk = matches!(
        action,
        Action::BulkCreate | Action::BulkUpdate | Action::BulkUpsert | Action::BulkDelete
    );
    let row_id = text(api.row_id());
    if !bulk && action != Action::Create && row_id.is_empty() {
        return Err(format!(
            "Key '{}' is required for action '{}'",
            api.row_id(),
            text("action")
        ));
    }
    let data = item.get("data").cloned().unwrap_or_default();
    if data.is_null() && action != Action::Delete {
        return Err("Missing required key: data".to_owned());
    }
    Ok(SentOperation {
        database_id: text("databaseId").to_owned(),
        table_id: text(api.table_id()).to_owned(),
        action,
        row_id: if bulk {
            String::new()
        } else {
            row_id.to_owned()
        },
        data,
    })
}

/// Checks what an operation takes.
fn check(
    connection: &Connection,
    api: Api,
    access: &Access,
    sent: SentOperation,
) -> Result<(Table, Operation), ApiError> {
    let SentOperation {
        database_id,
        table_id,
        action,
        mut row_id,
        mut data,
    } = sent;
    let table = reading::table(connection, api, access, &database_id, &table_id)?;
    let permissions = match data
        .as_object_mut()
        .and_then(|it| it.shift_remove("$permissions"))
    {
        Some(list) => {
            let list = read(&list, ROW_ACTIONS)
                .map_err(|rule| ApiError::with("general_bad_request", 400, rule))?;
            access.check_grant(&list)?;
            Some(list)
        }
        None => None,
    };
    let mut permissions = permissions;
    let find = |id: &str| rows::find(connection, &table, id);
    match action {
        Action::Create => {
            access.check_create(&table)?;
            if row_id.is_empty() || row_id == "unique()" {
                row_id = secret::id();
            }
            permissions = Some(permissions.unwrap_or_else(|| access.default_permissions()));
        }
        Action::Upsert => match find(&row_id)? {
            Some(row) => {
                access.check_grant(permissions.as_ref().unwrap_or(&row.permissions))?;
                access.check(&table, &row.permissions, "update")?;
            }
            None => {
                access.check_create(&table)?;
                permissions = Some(permissions.unwrap_or_else(|| access.default_permissions()));
            }
        },
        Action::Update | Action::Delete | Action::Increment | Action::Decrement => {
            // This error has its older name in both APIs.
            let row = find(&row_id)?.ok_or_else(|| Api::Databases.row_not_found(&row_id))?;
            let needed = if action == Action::Delete {
                "delete"
            } else {
                "update"
            };
            access.check(&table, &row.permissions, needed)?;
        }
        Action::BulkCreate | Action::BulkUpdate | Action::BulkUpsert | Action::BulkDelete => {
            if !access.privileged {
                return Err(ApiError::known("user_unauthorized"));
            }
            bulk::check(api, &table, "operation")?;
        }
    }
    let operation = Operation {
        action,
        row_id,
        data,
        permissions,
    };
    Ok((table, operation))
}
