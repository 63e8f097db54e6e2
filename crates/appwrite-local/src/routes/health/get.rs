//! `GET /health`: whether the server answers.

use axum::http::Method;
use serde_json::json;

use crate::{
    error::ApiError,
    pipeline::Call,
    reply::Reply,
    routes::{Group, Route},
};

/// This route.
pub const ROUTE: Route = Route {
    method: Method::GET,
    path: "/health",
    scope: "health.read",
    group: Group::Api,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    drop(call);
    Ok(Reply::ok(
        json!({ "name": "http", "ping": 0, "status": "pass" }),
    ))
}
