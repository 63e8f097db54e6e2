//! `PATCH /account/sessions/:sessionId`: extends one session.

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
    method: Method::PATCH,
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
            let mut session = super::find(connection, &signed_in, &id)?;
            session.extend(connection)?;
            // Appwrite says so of every session here, also of the one of the request.
            Ok(Reply::ok(model::session(&session, false, None)))
        })
        .await
}
