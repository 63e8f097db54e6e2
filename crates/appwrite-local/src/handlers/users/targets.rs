//! The addresses and devices that messages to a user go to.

use super::found::find;
use crate::{
    call::Call,
    email::is_address,
    error::ApiError,
    model,
    params::is_phone,
    queries::{Attribute, Kind, ListSchema},
    reply::Reply,
    store::{TargetRow, TargetType},
};

const SCHEMA: ListSchema = ListSchema {
    table: "targets",
    name: "Target",
    attributes: &[
        Attribute("userId", "user_id", Kind::Text),
        Attribute("providerId", "provider_id", Kind::Text),
        Attribute("identifier", "identifier", Kind::Text),
        Attribute("providerType", "provider_type", Kind::Text),
    ],
    searched: "",
};

/// `GET /users/:userId/targets`
pub async fn list(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    call.shared
        .store
        .clone()
        .read(move |connection| {
            let id = find(connection, &id)?.id;
            let selection = SCHEMA.select(connection, &call.params, Some(("user_id", &id)))?;
            let (query, values) = selection.rows();
            let mut rows = TargetRow::select(connection, &query, &values)?;
            if selection.reversed {
                rows.reverse();
            }
            let models = rows.iter().map(model::target).collect();
            let total = selection.total(connection)?;
            Ok(Reply::ok(model::list("targets", total, models)))
        })
        .await
}

/// `POST /users/:userId/targets`
pub async fn create(call: Call) -> Result<Reply, ApiError> {
    let user_id = call.id("userId")?;
    let id = call.params.custom_id("targetId")?;
    let kind = call.params.one_of("providerType")?;
    let identifier = call.params.text("identifier", 255)?;
    // There are no messaging providers here, and Appwrite drops the ID of one that doesn't exist.
    call.params.optional_uid("providerId")?;
    let name = call.params.optional_text("name", 128)?;
    check(kind, &identifier)?;
    call.shared
        .store
        .run(move |connection| {
            let user_id = find(connection, &user_id)?.id;
            let (id, name) = (Some(id), name.unwrap_or_default());
            let target =
                TargetRow::create(connection, id, &user_id, kind, &identifier, None, &name)?;
            Ok(Reply::created(model::target(&target)))
        })
        .await
}

/// Checks that an identifier fits its type.
fn check(kind: TargetType, identifier: &str) -> Result<(), ApiError> {
    match kind {
        TargetType::Email if !is_address(identifier) => {
            Err(ApiError::known("general_invalid_email"))
        }
        TargetType::Sms if !is_phone(identifier) => Err(ApiError::known("general_invalid_phone")),
        _ => Ok(()),
    }
}

fn ids(call: &Call) -> Result<(String, String), ApiError> {
    Ok((call.id("userId")?, call.id("targetId")?))
}

/// `GET /users/:userId/targets/:targetId`
pub async fn get(call: Call) -> Result<Reply, ApiError> {
    let (user_id, id) = ids(&call)?;
    call.shared
        .store
        .read(move |connection| {
            let user_id = find(connection, &user_id)?.id;
            let target = TargetRow::find(connection, &user_id, &id)?;
            Ok(Reply::ok(model::target(&target)))
        })
        .await
}

/// `PATCH /users/:userId/targets/:targetId`
pub async fn update(call: Call) -> Result<Reply, ApiError> {
    let (user_id, id) = ids(&call)?;
    let identifier = call.params.optional_text("identifier", 255)?;
    let provider_id = call.params.optional_uid("providerId")?;
    let name = call.params.optional_text("name", 128)?;
    call.shared
        .store
        .run(move |connection| {
            let user_id = find(connection, &user_id)?.id;
            let mut target = TargetRow::find(connection, &user_id, &id)?;
            if let Some(identifier) = identifier {
                check(target.provider_type, &identifier)?;
                target.identifier = identifier;
            }
            if provider_id.is_some() {
                return Err(ApiError::known("provider_not_found"));
            }
            if let Some(name) = name {
                target.name = name;
            }
            target.save(connection)?;
            Ok(Reply::ok(model::target(&target)))
        })
        .await
}

/// `DELETE /users/:userId/targets/:targetId`
pub async fn delete(call: Call) -> Result<Reply, ApiError> {
    let (user_id, id) = ids(&call)?;
    call.shared
        .store
        .run(move |connection| {
            let user_id = find(connection, &user_id)?.id;
            TargetRow::find(connection, &user_id, &id)?.delete(connection)?;
            Ok(Reply::no_content())
        })
        .await
}
