//! Answering requests for the pages with users.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};

use crate::{
    error::ApiError,
    local_pages::{PageError, QueryParams, html, number_of_page},
    pages::{parts::PAGE_SIZE, users},
    shared::Shared,
    store::{SessionRow, UserRow},
};

fn missing() -> ApiError {
    ApiError::known("user_not_found")
}

/// `GET /_local/users`: the users, newest first. `?search=` filters them, `?page=` goes on.
pub async fn list(
    State(shared): State<Arc<Shared>>,
    Query(pairs): QueryParams,
) -> Result<Response, PageError> {
    let search = pairs.get("search").cloned().unwrap_or_default();
    let number = number_of_page(&pairs);
    let before = u64::from(number) * u64::from(PAGE_SIZE);
    let text = search.trim().to_owned();
    let (found, total) = shared
        .store
        .read(move |connection| UserRow::search(connection, &text, PAGE_SIZE, before))
        .await?;
    let shown = u64::try_from(found.len()).unwrap_or_default();
    Ok(html(users::list(&users::Users {
        users: &found,
        search: &search,
        number,
        total,
        more: before + shown < total,
        deleted: pairs.contains_key("deleted"),
    })))
}

/// `GET /_local/users/{user}`: a user with their sessions.
pub async fn user(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let (user, sessions) = shared
        .store
        .read(move |connection| {
            let user = UserRow::find(connection, &id)?.ok_or_else(missing)?;
            let sessions = SessionRow::list(connection, &user.id)?;
            Ok((user, sessions))
        })
        .await?;
    Ok(html(users::user(&user, &sessions)))
}

/// `POST /_local/users/{user}/delete`
pub async fn delete(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    shared
        .store
        .run(move |connection| {
            let user = UserRow::find(connection, &id)?.ok_or_else(missing)?;
            user.delete(connection)
        })
        .await?;
    Ok(Redirect::to(&format!("{}?deleted", users::PATH)).into_response())
}
