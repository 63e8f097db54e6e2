//! Databases, their tables, and the rows in them.

use maud::{Markup, html};
use serde_json::Value;

use super::{
    layout::layout,
    parts::{Paging, date, delete_form, paging},
};
use crate::{
    permissions,
    tables::{
        Database, Kind, Related, StoredRow, Table,
        browsing::{self, Counted, Filter, Page},
    },
};

/// Where counting rows stops.
const COUNTED: i64 = 5000;
/// The most columns in a list of rows, and the most characters of a value there.
const LISTED_COLUMNS: usize = 5;
const LISTED_CHARS: usize = 80;
/// The most characters of a value on the page of its row.
const SHOWN_CHARS: usize = 100_000;

/// The address of the page with all databases.
pub const PATH: &str = "/_local/tables";

/// A table's address.
pub fn table_path(table: &Table) -> String {
    format!("{PATH}/{}/{}", table.database_id, table.id)
}

fn row_path(table: &Table, id: &str) -> String {
    format!("{}/{id}", table_path(table))
}

/// Every database with its tables.
pub fn databases(all: &[(Database, Vec<Counted>)]) -> Markup {
    layout(
        "Tables",
        html! {
            h1 { "Tables" }
            @if all.is_empty() {
                div.card {
                    p { "There are no databases yet." }
                    p.muted {
                        "An SDK or Appwrite’s command line can create some. Or start this server with "
                        code { "--schema appwrite.config.json" } "."
                    }
                }
            }
            @for (database, tables) in all {
                section.card {
                    h2 {
                        bdi { (database.name) } " " code.muted { (database.id) }
                        @if !database.enabled { " " (off()) }
                    }
                    @if tables.is_empty() { p.muted { "This database has no tables." } }
                    ul.plain {
                        @for Counted { table, rows } in tables {
                            li {
                                a href=(table_path(table)) { bdi { (table.name) } }
                                " " code.muted { (table.id) } " "
                                span.muted { (rows) (if *rows == 1 { " row" } else { " rows" }) }
                                @if !table.enabled { " " (off()) }
                            }
                        }
                    }
                }
            }
        },
    )
}

fn off() -> Markup {
    html! { span.muted { "(switched off)" } }
}

fn way_back(database: &Database, table: Option<&Table>) -> Markup {
    html! {
        nav.way aria-label="Breadcrumb" {
            a href=(PATH) { "Tables" } " / " bdi { (database.name) }
            @if let Some(table) = table {
                " / " a href=(table_path(table)) { bdi { (table.name) } }
            }
        }
    }
}

/// What the page of a table shows.
pub struct TablePage<'a> {
    pub database: &'a Database,
    pub table: &'a Table,
    pub page: &'a Page,
    /// Which page it is. The first is 0.
    pub number: u32,
    pub filter: &'a Filter,
    /// Why the filter can't be used.
    pub problem: Option<&'a str>,
    /// Whether a row has just been deleted.
    pub deleted: bool,
}

/// A table, and a page of its rows.
pub fn table(view: &TablePage<'_>) -> Markup {
    let TablePage { table, page, .. } = view;
    let path = table_path(table);
    let filtered = !view.filter.value.is_empty();
    let query = [
        ("column", view.filter.column.as_str()),
        ("value", view.filter.value.as_str()),
    ];
    let total = if page.total < COUNTED {
        page.total.to_string()
    } else {
        "5,000 or more".to_owned()
    };
    layout(
        &table.name,
        html! {
            (way_back(view.database, None))
            h1 { bdi { (table.name) } @if !table.enabled { " " (off()) } }
            @if view.deleted { p role="status" { "The row was deleted." } }
            (filter_form(table, &path, view.filter))
            @if let Some(problem) = view.problem {
                p.problem role="alert" { (problem) }
            } @else if page.rows.is_empty() {
                div.card {
                    @if filtered {
                        p { "No rows fit." }
                        p { a href=(path) { "Show every row" } }
                    } @else {
                        p { "There are no rows here." }
                    }
                }
            } @else {
                (list(table, &page.rows))
            }
            (paging(&Paging {
                path: &path,
                query: if filtered { &query } else { &[] },
                number: view.number,
                shown: page.rows.len(),
                total: &total,
                more: page.more,
            }))
            (grants("Permissions of the table", &table.permissions))
            p.muted {
                @if table.row_security {
                    "Rows have permissions of their own, besides these."
                } @else {
                    "Row security is off, so only these count."
                }
            }
        },
    )
}

fn filter_form(table: &Table, path: &str, filter: &Filter) -> Markup {
    html! {
        form.row.card method="get" action=(path) {
            div {
                label for="column" { "Column" }
                select #column name="column" {
                    @for key in browsing::filterable(table) {
                        option selected[key == filter.column] { (key) }
                    }
                }
            }
            div.grow {
                label for="value" { "Value" }
                input #value type="search" name="value" value=(filter.value)
                    placeholder="Part of a text, or any other value" autocomplete="off";
            }
            button.quiet type="submit" { "Show" }
        }
    }
}

fn list(table: &Table, rows: &[StoredRow]) -> Markup {
    let keys: Vec<_> = table
        .shown_columns()
        .filter(|column| column.is_stored())
        .map(|column| column.spec.key.as_str())
        .take(LISTED_COLUMNS)
        .collect();
    html! {
        div.wide role="region" aria-label="Rows" tabindex="0" {
            table.rows {
                thead {
                    tr {
                        th scope="col" { "$id" }
                        @for key in &keys { th scope="col" { (key) } }
                        @if table.row_security { th scope="col" { "Permissions" } }
                        th scope="col" { "Created" }
                    }
                }
                tbody {
                    @for row in rows {
                        tr {
                            th scope="row" {
                                a href=(row_path(table, &row.id)) { code { (row.id) } }
                            }
                            @for key in &keys {
                                td data-label=(key) { (value(row.values.get(*key), LISTED_CHARS)) }
                            }
                            @if table.row_security {
                                td data-label="Permissions" {
                                    @for (role, actions) in permissions::by_role(&row.permissions) {
                                        div { (holder(role)) ": " (actions.join(", ")) }
                                    }
                                }
                            }
                            td data-label="Created" { (date(&row.created)) }
                        }
                    }
                }
            }
        }
    }
}

/// A row with everything that's in it.
pub fn row(database: &Database, table: &Table, row: &StoredRow, related: &[Related]) -> Markup {
    let path = row_path(table, &row.id);
    let values = table
        .shown_columns()
        .filter(|column| column.spec.kind != Kind::Relationship);
    layout(
        &row.id,
        html! {
            (way_back(database, Some(table)))
            h1 { code { (row.id) } }
            section.card {
                dl {
                    @for column in values {
                        @let key = &column.spec.key;
                        dt { (key) }
                        dd.text { (value(row.values.get(key), SHOWN_CHARS)) }
                    }
                    @for related in related {
                        dt { (related.key) }
                        dd {
                            @if related.rows.is_empty() { span.muted { "none" } }
                            @for row in &related.rows {
                                a href=(row_path(&related.table, &row.id)) { code { (row.id) } } " "
                            }
                        }
                    }
                    dt { "$createdAt" } dd { (date(&row.created)) }
                    dt { "$updatedAt" } dd { (date(&row.updated)) }
                    dt { "$sequence" } dd { (row.sequence) }
                }
            }
            (grants("Permissions of this row", &row.permissions))
            @if !table.row_security && !row.permissions.is_empty() {
                p.muted { "They don’t count, because the table’s row security is off." }
            }
            (delete_form(&format!("{path}/delete"), "row", "It can’t be brought back."))
        },
    )
}

fn value(value: Option<&Value>, most: usize) -> Markup {
    let text = match value {
        None | Some(Value::Null) => return html! { span.muted { "null" } },
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    match text.char_indices().nth(most) {
        Some((end, _)) => html! { bdi { (text[..end]) } "…" },
        None => html! { bdi { (text) } },
    }
}

/// Whoever holds a role. A user's leads to the user.
fn holder(role: &str) -> Markup {
    let user = role.strip_prefix("user:").map(|user| {
        let id = user.split('/').next().unwrap_or(user);
        format!("/_local/users/{id}")
    });
    html! {
        @if let Some(user) = user {
            a href=(user) { code { (role) } }
        } @else {
            code { (role) }
        }
    }
}

fn grants(title: &str, permissions: &[String]) -> Markup {
    let roles = permissions::by_role(permissions);
    html! {
        section.card {
            h2 { (title) }
            @if roles.is_empty() {
                p.muted { "None." }
            } @else {
                dl {
                    @for (role, actions) in roles {
                        dt { (holder(role)) }
                        dd { (actions.join(", ")) }
                    }
                }
            }
        }
    }
}
