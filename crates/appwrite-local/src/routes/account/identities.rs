//! Who the caller is at OAuth2 providers.

use crate::{
    error::ApiError, model, pipeline::Call, queries::Listed, reply::Reply, store::IdentityRow,
};

/// What lists of identities can be asked about.
pub const LISTED: Listed = Listed {
    table: "identities",
    name: "Identity",
    attributes: &[
        ("userId", "user_id"),
        ("provider", "provider"),
        ("providerUid", "provider_uid"),
        ("providerEmail", "provider_email"),
        ("providerAccessTokenExpiry", "provider_access_token_expiry"),
    ],
    searched: &["user_id", "provider", "provider_uid", "provider_email"],
};

/// Identities, of one user or of all.
pub async fn page(call: Call, user_id: Option<String>) -> Result<Reply, ApiError> {
    call.shared
        .store
        .clone()
        .run(move |connection| {
            let only = user_id.as_deref().map(|id| ("user_id", id));
            let selection = LISTED.select(connection, &call.params, only)?;
            let (query, values) = selection.rows();
            let mut rows = IdentityRow::select(connection, &query, &values)?;
            if selection.reversed {
                rows.reverse();
            }
            let models = rows.iter().map(model::identity).collect();
            let total = selection.total(connection)?;
            Ok(Reply::ok(model::list("identities", total, models)))
        })
        .await
}

/// `GET /account/identities`: who the caller is elsewhere.
pub async fn list(call: Call) -> Result<Reply, ApiError> {
    let user_id = call.signed_in()?.user.id;
    page(call, Some(user_id)).await
}

/// `DELETE /account/identities/:identityId`: takes one away.
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
