//! `GET /ping`: whether the project is there.

use axum::http::Method;

use crate::{
    error::ApiError,
    pipeline::Call,
    reply::Reply,
    routes::{Group, Route},
};

/// This route.
pub const ROUTE: Route = Route {
    method: Method::GET,
    path: "/ping",
    scope: "global",
    group: Group::Api,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    drop(call);
    Ok(Reply::text("Pong!"))
}
