//! `DELETE /account/sessions`: ends every session of the caller.

use axum::http::Method;

use crate::{
    error::ApiError,
    pipeline::Call,
    reply::Reply,
    routes::{Group, Route},
    store::SessionRow,
};

/// This route.
pub const ROUTE: Route = Route {
    method: Method::DELETE,
    path: "/account/sessions",
    scope: "account",
    group: Group::Api,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    let user = call.signed_in()?.user;
    call.shared
        .store
        .run(move |connection| {
            SessionRow::delete_all(connection, &user.id)?;
            Ok(Reply::no_content().without_session())
        })
        .await
}
