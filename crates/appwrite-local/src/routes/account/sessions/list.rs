//! `GET /account/sessions`: every session of the caller, oldest first.

use axum::http::Method;
use serde_json::json;

use crate::{
    caller::SignedIn,
    error::ApiError,
    model,
    pipeline::Call,
    reply::Reply,
    routes::{Group, Route},
    store::SessionRow,
};

/// This route.
pub const ROUTE: Route = Route {
    method: Method::GET,
    path: "/account/sessions",
    scope: "account",
    group: Group::Api,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    let SignedIn { user, session } = call.signed_in()?;
    let sessions = call
        .shared
        .store
        .run(move |connection| SessionRow::list(connection, &user.id))
        .await?;
    let models = sessions
        .iter()
        .map(|listed| model::session(listed, listed.id == session.id, None))
        .collect::<Vec<_>>();
    Ok(Reply::ok(
        json!({ "total": models.len(), "sessions": models }),
    ))
}
