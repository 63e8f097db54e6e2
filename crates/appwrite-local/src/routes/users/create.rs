//! `POST /users`: makes a user.

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
    path: "/users",
    scope: "users.write",
    group: Group::Api,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    let id = call.params.custom_id("userId")?;
    let email = call.params.optional_email("email")?;
    let password = call.params.optional_password("password")?;
    let name = call.params.optional_text("name", 128)?;
    let password = match password {
        Some(password) => Some(call.shared.passwords.hash(password).await?),
        None => None,
    };
    let new = NewUser {
        id: Some(id),
        name: name.unwrap_or_default(),
        email,
        phone: None,
        password,
    };
    call.shared
        .store
        .run(move |connection| {
            let user = UserRow::create(connection, new)?;
            Ok(Reply::created(model::user(
                &user,
                &user.targets(connection)?,
            )))
        })
        .await
}
