//! Indexes.

use serde_json::Value;

use super::{columns::processing, request::TableRef};
use crate::{
    call::Call,
    error::ApiError,
    model,
    params::Params,
    queries::{Attribute, Kind, ListSchema},
    reply::Reply,
    tables::{
        api::Api,
        creating, ddl, definition, models,
        schema::{Index, IndexSpec},
    },
};

const SCHEMA: ListSchema = ListSchema {
    table: "data_indexes",
    name: "Index",
    attributes: &[
        Attribute("key", "key", Kind::Text),
        Attribute("type", "type", Kind::Text),
        Attribute("status", "'available'", Kind::Text),
        Attribute("attributes", "columns", Kind::Texts),
        Attribute("error", "''", Kind::Text),
    ],
    searched: "",
};

/// `GET /tablesdb/:databaseId/tables/:tableId/indexes`
pub async fn list(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    call.shared
        .store
        .clone()
        .read(move |connection| {
            let table = target.find(connection)?.sequence.to_string();
            let only = Some(("table_", table.as_str()));
            let selection = SCHEMA.select(connection, &call.params, only)?;
            let (query, values) = selection.rows();
            let mut rows = Index::select(connection, &query, &values)?;
            if selection.reversed {
                rows.reverse();
            }
            let models = rows.iter().map(|row| models::index(api, row)).collect();
            let total = selection.total(connection)?;
            Ok(Reply::ok(model::list("indexes", total, models)))
        })
        .await
}

/// `GET /tablesdb/:databaseId/tables/:tableId/indexes/:key`
pub async fn get(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let key = call.path.get("key").to_owned();
    call.shared
        .store
        .read(move |connection| {
            let table = target.find(connection)?;
            let index = table.index(&key).ok_or_else(|| api.index_not_found(&key))?;
            Ok(Reply::ok(models::index(api, index)))
        })
        .await
}

/// `POST /tablesdb/:databaseId/tables/:tableId/indexes`
pub async fn create(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let params = &call.params;
    let key = params.key("key")?;
    let kind = kind(params)?;
    let rule = "Value must be a valid string and at least 1 chars and no longer than 36 chars";
    let columns = params.list(api.columns(), 100, rule, |key| {
        (1..=36).contains(&key.len())
    })?;
    let list = |name: &str| match params.optional(name) {
        None => Ok(Vec::new()),
        Some(Value::Array(list)) if list.len() <= 100 => Ok(list.clone()),
        Some(_) => {
            let rule = "Value must a valid array no longer than 100 items";
            Err(ApiError::invalid(name, rule))
        }
    };
    let spec = IndexSpec {
        key,
        kind,
        orders: definition::orders(&list("orders")?),
        lengths: definition::lengths(&list("lengths")?, columns.len()),
        columns,
    };
    call.shared
        .store
        .run(move |connection| {
            let table = target.find(connection)?;
            let index = creating::create_index(connection, api, &table, &spec)?;
            Ok(processing(models::index(api, &index)))
        })
        .await
}

fn kind(params: &Params) -> Result<String, ApiError> {
    match params.required("type")?.as_str() {
        Some(kind @ ("key" | "fulltext" | "unique")) => Ok(kind.to_owned()),
        Some("spatial") => {
            let message = "Spatial indexes are something that this local server does not have. \
                 Use a whole Appwrite for them.";
            Err(ApiError::with(
                "general_not_implemented",
                501,
                message.to_owned(),
            ))
        }
        _ => {
            let rule = "Value must be one of (key, fulltext, unique, spatial)";
            Err(ApiError::invalid("type", rule))
        }
    }
}

/// `DELETE /tablesdb/:databaseId/tables/:tableId/indexes/:key`
pub async fn delete(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let key = call.path.get("key").to_owned();
    call.shared
        .store
        .run(move |connection| {
            let table = target.find(connection)?;
            let index = table.index(&key).ok_or_else(|| api.index_not_found(&key))?;
            ddl::drop_index(connection, index)?;
            Ok(Reply::no_content())
        })
        .await
}
