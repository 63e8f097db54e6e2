//! The addresses and devices that messages to a user go to.

use super::found::find;
use crate::{
    call::Call,
    error::ApiError,
    model,
    params::is_phone,
    queries::ListSchema,
    reply::Reply,
    store::{TargetRow, TargetType},
};

const SCHEMA: ListSchema = ListSchema {
    table: "targets",
    name: "Target",
    attributes: &[
        ("userId", "user_id"),
        ("providerId", "provider_id"),
        ("identifier", "identifier"),
        ("providerType", "provider_type"),
        ("name", "name"),
    ],
    searched: &[],
};

/// `GET /users/:userId/targets`
pub async fn list(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    call.shared
        .store
        .clone()
        .read(move |connection| {
            find(connection, &id)?;
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
    let provider_id = call.params.optional_uid("providerId")?;
    let name = call.params.any_text("name", 128)?;
    check(kind, &identifier)?;
    call.shared
        .store
        .run(move |connection| {
            find(connection, &user_id)?;
            let id = Some(id);
            let target = TargetRow::create(
                connection,
                id,
                &user_id,
                kind,
                &identifier,
                provider_id,
                &name,
            )?;
            Ok(Reply::created(model::target(&target)))
        })
        .await
}

/// Checks that an identifier fits its type.
fn check(kind: TargetType, identifier: &str) -> Result<(), ApiError> {
    match kind {
        TargetType::Email if !identifier.contains('@') => {
            let message = "Value must be a valid email address".to_owned();
            Err(ApiError::with("general_invalid_email", 400, message))
        }
        TargetType::Sms if !is_phone(identifier) => {
            let message =
                "Phone number must start with a '+' can have a maximum of fifteen digits.";
            Err(ApiError::with(
                "general_invalid_phone",
                400,
                message.to_owned(),
            ))
        }
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
            find(connection, &user_id)?;
            let target = TargetRow::find(connection, &user_id, &id)?;
            Ok(Reply::ok(model::target(&target)))
        })
        .await
}

/// `PATCH /users/:userId/targets/:targetId`
pub async fn update(call: Call) -> Result<Reply, ApiError> {
    let (user_id, id) = ids(&call)?;
    let identifier = call.params.any_text("identifier", 255)?;
    let provider_id = call.params.optional_uid("providerId")?;
    let name = call.params.any_text("name", 128)?;
    call.shared
        .store
        .run(move |connection| {
            find(connection, &user_id)?;
            let mut target = TargetRow::find(connection, &user_id, &id)?;
            if !identifier.is_empty() {
                check(target.provider_type, &identifier)?;
                target.identifier = identifier;
            }
            if provider_id.is_some() {
                target.provider_id = provider_id;
            }
            if !name.is_empty() {
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
            find(connection, &user_id)?;
            TargetRow::find(connection, &user_id, &id)?.delete(connection)?;
            Ok(Reply::no_content())
        })
        .await
}
