use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};

use crate::server::appwrite::id::Id;

/// A condition, an order or a page of a list, as Appwrite's SDKs have them.
///
/// A value can be anything that turns into JSON; an array of values means "any of these" where the
/// method allows it.
///
/// ```
/// use leptos_appwrite::server::appwrite::Query;
/// let open = Query::equal("done", false);
/// assert_eq!(open.to_string(), r#"{"method":"equal","attribute":"done","values":[false]}"#);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Query {
    method: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    attribute: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<Value>>,
}

/// When a row was made.
const CREATED_AT: &str = "$createdAt";
/// When a row was last changed.
const UPDATED_AT: &str = "$updatedAt";

/// Methods that compare an attribute with values.
macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident = $method:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $name(attribute: &str, values: impl Into<Value>) -> Self {
                Self::new($method, Some(attribute), Some(list(values.into())))
            }
        )*
    };
}

/// Methods about an attribute, without a value.
macro_rules! tests {
    ($($(#[$doc:meta])* $name:ident = $method:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $name(attribute: &str) -> Self {
                Self::new($method, Some(attribute), None)
            }
        )*
    };
}

/// Methods that compare a shape with coordinates.
macro_rules! shapes {
    ($($(#[$doc:meta])* $name:ident = $method:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $name(attribute: &str, coordinates: impl Into<Value>) -> Self {
                Self::new($method, Some(attribute), Some(vec![coordinates.into()]))
            }
        )*
    };
}

/// Methods that compare the distance between a shape and coordinates.
macro_rules! distances {
    ($($(#[$doc:meta])* $name:ident = $method:literal;)*) => {
        $(
            $(#[$doc])*
            ///
            /// The distance is in meters, or else in the units of the coordinates.
            pub fn $name(
                attribute: &str,
                coordinates: impl Into<Value>,
                distance: f64,
                in_meters: bool,
            ) -> Self {
                let value = json!([coordinates.into(), distance, in_meters]);
                Self::new($method, Some(attribute), Some(vec![value]))
            }
        )*
    };
}

impl Query {
    fn new(method: &'static str, attribute: Option<&str>, values: Option<Vec<Value>>) -> Self {
        Self {
            method,
            attribute: attribute.map(str::to_owned),
            values,
        }
    }

    comparisons! {
        /// The attribute is this value, or one of them.
        equal = "equal";
        /// The attribute isn't this value.
        not_equal = "notEqual";
        /// The attribute is less than the value.
        less_than = "lessThan";
        /// The attribute is the value or less.
        less_than_equal = "lessThanEqual";
        /// The attribute is more than the value.
        greater_than = "greaterThan";
        /// The attribute is the value or more.
        greater_than_equal = "greaterThanEqual";
        /// The text contains this text, or the array this element; for several, any of them.
        contains = "contains";
        /// The array contains any of these.
        contains_any = "containsAny";
        /// The array contains all of these.
        contains_all = "containsAll";
        /// The text or array contains none of these.
        not_contains = "notContains";
    }

    tests! {
        /// The attribute has no value.
        is_null = "isNull";
        /// The attribute has a value.
        is_not_null = "isNotNull";
        /// Smallest first.
        order_asc = "orderAsc";
        /// Largest first.
        order_desc = "orderDesc";
    }

    shapes! {
        /// The shapes have a point in common.
        intersects = "intersects";
        /// The shapes have no point in common.
        not_intersects = "notIntersects";
        /// The shapes cross.
        crosses = "crosses";
        /// The shapes don't cross.
        not_crosses = "notCrosses";
        /// The shapes overlap.
        overlaps = "overlaps";
        /// The shapes don't overlap.
        not_overlaps = "notOverlaps";
        /// The shapes touch.
        touches = "touches";
        /// The shapes don't touch.
        not_touches = "notTouches";
        /// Ordered by the dot product with this vector.
        vector_dot = "vectorDot";
        /// Ordered by the cosine distance to this vector.
        vector_cosine = "vectorCosine";
        /// Ordered by the Euclidean distance to this vector.
        vector_euclidean = "vectorEuclidean";
    }

    distances! {
        /// The coordinates are this far away.
        distance_equal = "distanceEqual";
        /// The coordinates aren't this far away.
        distance_not_equal = "distanceNotEqual";
        /// The coordinates are farther away.
        distance_greater_than = "distanceGreaterThan";
        /// The coordinates are nearer.
        distance_less_than = "distanceLessThan";
    }

    /// The text matches this regular expression. Appwrite before 2 doesn't know it.
    pub fn regex(attribute: &str, pattern: &str) -> Self {
        Self::text("regex", attribute, pattern)
    }

    /// The text has these words. The attribute needs a full-text index.
    pub fn search(attribute: &str, words: &str) -> Self {
        Self::text("search", attribute, words)
    }

    /// The text doesn't have these words. The attribute needs a full-text index.
    pub fn not_search(attribute: &str, words: &str) -> Self {
        Self::text("notSearch", attribute, words)
    }

    /// The text starts with this one.
    pub fn starts_with(attribute: &str, start: &str) -> Self {
        Self::text("startsWith", attribute, start)
    }

    /// The text doesn't start with this one.
    pub fn not_starts_with(attribute: &str, start: &str) -> Self {
        Self::text("notStartsWith", attribute, start)
    }

    /// The text ends with this one.
    pub fn ends_with(attribute: &str, end: &str) -> Self {
        Self::text("endsWith", attribute, end)
    }

    /// The text doesn't end with this one.
    pub fn not_ends_with(attribute: &str, end: &str) -> Self {
        Self::text("notEndsWith", attribute, end)
    }

    /// The attribute is between the two, or one of them.
    pub fn between<T: Into<Value>>(attribute: &str, start: T, end: T) -> Self {
        let values = vec![start.into(), end.into()];
        Self::new("between", Some(attribute), Some(values))
    }

    /// The attribute is less than the first or more than the second.
    pub fn not_between<T: Into<Value>>(attribute: &str, start: T, end: T) -> Self {
        let values = vec![start.into(), end.into()];
        Self::new("notBetween", Some(attribute), Some(values))
    }

    /// Made before this time (RFC 3339).
    pub fn created_before(time: &str) -> Self {
        Self::less_than(CREATED_AT, time)
    }

    /// Made after this time (RFC 3339).
    pub fn created_after(time: &str) -> Self {
        Self::greater_than(CREATED_AT, time)
    }

    /// Made between these times (RFC 3339).
    pub fn created_between(start: &str, end: &str) -> Self {
        Self::between(CREATED_AT, start, end)
    }

    /// Last changed before this time (RFC 3339).
    pub fn updated_before(time: &str) -> Self {
        Self::less_than(UPDATED_AT, time)
    }

    /// Last changed after this time (RFC 3339).
    pub fn updated_after(time: &str) -> Self {
        Self::greater_than(UPDATED_AT, time)
    }

    /// Last changed between these times (RFC 3339).
    pub fn updated_between(start: &str, end: &str) -> Self {
        Self::between(UPDATED_AT, start, end)
    }

    /// All of these attributes are there.
    pub fn exists(attributes: &[&str]) -> Self {
        Self::new("exists", None, Some(names(attributes)))
    }

    /// None of these attributes is there.
    pub fn not_exists(attributes: &[&str]) -> Self {
        Self::new("notExists", None, Some(names(attributes)))
    }

    /// Only these attributes are in the answer.
    pub fn select(attributes: &[&str]) -> Self {
        Self::new("select", None, Some(names(attributes)))
    }

    /// In no order.
    pub fn order_random() -> Self {
        Self::new("orderRandom", None, None)
    }

    /// What comes after the row with this ID.
    pub fn cursor_after(id: &Id) -> Self {
        Self::new("cursorAfter", None, Some(vec![id.as_str().into()]))
    }

    /// What comes before the row with this ID.
    pub fn cursor_before(id: &Id) -> Self {
        Self::new("cursorBefore", None, Some(vec![id.as_str().into()]))
    }

    /// At most so many. Without it, 25.
    pub fn limit(limit: u32) -> Self {
        Self::new("limit", None, Some(vec![limit.into()]))
    }

    /// Without the first ones. A cursor is better: it costs the same on every page, and skips
    /// nothing when rows come and go.
    pub fn offset(offset: u32) -> Self {
        Self::new("offset", None, Some(vec![offset.into()]))
    }

    /// Any of these conditions holds.
    pub fn or(queries: &[Self]) -> Self {
        Self::new("or", None, Some(nested(queries)))
    }

    /// All of these conditions hold.
    pub fn and(queries: &[Self]) -> Self {
        Self::new("and", None, Some(nested(queries)))
    }

    /// One element of the array meets all of these conditions.
    pub fn elem_match(attribute: &str, queries: &[Self]) -> Self {
        Self::new("elemMatch", Some(attribute), Some(nested(queries)))
    }

    fn text(method: &'static str, attribute: &str, text: &str) -> Self {
        Self::new(method, Some(attribute), Some(vec![text.into()]))
    }

    fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// As it's sent.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

fn list(values: Value) -> Vec<Value> {
    match values {
        Value::Array(values) => values,
        value => vec![value],
    }
}

fn names(attributes: &[&str]) -> Vec<Value> {
    attributes.iter().map(|name| (*name).into()).collect()
}

fn nested(queries: &[Query]) -> Vec<Value> {
    queries.iter().map(Query::to_json).collect()
}

/// Queries as the parameters of a list, in their order.
pub(in crate::server::appwrite) fn parameters(
    queries: &[Query],
) -> url::form_urlencoded::Serializer<'static, String> {
    let mut parameters = url::form_urlencoded::Serializer::new(String::new());
    for (index, query) in queries.iter().enumerate() {
        parameters.append_pair(&format!("queries[{index}]"), &query.to_string());
    }
    parameters
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TIME: &str = "2026-01-01T00:00:00.000+00:00";

    fn row() -> Id {
        Id::from_static("r1")
    }

    #[track_caller]
    fn all_written(queries: impl IntoIterator<Item = (Query, Value)>) {
        for (query, expected) in queries {
            // As values, because JSON has no order of keys.
            let written: Value = serde_json::from_str(&query.to_string()).unwrap();
            assert_eq!(written, expected);
        }
    }

    /// The JSON is what the official SDK for Node sends.
    #[test]
    fn filters_are_written_as_the_sdks_write_them() {
        type Filter = fn(&str, Value) -> Query;
        let filters: [(Filter, &str); 10] = [
            (Query::equal, "equal"),
            (Query::not_equal, "notEqual"),
            (Query::less_than, "lessThan"),
            (Query::less_than_equal, "lessThanEqual"),
            (Query::greater_than, "greaterThan"),
            (Query::greater_than_equal, "greaterThanEqual"),
            (Query::contains, "contains"),
            (Query::contains_any, "containsAny"),
            (Query::contains_all, "containsAll"),
            (Query::not_contains, "notContains"),
        ];
        for (filter, method) in filters {
            for (value, values) in [
                (json!("a"), json!(["a"])),
                (json!(["a", "b"]), json!(["a", "b"])),
                (json!(1.5), json!([1.5])),
                (json!(false), json!([false])),
            ] {
                all_written([(
                    filter("x", value),
                    json!({ "method": method, "attribute": "x", "values": values }),
                )]);
            }
        }
        type Text = fn(&str, &str) -> Query;
        let texts: [(Text, &str); 7] = [
            (Query::regex, "regex"),
            (Query::search, "search"),
            (Query::not_search, "notSearch"),
            (Query::starts_with, "startsWith"),
            (Query::not_starts_with, "notStartsWith"),
            (Query::ends_with, "endsWith"),
            (Query::not_ends_with, "notEndsWith"),
        ];
        all_written(texts.map(|(text, method)| {
            let expected = json!({ "method": method, "attribute": "x", "values": ["a"] });
            (text("x", "a"), expected)
        }));
        let range = |method: &str, attribute: &str, values: Value| json!({ "method": method, "attribute": attribute, "values": values });
        all_written([
            (
                Query::between("x", 1, 5),
                range("between", "x", json!([1, 5])),
            ),
            (
                Query::not_between("x", 1, 5),
                range("notBetween", "x", json!([1, 5])),
            ),
            (
                Query::created_before(TIME),
                range("lessThan", "$createdAt", json!([TIME])),
            ),
            (
                Query::created_after(TIME),
                range("greaterThan", "$createdAt", json!([TIME])),
            ),
            (
                Query::created_between(TIME, TIME),
                range("between", "$createdAt", json!([TIME, TIME])),
            ),
            (
                Query::updated_before(TIME),
                range("lessThan", "$updatedAt", json!([TIME])),
            ),
            (
                Query::updated_after(TIME),
                range("greaterThan", "$updatedAt", json!([TIME])),
            ),
            (
                Query::updated_between(TIME, TIME),
                range("between", "$updatedAt", json!([TIME, TIME])),
            ),
            (
                Query::is_null("x"),
                json!({ "method": "isNull", "attribute": "x" }),
            ),
            (
                Query::is_not_null("x"),
                json!({ "method": "isNotNull", "attribute": "x" }),
            ),
            (
                Query::exists(&["x", "y"]),
                json!({ "method": "exists", "values": ["x", "y"] }),
            ),
            (
                Query::not_exists(&["x"]),
                json!({ "method": "notExists", "values": ["x"] }),
            ),
        ]);
    }

    #[test]
    fn orders_and_pages_are_written_as_the_sdks_write_them() {
        all_written([
            (
                Query::order_asc("x"),
                json!({ "method": "orderAsc", "attribute": "x" }),
            ),
            (
                Query::order_desc("x"),
                json!({ "method": "orderDesc", "attribute": "x" }),
            ),
            (Query::order_random(), json!({ "method": "orderRandom" })),
            (
                Query::limit(25),
                json!({ "method": "limit", "values": [25] }),
            ),
            (
                Query::offset(0),
                json!({ "method": "offset", "values": [0] }),
            ),
            (
                Query::cursor_after(&row()),
                json!({ "method": "cursorAfter", "values": ["r1"] }),
            ),
            (
                Query::cursor_before(&row()),
                json!({ "method": "cursorBefore", "values": ["r1"] }),
            ),
            (
                Query::select(&["title", "*"]),
                json!({ "method": "select", "values": ["title", "*"] }),
            ),
        ]);
    }

    #[test]
    fn nested_queries_are_objects_and_not_texts() {
        let queries = [Query::equal("done", true), Query::is_null("due")];
        let values = json!([
            { "method": "equal", "attribute": "done", "values": [true] },
            { "method": "isNull", "attribute": "due" },
        ]);
        all_written([
            (
                Query::or(&queries),
                json!({ "method": "or", "values": values }),
            ),
            (
                Query::and(&queries),
                json!({ "method": "and", "values": values }),
            ),
            (
                Query::elem_match("x", &queries),
                json!({ "method": "elemMatch", "attribute": "x", "values": values }),
            ),
        ]);
    }

    #[test]
    fn shapes_are_one_value() {
        type Shape = fn(&str, Value) -> Query;
        let shapes: [(Shape, &str); 11] = [
            (Query::intersects, "intersects"),
            (Query::not_intersects, "notIntersects"),
            (Query::crosses, "crosses"),
            (Query::not_crosses, "notCrosses"),
            (Query::overlaps, "overlaps"),
            (Query::not_overlaps, "notOverlaps"),
            (Query::touches, "touches"),
            (Query::not_touches, "notTouches"),
            (Query::vector_dot, "vectorDot"),
            (Query::vector_cosine, "vectorCosine"),
            (Query::vector_euclidean, "vectorEuclidean"),
        ];
        all_written(shapes.map(|(shape, method)| {
            let expected = json!({ "method": method, "attribute": "x", "values": [[1, 2]] });
            (shape("x", json!([1, 2])), expected)
        }));
        type Distance = fn(&str, Value, f64, bool) -> Query;
        let distances: [(Distance, &str); 4] = [
            (Query::distance_equal, "distanceEqual"),
            (Query::distance_not_equal, "distanceNotEqual"),
            (Query::distance_greater_than, "distanceGreaterThan"),
            (Query::distance_less_than, "distanceLessThan"),
        ];
        all_written(distances.map(|(distance, method)| {
            let values = json!([[[1, 2], 500.0, true]]);
            let expected = json!({ "method": method, "attribute": "x", "values": values });
            (distance("x", json!([1, 2]), 500.0, true), expected)
        }));
    }

    #[test]
    fn a_value_cannot_leave_its_query() {
        let text = "a\"],\"method\":\"limit&queries[1]=";
        let parameters = parameters(&[Query::equal("title", text), Query::limit(1)]).finish();
        let pairs: Vec<_> = url::form_urlencoded::parse(parameters.as_bytes()).collect();
        assert_eq!(pairs.len(), 2);
        assert_eq!(pairs[0].0, "queries[0]");
        let read: Value = serde_json::from_str(&pairs[0].1).unwrap();
        assert_eq!(read["values"], json!([text]));
        assert_eq!(pairs[1].0, "queries[1]");
    }
}
