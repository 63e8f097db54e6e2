//! Users' identities at OAuth2 providers.

use crate::{call::Call, error::ApiError, handlers::identities, reply::Reply, store::IdentityRow};

/// `GET /users/identities`: lists all users' identities.
pub async fn list(call: Call) -> Result<Reply, ApiError> {
    identities::page(call, None).await
}

/// `DELETE /users/identities/:identityId`: removes one.
pub async fn delete(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("identityId")?;
    call.shared
        .store
        .run(move |connection| {
            IdentityRow::find(connection, &id)?.delete(connection)?;
            Ok(Reply::no_content())
        })
        .await
}
