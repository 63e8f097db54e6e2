//! `PATCH /account/name`: changes the name.

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
    path: "/account/name",
    scope: "account",
    group: Group::Api,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    let mut user = call.signed_in()?.user;
    let name = call.params.text("name", 128)?;
    call.shared
        .store
        .run(move |connection| {
            user.set_name(connection, name)?;
            Ok(Reply::ok(model::account(&user, &user.targets(connection)?)))
        })
        .await
}
