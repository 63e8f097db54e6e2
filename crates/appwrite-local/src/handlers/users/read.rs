//! Reading users.

use super::found::{self, find};
use crate::{
    call::Call,
    error::ApiError,
    handlers::logs,
    model,
    queries::{Attribute, Kind, ListSchema, Page},
    reply::Reply,
    store::UserRow,
};

const SCHEMA: ListSchema = ListSchema {
    table: "users",
    name: "User",
    attributes: &[
        Attribute("name", "name", Kind::Text),
        Attribute("email", "email", Kind::Text),
        Attribute("phone", "phone", Kind::Text),
        Attribute("status", "status", Kind::Boolean),
        Attribute("passwordUpdate", "nullif(password_update, '')", Kind::Date),
        Attribute("registration", "registration", Kind::Date),
        Attribute("emailVerification", "email_verification", Kind::Boolean),
        Attribute("phoneVerification", "phone_verification", Kind::Boolean),
        Attribute("labels", "labels", Kind::Texts),
        Attribute("impersonator", "coalesce(impersonator, 0)", Kind::Boolean),
        Attribute("accessedAt", "nullif(accessed, '')", Kind::Date),
    ],
    searched: "concat_ws(' ', id, email, name, phone,
        (SELECT group_concat('label:' || value, ' ') FROM json_each(labels)))",
};

/// `GET /users`: lists users, a page at a time.
pub async fn list(call: Call) -> Result<Reply, ApiError> {
    call.shared
        .store
        .clone()
        .read(move |connection| {
            let selection = SCHEMA.select(connection, &call.params, None)?;
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
        .read(move |connection| found::reply(connection, &find(connection, &id)?))
        .await
}

/// `GET /users/:userId/prefs`: a user's preferences.
pub async fn get_prefs(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    call.shared
        .store
        .read(move |connection| Ok(Reply::ok(find(connection, &id)?.prefs)))
        .await
}

/// `GET /users/:userId/logs`: what a user did, newest first.
pub async fn list_logs(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    let page = Page::read(&call.params)?;
    call.shared
        .store
        .read(move |connection| {
            let user = find(connection, &id)?;
            logs::page(connection, &user.id, &page)
        })
        .await
}

/// `GET /users/:userId/memberships`: always empty, since there are no teams here.
pub async fn list_memberships(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    call.shared
        .store
        .read(move |connection| {
            find(connection, &id)?;
            Ok(Reply::ok(model::list("memberships", 0, Vec::new())))
        })
        .await
}
