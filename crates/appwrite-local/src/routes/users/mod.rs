//! Users, as an API key administers them.

pub mod create;
pub mod mfa;
pub mod sessions;
pub mod targets;
pub mod update;

use rusqlite::Connection;

use super::account::{identities, logs};
use crate::{
    error::ApiError,
    model,
    pipeline::Call,
    queries::{Listed, Page},
    reply::Reply,
    store::{IdentityRow, UserRow},
};

const LISTED: Listed = Listed {
    table: "users",
    name: "User",
    attributes: &[
        ("name", "name"),
        ("email", "email"),
        ("phone", "phone"),
        ("status", "status"),
        ("passwordUpdate", "password_update"),
        ("registration", "registration"),
        ("emailVerification", "email_verification"),
        ("phoneVerification", "phone_verification"),
        ("labels", "labels"),
        ("impersonator", "impersonator"),
        ("accessedAt", "accessed"),
    ],
    searched: &["id", "coalesce(email, '')", "coalesce(phone, '')", "name"],
};

fn find(connection: &Connection, id: &str) -> Result<UserRow, ApiError> {
    UserRow::find(connection, id)?.ok_or_else(|| ApiError::known("user_not_found"))
}

/// 200 with the user as they are now.
fn user(connection: &Connection, user: &UserRow) -> Result<Reply, ApiError> {
    Ok(Reply::ok(model::user(user, &user.targets(connection)?)))
}

/// `GET /users`: all of them, a page at a time.
pub async fn list(call: Call) -> Result<Reply, ApiError> {
    call.shared
        .store
        .clone()
        .run(move |connection| {
            let selection = LISTED.select(connection, &call.params, None)?;
            let (query, values) = selection.rows();
            let mut rows = UserRow::select(connection, &query, &values)?;
            if selection.reversed {
                rows.reverse();
            }
            let models = rows
                .iter()
                .map(|row| Ok(model::user(row, &row.targets(connection)?)))
                .collect::<Result<Vec<_>, ApiError>>()?;
            let total = selection.total(connection)?;
            Ok(Reply::ok(model::list("users", total, models)))
        })
        .await
}

/// `GET /users/:userId`: one user.
pub async fn get(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    call.shared
        .store
        .run(move |connection| user(connection, &find(connection, &id)?))
        .await
}

/// `DELETE /users/:userId`: deletes a user with all that is theirs.
pub async fn delete(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    call.shared
        .store
        .run(move |connection| {
            find(connection, &id)?.delete(connection)?;
            Ok(Reply::no_content())
        })
        .await
}

/// `GET /users/:userId/prefs`: a user's preferences.
pub async fn get_prefs(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    call.shared
        .store
        .run(move |connection| Ok(Reply::ok(find(connection, &id)?.prefs)))
        .await
}

/// `GET /users/:userId/logs`: what a user did, newest first.
pub async fn list_logs(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    let page = Page::read(&call.params)?;
    call.shared
        .store
        .run(move |connection| {
            find(connection, &id)?;
            logs(connection, &id, &page)
        })
        .await
}

/// `GET /users/:userId/memberships`: there are no teams here, so nobody is in one.
pub async fn list_memberships(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    call.shared
        .store
        .run(move |connection| {
            find(connection, &id)?;
            Ok(Reply::ok(model::list("memberships", 0, Vec::new())))
        })
        .await
}

/// `GET /users/identities`: who users are elsewhere.
pub async fn list_identities(call: Call) -> Result<Reply, ApiError> {
    identities::page(call, None).await
}

/// `DELETE /users/identities/:identityId`: takes one away.
pub async fn delete_identity(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("identityId")?;
    call.shared
        .store
        .run(move |connection| {
            IdentityRow::find(connection, &id)?.delete(connection)?;
            Ok(Reply::no_content())
        })
        .await
}
