//! Identities at OAuth2 providers, as far as account and users routes share them.

use crate::{
    call::Call, error::ApiError, model, queries::ListSchema, reply::Reply, store::IdentityRow,
};

/// What can be queried in a list of identities.
const SCHEMA: ListSchema = ListSchema {
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

/// A page of one user's identities, or of everybody's.
pub async fn page(call: Call, user_id: Option<String>) -> Result<Reply, ApiError> {
    call.shared
        .store
        .clone()
        .run(move |connection| {
            let only = user_id.as_deref().map(|id| ("user_id", id));
            let selection = SCHEMA.select(connection, &call.params, only)?;
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
