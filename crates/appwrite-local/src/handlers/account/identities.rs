//! The caller's identities at OAuth2 providers.

use crate::{call::Call, error::ApiError, handlers::identities, reply::Reply, store::IdentityRow};

/// `GET /account/identities`: lists them.
pub async fn list(call: Call) -> Result<Reply, ApiError> {
    let user_id = call.signed_in()?.user.id;
    identities::page(call, Some(user_id)).await
}

/// `DELETE /account/identities/:identityId`: removes one.
pub async fn delete(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("identityId")?;
    let user_id = call.signed_in()?.user.id;
    call.shared
        .store
        .run(move |connection| {
            let identity = IdentityRow::find(connection, &id)?;
            if identity.user_id != user_id {
                return Err(ApiError::known("user_unauthorized"));
            }
            identity.delete(connection)?;
            Ok(Reply::no_content())
        })
        .await
}
