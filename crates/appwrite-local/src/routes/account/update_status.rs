//! `PATCH /account/status`: blocks the caller's own account. Only an API key can undo it.

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
    path: "/account/status",
    scope: "account",
    group: Group::Api,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    let mut user = call.signed_in()?.user;
    call.shared
        .store
        .run(move |connection| {
            user.set_status(connection, false)?;
            let account = model::account(&user, &user.targets(connection)?);
            Ok(Reply::ok(account).without_session())
        })
        .await
}
