//! What the lists of users and their things understand, as far as no recording shows it.

use crate::support::{KEY, call, http_client, json_of, start};
use appwrite_local::Server;
use reqwest::{Method, Response};
use serde_json::{Value, json};

/// A server with a few users.
async fn with_users() -> Server {
    let server = start().await;
    for (id, name, labels) in [
        ("u-1", "ada Lovelace", json!(["vip"])),
        ("u-2", "Bob", json!(["vips"])),
        ("u-3", "Ada Byron", json!([])),
        ("u-4", "Ada Byron", json!(["vip", "new"])),
    ] {
        let key = [("x-appwrite-key", KEY)];
        let mut body = json!({ "userId": id, "name": name });
        if id != "u-4" {
            body["email"] = format!("{id}@example.com").into();
        }
        assert_eq!(
            call(&server, Method::POST, "/users", &key, body)
                .await
                .status(),
            201
        );
        let path = format!("/users/{id}/labels");
        call(
            &server,
            Method::PUT,
            &path,
            &key,
            json!({ "labels": labels }),
        )
        .await;
    }
    server
}

/// Lists users with these parameters.
async fn ask(server: &Server, path: &str, parameters: &[(&str, String)]) -> Response {
    http_client()
        .get(format!("{}{path}", server.endpoint()))
        .query(parameters)
        .header("x-appwrite-project", server.project())
        .header("x-appwrite-key", KEY)
        .send()
        .await
        .unwrap()
}

/// The IDs on a page of users.
async fn ids(server: &Server, parameters: &[(&str, String)]) -> Vec<String> {
    let list = ask(server, "/users", parameters).await;
    assert_eq!(list.status(), 200, "{parameters:?}");
    let list = json_of(list).await;
    let users = list["users"].as_array().unwrap().iter();
    users
        .map(|user| user["$id"].as_str().unwrap().to_owned())
        .collect()
}

/// The parameters for these queries.
fn queries(queries: Value) -> Vec<(&'static str, String)> {
    let queries = queries.as_array().unwrap().iter();
    queries
        .map(|query| ("queries[]", query.to_string()))
        .collect()
}

fn query(method: &str, attribute: &str, values: Value) -> Value {
    json!({ "method": method, "attribute": attribute, "values": values })
}

#[tokio::test]
async fn words_are_searched_in_any_order_and_the_last_may_be_incomplete() {
    let server = with_users().await;
    for (search, found) in [
        ("lovelace ada", vec!["u-1", "u-3", "u-4"]),
        ("love", vec!["u-1"]),
        ("velace", vec![]),
        ("\"ada byron\"", vec!["u-3", "u-4"]),
        ("\"byron ada\"", vec![]),
        ("u-2@example.com", vec!["u-1", "u-2", "u-3"]),
        ("vips", vec!["u-2"]),
        ("%", vec![]),
        ("0", vec!["u-1", "u-2", "u-3", "u-4"]),
    ] {
        assert_eq!(
            ids(&server, &[("search", search.to_owned())]).await,
            found,
            "{search}"
        );
    }
    let refused = json_of(ask(&server, "/users", &[("search", String::new())]).await).await;
    let rule = "Value must be a valid string and at least 1 chars and no longer than 256 chars";
    assert_eq!(
        refused["message"],
        format!("Invalid `search` param: {rule}")
    );
}

#[tokio::test]
async fn searching_an_attribute_needs_an_index_that_users_do_not_have() {
    let server = with_users().await;
    let search = query("search", "name", json!(["ada"]));
    let nested = query(
        "or",
        "",
        json!([search, query("equal", "name", json!(["x"]))]),
    );
    for query in [search, query("notSearch", "name", json!(["ada"])), nested] {
        let refused = ask(&server, "/users", &queries(json!([query]))).await;
        assert_eq!(refused.status(), 400, "{query}");
        let refused = json_of(refused).await;
        let expected = "Searching by attribute \"name\" requires a fulltext index.";
        assert_eq!(refused["message"], expected, "{query}");
        assert_eq!(refused["type"], "general_query_invalid", "{query}");
    }
}

#[tokio::test]
async fn a_bad_query_is_refused_in_appwrites_words() {
    let server = with_users().await;
    let many: Vec<_> = (0..501).map(|number| number.to_string()).collect();
    for (query, text) in [
        (
            query("equal", "name", json!([5])),
            "Query value is invalid for attribute \"name\"",
        ),
        (
            query("equal", "name", json!([null])),
            "Query value is invalid for attribute \"name\"",
        ),
        (
            query("equal", "status", json!(["true"])),
            "Query value is invalid for attribute \"status\"",
        ),
        (
            query("greaterThan", "registration", json!(["soon"])),
            "Query value is invalid for attribute \"registration\"",
        ),
        (
            query("equal", "$sequence", json!(["1"])),
            "Query value is invalid for attribute \"$sequence\"",
        ),
        (
            query("equal", "name", json!([])),
            "Equal queries require at least one value.",
        ),
        (
            query("contains", "name", json!([[]])),
            "Contains queries require at least one value.",
        ),
        (
            query("notEqual", "name", json!(["a", "b"])),
            "NotEqual queries require exactly one value.",
        ),
        (
            query("startsWith", "name", json!([])),
            "StartsWith queries require exactly one value.",
        ),
        (
            query("between", "name", json!(["a"])),
            "Between queries require exactly two values.",
        ),
        (
            query("equal", "labels", json!(["vip"])),
            "Cannot query equal on attribute \"labels\" because it is an array.",
        ),
        (
            query("contains", "status", json!([true])),
            "Cannot query contains on attribute \"status\" because it is not an array, string, or object.",
        ),
        (
            query("notContains", "status", json!([true])),
            "Cannot query notContains on attribute \"status\" because it is not an array, string, or object.",
        ),
        (
            query("equal", "name", json!(many)),
            "Query on attribute has greater than 500 values: name",
        ),
        (
            query("isNull", "prefs", json!([])),
            "Attribute not found in schema: prefs",
        ),
        (
            query("orderAsc", "", json!([])),
            "Attribute not found in schema: ",
        ),
        (
            query("or", "", json!([query("isNull", "name", json!([]))])),
            "Or queries require at least two queries",
        ),
        (
            query(
                "and",
                "",
                json!([
                    query("limit", "", json!([1])),
                    query("isNull", "name", json!([]))
                ]),
            ),
            "And queries can only contain filter queries",
        ),
        (
            query("or", "", json!([query("equal", "nope", json!(["a"]))])),
            "Attribute not found in schema: nope",
        ),
        (
            query("limit", "", json!([0])),
            "Invalid limit: Value must be a valid range between 1 and 9,223,372,036,854,775,807",
        ),
        (
            query("limit", "", json!([1.5])),
            "Invalid limit: Value must be a valid range between 1 and 9,223,372,036,854,775,807",
        ),
        (
            query("limit", "", json!([])),
            "Invalid limit: Value must be a valid number",
        ),
        (
            query("offset", "", json!(["x"])),
            "Invalid limit: Value must be a valid number",
        ),
        (
            query("offset", "", json!([-1])),
            "Invalid offset: Value must be a valid range between 0 and 9,223,372,036,854,775,807",
        ),
        (
            query("cursorAfter", "", json!(["_a"])),
            "Invalid cursor: UID must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, and underscore. Can't start with a leading underscore",
        ),
        (json!("text"), "Invalid query. Must be an array, got string"),
        (json!(5), "Invalid query. Must be an array, got integer"),
        (json!(null), "Invalid query. Must be an array, got NULL"),
        (
            json!({ "method": 5 }),
            "Invalid query method. Must be a string, got integer",
        ),
        (
            json!({ "method": "equal", "attribute": [] }),
            "Invalid query attribute. Must be a string, got array",
        ),
        (
            json!({ "method": "equal", "attribute": "name", "values": "a" }),
            "Invalid query values. Must be an array, got string",
        ),
        (json!([]), "Invalid query method: "),
    ] {
        let refused = json_of(ask(&server, "/users", &queries(json!([query]))).await).await;
        let expected = format!("Invalid `queries` param: Invalid query: {text}");
        assert_eq!(refused["message"], expected, "{query}");
        assert_eq!(refused["type"], "general_argument_invalid", "{query}");
    }
    for (path, method) in [("/users", "select"), ("/users/u-1/logs", "equal")] {
        let refused = ask(
            &server,
            path,
            &queries(json!([query(method, "name", json!(["a"]))])),
        )
        .await;
        let expected = format!("Invalid `queries` param: Invalid query method: {method}");
        assert_eq!(json_of(refused).await["message"], expected);
    }
}

#[tokio::test]
async fn queries_filter_and_sort_as_mariadb_does() {
    let server = with_users().await;
    let every = vec!["u-1", "u-2", "u-3", "u-4"];
    for (sent, found) in [
        (json!([query("equal", "name", json!(["BOB"]))]), vec!["u-2"]),
        (
            json!([query("equal", "$id", json!(["U-1", "u-2"]))]),
            vec!["u-1", "u-2"],
        ),
        (
            json!([query("notEqual", "email", json!(["u-1@example.com"]))]),
            vec!["u-2", "u-3"],
        ),
        (json!([query("isNull", "email", json!([]))]), vec!["u-4"]),
        (
            json!([query("isNull", "passwordUpdate", json!([]))]),
            every.clone(),
        ),
        (
            json!([query("lessThan", "passwordUpdate", json!(["2999-01-01"]))]),
            vec![],
        ),
        (
            json!([query(
                "greaterThan",
                "registration",
                json!(["2020-01-01 00:00"])
            )]),
            every.clone(),
        ),
        (
            json!([query("contains", "labels", json!(["vip"]))]),
            vec!["u-1", "u-4"],
        ),
        (
            json!([query("notContains", "labels", json!(["vip"]))]),
            vec!["u-2", "u-3"],
        ),
        (
            json!([query("containsAll", "labels", json!(["vip", "new"]))]),
            vec!["u-4"],
        ),
        (
            json!([query("contains", "name", json!(["love", "BOB"]))]),
            vec!["u-1", "u-2"],
        ),
        (
            json!([query("notStartsWith", "name", json!(["ada"]))]),
            vec!["u-2"],
        ),
        (
            json!([query("orderAsc", "name", json!([]))]),
            vec!["u-3", "u-4", "u-1", "u-2"],
        ),
        // Of the same name, the older one comes first, whichever way the names go.
        (
            json!([query("orderDesc", "name", json!([]))]),
            vec!["u-2", "u-1", "u-3", "u-4"],
        ),
        (
            json!([
                query("orderDesc", "name", json!([])),
                query("cursorAfter", "", json!(["U-1"]))
            ]),
            vec!["u-3", "u-4"],
        ),
        (
            json!([
                query("orderDesc", "name", json!([])),
                query("cursorBefore", "", json!(["u-4"])),
                query("limit", "", json!([2]))
            ]),
            vec!["u-1", "u-3"],
        ),
        (
            json!([query("orderDesc", "$id", json!([]))]),
            vec!["u-4", "u-3", "u-2", "u-1"],
        ),
        // Of several limits, offsets and cursors, the first counts.
        (
            json!([
                query("limit", "", json!(["1"])),
                query("limit", "", json!([3]))
            ]),
            vec!["u-1"],
        ),
        (
            json!([
                query("offset", "", json!([3])),
                query("offset", "", json!([0]))
            ]),
            vec!["u-4"],
        ),
        (
            json!([
                query("cursorAfter", "", json!(["u-3"])),
                query("cursorAfter", "", json!(["u-1"]))
            ]),
            vec!["u-4"],
        ),
        (
            json!([query("limit", "", json!([1_000_000]))]),
            every.clone(),
        ),
        (
            json!([{ "method": "equal", "attribute": "name", "values": { "a": "Bob" } }]),
            vec!["u-2"],
        ),
    ] {
        assert_eq!(ids(&server, &queries(sent.clone())).await, found, "{sent}");
    }
    let mut shuffled = ids(
        &server,
        &queries(json!([query("orderRandom", "", json!([]))])),
    )
    .await;
    shuffled.sort();
    assert_eq!(shuffled, every);
}

#[tokio::test]
async fn a_list_takes_any_number_of_queries_of_any_length() {
    let server = with_users().await;
    let name = "x".repeat(5000);
    let mut many = vec![query("notEqual", "name", json!([name])); 2];
    many.extend(vec![query("isNotNull", "name", json!([])); 150]);
    assert_eq!(ids(&server, &queries(Value::Array(many))).await.len(), 4);
    let mut nested = query("isNotNull", "name", json!([]));
    for _ in 0..10 {
        nested = query(
            "or",
            "",
            json!([nested, query("isNull", "name", json!([]))]),
        );
    }
    assert_eq!(ids(&server, &queries(json!([nested]))).await.len(), 4);
}

#[tokio::test]
async fn a_cursor_cannot_be_where_the_order_has_nothing() {
    let server = with_users().await;
    let sent = json!([
        query("orderAsc", "email", json!([])),
        query("cursorAfter", "", json!(["u-4"]))
    ]);
    let refused = json_of(ask(&server, "/users", &queries(sent)).await).await;
    assert_eq!(refused["type"], "database_query_order_null");
    let expected = "The order attribute 'email' had a null value. Cursor pagination requires all \
         documents order attribute values are non-null.";
    assert_eq!(refused["message"], expected);
}
