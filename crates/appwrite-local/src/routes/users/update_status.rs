//! `PATCH /users/:userId/status`: blocks a user, or lets them in again.

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
    path: "/users/:userId/status",
    scope: "users.write",
    group: Group::Api,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    let id = call.id();
    let status = call.params.boolean("status")?;
    call.shared
        .store
        .run(move |connection| {
            let mut user = super::find(connection, &id)?;
            user.set_status(connection, status)?;
            Ok(Reply::ok(model::user(&user, &user.targets(connection)?)))
        })
        .await
}
