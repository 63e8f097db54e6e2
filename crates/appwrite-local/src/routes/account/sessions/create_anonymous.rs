//! `POST /account/sessions/anonymous`: signs in a guest.

use axum::http::Method;

use crate::{
    error::ApiError,
    pipeline::Call,
    reply::Reply,
    routes::{Group, Route},
    store::{NewUser, UserRow},
};

/// This route.
pub const ROUTE: Route = Route {
    method: Method::POST,
    path: "/account/sessions/anonymous",
    scope: "sessions.write",
    group: Group::Session,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    let user = call
        .shared
        .store
        .run(|connection| UserRow::create(connection, NewUser::default()))
        .await?;
    super::start(call, user, "anonymous", String::new(), "anonymous").await
}
