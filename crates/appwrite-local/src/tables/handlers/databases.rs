//! Databases.

use super::request::DatabaseRef;
use crate::{
    call::Call,
    error::ApiError,
    model,
    queries::{Attribute, Kind, ListSchema},
    reply::Reply,
    tables::{api::Api, ddl, models, schema::Database},
};

const SCHEMA: ListSchema = ListSchema {
    table: "data_databases",
    name: "Database",
    attributes: &[
        Attribute("name", "name", Kind::Text),
        Attribute("enabled", "enabled", Kind::Boolean),
    ],
    searched: "concat_ws(' ', id, name)",
};

/// `GET /tablesdb`
pub async fn list(call: Call, _api: Api) -> Result<Reply, ApiError> {
    call.shared
        .store
        .clone()
        .read(move |connection| {
            let selection = SCHEMA.select(connection, &call.params, None)?;
            let (query, values) = selection.rows();
            let mut rows = Database::select(connection, &query, &values)?;
            if selection.reversed {
                rows.reverse();
            }
            let models = rows.iter().map(models::database).collect();
            let total = selection.total(connection)?;
            Ok(Reply::ok(model::list("databases", total, models)))
        })
        .await
}

/// `POST /tablesdb`
pub async fn create(call: Call, api: Api) -> Result<Reply, ApiError> {
    let id = call.params.custom_id("databaseId")?;
    let name = call.params.text("name", 128)?;
    let enabled = call.params.boolean_or("enabled", true)?;
    call.shared
        .store
        .run(move |connection| {
            let made = Database::create(connection, &id, &name, enabled, api.kind())?;
            let database = made.ok_or_else(|| Api::database_exists(&id))?;
            Ok(Reply::created(models::database(&database)))
        })
        .await
}

/// `GET /tablesdb/:databaseId`
pub async fn get(call: Call, _api: Api) -> Result<Reply, ApiError> {
    let target = DatabaseRef::read(&call)?;
    call.shared
        .store
        .read(move |connection| Ok(Reply::ok(models::database(&target.find(connection)?))))
        .await
}

/// `PUT /tablesdb/:databaseId`
pub async fn update(call: Call, _api: Api) -> Result<Reply, ApiError> {
    let target = DatabaseRef::read(&call)?;
    let name = call.params.optional_text("name", 128)?;
    let enabled = call.params.boolean_or("enabled", true)?;
    call.shared
        .store
        .run(move |connection| {
            let mut database = target.find(connection)?;
            database.name = name.unwrap_or(database.name);
            database.enabled = enabled;
            database.save(connection)?;
            Ok(Reply::ok(models::database(&database)))
        })
        .await
}

/// `DELETE /tablesdb/:databaseId`: with everything in it.
pub async fn delete(call: Call, _api: Api) -> Result<Reply, ApiError> {
    let target = DatabaseRef::read(&call)?;
    call.shared
        .store
        .run(move |connection| {
            let database = target.find(connection)?;
            for table in database.tables(connection)? {
                ddl::drop_table(connection, table)?;
            }
            connection.execute(
                "DELETE FROM data_databases WHERE sequence = ?1",
                [database.sequence],
            )?;
            Ok(Reply::no_content())
        })
        .await
}
