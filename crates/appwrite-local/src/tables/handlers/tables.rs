//! Tables.

use super::request::{DatabaseRef, TableRef};
use crate::{
    call::Call,
    error::ApiError,
    model,
    permissions::{self, TABLE_ACTIONS},
    queries::{Attribute, Kind, ListSchema},
    reply::Reply,
    tables::{
        api::Api,
        creating::{self, WholeTable},
        ddl, definition, models,
        schema::Table,
    },
};

const TABLES: ListSchema = ListSchema {
    table: "data_tables",
    name: "Table",
    attributes: &[
        Attribute("name", "name", Kind::Text),
        Attribute("enabled", "enabled", Kind::Boolean),
        Attribute("rowSecurity", "row_security", Kind::Boolean),
        Attribute("documentSecurity", "row_security", Kind::Boolean),
    ],
    searched: "concat_ws(' ', id, name)",
};
const COLLECTIONS: ListSchema = ListSchema {
    name: "Collection",
    ..TABLES
};

/// `GET /tablesdb/:databaseId/tables`
pub async fn list(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = DatabaseRef::read(&call)?;
    call.shared
        .store
        .clone()
        .read(move |connection| {
            let database = target.find(connection)?.sequence.to_string();
            let schema = match api {
                Api::TablesDb => TABLES,
                Api::Databases => COLLECTIONS,
            };
            let only = Some(("database", database.as_str()));
            let selection = schema.select(connection, &call.params, only)?;
            let (query, values) = selection.rows();
            let mut rows = Table::select(connection, &query, &values)?;
            if selection.reversed {
                rows.reverse();
            }
            let models = rows.iter().map(|row| models::table(api, row)).collect();
            let total = selection.total(connection)?;
            Ok(Reply::ok(model::list(api.tables(), total, models)))
        })
        .await
}

/// `POST /tablesdb/:databaseId/tables`: with its columns and indexes, if they're sent along. The
/// reply leaves them out, as Appwrite's does.
pub async fn create(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = DatabaseRef::read(&call)?;
    let params = &call.params;
    let whole = WholeTable {
        id: params.custom_id(api.table_id())?,
        name: params.text("name", 128)?,
        permissions: permissions::param(params, TABLE_ACTIONS)?.unwrap_or_default(),
        row_security: params.loose_boolean_or(api.row_security(), false)?,
        enabled: params.boolean_or("enabled", true)?,
        columns: match params.optional(api.columns()) {
            Some(list) => definition::inline_columns(list)?,
            None => Vec::new(),
        },
        indexes: match params.optional("indexes") {
            Some(list) => definition::inline_indexes(api, list)?,
            None => Vec::new(),
        },
    };
    call.shared
        .store
        .run(move |connection| {
            let database = target.find(connection)?;
            let mut table = creating::create_table(connection, api, &database, &whole)?;
            table.columns.clear();
            table.indexes.clear();
            Ok(Reply::created(models::table(api, &table)))
        })
        .await
}

/// `GET /tablesdb/:databaseId/tables/:tableId`
pub async fn get(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    call.shared
        .store
        .read(move |connection| Ok(Reply::ok(models::table(api, &target.find(connection)?))))
        .await
}

/// `PUT /tablesdb/:databaseId/tables/:tableId`: what is left out is reset, but for the name and
/// the permissions.
pub async fn update(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let name = call.params.optional_text("name", 128)?;
    let permissions = permissions::param(&call.params, TABLE_ACTIONS)?;
    let row_security = call.params.loose_boolean_or(api.row_security(), false)?;
    let enabled = call.params.boolean_or("enabled", true)?;
    call.shared
        .store
        .run(move |connection| {
            let mut table = target.find(connection)?;
            table.name = name.unwrap_or(table.name);
            table.permissions = permissions.unwrap_or(table.permissions);
            table.row_security = row_security;
            table.enabled = enabled;
            table.save(connection)?;
            Ok(Reply::ok(models::table(api, &table)))
        })
        .await
}

/// `DELETE /tablesdb/:databaseId/tables/:tableId`: with all rows. Relationships to it go, too.
pub async fn delete(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    call.shared
        .store
        .run(move |connection| {
            let table = target.find(connection)?;
            for column in &table.columns {
                creating::drop_other_end(connection, column)?;
            }
            ddl::drop_table(connection, table.sequence)?;
            Ok(Reply::no_content())
        })
        .await
}
