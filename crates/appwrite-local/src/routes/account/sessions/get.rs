//! `GET /account/sessions/:sessionId`: one session.

use axum::http::Method;

use crate::{
    error::ApiError,
    model,
    pipeline::Call,
    reply::Reply,
    routes::{Group, Route},
};

/// This route.
pub const ROUTE: Route = Route {
    method: Method::GET,
    path: "/account/sessions/:sessionId",
    scope: "account",
    group: Group::Api,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    let signed_in = call.signed_in()?;
    let id = call.id();
    call.shared
        .store
        .run(move |connection| {
            let session = super::find(connection, &signed_in, &id)?;
            let current = session.id == signed_in.session.id;
            Ok(Reply::ok(model::session(&session, current, None)))
        })
        .await
}
