//! `POST /account/sessions/email`: signs in with e-mail and password.

use axum::http::Method;

use crate::{
    error::ApiError,
    pipeline::Call,
    reply::Reply,
    routes::{Group, Route},
    store::UserRow,
};

/// This route.
pub const ROUTE: Route = Route {
    method: Method::POST,
    path: "/account/sessions/email",
    scope: "sessions.write",
    group: Group::Session,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    let email = call.params.email("email")?;
    let password = call.params.password("password")?;
    let wrong = || ApiError::known("user_invalid_credentials");
    let of_email = email.clone();
    let user = call
        .shared
        .store
        .run(move |connection| UserRow::find_by_email(connection, &of_email))
        .await?
        .ok_or_else(wrong)?;
    let hash = user.password.clone().ok_or_else(wrong)?;
    if !call.shared.passwords.verify(password, hash).await? {
        return Err(wrong());
    }
    if !user.status {
        return Err(ApiError::known("user_blocked"));
    }
    super::start(call, user, "email", email, "password").await
}
