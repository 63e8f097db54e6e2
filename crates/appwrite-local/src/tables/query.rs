//! The `queries` of rows, as they're sent: JSON texts.

use serde_json::Value;

use crate::{error::ApiError, params::Params, php};

/// The most queries in a call.
const MAX_QUERIES: usize = 100;
/// The most characters in one.
const MAX_LENGTH: usize = 4096;

const FILTERS: &[&str] = &[
    "equal",
    "notEqual",
    "lessThan",
    "lessThanEqual",
    "greaterThan",
    "greaterThanEqual",
    "contains",
    "containsAny",
    "containsAll",
    "notContains",
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
    "and",
    "or",
    "elemMatch",
];
const OTHERS: &[&str] = &[
    "select",
    "orderAsc",
    "orderDesc",
    "orderRandom",
    "limit",
    "offset",
    "cursorAfter",
    "cursorBefore",
];
/// Appwrite has these, this server doesn't.
const SPATIAL: &[&str] = &[
    "crosses",
    "notCrosses",
    "distanceEqual",
    "distanceNotEqual",
    "distanceGreaterThan",
    "distanceLessThan",
    "intersects",
    "notIntersects",
    "overlaps",
    "notOverlaps",
    "touches",
    "notTouches",
    "covers",
    "notCovers",
    "spatialEquals",
    "notSpatialEquals",
];

/// A query.
#[derive(Clone, Debug)]
pub struct Query {
    pub method: String,
    pub attribute: String,
    /// Empty for `and` and `or`.
    pub values: Vec<Value>,
    /// What `and` and `or` join.
    pub nested: Vec<Self>,
}

impl Query {
    /// Reads one.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let value = serde_json::from_str(text)
            .map_err(|_| refused("Invalid query: Syntax error".to_owned()))?;
        Self::from_value(value)
    }

    fn from_value(value: Value) -> Result<Self, ApiError> {
        let mut fields = match value {
            Value::Object(fields) => fields,
            Value::Array(_) => serde_json::Map::new(),
            other => {
                let got = php::type_name(&other);
                return Err(refused(format!(
                    "Invalid query. Must be an array, got {got}"
                )));
            }
        };
        let mut text = |name: &str| match fields.remove(name) {
            None | Some(Value::Null) => Ok(String::new()),
            Some(Value::String(text)) => Ok(text),
            Some(other) => {
                let got = php::type_name(&other);
                let message = format!("Invalid query {name}. Must be a string, got {got}");
                Err(refused(message))
            }
        };
        let method = text("method")?;
        let attribute = text("attribute")?;
        if SPATIAL.contains(&method.as_str()) || method.starts_with("vector") {
            let message = format!(
                "The query \"{method}\" is one that this local server does not answer. Use a \
                 whole Appwrite for it."
            );
            return Err(ApiError::with("general_not_implemented", 501, message));
        }
        if !FILTERS.contains(&method.as_str()) && !OTHERS.contains(&method.as_str()) {
            return Err(refused(format!("Invalid query method: {method}")));
        }
        let values = match fields.remove("values") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(values)) => values,
            Some(Value::Object(values)) => values.into_iter().map(|(_, value)| value).collect(),
            Some(other) => {
                let got = php::type_name(&other);
                let message = format!("Invalid query values. Must be an array, got {got}");
                return Err(refused(message));
            }
        };
        let joins = matches!(method.as_str(), "and" | "or" | "elemMatch");
        let (values, nested) = if joins {
            let nested = values.into_iter().map(Self::from_value);
            (Vec::new(), nested.collect::<Result<_, _>>()?)
        } else {
            (values, Vec::new())
        };
        Ok(Self {
            method,
            attribute,
            values,
            nested,
        })
    }

    /// Whether it says which rows there are, rather than how they're listed.
    pub fn is_filter(&self) -> bool {
        FILTERS.contains(&self.method.as_str())
    }
}

/// Reads the parameter `queries`.
///
/// # Errors
///
/// `general_argument_invalid` if it's no list of texts, `general_query_invalid` for a text that's
/// no query.
pub fn read(params: &Params) -> Result<Vec<Query>, ApiError> {
    let Some(value) = params.optional("queries") else {
        return Ok(Vec::new());
    };
    texts(value)?.into_iter().map(Query::parse).collect()
}

/// The texts in a list of queries.
pub fn texts(value: &Value) -> Result<Vec<&str>, ApiError> {
    let fits = |text: &&str| (1..=MAX_LENGTH).contains(&text.chars().count());
    let items = php::items(value).filter(|items| items.len() <= MAX_QUERIES);
    let texts = items.and_then(|items| {
        let texts = items.into_iter().map(|item| item.as_str().filter(fits));
        texts.collect()
    });
    texts.ok_or_else(|| {
        let rule = "Value must a valid array no longer than 100 items and Value must be a valid \
             string and at least 1 chars and no longer than 4096 chars";
        ApiError::invalid("queries", rule)
    })
}

/// A query that can't be answered.
pub fn refused(message: String) -> ApiError {
    ApiError::with("general_query_invalid", 400, message)
}

/// A query that doesn't fit the table.
pub fn invalid(reason: &str) -> ApiError {
    refused(format!("Invalid query: {reason}"))
}
