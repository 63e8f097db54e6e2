//! Columns that are relationships to another table.

use super::{
    columns::{processing, rename},
    request::TableRef,
};
use crate::{
    call::Call,
    error::ApiError,
    reply::Reply,
    tables::{
        api::Api,
        creating,
        kind::{OnDelete, Relation, RelationType, Side},
        models::{self, Shape},
        schema::{Database, Table},
    },
};

/// `POST /tablesdb/:databaseId/tables/:tableId/columns/relationship`
pub async fn create(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let params = &call.params;
    let related_id = params.uid(api.related_table_id())?;
    let relation_type: RelationType = params.one_of("type")?;
    let two_way = params.boolean_or("twoWay", false)?;
    let key = |name: &str| match params.optional(name) {
        None => Ok(None),
        Some(_) => params.key(name).map(Some),
    };
    let key_here = key("key")?.unwrap_or_else(|| related_id.clone());
    let key_there = key("twoWayKey")?.unwrap_or_else(|| target.id.clone());
    let on_delete = params.one_of_or("onDelete", OnDelete::Restrict)?;
    call.shared
        .store
        .run(move |connection| {
            let table = target.find(connection)?;
            let database = Database::find(connection, &table.database_id)?
                .ok_or_else(|| Api::database_not_found(&table.database_id))?;
            let related = Table::find(connection, &database, &related_id)?
                .ok_or_else(|| api.table_not_found(&related_id))?;
            let relation = Relation {
                table: related.sequence,
                table_id: related.id.clone(),
                relation_type,
                two_way,
                two_way_key: key_there,
                on_delete,
                side: Side::Parent,
            };
            let column = creating::create_relationship(
                connection, api, &table, &related, &key_here, &relation,
            )?;
            let model = models::column(api, &column, Shape::of(&column));
            Ok(processing(model))
        })
        .await
}

/// `PATCH /tablesdb/:databaseId/tables/:tableId/columns/:key/relationship`
pub async fn update(call: Call, api: Api) -> Result<Reply, ApiError> {
    let target = TableRef::read(&call, api)?;
    let key = call.path.get("key").to_owned();
    let params = &call.params;
    let on_delete = match params.optional("onDelete") {
        None => None,
        Some(_) => Some(params.one_of::<OnDelete>("onDelete")?),
    };
    let new_key = match params.optional("newKey") {
        None => None,
        Some(_) => Some(params.key("newKey")?),
    };
    call.shared
        .store
        .run(move |connection| {
            let table = target.find(connection)?;
            let not_found = || api.column_not_found(&key);
            let mut column = table.column(&key).ok_or_else(not_found)?.clone();
            let other = creating::other_end(connection, &column)?;
            let (other_table, mut other) = other.ok_or_else(not_found)?;
            if let Some(relation) = &mut column.spec.options.relation {
                relation.on_delete = on_delete.unwrap_or(relation.on_delete);
            }
            column.spec.key = new_key.unwrap_or_else(|| key.clone());
            if let Some(relation) = &mut other.spec.options.relation {
                relation.on_delete = on_delete.unwrap_or(relation.on_delete);
                relation.two_way_key.clone_from(&column.spec.key);
            }
            rename(connection, api, &table, &mut column, &key)?;
            let other_key = other.spec.key.clone();
            rename(connection, api, &other_table, &mut other, &other_key)?;
            let model = models::column(api, &column, Shape::of(&column));
            Ok(Reply::ok(model))
        })
        .await
}
