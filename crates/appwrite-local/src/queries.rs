//! The `queries` parameter of list routes, turned into SQL.

use rusqlite::{Connection, types::Value as Sql};
use serde_json::{Value, json};

use crate::{
    error::ApiError,
    fulltext::Search,
    params::{Params, UID, is_id, thousands},
    php, timestamp,
};

/// What a list route lets callers query: the table, its name in errors, and its attributes. `$id`,
/// `$createdAt`, `$updatedAt` and `$sequence` are always included.
pub struct ListSchema {
    pub table: &'static str,
    pub name: &'static str,
    pub attributes: &'static [Attribute],
    /// The SQL expression of the text that `search` looks in. Empty if the route has no `search`.
    pub searched: &'static str,
}

/// An attribute that can be queried: its name, the SQL expression of its column, and its type.
pub struct Attribute(pub &'static str, pub &'static str, pub Kind);

/// What an attribute's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// A list of texts, as JSON.
    Texts,
    Boolean,
    /// A date, or null for none.
    Date,
    /// A number of 32 bits.
    Number,
}

const BASE: &[Attribute] = &[
    Attribute("$id", "id", Kind::Text),
    Attribute("$createdAt", "created", Kind::Date),
    Attribute("$updatedAt", "updated", Kind::Date),
    Attribute("$sequence", "sequence", Kind::Number),
];

impl Attribute {
    /// The column as it's compared and sorted: texts by their letters, whatever their case.
    fn column(&self) -> String {
        let Self(_, column, kind) = self;
        match kind {
            Kind::Text => format!("{column} COLLATE NOCASE"),
            _ => (*column).to_owned(),
        }
    }

    /// A query's value as it's compared with the column. `None` if it's of the wrong type.
    fn sql(&self, value: &Value) -> Option<Sql> {
        match self.2 {
            Kind::Text | Kind::Texts => value.as_str().map(|text| Sql::Text(text.to_owned())),
            Kind::Boolean => value.as_bool().map(|value| Sql::Integer(value.into())),
            Kind::Date => {
                let date = timestamp::parse(value.as_str()?)?;
                Some(Sql::Text(timestamp::format(date)))
            }
            Kind::Number => {
                let number: i32 = value.as_i64()?.try_into().ok()?;
                Some(Sql::Integer(number.into()))
            }
        }
    }
}

/// How many rows a list returns by default.
const DEFAULT_LIMIT: i64 = 25;
/// Appwrite stops counting here.
const MAX_COUNT: i64 = 5000;
/// The most values in one query.
const MAX_VALUES: usize = 500;

/// The methods that narrow a list down.
const FILTERS: &[&str] = &[
    "equal",
    "notEqual",
    "lessThan",
    "lessThanEqual",
    "greaterThan",
    "greaterThanEqual",
    "search",
    "notSearch",
    "isNull",
    "isNotNull",
    "between",
    "notBetween",
    "startsWith",
    "notStartsWith",
    "endsWith",
    "notEndsWith",
    "contains",
    "containsAny",
    "containsAll",
    "notContains",
    "and",
    "or",
];

/// The other methods.
const OTHERS: &[&str] = &[
    "limit",
    "offset",
    "orderAsc",
    "orderDesc",
    "orderRandom",
    "cursorAfter",
    "cursorBefore",
    "select",
    "elemMatch",
];

struct Query {
    method: String,
    attribute: String,
    values: Vec<Value>,
    /// What `and` and `or` have in place of values.
    nested: Vec<Query>,
}

impl Query {
    /// The queries in a request.
    fn all(params: &Params) -> Result<Vec<Self>, ApiError> {
        let texts = params.optional_list("queries")?;
        texts.iter().map(|text| Self::parse(text)).collect()
    }

    fn parse(text: &str) -> Result<Self, ApiError> {
        let json = serde_json::from_str(text);
        Self::read(&json.map_err(|_| invalid("Invalid query: Syntax error"))?)
    }

    fn read(json: &Value) -> Result<Self, ApiError> {
        let field = |name: &str| json.get(name).filter(|value| !value.is_null());
        let text = |name: &str| match field(name) {
            None => Ok(""),
            Some(value) => value.as_str().ok_or_else(|| {
                let found = php::type_name(value);
                invalid(&format!(
                    "Invalid query {name}. Must be a string, got {found}"
                ))
            }),
        };
        if php::items(json).is_none() {
            let found = php::type_name(json);
            return Err(invalid(&format!(
                "Invalid query. Must be an array, got {found}"
            )));
        }
        let method = text("method")?.to_owned();
        if !FILTERS.contains(&method.as_str()) && !OTHERS.contains(&method.as_str()) {
            return Err(invalid(&format!("Invalid query method: {method}")));
        }
        let attribute = text("attribute")?.to_owned();
        let values = match field("values") {
            None => Vec::new(),
            Some(values) => php::items(values).ok_or_else(|| {
                let found = php::type_name(values);
                invalid(&format!(
                    "Invalid query values. Must be an array, got {found}"
                ))
            })?,
        };
        let nested = if matches!(method.as_str(), "and" | "or" | "elemMatch") {
            let nested = values.iter().map(|value| Self::read(value));
            nested.collect::<Result<_, _>>()?
        } else {
            Vec::new()
        };
        Ok(Self {
            method,
            attribute,
            values: values.into_iter().cloned().collect(),
            nested,
        })
    }

    /// The limit or offset.
    fn bound(&self, least: i64) -> Result<i64, ApiError> {
        let value = self.values.first();
        if !value.is_some_and(php::is_numeric) {
            // Appwrite says this of an offset, too.
            return Err(invalid("Invalid limit: Value must be a valid number"));
        }
        let number = value.and_then(php::integer);
        number.filter(|number| *number >= least).ok_or_else(|| {
            let (name, most) = (&self.method, thousands(i64::MAX));
            invalid(&format!(
                "Invalid {name}: Value must be a valid range between {least} and {most}"
            ))
        })
    }

    /// The attribute that this query, or one in it, searches.
    fn searched(&self) -> Option<&str> {
        if matches!(self.method.as_str(), "search" | "notSearch") {
            return Some(&self.attribute);
        }
        self.nested.iter().find_map(Self::searched)
    }
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
        let (mut limit, mut offset) = (None, None);
        for query in Query::all(params)? {
            match query.method.as_str() {
                "limit" => first(&mut limit, query.bound(1)?),
                "offset" => first(&mut offset, query.bound(0)?),
                _ => return Err(not_here(&query)),
            }
        }
        Ok(Self {
            limit: limit.unwrap_or(DEFAULT_LIMIT),
            offset: offset.unwrap_or(0),
            counted: params.loose_boolean_or("total", true)?,
        })
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

/// What a list is sorted by.
enum Order {
    By {
        attribute: &'static Attribute,
        descending: bool,
    },
    Random,
}

/// Sorting by sequence last makes the order of every list unambiguous.
const LAST: Order = Order::By {
    attribute: &Attribute("$sequence", "sequence", Kind::Number),
    descending: false,
};

impl ListSchema {
    /// Reads `queries`, `search` and `total`. `only` adds a condition that every row must meet.
    ///
    /// # Errors
    ///
    /// `general_argument_invalid` or `general_query_invalid` for a bad query,
    /// `general_cursor_not_found` for a cursor that points at nothing, `database_query_order_null`
    /// for one at a row that can't be sorted.
    pub fn select(
        &self,
        connection: &Connection,
        params: &Params,
        only: Option<(&'static str, &str)>,
    ) -> Result<Selection, ApiError> {
        let queries = Query::all(params)?;
        for query in &queries {
            self.check(query)?;
        }
        let search = match self.searched {
            "" => None,
            _ => params.optional_text("search", 256)?,
        };
        let counted = params.loose_boolean_or("total", true)?;
        let mut filter = Conditions::default();
        if let Some((column, value)) = only {
            filter.push(format!("{column} = ?"), [Sql::Text(value.to_owned())]);
        }
        // PHP takes 0 for nothing.
        if let Some(search) = search.filter(|search| search != "0") {
            let found = json!(self.search(connection, &search)?).to_string();
            let sql = "sequence IN (SELECT value FROM json_each(?))";
            filter.push(sql.to_owned(), [Sql::Text(found)]);
        }
        let mut orders = Vec::new();
        let (mut limit, mut offset, mut cursor) = (None, None, None);
        for query in &queries {
            let attribute = || self.attribute(&query.attribute);
            match query.method.as_str() {
                "limit" => first(&mut limit, query.bound(1)?),
                "offset" => first(&mut offset, query.bound(0)?),
                "orderRandom" => orders.push(Order::Random),
                "orderAsc" | "orderDesc" => orders.push(Order::By {
                    attribute: attribute()?,
                    descending: query.method == "orderDesc",
                }),
                "cursorAfter" | "cursorBefore" => {
                    let id = query.values.first().and_then(Value::as_str);
                    let before = query.method == "cursorBefore";
                    first(&mut cursor, (id.unwrap_or_default(), before));
                }
                _ => {
                    let (sql, values) = self.condition(query)?;
                    filter.push(sql, values);
                }
            }
        }
        let is_unique = |order: &Order| matches!(order, Order::By { attribute, .. } if matches!(attribute.0, "$id" | "$sequence"));
        if !orders.iter().any(is_unique) {
            orders.push(LAST);
        }
        let reversed = cursor.is_some_and(|(_, before)| before);
        let mut page = filter.clone();
        if let Some((id, before)) = cursor {
            let (sql, values) = self.past_cursor(connection, only, id, &orders, before)?;
            page.push(sql, values);
        }
        if let Some(attribute) = queries.iter().find_map(Query::searched) {
            let message =
                format!("Searching by attribute \"{attribute}\" requires a fulltext index.");
            return Err(ApiError::with("general_query_invalid", 400, message));
        }
        let order = orders.iter().map(|order| match order {
            Order::Random => "random()".to_owned(),
            Order::By {
                attribute,
                descending,
            } => {
                let direction = if *descending == reversed {
                    "ASC"
                } else {
                    "DESC"
                };
                format!("{} {direction}", attribute.column())
            }
        });
        Ok(Selection {
            table: self.table,
            filter: filter.sql(),
            filter_values: filter.values,
            page: page.sql(),
            page_values: page.values,
            order: order.collect::<Vec<_>>().join(", "),
            limit: limit.unwrap_or(DEFAULT_LIMIT),
            offset: offset.unwrap_or(0),
            reversed,
            counted,
        })
    }

    fn attribute(&self, name: &str) -> Result<&'static Attribute, ApiError> {
        let mut all = BASE.iter().chain(self.attributes);
        all.find(|attribute| attribute.0 == name)
            .ok_or_else(|| invalid(&format!("Attribute not found in schema: {name}")))
    }

    /// The rows whose text has what is searched for.
    fn search(&self, connection: &Connection, search: &str) -> Result<Vec<i64>, ApiError> {
        let search = Search::parse(search);
        let sql = format!("SELECT sequence, {} FROM {}", self.searched, self.table);
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
        let mut found = Vec::new();
        for row in rows {
            let (sequence, text) = row?;
            if search.matches(&text) {
                found.push(sequence);
            }
        }
        Ok(found)
    }

    /// Refuses a query that this list doesn't understand.
    fn check(&self, query: &Query) -> Result<(), ApiError> {
        for nested in &query.nested {
            self.check(nested)?;
        }
        let (method, values) = (query.method.as_str(), &query.values);
        let needs = |count: &str| {
            let name = capitalized(method);
            Err(invalid(&format!("{name} queries require {count}.")))
        };
        match method {
            "limit" => query.bound(1).map(drop),
            "offset" => query.bound(0).map(drop),
            "orderRandom" => Ok(()),
            "orderAsc" | "orderDesc" => self.attribute(&query.attribute).map(drop),
            "cursorAfter" | "cursorBefore" => {
                let id = values.first().and_then(Value::as_str);
                if id.is_some_and(is_id) {
                    return Ok(());
                }
                Err(invalid(&format!("Invalid cursor: {UID}")))
            }
            "and" | "or" => {
                let is_filter = |nested: &Query| FILTERS.contains(&nested.method.as_str());
                let name = capitalized(method);
                if !query.nested.iter().all(is_filter) {
                    return Err(invalid(&format!(
                        "{name} queries can only contain filter queries"
                    )));
                }
                if query.nested.len() < 2 {
                    return Err(invalid(&format!(
                        "{name} queries require at least two queries"
                    )));
                }
                Ok(())
            }
            "elemMatch" => Err(invalid("elemMatch is not supported by the database")),
            "select" => Err(not_here(query)),
            "equal" | "contains" | "containsAny" | "containsAll" | "notContains" => {
                let nothing =
                    |value: &Value| php::items(value).is_some_and(|items| items.is_empty());
                match values.first() {
                    Some(value) if !nothing(value) => self.check_values(query),
                    _ => needs("at least one value"),
                }
            }
            "isNull" | "isNotNull" => self.check_values(query),
            "between" | "notBetween" if values.len() != 2 => needs("exactly two values"),
            "between" | "notBetween" => self.check_values(query),
            _ if values.len() != 1 => needs("exactly one value"),
            _ => self.check_values(query),
        }
    }

    fn check_values(&self, query: &Query) -> Result<(), ApiError> {
        let (method, name) = (query.method.as_str(), &query.attribute);
        let attribute = self.attribute(name)?;
        if query.values.len() > MAX_VALUES {
            return Err(invalid(&format!(
                "Query on attribute has greater than {MAX_VALUES} values: {name}"
            )));
        }
        if query
            .values
            .iter()
            .any(|value| attribute.sql(value).is_none())
        {
            return Err(invalid(&format!(
                "Query value is invalid for attribute \"{name}\""
            )));
        }
        let contains = matches!(
            method,
            "contains" | "containsAny" | "containsAll" | "notContains"
        );
        match attribute.2 {
            Kind::Text => Ok(()),
            Kind::Texts if contains || matches!(method, "isNull" | "isNotNull") => Ok(()),
            Kind::Texts => Err(invalid(&format!(
                "Cannot query {method} on attribute \"{name}\" because it is an array."
            ))),
            _ if contains => {
                let method = if method == "notContains" {
                    method
                } else {
                    "contains"
                };
                Err(invalid(&format!(
                    "Cannot query {method} on attribute \"{name}\" because it is not an array, \
                     string, or object."
                )))
            }
            _ => Ok(()),
        }
    }

    /// The condition of a query that has been checked.
    fn condition(&self, query: &Query) -> Result<(String, Vec<Sql>), ApiError> {
        let method = query.method.as_str();
        if matches!(method, "and" | "or") {
            let mut parts = Vec::new();
            let mut values = Vec::new();
            for nested in &query.nested {
                let (sql, more) = self.condition(nested)?;
                parts.push(sql);
                values.extend(more);
            }
            let joined = parts.join(if method == "and" { " AND " } else { " OR " });
            return Ok((format!("({joined})"), values));
        }
        let attribute = self.attribute(&query.attribute)?;
        let column = attribute.column();
        let values: Vec<_> = query
            .values
            .iter()
            .filter_map(|value| attribute.sql(value))
            .collect();
        let one = match method {
            "isNull" => return Ok((format!("{column} IS NULL"), Vec::new())),
            "isNotNull" => return Ok((format!("{column} IS NOT NULL"), Vec::new())),
            "between" => return Ok((format!("{column} BETWEEN ? AND ?"), values)),
            "notBetween" => return Ok((format!("{column} NOT BETWEEN ? AND ?"), values)),
            _ if attribute.2 == Kind::Texts => {
                let not = if method == "notContains" { "NOT " } else { "" };
                let list = attribute.1;
                format!("{not}EXISTS (SELECT 1 FROM json_each({list}) WHERE value = ?)")
            }
            "equal" => format!("{column} = ?"),
            "notEqual" => format!("{column} <> ?"),
            "lessThan" => format!("{column} < ?"),
            "lessThanEqual" => format!("{column} <= ?"),
            "greaterThan" => format!("{column} > ?"),
            "greaterThanEqual" => format!("{column} >= ?"),
            _ => {
                let not = if method.starts_with("not") {
                    "NOT "
                } else {
                    ""
                };
                format!("{} {not}LIKE ? ESCAPE '\\'", attribute.1)
            }
        };
        let pattern = |text: &str| match method {
            "startsWith" | "notStartsWith" => format!("{}%", escaped(text)),
            "endsWith" | "notEndsWith" => format!("%{}", escaped(text)),
            _ => format!("%{}%", escaped(text)),
        };
        let values = if one.contains("LIKE") {
            let values = values.into_iter();
            let patterns = values.map(|value| match value {
                Sql::Text(text) => Sql::Text(pattern(&text)),
                other => other,
            });
            patterns.collect()
        } else {
            values
        };
        let all = method.starts_with("not") || method == "containsAll";
        let sql = vec![one; values.len()].join(if all { " AND " } else { " OR " });
        Ok((format!("({sql})"), values))
    }

    /// The condition for the rows after (or before) the one with this ID, in this order.
    fn past_cursor(
        &self,
        connection: &Connection,
        only: Option<(&'static str, &str)>,
        id: &str,
        orders: &[Order],
        before: bool,
    ) -> Result<(String, Vec<Sql>), ApiError> {
        let mut orders_by = Vec::new();
        for order in orders {
            if let Order::By {
                attribute,
                descending,
            } = order
            {
                orders_by.push((*attribute, *descending));
            }
        }
        // An ID may be another's elsewhere.
        let (within, owner) = only.unwrap_or(("'1'", "1"));
        let columns: Vec<_> = orders_by.iter().map(|(attribute, _)| attribute.1).collect();
        let sql = format!(
            "SELECT {} FROM {} WHERE id = ?1 COLLATE NOCASE AND {within} = ?2",
            columns.join(", "),
            self.table
        );
        let at = connection.query_row(&sql, [id, owner], |row| {
            (0..columns.len())
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
        let mut earlier: Vec<(String, &Sql)> = Vec::new();
        for ((attribute, descending), value) in orders_by.iter().zip(&at) {
            if *value == Sql::Null {
                let message = format!(
                    "The order attribute '{}' had a null value. Cursor pagination requires all \
                     documents order attribute values are non-null.",
                    attribute.0
                );
                return Err(ApiError::with("database_query_order_null", 400, message));
            }
            let column = attribute.column();
            let mut parts = Vec::new();
            for (earlier, value) in &earlier {
                parts.push(format!("{earlier} = ?"));
                values.push((*value).clone());
            }
            let operator = if *descending == before { ">" } else { "<" };
            parts.push(format!("{column} {operator} ?"));
            values.push(value.clone());
            sql.push(format!("({})", parts.join(" AND ")));
            earlier.push((column, value));
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

/// Of several limits, offsets or cursors, the first counts.
fn first<T>(found: &mut Option<T>, next: T) {
    found.get_or_insert(next);
}

fn refused(text: &str) -> ApiError {
    ApiError::invalid("queries", text)
}

fn invalid(text: &str) -> ApiError {
    refused(&format!("Invalid query: {text}"))
}

/// The error of a method that a list doesn't support, though others do.
fn not_here(query: &Query) -> ApiError {
    refused(&format!("Invalid query method: {}", query.method))
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
