//! `POST /account`: makes an account with a password.

use axum::http::Method;

use crate::{
    error::ApiError,
    model,
    pipeline::Call,
    reply::Reply,
    routes::{Group, Route},
    store::{NewUser, UserRow},
};

/// This route.
pub const ROUTE: Route = Route {
    method: Method::POST,
    path: "/account",
    scope: "sessions.write",
    group: Group::Api,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    let id = call.params.custom_id("userId")?;
    let email = call.params.email("email")?;
    let password = call.params.password("password")?;
    let name = call.params.optional_text("name", 128)?;
    let new = NewUser {
        id: Some(id),
        name: name.unwrap_or_default(),
        email: Some(email),
        phone: None,
        password: Some(call.shared.passwords.hash(password).await?),
    };
    call.shared
        .store
        .run(move |connection| {
            let user = UserRow::create(connection, new)?;
            Ok(Reply::created(model::account(
                &user,
                &user.targets(connection)?,
            )))
        })
        .await
}
