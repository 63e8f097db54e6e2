//! Tables and rows as the pages for people show them. Whoever may open those may see and delete
//! everything.

use rusqlite::Connection;
use serde_json::Value;

use super::{
    access::Access,
    api::Api,
    kind::Kind,
    query::Query,
    reading::{self, Related},
    rows::{self, StoredRow},
    schema::{Database, Table},
    selection::Selection,
    writing::Writer,
};
use crate::error::ApiError;

/// Errors are in the words of the newer API.
const API: Api = Api::TablesDb;

/// A table, and how many rows are in it.
#[derive(Debug)]
pub struct Counted {
    pub table: Table,
    pub rows: i64,
}

/// Every database with its tables, in the order in which they were made.
pub fn databases(connection: &Connection) -> Result<Vec<(Database, Vec<Counted>)>, ApiError> {
    let all = Database::select(connection, "data_databases ORDER BY sequence", &[])?;
    let with_tables = all.into_iter().map(|database| {
        let query = "data_tables WHERE database = ?1 ORDER BY sequence";
        let tables = Table::select(connection, query, &[&database.sequence])?;
        let tables = tables.into_iter().map(|table| {
            let rows = rows::count(connection, &table, "1", &[], i64::MAX)?;
            Ok(Counted { table, rows })
        });
        Ok((database, tables.collect::<Result<_, ApiError>>()?))
    });
    with_tables.collect()
}

/// How many tables there are.
pub fn count(connection: &Connection) -> Result<u64, ApiError> {
    Ok(
        connection.query_row("SELECT count(*) FROM data_tables", [], |row| {
            row.get::<_, u64>(0)
        })?,
    )
}

/// A table and the database that it's in.
///
/// # Errors
///
/// `database_not_found`, `table_not_found`.
pub fn table(
    connection: &Connection,
    database_id: &str,
    id: &str,
) -> Result<(Database, Table), ApiError> {
    let all = Access::unlimited();
    let database = reading::database(connection, &all, database_id)?;
    let table = reading::table(connection, API, &all, database_id, id)?;
    Ok((database, table))
}

/// Some of a table's rows.
#[derive(Debug, Default)]
pub struct Page {
    pub rows: Vec<StoredRow>,
    /// How many rows there are on all pages, up to 5,000.
    pub total: i64,
    /// Whether there's another page.
    pub more: bool,
}

/// What rows are filtered by: a column's key, or `$id`, and its value as text.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub column: String,
    pub value: String,
}

/// The keys that rows can be filtered by.
pub fn filterable(table: &Table) -> Vec<&str> {
    let columns = table.shown_columns().filter(|column| {
        column.is_stored() && !column.spec.options.encrypt && !column.spec.kind.is_spatial()
    });
    let keys = columns.map(|column| column.spec.key.as_str());
    keys.chain(["$id"]).collect()
}

impl Filter {
    /// The query for a column. Texts need only contain the value, everything else has to be it.
    fn query(&self, table: &Table) -> Query {
        let spec = table.column(&self.column).map(|column| &column.spec);
        let text = self.value.trim();
        let whole = || text.parse::<i64>().ok().map(Value::from);
        let number = || text.parse::<f64>().ok().map(Value::from);
        let typed = match spec.map(|spec| spec.kind) {
            Some(Kind::Integer | Kind::Bigint) => whole(),
            Some(Kind::Double) => whole().or_else(number),
            Some(Kind::Boolean) => text.parse::<bool>().ok().map(Value::from),
            _ => None,
        };
        let value = typed.unwrap_or_else(|| text.into());
        let contains = spec.is_some_and(|spec| spec.array || spec.kind.is_text());
        Query {
            method: if contains { "contains" } else { "equal" }.to_owned(),
            attribute: self.column.clone(),
            values: vec![value],
            nested: Vec::new(),
        }
    }
}

/// A page of a table's rows, newest first. The first page is 0.
///
/// # Errors
///
/// `general_query_invalid` for a column that isn't there, or a value that can't be in it.
pub fn page(
    connection: &Connection,
    table: &Table,
    filter: Option<&Filter>,
    number: u32,
    size: u32,
) -> Result<Page, ApiError> {
    let query = |method: &str, attribute: &str, values: Vec<Value>| Query {
        method: method.to_owned(),
        attribute: attribute.to_owned(),
        values,
        nested: Vec::new(),
    };
    let offset = u64::from(number) * u64::from(size);
    let mut queries = vec![
        query("orderDesc", "$sequence", Vec::new()),
        query("limit", "", vec![(u64::from(size) + 1).into()]),
        query("offset", "", vec![offset.into()]),
    ];
    queries.extend(filter.map(|filter| filter.query(table)));
    let all = Access::unlimited();
    let selection = Selection::read(connection, API, &all, table, &queries)?;
    let mut rows = selection.rows(connection, table)?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    Ok(Page {
        rows,
        total: selection.total(connection, table)?,
        more,
    })
}

/// A row, and the rows that are related to it.
///
/// # Errors
///
/// `row_not_found`.
pub fn row(
    connection: &Connection,
    table: &Table,
    id: &str,
) -> Result<(StoredRow, Vec<Related>), ApiError> {
    let row = rows::find(connection, table, id)?.ok_or_else(|| API.row_not_found(id))?;
    let related = reading::related(connection, &Access::unlimited(), table, &row, None)?;
    Ok((row, related))
}

/// Deletes a row, and what goes along with it by relationship.
///
/// # Errors
///
/// `row_not_found`, or the error of a relationship that forbids it.
pub fn delete(connection: &Connection, table: &Table, id: &str) -> Result<(), ApiError> {
    let row = rows::find(connection, table, id)?.ok_or_else(|| API.row_not_found(id))?;
    Writer::new(connection, API, &Access::unlimited()).delete(table, &row)
}
