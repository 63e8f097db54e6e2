//! `GET /health/version`: the version of Appwrite that is spoken.

use axum::http::Method;
use serde_json::json;

use crate::{
    APPWRITE_VERSION,
    error::ApiError,
    pipeline::Call,
    reply::Reply,
    routes::{Group, Route},
};

/// This route.
pub const ROUTE: Route = Route {
    method: Method::GET,
    path: "/health/version",
    scope: "public",
    group: Group::Api,
    needs_project: false,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    drop(call);
    Ok(Reply::ok(json!({ "version": APPWRITE_VERSION })))
}
