//! Answering requests for the pages with tables and rows.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use crate::{
    local_pages::{PageError, QueryParams, html, number_of_page},
    pages::{parts::PAGE_SIZE, tables},
    shared::Shared,
    tables::browsing::{self, Filter, Page},
};

/// `GET /_local/tables`: every database with its tables.
pub async fn databases(State(shared): State<Arc<Shared>>) -> Result<Response, PageError> {
    let all = shared.store.read(browsing::databases).await?;
    Ok(html(tables::databases(&all)))
}

/// `GET /_local/tables/{database}/{table}`: a table's rows, newest first. `?column=` and `?value=`
/// filter them, `?page=` goes on.
pub async fn table(
    State(shared): State<Arc<Shared>>,
    Path((database, table)): Path<(String, String)>,
    Query(pairs): QueryParams,
) -> Result<Response, PageError> {
    let given = |name: &str| pairs.get(name).cloned().unwrap_or_default();
    let filter = Filter {
        column: given("column"),
        value: given("value"),
    };
    let number = number_of_page(&pairs);
    let wanted = Some(filter.clone()).filter(|filter| !filter.value.is_empty());
    let (database, table, page) = shared
        .store
        .read(move |connection| {
            let (database, table) = browsing::table(connection, &database, &table)?;
            let page = browsing::page(connection, &table, wanted.as_ref(), number, PAGE_SIZE);
            Ok((database, table, page))
        })
        .await?;
    let (page, problem) = match page {
        Ok(page) => (page, None),
        Err(error) if error.status == 400 => (Page::default(), Some(error.message)),
        Err(error) => return Err(error.into()),
    };
    let status = match problem {
        Some(_) => StatusCode::BAD_REQUEST,
        None => StatusCode::OK,
    };
    let page = tables::table(&tables::TablePage {
        database: &database,
        table: &table,
        page: &page,
        number,
        filter: &filter,
        problem: problem.as_deref(),
        deleted: pairs.contains_key("deleted"),
    });
    Ok((status, html(page)).into_response())
}

/// `GET /_local/tables/{database}/{table}/{row}`: everything that's in a row.
pub async fn row(
    State(shared): State<Arc<Shared>>,
    Path((database, table, id)): Path<(String, String, String)>,
) -> Result<Response, PageError> {
    let page = shared
        .store
        .read(move |connection| {
            let (database, table) = browsing::table(connection, &database, &table)?;
            let (row, related) = browsing::row(connection, &table, &id)?;
            Ok(tables::row(&database, &table, &row, &related))
        })
        .await?;
    Ok(html(page))
}

/// `POST /_local/tables/{database}/{table}/{row}/delete`
pub async fn delete_row(
    State(shared): State<Arc<Shared>>,
    Path((database, table, id)): Path<(String, String, String)>,
) -> Result<Response, PageError> {
    let table = shared
        .store
        .run(move |connection| {
            let (_, table) = browsing::table(connection, &database, &table)?;
            browsing::delete(connection, &table, &id)?;
            Ok(table)
        })
        .await?;
    let back = format!("{}?deleted", tables::table_path(&table));
    Ok(Redirect::to(&back).into_response())
}
