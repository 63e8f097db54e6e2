//! `PATCH /account/prefs`: replaces the preferences.

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
    path: "/account/prefs",
    scope: "account",
    group: Group::Api,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    let mut user = call.signed_in()?.user;
    let prefs = call.params.object("prefs")?;
    call.shared
        .store
        .run(move |connection| {
            user.set_prefs(connection, prefs)?;
            Ok(Reply::ok(model::account(&user, &user.targets(connection)?)))
        })
        .await
}
