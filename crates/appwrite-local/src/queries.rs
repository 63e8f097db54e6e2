//! The `queries` parameter of list routes, turned into SQL.

use rusqlite::{Connection, types::Value as Sql};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    error::ApiError,
    params::{Params, thousands},
};

/// What a list route lets callers query: the table, its name in errors, and its attributes with
/// their columns. `$id`, `$createdAt` and `$updatedAt` are always included.
pub struct ListSchema {
    pub table: &'static str,
    pub name: &'static str,
    pub attributes: &'static [(&'static str, &'static str)],
    /// The columns that `search` looks in.
    pub searched: &'static [&'static str],
}

const BASE: &[(&str, &str)] = &[
    ("$id", "id"),
    ("$createdAt", "created"),
    ("$updatedAt", "updated"),
    ("$sequence", "sequence"),
];

/// How many rows a list returns by default.
const DEFAULT_LIMIT: i64 = 25;
/// Appwrite stops counting here.
const MAX_COUNT: i64 = 5000;
/// The most queries a list accepts.
const MAX_QUERIES: usize = 100;
/// The most bytes in one query.
const MAX_QUERY_BYTES: usize = 4096;
/// The most values in one query.
const MAX_VALUES: usize = 500;
/// How deeply `and` and `or` may nest.
const MAX_DEPTH: usize = 3;

#[derive(Deserialize)]
struct Query {
    method: String,
    #[serde(default)]
    attribute: String,
    #[serde(default)]
    values: Vec<Value>,
}

impl Query {
    fn read(text: &str) -> Result<Self, ApiError> {
        if text.len() > MAX_QUERY_BYTES {
            return Err(refused("Invalid query: Query is too long"));
        }
        serde_json::from_str(text)
            .map_err(|_| refused("Invalid query: Invalid query: Syntax error"))
    }
}

fn texts(params: &Params) -> Result<Vec<String>, ApiError> {
    let queries = params.optional_list("queries")?;
    if queries.len() > MAX_QUERIES {
        return Err(refused("Value must a valid array no longer than 100 items"));
    }
    Ok(queries)
}

/// The requested page of a list that supports paging and nothing else.
pub struct Page {
    pub limit: i64,
    pub offset: i64,
    /// Whether the caller wants the total, too.
    pub counted: bool,
}

impl Page {
    /// Reads `queries` and `total`.
    ///
    /// # Errors
    ///
    /// `general_argument_invalid` for any other query than `limit` and `offset`.
    pub fn read(params: &Params) -> Result<Self, ApiError> {
        let mut page = Self {
            limit: DEFAULT_LIMIT,
            offset: 0,
            counted: params.boolean_or("total", true)?,
        };
        for text in texts(params)? {
            let query = Query::read(&text)?;
            match query.method.as_str() {
                "limit" => page.limit = number(&query, "limit", 1)?,
                "offset" => page.offset = number(&query, "offset", 0)?,
                other => {
                    let rule = format!("Invalid query: Invalid query method: {other}");
                    return Err(refused(&rule));
                }
            }
        }
        Ok(page)
    }
}

/// What to select: the condition for the whole list, and the one for the page.
#[derive(Debug)]
pub struct Selection {
    table: &'static str,
    filter: String,
    filter_values: Vec<Sql>,
    page: String,
    page_values: Vec<Sql>,
    order: String,
    limit: i64,
    offset: i64,
    /// Whether the cursor goes backwards, so that the rows come back in reverse order.
    pub reversed: bool,
    counted: bool,
}

impl ListSchema {
    /// Reads `queries`, `search` and `total`. `only` adds a condition that every row must meet.
    ///
    /// # Errors
    ///
    /// `general_argument_invalid` for a bad query, `general_cursor_not_found` for a cursor that
    /// points at nothing.
    pub fn select(
        &self,
        connection: &Connection,
        params: &Params,
        only: Option<(&'static str, &str)>,
    ) -> Result<Selection, ApiError> {
        let queries = texts(params)?;
        let mut filter = Conditions::default();
        if let Some((column, value)) = only {
            filter.push(format!("{column} = ?"), [Sql::Text(value.to_owned())]);
        }
        let search = params.any_text("search", 256)?;
        if !search.is_empty() && !self.searched.is_empty() {
            let text = self.searched.join(" || ' ' || ");
            let pattern = Sql::Text(like(&search, true));
            filter.push(format!("({text}) LIKE ? ESCAPE '\\'"), [pattern]);
        }
        let mut orders = Vec::new();
        let (mut limit, mut offset, mut cursor) = (DEFAULT_LIMIT, 0, None);
        for text in &queries {
            let query = Query::read(text)?;
            match query.method.as_str() {
                "limit" => limit = number(&query, "limit", 1)?,
                "offset" => offset = number(&query, "offset", 0)?,
                "orderAsc" => orders.push((self.column(&query.attribute)?, false)),
                "orderDesc" => orders.push((self.column(&query.attribute)?, true)),
                "cursorAfter" | "cursorBefore" => {
                    let id = query
                        .values
                        .first()
                        .and_then(Value::as_str)
                        .unwrap_or_default();
                    cursor = Some((id.to_owned(), query.method == "cursorBefore"));
                }
                _ => {
                    let (sql, values) = self.filter(&query, 0)?;
                    filter.push(sql, values);
                }
            }
        }
        // Sorting by sequence last makes the order of every list unambiguous.
        let descending = orders.last().is_some_and(|(_, descending)| *descending);
        orders.push(("sequence", descending));
        let reversed = cursor.as_ref().is_some_and(|(_, before)| *before);
        let mut page = filter.clone();
        if let Some((id, before)) = cursor {
            let (sql, values) = self.past_cursor(connection, only, &id, &orders, before)?;
            page.push(sql, values);
        }
        let order = orders
            .iter()
            .map(|(column, descending)| {
                let direction = if *descending == reversed {
                    "ASC"
                } else {
                    "DESC"
                };
                format!("{column} {direction}")
            })
            .collect::<Vec<_>>()
            .join(", ");
        Ok(Selection {
            table: self.table,
            filter: filter.sql(),
            filter_values: filter.values,
            page: page.sql(),
            page_values: page.values,
            order,
            limit,
            offset,
            reversed,
            counted: params.boolean_or("total", true)?,
        })
    }

    fn column(&self, attribute: &str) -> Result<&'static str, ApiError> {
        BASE.iter()
            .chain(self.attributes)
            .find(|(name, _)| *name == attribute)
            .map(|(_, column)| *column)
            .ok_or_else(|| {
                refused(&format!(
                    "Invalid query: Attribute not found in schema: {attribute}"
                ))
            })
    }

    fn filter(&self, query: &Query, depth: usize) -> Result<(String, Vec<Sql>), ApiError> {
        let method = query.method.as_str();
        if query.values.len() > MAX_VALUES {
            return Err(refused(
                "Invalid query: Query on attribute has greater than 500 values",
            ));
        }
        if matches!(method, "and" | "or") {
            if depth >= MAX_DEPTH || query.values.is_empty() {
                return Err(refused(&format!(
                    "Invalid query: Invalid query method: {method}"
                )));
            }
            let mut parts = Vec::new();
            let mut values = Vec::new();
            for nested in &query.values {
                let nested: Query = serde_json::from_value(nested.clone())
                    .map_err(|_| refused("Invalid query: Invalid query: Syntax error"))?;
                let (sql, more) = self.filter(&nested, depth + 1)?;
                parts.push(sql);
                values.extend(more);
            }
            let joined = parts.join(if method == "and" { " AND " } else { " OR " });
            return Ok((format!("({joined})"), values));
        }
        let like_pattern: Option<(&str, Pattern)> = match method {
            "contains" | "containsAny" => Some(("LIKE", |text| like(text, true))),
            "notContains" => Some(("NOT LIKE", |text| like(text, true))),
            "search" => Some(("LIKE", |text| like(text, true))),
            "notSearch" => Some(("NOT LIKE", |text| like(text, true))),
            "startsWith" => Some(("LIKE", |text| like(text, false))),
            "notStartsWith" => Some(("NOT LIKE", |text| like(text, false))),
            "endsWith" => Some(("LIKE", |text| format!("%{}", escaped(text)))),
            "notEndsWith" => Some(("NOT LIKE", |text| format!("%{}", escaped(text)))),
            _ => None,
        };
        let operator = match method {
            "equal" => "=",
            "notEqual" => "<>",
            "lessThan" => "<",
            "lessThanEqual" => "<=",
            "greaterThan" => ">",
            "greaterThanEqual" => ">=",
            "isNull" | "isNotNull" | "between" | "notBetween" => "",
            _ if like_pattern.is_some() => "",
            _ => {
                return Err(refused(&format!(
                    "Invalid query: Invalid query method: {method}"
                )));
            }
        };
        let column = self.column(&query.attribute)?;
        let values = query
            .values
            .iter()
            .map(sql_value)
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| {
                refused(&format!(
                    "Invalid query: Query value is invalid for attribute \"{}\"",
                    query.attribute
                ))
            })?;
        match method {
            "isNull" => return Ok((format!("{column} IS NULL"), Vec::new())),
            "isNotNull" => return Ok((format!("{column} IS NOT NULL"), Vec::new())),
            "between" | "notBetween" => {
                let not = if method == "between" { "" } else { "NOT " };
                let pair: [Sql; 2] = values.try_into().map_err(|_| {
                    refused(&format!(
                        "Invalid query: {method} queries require exactly two values."
                    ))
                })?;
                return Ok((format!("{column} {not}BETWEEN ? AND ?"), pair.into()));
            }
            _ => {}
        }
        if values.is_empty() {
            let name = capitalized(method);
            return Err(refused(&format!(
                "Invalid query: {name} queries require at least one value."
            )));
        }
        let join = if method.starts_with("not") {
            " AND "
        } else {
            " OR "
        };
        let one = match like_pattern {
            Some((operator, _)) => format!("{column} {operator} ? ESCAPE '\\'"),
            None => format!("{column} {operator} ?"),
        };
        let sql = vec![one; values.len()].join(join);
        let values = match like_pattern {
            Some((_, pattern)) => values
                .into_iter()
                .map(|value| match value {
                    Sql::Text(text) => Sql::Text(pattern(&text)),
                    other => other,
                })
                .collect(),
            None => values,
        };
        Ok((format!("({sql})"), values))
    }

    /// The condition for the rows after (or before) the one with this ID, in this order.
    fn past_cursor(
        &self,
        connection: &Connection,
        only: Option<(&'static str, &str)>,
        id: &str,
        orders: &[(&'static str, bool)],
        before: bool,
    ) -> Result<(String, Vec<Sql>), ApiError> {
        let columns = orders.iter().map(|(column, _)| *column).collect::<Vec<_>>();
        // An ID may be another's elsewhere.
        let (within, owner) = only.unwrap_or(("'1'", "1"));
        let sql = format!(
            "SELECT {} FROM {} WHERE id = ?1 AND {within} = ?2",
            columns.join(", "),
            self.table
        );
        let at = connection.query_row(&sql, [id, owner], |row| {
            (0..orders.len())
                .map(|index| row.get::<_, Sql>(index))
                .collect::<Result<Vec<_>, _>>()
        });
        let at = match at {
            Ok(at) => at,
            Err(rusqlite::Error::QueryReturnedNoRows) => {
                return Err(ApiError::with(
                    "general_cursor_not_found",
                    400,
                    format!("{} '{id}' for the 'cursor' value not found.", self.name),
                ));
            }
            Err(error) => return Err(error.into()),
        };
        let mut sql = Vec::new();
        let mut values = Vec::new();
        for (index, (column, descending)) in orders.iter().enumerate() {
            let mut parts = Vec::new();
            for (earlier, value) in columns.iter().zip(&at).take(index) {
                parts.push(format!("{earlier} IS ?"));
                values.push(value.clone());
            }
            let operator = if *descending == before { ">" } else { "<" };
            parts.push(format!("{column} {operator} ?"));
            values.extend(at.get(index).cloned());
            sql.push(format!("({})", parts.join(" AND ")));
        }
        Ok((format!("({})", sql.join(" OR ")), values))
    }
}

impl Selection {
    /// Everything after `FROM`, and its values.
    pub fn rows(&self) -> (String, Vec<&dyn rusqlite::ToSql>) {
        let sql = format!(
            "{} WHERE {} ORDER BY {} LIMIT {} OFFSET {}",
            self.table, self.page, self.order, self.limit, self.offset
        );
        (sql, refs(&self.page_values))
    }

    /// How many rows there are on all pages, up to where Appwrite stops counting. 0 if the caller
    /// didn't ask.
    pub fn total(&self, connection: &Connection) -> Result<i64, ApiError> {
        if !self.counted {
            return Ok(0);
        }
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM {} WHERE {} LIMIT {MAX_COUNT})",
            self.table, self.filter
        );
        Ok(connection.query_row(&sql, refs(&self.filter_values).as_slice(), |row| row.get(0))?)
    }
}

fn refs(values: &[Sql]) -> Vec<&dyn rusqlite::ToSql> {
    values
        .iter()
        .map(|value| value as &dyn rusqlite::ToSql)
        .collect()
}

/// Turns a text into a pattern for `LIKE`.
type Pattern = fn(&str) -> String;

/// Conditions that must all hold.
#[derive(Clone, Default)]
struct Conditions {
    parts: Vec<String>,
    values: Vec<Sql>,
}

impl Conditions {
    fn push(&mut self, sql: String, values: impl IntoIterator<Item = Sql>) {
        self.parts.push(sql);
        self.values.extend(values);
    }

    fn sql(&self) -> String {
        if self.parts.is_empty() {
            "1".to_owned()
        } else {
            self.parts.join(" AND ")
        }
    }
}

fn refused(text: &str) -> ApiError {
    ApiError::invalid("queries", text)
}

fn number(query: &Query, name: &str, least: i64) -> Result<i64, ApiError> {
    query
        .values
        .first()
        .and_then(Value::as_i64)
        .filter(|number| *number >= least)
        .ok_or_else(|| {
            let most = thousands(i64::MAX);
            refused(&format!(
                "Invalid query: Invalid {name}: Value must be a valid range between {least} and {most}"
            ))
        })
}

fn sql_value(value: &Value) -> Option<Sql> {
    Some(match value {
        Value::Null => Sql::Null,
        Value::Bool(value) => Sql::Integer((*value).into()),
        Value::Number(number) => match number.as_i64() {
            Some(number) => Sql::Integer(number),
            None => Sql::Real(number.as_f64()?),
        },
        Value::String(text) => Sql::Text(text.clone()),
        Value::Array(_) | Value::Object(_) => return None,
    })
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}

fn like(text: &str, anywhere: bool) -> String {
    let start = if anywhere { "%" } else { "" };
    format!("{start}{}%", escaped(text))
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
