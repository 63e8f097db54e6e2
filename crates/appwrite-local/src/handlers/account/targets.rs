//! The caller's devices that receive push notifications.

use crate::{
    call::Call,
    error::ApiError,
    model,
    reply::Reply,
    store::{TargetRow, TargetType},
};

/// A target's name: the device's brand and model. The space is there even when they aren't.
fn name(call: &Call) -> String {
    let [_, brand, model] = &call.device.device;
    format!("{brand} {model}")
}

/// The ID of the user who owns the targets. Empty for a key without a session, which then finds
/// none.
fn owner(call: &Call) -> String {
    let user = call.caller.signed_in.as_ref();
    user.map(|signed_in| signed_in.user.id.clone())
        .unwrap_or_default()
}

/// `POST /account/targets/push`: registers a device.
pub async fn create(call: Call) -> Result<Reply, ApiError> {
    let id = call.params.custom_id("targetId")?;
    let identifier = call.params.text("identifier", 255)?;
    let provider_id = call.params.optional_uid("providerId")?;
    let user_id = call.signed_in()?.user.id;
    let name = name(&call);
    call.shared
        .store
        .run(move |connection| {
            let target = TargetRow::create(
                connection,
                Some(id),
                &user_id,
                TargetType::Push,
                &identifier,
                provider_id,
                &name,
            )?;
            Ok(Reply::created(model::target(&target)))
        })
        .await
}

/// `PUT /account/targets/:targetId/push`: gives a device a new identifier.
pub async fn update(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("targetId")?;
    let identifier = call.params.text("identifier", 255)?;
    let (user_id, name) = (owner(&call), name(&call));
    call.shared
        .store
        .run(move |connection| {
            let mut target = TargetRow::find(connection, &user_id, &id)?;
            target.identifier = identifier;
            target.name = name;
            target.save(connection)?;
            Ok(Reply::ok(model::target(&target)))
        })
        .await
}

/// `DELETE /account/targets/:targetId/push`: removes a device.
pub async fn delete(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("targetId")?;
    let user_id = owner(&call);
    call.shared
        .store
        .run(move |connection| {
            TargetRow::find(connection, &user_id, &id)?.delete(connection)?;
            Ok(Reply::no_content())
        })
        .await
}
