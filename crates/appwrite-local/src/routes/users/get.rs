//! `GET /users/:userId`: one user.

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
    path: "/users/:userId",
    scope: "users.read",
    group: Group::Api,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    let id = call.id();
    call.shared
        .store
        .run(move |connection| {
            let user = super::find(connection, &id)?;
            Ok(Reply::ok(model::user(&user, &user.targets(connection)?)))
        })
        .await
}
