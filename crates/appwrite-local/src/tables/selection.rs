//! A list of rows: which, in what order, and how much of each.

use rusqlite::{Connection, types::Value as Sql};
use serde_json::Value;

use super::{
    access::Access,
    api::Api,
    ddl,
    filters::{self, Condition, unknown},
    kind::Kind,
    query::{Query, invalid, refused},
    rows::{self, StoredRow},
    schema::Table,
};
use crate::{
    error::ApiError,
    params::{is_id, thousands},
};

/// How many rows a list has by default.
const DEFAULT_LIMIT: i64 = 25;
/// Appwrite stops counting here.
const MAX_COUNT: i64 = 5000;
/// The most values in all filters together. SQLite takes a few more.
const MAX_VALUES: usize = 30_000;

/// The fields that every row is answered with, whatever is selected.
const ALWAYS: &[&str] = &[
    "$id",
    "$sequence",
    "$createdAt",
    "$updatedAt",
    "$permissions",
    "$databaseId",
    "$tableId",
    "$collectionId",
];

/// What `select` asks for.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// The keys of the columns. `None` means all.
    keys: Option<Vec<String>>,
    /// The relationships whose rows come along.
    pub loaded: Vec<String>,
}

impl Fields {
    /// Reads the `select` queries.
    ///
    /// # Errors
    ///
    /// `general_query_invalid` if a column isn't there.
    pub fn read(table: &Table, queries: &[Query]) -> Result<Self, ApiError> {
        let mut fields = Self::default();
        let mut keys = Vec::new();
        let selects = queries.iter().filter(|query| query.method == "select");
        let mut any = false;
        for query in selects {
            any = true;
            let names: Vec<&str> = query.values.iter().filter_map(Value::as_str).collect();
            if names.is_empty() || names.len() < query.values.len() {
                return Err(invalid("No attributes selected"));
            }
            for (index, name) in names.iter().enumerate() {
                if names[..index].contains(name) {
                    return Err(invalid("Duplicate attributes selected"));
                }
                fields.add(table, name, &mut keys)?;
            }
        }
        if any && !keys.iter().any(|key| key == "*") {
            fields.keys = Some(keys);
        }
        Ok(fields)
    }

    fn add(&mut self, table: &Table, name: &str, keys: &mut Vec<String>) -> Result<(), ApiError> {
        if let Some((key, _)) = name.split_once('.') {
            let column = table.column(key);
            column
                .filter(|column| column.spec.kind == Kind::Relationship)
                .ok_or_else(|| unknown(name))?;
            if !self.loaded.iter().any(|loaded| loaded == key) {
                self.loaded.push(key.to_owned());
            }
            return Ok(());
        }
        if name != "*" && !ALWAYS.contains(&name) && table.column(name).is_none() {
            return Err(unknown(name));
        }
        keys.push(name.to_owned());
        Ok(())
    }

    /// Whether a column is answered.
    pub fn has(&self, key: &str) -> bool {
        self.keys
            .as_ref()
            .is_none_or(|keys| keys.iter().any(|known| known == key))
            || self.loaded.iter().any(|loaded| loaded == key)
    }
}

/// A list of rows, ready to be asked for.
#[derive(Debug)]
pub struct Selection {
    /// Which rows there are on all pages.
    pub filter: Condition,
    /// Which are behind the cursor.
    page: Condition,
    order: String,
    limit: i64,
    offset: i64,
    /// Whether the cursor goes backwards, so that the rows come in reverse order.
    reversed: bool,
    pub fields: Fields,
}

impl Selection {
    /// Reads the queries of a list.
    ///
    /// # Errors
    ///
    /// `general_query_invalid` for a query that doesn't fit the table, `general_cursor_not_found`
    /// for a cursor that points at nothing, `user_unauthorized` for a caller who may read no row.
    pub fn read(
        connection: &Connection,
        api: Api,
        access: &Access,
        table: &Table,
        queries: &[Query],
    ) -> Result<Self, ApiError> {
        let cursor = Cursor::read(connection, api, table, queries)?;
        let readable = filters::readable(access, table)?;
        let mut selection = Self::unordered(connection, access, table, queries, readable)?;
        let orders = Order::read(table, queries)?;
        let reversed = cursor.as_ref().is_some_and(|cursor| cursor.before);
        selection.order = Order::sql(&orders, reversed);
        selection.reversed = reversed;
        if queries.iter().any(|query| query.method == "orderRandom") {
            selection.order = "random()".to_owned();
        }
        selection.page = match cursor {
            Some(cursor) => {
                let past = cursor.condition(api, &orders)?;
                Condition::join(vec![selection.filter.clone(), past], " AND ")
            }
            None => selection.filter.clone(),
        };
        Ok(selection)
    }

    /// Reads the queries that say which rows are changed or deleted together.
    pub fn bulk(
        connection: &Connection,
        table: &Table,
        queries: &[Query],
    ) -> Result<Self, ApiError> {
        let all = Access::unlimited();
        let mut selection = Self::unordered(connection, &all, table, queries, None)?;
        let limited = queries.iter().any(|query| query.method == "limit");
        if !limited {
            selection.limit = i64::MAX;
        }
        selection.page = selection.filter.clone();
        selection.order = Order::sql(&Order::read(table, queries)?, false);
        Ok(selection)
    }

    fn unordered(
        connection: &Connection,
        access: &Access,
        table: &Table,
        queries: &[Query],
        readable: Option<Condition>,
    ) -> Result<Self, ApiError> {
        let mut conditions: Vec<Condition> = readable.into_iter().collect();
        let (mut limit, mut offset) = (None, None);
        for query in queries {
            match query.method.as_str() {
                "limit" => {
                    let number = number(query, "limit", 1)?;
                    limit.get_or_insert(number);
                }
                "offset" => {
                    let number = number(query, "offset", 0)?;
                    offset.get_or_insert(number);
                }
                _ if query.is_filter() => {
                    conditions.push(filters::condition(connection, access, table, query)?);
                }
                _ => {}
            }
        }
        let fields = Fields::read(table, queries)?;
        let filter = if conditions.is_empty() {
            Condition::new("1", Vec::new())
        } else {
            Condition::join(conditions, " AND ")
        };
        if filter.values.len() > MAX_VALUES {
            return Err(invalid("There are too many values"));
        }
        Ok(Self {
            page: Condition::default(),
            filter,
            order: String::new(),
            limit: limit.unwrap_or(DEFAULT_LIMIT),
            offset: offset.unwrap_or(0),
            reversed: false,
            fields,
        })
    }

    /// The rows of the page, in order.
    pub fn rows(&self, connection: &Connection, table: &Table) -> Result<Vec<StoredRow>, ApiError> {
        // Numbers as parameters: one statement serves every page.
        let mut values = self.page.values.clone();
        values.extend([Sql::Integer(self.limit), Sql::Integer(self.offset)]);
        let rest = format!("ORDER BY {} LIMIT ? OFFSET ?", self.order);
        let mut rows = rows::select(connection, table, &self.page.sql, &values, &rest)?;
        if self.reversed {
            rows.reverse();
        }
        Ok(rows)
    }

    /// The row with this ID, if it's on any of the pages.
    pub fn row(
        &self,
        connection: &Connection,
        table: &Table,
        id: &str,
    ) -> Result<Option<StoredRow>, ApiError> {
        let this = Condition::new("id = ?", vec![Sql::Text(id.to_owned())]);
        let Condition { sql, values } = Condition::join(vec![self.filter.clone(), this], " AND ");
        let mut rows = rows::select(connection, table, &sql, &values, "")?;
        Ok(rows.pop())
    }

    /// How many rows there are on all pages, up to where Appwrite stops counting.
    pub fn total(&self, connection: &Connection, table: &Table) -> Result<i64, ApiError> {
        let Condition { sql, values } = &self.filter;
        rows::count(connection, table, sql, values, MAX_COUNT)
    }
}

fn number(query: &Query, name: &str, least: i64) -> Result<i64, ApiError> {
    let number = query.values.first().and_then(|value| match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_i64(),
    });
    number.filter(|number| *number >= least).ok_or_else(|| {
        let most = thousands(i64::MAX);
        invalid(&format!(
            "Invalid {name}: Value must be a valid range between {least} and {most}"
        ))
    })
}

/// A key to order by.
struct Order {
    attribute: String,
    sql: String,
    descending: bool,
}

impl Order {
    fn read(table: &Table, queries: &[Query]) -> Result<Vec<Self>, ApiError> {
        let mut orders = Vec::new();
        for query in queries {
            let descending = match query.method.as_str() {
                "orderAsc" => false,
                "orderDesc" => true,
                _ => continue,
            };
            let attribute = if query.attribute.is_empty() {
                "$sequence"
            } else {
                query.attribute.as_str()
            };
            if attribute.contains('.') && table.column(attribute).is_none() {
                return Err(invalid(&format!(
                    "Cannot order by nested attribute: {attribute}"
                )));
            }
            orders.push(Self {
                attribute: attribute.to_owned(),
                sql: ddl::sql_name(table, attribute).ok_or_else(|| unknown(attribute))?,
                descending,
            });
        }
        let unique = orders
            .iter()
            .any(|order| matches!(order.attribute.as_str(), "$id" | "$sequence"));
        if !unique {
            // Ordering by sequence last makes the order of every list unambiguous.
            let by_date = orders
                .first()
                .filter(|order| matches!(order.attribute.as_str(), "$createdAt" | "$updatedAt"));
            orders.push(Self {
                attribute: "$sequence".to_owned(),
                sql: "sequence".to_owned(),
                descending: by_date.is_some_and(|order| order.descending),
            });
        }
        Ok(orders)
    }

    fn sql(orders: &[Self], reversed: bool) -> String {
        let parts = orders.iter().map(|order| {
            let direction = if order.descending == reversed {
                "ASC"
            } else {
                "DESC"
            };
            format!("{} {direction}", order.sql)
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// The row that a page begins or ends at.
struct Cursor {
    row: StoredRow,
    table: Table,
    before: bool,
}

impl Cursor {
    fn read(
        connection: &Connection,
        api: Api,
        table: &Table,
        queries: &[Query],
    ) -> Result<Option<Self>, ApiError> {
        let cursor = queries
            .iter()
            .find(|query| matches!(query.method.as_str(), "cursorAfter" | "cursorBefore"));
        let Some(query) = cursor else {
            return Ok(None);
        };
        let id = query
            .values
            .first()
            .and_then(Value::as_str)
            .filter(|id| is_id(id))
            .ok_or_else(|| {
                refused(
                    "Invalid cursor: UID must contain at most 36 chars. Valid chars are a-z, A-Z, \
                     0-9, and underscore. Can't start with a leading underscore"
                        .to_owned(),
                )
            })?;
        // Appwrite looks it up without regard to permissions, too.
        let row = rows::find(connection, table, id)?.ok_or_else(|| {
            let title = api.row_title();
            let message = format!("{title} '{id}' for the 'cursor' value not found.");
            ApiError::with("general_cursor_not_found", 400, message)
        })?;
        Ok(Some(Self {
            row,
            table: table.clone(),
            before: query.method == "cursorBefore",
        }))
    }

    fn value(&self, attribute: &str) -> Sql {
        let row = &self.row;
        match attribute {
            "$id" => Sql::Text(row.id.clone()),
            "$createdAt" => Sql::Text(row.created.clone()),
            "$updatedAt" => Sql::Text(row.updated.clone()),
            "$sequence" => Sql::Integer(row.sequence),
            key => match self.table.column(key) {
                Some(column) => super::values::to_sql(&column.spec, rows::value(&row.values, key)),
                None => Sql::Null,
            },
        }
    }

    /// The condition for the rows after (or before) the cursor's.
    fn condition(&self, api: Api, orders: &[Order]) -> Result<Condition, ApiError> {
        let mut parts = Vec::new();
        let mut earlier: Vec<(&Order, Sql)> = Vec::new();
        for order in orders {
            let value = self.value(&order.attribute);
            if value == Sql::Null {
                let (column, rows) = (api.column(), api.rows());
                let message = format!(
                    "The order {column} '{}' had a null value. Cursor pagination requires all \
                     {rows} order {column} values are non-null.",
                    order.attribute
                );
                return Err(ApiError::with("database_query_order_null", 400, message));
            }
            let mut conditions: Vec<Condition> = earlier
                .iter()
                .map(|(order, value)| {
                    Condition::new(format!("{} = ?", order.sql), vec![value.clone()])
                })
                .collect();
            let operator = if order.descending == self.before {
                ">"
            } else {
                "<"
            };
            let past = format!("{} {operator} ?", order.sql);
            conditions.push(Condition::new(past, vec![value.clone()]));
            parts.push(Condition::join(conditions, " AND "));
            earlier.push((order, value));
        }
        let past = Condition::join(parts, " OR ");
        let (Some(first), Some((_, value))) = (orders.first(), earlier.first()) else {
            return Ok(past);
        };
        // It follows from the rest, but an index can use it.
        let operator = if first.descending == self.before {
            ">="
        } else {
            "<="
        };
        let bound = Condition::new(format!("{} {operator} ?", first.sql), vec![value.clone()]);
        Ok(Condition::join(vec![bound, past], " AND "))
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::params_from_iter;
    use serde_json::json;

    use super::*;
    use crate::{
        caller::Caller,
        store::Store,
        tables::{
            creating::{self, WholeTable},
            definition,
            schema::Database,
        },
    };

    fn make_table(connection: &Connection) -> Result<Table, ApiError> {
        let database = Database::create(connection, "main", "Main", true, "tablesdb")?;
        let columns = json!([
            { "key": "title", "type": "string", "size": 100 },
            { "key": "count", "type": "integer" },
        ]);
        let indexes = json!([
            { "key": "counts", "type": "key", "attributes": ["count"] },
            { "key": "titles", "type": "key", "attributes": ["title"] },
            { "key": "words", "type": "fulltext", "attributes": ["title"] },
        ]);
        let whole = WholeTable {
            id: "notes".to_owned(),
            name: "Notes".to_owned(),
            permissions: Vec::new(),
            row_security: true,
            enabled: true,
            columns: definition::inline_columns(&columns)?,
            indexes: definition::inline_indexes(Api::TablesDb, &indexes)?,
        };
        creating::create_table(connection, Api::TablesDb, &database.unwrap(), &whole)
    }

    /// How SQLite goes about it.
    fn plan(
        connection: &Connection,
        table: &Table,
        selection: &Selection,
    ) -> Result<String, ApiError> {
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT * FROM t{} WHERE {} ORDER BY {} LIMIT 25",
            table.sequence, selection.page.sql, selection.order
        );
        let mut statement = connection.prepare(&sql)?;
        let values = params_from_iter(&selection.page.values);
        let steps = statement.query_map(values, |row| row.get::<_, String>(3))?;
        Ok(steps.collect::<Result<Vec<_>, _>>()?.join("; "))
    }

    #[tokio::test]
    async fn lists_use_the_indexes() {
        let guest = Access::of(&Caller {
            key: None,
            signed_in: None,
        });
        let query = |method: &str, attribute: &str, values: Value| json!({ "method": method, "attribute": attribute, "values": values });
        let cases = [
            (
                true,
                vec![query("equal", "count", json!([1]))],
                "USING INDEX i1",
            ),
            (
                true,
                vec![query("equal", "count", json!([1, 2, 3]))],
                "USING INDEX i1",
            ),
            (
                true,
                vec![query("between", "count", json!([1, 5]))],
                "USING INDEX i1",
            ),
            (
                true,
                vec![query("equal", "title", json!(["x"]))],
                "USING INDEX i2",
            ),
            (
                true,
                vec![query("orderAsc", "title", json!([]))],
                "SCAN t1 USING INDEX i2",
            ),
            (
                true,
                vec![query("orderDesc", "$createdAt", json!([]))],
                "SCAN t1 USING INDEX t1_created",
            ),
            (
                true,
                vec![query("search", "title", json!(["x"]))],
                "f3 VIRTUAL TABLE INDEX",
            ),
            (
                true,
                vec![query("equal", "$id", json!(["x"]))],
                "sqlite_autoindex_t1_1",
            ),
            (false, Vec::new(), "SEARCH r1 USING PRIMARY KEY (role=?)"),
        ];
        let store = Store::in_memory().unwrap();
        let run = store.run(move |connection| {
            let table = make_table(connection)?;
            for (by_key, queries, expected) in cases {
                let access = if by_key { &Access::unlimited() } else { &guest };
                let queries = queries
                    .iter()
                    .map(|query| Query::parse(&query.to_string()))
                    .collect::<Result<Vec<_>, _>>()?;
                let selection =
                    Selection::read(connection, Api::TablesDb, access, &table, &queries)?;
                let plan = plan(connection, &table, &selection)?;
                assert!(plan.contains(expected), "{queries:?}: {plan}");
            }
            Ok(())
        });
        run.await.unwrap();
    }
}
