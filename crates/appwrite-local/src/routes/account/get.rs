//! `GET /account`: who calls.

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
    path: "/account",
    scope: "account",
    group: Group::Api,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    let user = call.signed_in()?.user;
    call.shared
        .store
        .run(move |connection| Ok(Reply::ok(model::account(&user, &user.targets(connection)?))))
        .await
}
