//! `DELETE /users/:userId`: deletes a user with all that is theirs.

use axum::http::Method;

use crate::{
    error::ApiError,
    pipeline::Call,
    reply::Reply,
    routes::{Group, Route},
};

/// This route.
pub const ROUTE: Route = Route {
    method: Method::DELETE,
    path: "/users/:userId",
    scope: "users.write",
    group: Group::Api,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    let id = call.id();
    call.shared
        .store
        .run(move |connection| {
            super::find(connection, &id)?.delete(connection)?;
            Ok(Reply::no_content())
        })
        .await
}
