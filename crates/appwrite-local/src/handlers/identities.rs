//! Identities at OAuth2 providers, as far as account and users routes share them.

use crate::{
    call::Call,
    error::ApiError,
    model,
    queries::{Attribute, Kind, ListSchema},
    reply::Reply,
    store::IdentityRow,
};

/// What can be queried in a list of identities.
const SCHEMA: ListSchema = ListSchema {
    table: "identities",
    name: "Identity",
    attributes: &[
        Attribute("userId", "user_id", Kind::Text),
        Attribute("provider", "provider", Kind::Text),
        Attribute("providerUid", "provider_uid", Kind::Text),
        Attribute("providerEmail", "provider_email", Kind::Text),
        Attribute(
            "providerAccessTokenExpiry",
            "nullif(provider_access_token_expiry, '')",
            Kind::Date,
        ),
    ],
    searched: "concat_ws(' ', user_id, provider, provider_uid, provider_email)",
};

/// The list of a user's own has no `search`.
const OWN: ListSchema = ListSchema {
    searched: "",
    ..SCHEMA
};

/// A page of one user's identities, or of everybody's.
pub async fn page(call: Call, user_id: Option<String>) -> Result<Reply, ApiError> {
    call.shared
        .store
        .clone()
        .read(move |connection| {
            let only = user_id.as_deref().map(|id| ("user_id", id));
            let schema = if only.is_some() { OWN } else { SCHEMA };
            let selection = schema.select(connection, &call.params, only)?;
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
