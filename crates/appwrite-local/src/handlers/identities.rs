//! Who users are at OAuth2 providers.

use crate::{
    call::Call, error::ApiError, model, queries::Listed, reply::Reply, store::IdentityRow,
};

/// What lists of identities can be asked about.
const LISTED: Listed = Listed {
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
