//! Filters of rows, turned into conditions in SQL.

use rusqlite::{Connection, types::Value as Sql};
use serde_json::Value;

use super::{
    access::Access,
    ddl,
    kind::Kind,
    pairs::Pairs,
    query::{Query, invalid, refused},
    schema::{Column, Table},
    values,
};
use crate::{error::ApiError, timestamp};

/// The most values in one query.
const MAX_VALUES: usize = 500;
/// The most words that are searched for.
const MAX_WORDS: usize = 64;
/// With more values than this, they become one parameter.
const MANY_VALUES: usize = 20;
/// The most relationships that a filter goes through: as many as Appwrite loads.
const MAX_DEPTH: usize = 3;

/// A condition and its values.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    pub sql: String,
    pub values: Vec<Sql>,
}

impl Condition {
    pub fn new(sql: impl Into<String>, values: Vec<Sql>) -> Self {
        Self {
            sql: sql.into(),
            values,
        }
    }

    /// A condition that holds if all (or any) of these do.
    pub fn join(conditions: Vec<Self>, operator: &str) -> Self {
        let mut values = Vec::new();
        let mut parts = Vec::new();
        for condition in conditions {
            parts.push(condition.sql);
            values.extend(condition.values);
        }
        Self::new(format!("({})", parts.join(operator)), values)
    }
}

/// What a filter looks at: a column, or a field that every row has.
enum Subject<'a> {
    Column(&'a Column),
    Text(&'static str),
    Date(&'static str),
    Sequence,
}

impl<'a> Subject<'a> {
    fn find(table: &'a Table, attribute: &str) -> Result<Self, ApiError> {
        Ok(match attribute {
            "$id" => Self::Text("id"),
            "$createdAt" => Self::Date("created"),
            "$updatedAt" => Self::Date("updated"),
            "$sequence" => Self::Sequence,
            key => Self::Column(table.column(key).ok_or_else(|| unknown(key))?),
        })
    }

    fn sql(&self) -> String {
        match self {
            Self::Column(column) => column.sql_name(),
            Self::Text(name) | Self::Date(name) => (*name).to_owned(),
            Self::Sequence => "sequence".to_owned(),
        }
    }

    fn is_array(&self) -> bool {
        matches!(self, Self::Column(column) if column.spec.array)
    }

    fn is_text(&self) -> bool {
        match self {
            Self::Column(column) => column.spec.kind.is_text(),
            Self::Text(_) => true,
            Self::Date(_) | Self::Sequence => false,
        }
    }

    /// The value to compare with. `None` if it's of another type.
    fn value(&self, value: &Value) -> Option<Sql> {
        let date = |value: &Value| Some(Sql::Text(timestamp::canonical(value.as_str()?)?));
        match self {
            Self::Text(_) => Some(Sql::Text(value.as_str()?.to_owned())),
            Self::Date(_) => date(value),
            Self::Sequence => match value {
                Value::String(text) => Some(Sql::Integer(text.parse().ok()?)),
                value => Some(Sql::Integer(value.as_i64()?)),
            },
            Self::Column(column) => match column.spec.kind {
                Kind::Datetime => date(value),
                Kind::Boolean => Some(Sql::Integer(value.as_bool()?.into())),
                Kind::Integer => Some(Sql::Integer(value.as_i64()?)),
                Kind::Bigint => match value {
                    Value::String(text) => Some(Sql::Integer(text.parse().ok()?)),
                    value => Some(Sql::Integer(value.as_i64()?)),
                },
                Kind::Double => Some(Sql::Real(value.as_f64()?)),
                Kind::Point | Kind::Linestring | Kind::Polygon => value
                    .is_array()
                    .then(|| values::to_sql(&column.spec, value)),
                Kind::Relationship
                | Kind::String
                | Kind::Varchar
                | Kind::Text
                | Kind::Mediumtext
                | Kind::Longtext => Some(Sql::Text(value.as_str()?.to_owned())),
            },
        }
    }
}

/// The condition for the rows that the caller may read; `None` if it's all.
///
/// # Errors
///
/// `user_unauthorized` if it's none, whatever their permissions.
pub fn readable(access: &Access, table: &Table) -> Result<Option<Condition>, ApiError> {
    if access.has(&table.permissions, "read") {
        return Ok(None);
    }
    if !table.row_security {
        return Err(ApiError::known("user_unauthorized"));
    }
    let roles = access.roles();
    let marks = vec!["?"; roles.len()].join(", ");
    let r = table.sequence;
    let sql = format!("sequence IN (SELECT row FROM r{r} WHERE role IN ({marks}))");
    let values = roles.iter().map(|role| Sql::Text(role.clone())).collect();
    Ok(Some(Condition::new(sql, values)))
}

/// The error for an attribute that isn't there.
pub fn unknown(attribute: &str) -> ApiError {
    invalid(&format!("Attribute not found in schema: {attribute}"))
}

/// A filter's condition.
///
/// # Errors
///
/// `general_query_invalid` if it doesn't fit the table.
pub fn condition(
    connection: &Connection,
    access: &Access,
    table: &Table,
    query: &Query,
) -> Result<Condition, ApiError> {
    let method = query.method.as_str();
    if method == "elemMatch" {
        let nested = query.nested.first();
        return Err(unknown(
            nested.map_or("", |nested| nested.attribute.as_str()),
        ));
    }
    if matches!(method, "and" | "or") {
        let name = capitalized(method);
        if query.nested.iter().any(|nested| !nested.is_filter()) {
            return Err(invalid(&format!(
                "{name} queries can only contain filter queries"
            )));
        }
        if query.nested.len() < 2 {
            return Err(invalid(&format!(
                "{name} queries require at least two queries"
            )));
        }
        let nested = query
            .nested
            .iter()
            .map(|nested| condition(connection, access, table, nested))
            .collect::<Result<Vec<_>, _>>()?;
        let operator = if method == "and" { " AND " } else { " OR " };
        return Ok(Condition::join(nested, operator));
    }
    check_count(query)?;
    if let Some((key, rest)) = query.attribute.split_once('.')
        && let Some(column) = table.column(key)
        && column.spec.kind == Kind::Relationship
    {
        if rest.split('.').count() > MAX_DEPTH {
            return Err(invalid(&format!(
                "Cannot query through more than {MAX_DEPTH} relationships: {}",
                query.attribute
            )));
        }
        return of_related(connection, access, column, rest, query);
    }
    let subject = Subject::find(table, &query.attribute)?;
    check_subject(&subject, query)?;
    let values = query
        .values
        .iter()
        .map(|value| subject.value(value))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| {
            invalid(&format!(
                "Query value is invalid for attribute \"{}\"",
                query.attribute
            ))
        })?;
    check_array(&subject, query)?;
    if matches!(method, "search" | "notSearch") {
        return search(table, query);
    }
    Ok(of_subject(&subject, method, values))
}

fn check_count(query: &Query) -> Result<(), ApiError> {
    let name = capitalized(&query.method);
    let count = query.values.len();
    match query.method.as_str() {
        "equal" | "contains" | "containsAny" | "containsAll" | "notContains" if count == 0 => Err(
            invalid(&format!("{name} queries require at least one value.")),
        ),
        "between" | "notBetween" if count != 2 => Err(invalid(&format!(
            "{name} queries require exactly two values."
        ))),
        "notEqual" | "lessThan" | "lessThanEqual" | "greaterThan" | "greaterThanEqual"
        | "search" | "notSearch" | "startsWith" | "notStartsWith" | "endsWith" | "notEndsWith"
            if count != 1 =>
        {
            Err(invalid(&format!(
                "{name} queries require exactly one value."
            )))
        }
        _ => Ok(()),
    }
}

fn check_subject(subject: &Subject<'_>, query: &Query) -> Result<(), ApiError> {
    let attribute = &query.attribute;
    if query.values.len() > MAX_VALUES {
        return Err(invalid(&format!(
            "Query on attribute has greater than {MAX_VALUES} values: {attribute}"
        )));
    }
    let Subject::Column(column) = subject else {
        return Ok(());
    };
    if column.spec.options.encrypt {
        return Err(invalid(&format!(
            "Cannot query encrypted attribute: {attribute}"
        )));
    }
    if !column.is_stored() {
        return Err(invalid("Cannot query on virtual relationship attribute"));
    }
    Ok(())
}

fn check_array(subject: &Subject<'_>, query: &Query) -> Result<(), ApiError> {
    let (method, attribute) = (&query.method, &query.attribute);
    let contains = matches!(
        method.as_str(),
        "contains" | "containsAny" | "containsAll" | "notContains"
    );
    if contains && !subject.is_array() && !subject.is_text() {
        return Err(invalid(&format!(
            "Cannot query {method} on attribute \"{attribute}\" because it is not an array, \
             string, or object."
        )));
    }
    let any = contains || matches!(method.as_str(), "isNull" | "isNotNull");
    if subject.is_array() && !any {
        return Err(invalid(&format!(
            "Cannot query {method} on attribute \"{attribute}\" because it is an array."
        )));
    }
    Ok(())
}

fn of_subject(subject: &Subject<'_>, method: &str, values: Vec<Sql>) -> Condition {
    let name = subject.sql();
    if subject.is_array() {
        return of_array(&name, method, &values);
    }
    let operator = match method {
        // As in Appwrite, values that are sent with these don't matter.
        "isNull" => return Condition::new(format!("{name} IS NULL"), Vec::new()),
        "isNotNull" => return Condition::new(format!("{name} IS NOT NULL"), Vec::new()),
        "between" => return Condition::new(format!("{name} BETWEEN ? AND ?"), values),
        "notBetween" => return Condition::new(format!("{name} NOT BETWEEN ? AND ?"), values),
        "equal" if values.len() > 1 => return one_of(&name, values),
        "equal" => "=",
        "notEqual" => "<>",
        "lessThan" => "<",
        "lessThanEqual" => "<=",
        "greaterThan" => ">",
        "greaterThanEqual" => ">=",
        _ => return of_text(&name, method, &values),
    };
    Condition::new(format!("{name} {operator} ?"), values)
}

fn one_of(name: &str, values: Vec<Sql>) -> Condition {
    if values.len() > MANY_VALUES {
        let sql = format!("{name} IN (SELECT value FROM json_each(?))");
        return Condition::new(sql, vec![list(&values)]);
    }
    let marks = vec!["?"; values.len()].join(", ");
    Condition::new(format!("{name} IN ({marks})"), values)
}

/// Values as one parameter: a list as JSON.
fn list(values: &[Sql]) -> Sql {
    let values: Vec<Value> = values.iter().map(json).collect();
    Sql::Text(Value::Array(values).to_string())
}

fn json(value: &Sql) -> Value {
    match value {
        Sql::Integer(number) => (*number).into(),
        Sql::Real(number) => (*number).into(),
        Sql::Text(text) => text.as_str().into(),
        Sql::Null | Sql::Blob(_) => Value::Null,
    }
}

fn of_text(name: &str, method: &str, values: &[Sql]) -> Condition {
    let (negation, method) = match method {
        "notContains" => ("NOT ", "contains"),
        "notStartsWith" => ("NOT ", "startsWith"),
        "notEndsWith" => ("NOT ", "endsWith"),
        "containsAny" => ("", "contains"),
        other => ("", other),
    };
    // All values at once, so that each text is read through only once.
    let sql = format!("{negation}fits_text(CAST({name} AS TEXT), '{method}', ?)");
    Condition::new(sql, vec![list(values)])
}

fn of_array(name: &str, method: &str, values: &[Sql]) -> Condition {
    let wanted = "(SELECT value FROM json_each(?))";
    let items = format!("(SELECT value FROM json_each({name}))");
    let sql = match method {
        "isNull" => return Condition::new(format!("{name} IS NULL"), Vec::new()),
        "isNotNull" => return Condition::new(format!("{name} IS NOT NULL"), Vec::new()),
        "notContains" => format!(
            "({name} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {items} WHERE value IN {wanted}))"
        ),
        "containsAll" => format!(
            "({name} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {wanted} WHERE value NOT IN \
             (SELECT value FROM json_each({name}) WHERE value IS NOT NULL)))"
        ),
        _ => format!("EXISTS (SELECT 1 FROM {items} WHERE value IN {wanted})"),
    };
    Condition::new(sql, vec![list(values)])
}

/// The condition that a related row fits, which the caller may read.
fn of_related(
    connection: &Connection,
    access: &Access,
    column: &Column,
    attribute: &str,
    query: &Query,
) -> Result<Condition, ApiError> {
    let not_found = || unknown(&query.attribute);
    let relation = column
        .spec
        .options
        .relation
        .as_ref()
        .ok_or_else(not_found)?;
    let related = Table::find_by_sequence(connection, relation.table)?.ok_or_else(not_found)?;
    let of_it = Query {
        attribute: attribute.to_owned(),
        ..query.clone()
    };
    let inner = condition(connection, access, &related, &of_it)?;
    let inner = match readable(access, &related) {
        Ok(None) => inner,
        Ok(Some(readable)) => Condition::join(vec![inner, readable], " AND "),
        Err(_) => Condition::new("0", Vec::new()),
    };
    let t = related.sequence;
    let sql = if relation.is_stored() {
        let name = column.sql_name();
        format!("{name} IN (SELECT id FROM t{t} WHERE {})", inner.sql)
    } else if let Some(pairs) = Pairs::of(column, &related) {
        pairs.with_related(&format!("SELECT id FROM t{t} WHERE {}", inner.sql))
    } else {
        let other = related
            .columns
            .iter()
            .find(|other| other.spec.key == relation.two_way_key)
            .ok_or_else(not_found)?;
        let name = other.sql_name();
        format!(
            "id IN (SELECT {name} FROM t{t} WHERE {name} IS NOT NULL AND {})",
            inner.sql
        )
    };
    Ok(Condition::new(sql, inner.values))
}

fn search(table: &Table, query: &Query) -> Result<Condition, ApiError> {
    let attribute = &query.attribute;
    let index = table
        .indexes
        .iter()
        .find(|index| index.spec.kind == "fulltext" && index.spec.columns.contains(attribute));
    let (Some(index), Some(name)) = (index, ddl::sql_name(table, attribute)) else {
        return Err(refused(format!(
            "Searching by attribute \"{attribute}\" requires a fulltext index."
        )));
    };
    let text = query.values.first().and_then(Value::as_str);
    let negated = query.method == "notSearch";
    let Some(terms) = search_terms(text.unwrap_or_default()) else {
        let nothing = if negated { "1" } else { "0" };
        return Ok(Condition::new(nothing, Vec::new()));
    };
    let f = index.sequence;
    let operator = if negated { "NOT IN" } else { "IN" };
    let sql = format!("sequence {operator} (SELECT rowid FROM f{f} WHERE f{f} MATCH ?)");
    let value = Sql::Text(format!("{{{name}}} : ({terms})"));
    Ok(Condition::new(sql, vec![value]))
}

/// What is sent as a search, as the full-text index expects it. In double quotes it's a phrase;
/// otherwise any of the words will do, and the last may go on.
fn search_terms(text: &str) -> Option<String> {
    let phrase = text.len() > 1 && text.starts_with('"') && text.ends_with('"');
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(MAX_WORDS)
        .collect();
    if words.is_empty() {
        return None;
    }
    if phrase {
        return Some(format!("\"{}\"", words.join(" ")));
    }
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    Some(format!("{}*", quoted.join(" OR ")))
}

/// A method's name, as messages begin with it.
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_searched_for_is_only_words() {
        for (text, terms) in [
            ("apple", Some("\"apple\"*")),
            ("apple pie", Some("\"apple\" OR \"pie\"*")),
            ("\"apple pie\"", Some("\"apple pie\"")),
            (
                "a\" OR b:NEAR(",
                Some("\"a\" OR \"OR\" OR \"b\" OR \"NEAR\"*"),
            ),
            ("+-*()<>~@\"", None),
            ("\"", None),
            ("", None),
        ] {
            assert_eq!(search_terms(text).as_deref(), terms, "{text}");
        }
    }
}
