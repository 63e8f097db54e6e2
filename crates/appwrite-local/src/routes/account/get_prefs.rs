//! `GET /account/prefs`: the caller's preferences.

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
    path: "/account/prefs",
    scope: "account",
    group: Group::Api,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    Ok(Reply::ok(call.signed_in()?.user.prefs))
}
