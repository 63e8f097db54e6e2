//! Databases, tables and rows, beyond what recordings of a real Appwrite show.

use std::collections::HashSet;

use appwrite_local::{Config, Data, ProjectFile, Server, StartError};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{
    TempFolder, by_key, by_session, call, config, error_of, json_of, sign_up, start, with_queries,
};

const ROWS: &str = "/tablesdb/main/tables/notes/rows";

/// A list of rows by a key.
async fn listed(server: &Server, queries: &[Value]) -> Response {
    let path = with_queries(ROWS, queries);
    by_key(server, Method::GET, &path, Value::Null).await
}

/// The IDs in a list of rows.
async fn ids(response: Response) -> Vec<String> {
    let list = json_of(response).await;
    let rows = list["rows"]
        .as_array()
        .unwrap_or_else(|| panic!("{list} is no list of rows"));
    rows.iter()
        .map(|row| row["$id"].as_str().unwrap().to_owned())
        .collect()
}

/// Makes the table `notes`, whose rows belong to those who create them.
async fn make_notes(server: &Server) {
    let database = json!({ "databaseId": "main", "name": "Main" });
    let made = by_key(server, Method::POST, "/tablesdb", database).await;
    assert_eq!(made.status(), 201);
    let table = json!({
        "tableId": "notes",
        "name": "Notes",
        "permissions": ["create(\"users\")"],
        "rowSecurity": true,
        "columns": [
            { "key": "title", "type": "string", "size": 100, "required": true },
            { "key": "text", "type": "string", "size": 10_000 },
            { "key": "count", "type": "integer" },
        ],
        "indexes": [
            { "key": "words", "type": "fulltext", "attributes": ["text"] },
            { "key": "counts", "type": "key", "attributes": ["count"] },
        ],
    });
    let made = by_key(server, Method::POST, "/tablesdb/main/tables", table).await;
    assert_eq!(made.status(), 201);
}

async fn make_row(server: &Server, id: &str, data: Value) {
    let row = json!({ "rowId": id, "data": data });
    let made = by_key(server, Method::POST, ROWS, row).await;
    let status = made.status();
    assert_eq!(status, 201, "{}", json_of(made).await);
}

#[tokio::test]
async fn nobody_gets_at_the_rows_of_another() {
    let server = start().await;
    make_notes(&server).await;
    let ada = sign_up(&server, "ada@example.com").await;
    let bob = sign_up(&server, "bob@example.com").await;
    let row = json!({ "rowId": "hers", "data": { "title": "Hers", "text": "secret words" } });
    let made = by_session(&server, &ada, Method::POST, ROWS, row).await;
    assert_eq!(made.status(), 201);
    let hers = format!("{ROWS}/hers");
    let change = json!({ "data": { "title": "His" } });
    for (method, path, body, expected) in [
        (Method::GET, hers.clone(), Value::Null, 404),
        (Method::PATCH, hers.clone(), change.clone(), 401),
        (Method::PUT, hers.clone(), change.clone(), 401),
        (
            Method::PATCH,
            hers.clone(),
            json!({ "permissions": ["read(\"any\")"] }),
            401,
        ),
        (Method::DELETE, hers.clone(), json!({}), 401),
        (
            Method::PATCH,
            format!("{hers}/count/increment"),
            json!({}),
            401,
        ),
        (Method::PATCH, ROWS.to_owned(), change.clone(), 404),
        (Method::DELETE, ROWS.to_owned(), json!({}), 404),
    ] {
        for session in [Some(&bob), None] {
            let answer = match session {
                Some(bob) => by_session(&server, bob, method.clone(), &path, body.clone()).await,
                None => call(&server, method.clone(), &path, &[], body.clone()).await,
            };
            assert_eq!(answer.status(), expected, "{method} {path} {body}");
        }
    }
    for query in [
        json!({ "method": "search", "attribute": "text", "values": ["secret"] }),
        json!({ "method": "equal", "attribute": "$id", "values": ["hers"] }),
        json!({ "method": "or", "values": [
            { "method": "isNull", "attribute": "count" },
            { "method": "isNotNull", "attribute": "title" },
        ] }),
    ] {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("queries[]", &query.to_string())
            .finish();
        let path = format!("{ROWS}?{query}");
        let his = by_session(&server, &bob, Method::GET, &path, Value::Null).await;
        assert_eq!(json_of(his).await, json!({ "total": 0, "rows": [] }));
        let her = by_session(&server, &ada, Method::GET, &path, Value::Null).await;
        assert_eq!(ids(her).await, ["hers"]);
    }
    let still = by_session(&server, &ada, Method::GET, &hers, Value::Null).await;
    assert_eq!(json_of(still).await["title"], "Hers");
}

#[tokio::test]
async fn a_transaction_takes_no_row_that_somebody_else_made_meanwhile() {
    let server = start().await;
    make_notes(&server).await;
    let ada = sign_up(&server, "ada@example.com").await;
    let bob = sign_up(&server, "bob@example.com").await;
    let begun = by_session(
        &server,
        &bob,
        Method::POST,
        "/tablesdb/transactions",
        json!({}),
    )
    .await;
    let id = json_of(begun).await["$id"].as_str().unwrap().to_owned();
    let row = format!("{ROWS}/wanted");
    let staged = json!({ "data": { "title": "Bob's" }, "transactionId": id });
    let answer = by_session(&server, &bob, Method::PUT, &row, staged).await;
    assert_eq!(answer.status(), 201);
    let hers = json!({ "rowId": "wanted", "data": { "title": "Ada's" } });
    let made = by_session(&server, &ada, Method::POST, ROWS, hers).await;
    assert_eq!(made.status(), 201);
    let transaction = format!("/tablesdb/transactions/{id}");
    let commit = json!({ "commit": true });
    let refused = by_session(&server, &bob, Method::PATCH, &transaction, commit).await;
    let expected = (409, "transaction_conflict".to_owned());
    assert_eq!(error_of(refused).await, expected);
    let still = by_session(&server, &ada, Method::GET, &row, Value::Null).await;
    assert_eq!(json_of(still).await["title"], "Ada's");
    let over = by_session(&server, &bob, Method::GET, &transaction, Value::Null).await;
    assert_eq!(json_of(over).await["status"], "failed");
}

#[tokio::test]
async fn what_is_taken_away_is_no_longer_listed() {
    let server = start().await;
    make_notes(&server).await;
    let ada = sign_up(&server, "ada@example.com").await;
    let bob = sign_up(&server, "bob@example.com").await;
    let row = json!({
        "rowId": "shared",
        "data": { "title": "Shared" },
        "permissions": ["read(\"users\")"],
    });
    let made = by_key(&server, Method::POST, ROWS, row).await;
    assert_eq!(made.status(), 201);
    let list = async |session: &str| {
        ids(by_session(&server, session, Method::GET, ROWS, Value::Null).await).await
    };
    assert_eq!(list(&bob).await, ["shared"]);
    let nobody = json!({ "permissions": [] });
    let changed = by_key(&server, Method::PATCH, &format!("{ROWS}/shared"), nobody).await;
    assert_eq!(changed.status(), 200);
    for session in [&ada, &bob] {
        assert!(list(session).await.is_empty());
    }
}

#[tokio::test]
async fn rows_survive_a_restart() {
    let folder = TempFolder::new("rows");
    let server = Server::start(config(Data::Folder(folder.0.clone())))
        .await
        .unwrap();
    make_notes(&server).await;
    let text = "Ünïcödé 😀 'quoted' \"twice\" \\ %_";
    make_row(
        &server,
        "kept",
        json!({ "title": "KEPT", "text": text, "count": -5 }),
    )
    .await;
    let before = json_of(by_key(&server, Method::GET, ROWS, Value::Null).await).await;
    server.shutdown().await;
    let server = Server::start(config(Data::Folder(folder.0.clone())))
        .await
        .unwrap();
    let after = json_of(by_key(&server, Method::GET, ROWS, Value::Null).await).await;
    assert_eq!(before, after);
    assert_eq!(after["rows"][0]["text"], text);
    // What depends on the collation and on the full-text index is there, too.
    let equal = json!({ "method": "equal", "attribute": "title", "values": ["kept"] });
    assert_eq!(ids(listed(&server, &[equal]).await).await, ["kept"]);
    let search = json!({ "method": "search", "attribute": "text", "values": ["QUOTED"] });
    assert_eq!(ids(listed(&server, &[search]).await).await, ["kept"]);
}

#[tokio::test]
async fn full_text_search_follows_changes() {
    let server = start().await;
    make_notes(&server).await;
    make_row(
        &server,
        "a",
        json!({ "title": "A", "text": "red apples and pears" }),
    )
    .await;
    make_row(
        &server,
        "b",
        json!({ "title": "B", "text": "green apples" }),
    )
    .await;
    let search =
        |words: &str| json!({ "method": "search", "attribute": "text", "values": [words] });
    assert_eq!(
        ids(listed(&server, &[search("apple")]).await).await,
        ["a", "b"]
    );
    assert_eq!(
        ids(listed(&server, &[search("pears green")]).await).await,
        ["a", "b"]
    );
    assert_eq!(
        ids(listed(&server, &[search("\"red apples\"")]).await).await,
        ["a"]
    );
    let change = json!({ "data": { "text": "blue plums" } });
    by_key(&server, Method::PATCH, &format!("{ROWS}/a"), change).await;
    assert_eq!(ids(listed(&server, &[search("apple")]).await).await, ["b"]);
    assert_eq!(ids(listed(&server, &[search("plum")]).await).await, ["a"]);
    by_key(&server, Method::DELETE, &format!("{ROWS}/b"), json!({})).await;
    assert!(
        ids(listed(&server, &[search("apple")]).await)
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn hostile_names_and_values_are_only_that() {
    let server = start().await;
    make_notes(&server).await;
    let hostile = [
        "'; DROP TABLE t1; --",
        "\" OR 1=1 --",
        "t1",
        "c1) OR (1",
        "title' OR 'a'='a",
        "\u{0}",
        "\u{202e}rtl",
        "*",
        "sequence",
        "updated",
    ];
    for (index, text) in hostile.iter().enumerate() {
        let column = json!({ "key": text, "required": false, "size": 10 });
        let path = "/tablesdb/main/tables/notes/columns/string";
        let status = by_key(&server, Method::POST, path, column).await.status();
        let named = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        assert_eq!(status.as_u16(), if named { 202 } else { 400 }, "{text}");
        make_row(
            &server,
            &format!("r{index}"),
            json!({ "title": text, "text": text }),
        )
        .await;
        for method in ["equal", "contains", "startsWith", "search"] {
            let attribute = if method == "search" { "text" } else { "title" };
            let query = json!({ "method": method, "attribute": attribute, "values": [text] });
            let answer = listed(&server, &[query]).await;
            assert_eq!(answer.status(), 200, "{method} {text}");
            if method == "equal" {
                assert_eq!(ids(answer).await, [format!("r{index}")]);
            }
        }
        for query in [
            json!({ "method": "equal", "attribute": text, "values": ["x"] }),
            json!({ "method": "orderAsc", "attribute": text }),
            json!({ "method": "select", "values": [text] }),
            json!({ "method": "cursorAfter", "values": [text] }),
        ] {
            let status = listed(&server, std::slice::from_ref(&query))
                .await
                .status()
                .as_u16();
            assert!([200, 400].contains(&status), "{query}: {status}");
        }
    }
    let all = json!({ "method": "limit", "values": [100] });
    assert_eq!(
        ids(listed(&server, &[all]).await).await.len(),
        hostile.len()
    );
}

#[tokio::test]
async fn queries_can_be_as_many_and_as_deep_as_they_may_be() {
    let server = start().await;
    make_notes(&server).await;
    make_row(&server, "a", json!({ "title": "A", "count": 7 })).await;
    let numbers: Vec<i64> = (0..500).collect();
    let equal = json!({ "method": "equal", "attribute": "count", "values": numbers });
    assert_eq!(ids(listed(&server, &[equal]).await).await, ["a"]);
    let texts = vec!["a"; 400];
    let contains = json!({ "method": "contains", "attribute": "title", "values": texts });
    assert_eq!(ids(listed(&server, &[contains]).await).await, ["a"]);
    let mut nested = json!({ "method": "isNotNull", "attribute": "title" });
    for _ in 0..12 {
        let other = json!({ "method": "isNull", "attribute": "title" });
        nested = json!({ "method": "or", "values": [nested, other] });
    }
    assert_eq!(ids(listed(&server, &[nested]).await).await, ["a"]);
    let mut deepest = "{}".to_owned();
    for _ in 0..150 {
        deepest = format!("{{\"method\":\"or\",\"values\":[{deepest}]}}");
    }
    assert_eq!(listed(&server, &[deepest.into()]).await.status(), 400);
}

#[tokio::test]
async fn no_filter_is_more_than_the_database_takes() {
    let server = start().await;
    make_notes(&server).await;
    let texts = json!({
        "key": "texts", "size": 100, "required": false, "array": true,
    });
    let path = "/tablesdb/main/tables/notes/columns/string";
    let made = by_key(&server, Method::POST, path, texts).await;
    assert_eq!(made.status(), 202);
    let data = json!({ "title": "A", "count": 7, "texts": ["x", "y"] });
    make_row(&server, "a", data).await;
    make_row(&server, "b", json!({ "title": "B" })).await;
    let filter = |method: &str, attribute: &str, values: Value| json!({ "method": method, "attribute": attribute, "values": values });
    // What is sent with these doesn't matter.
    for (method, expected) in [("isNull", "b"), ("isNotNull", "a")] {
        for (attribute, value) in [("count", json!(1)), ("texts", json!("x"))] {
            let query = filter(method, attribute, json!([value, value]));
            assert_eq!(ids(listed(&server, &[query]).await).await, [expected]);
        }
    }
    for (method, values, expected) in [
        ("contains", json!(["z", "y"]), vec!["a"]),
        ("containsAny", json!(["z", "Y"]), vec![]),
        ("containsAll", json!(["x", "y", "x"]), vec!["a"]),
        ("containsAll", json!(["x", "z"]), vec![]),
        ("notContains", json!(["z"]), vec!["a"]),
        ("notContains", json!(["z", "x"]), vec![]),
    ] {
        let query = filter(method, "texts", values);
        let found = ids(listed(&server, std::slice::from_ref(&query)).await).await;
        assert_eq!(found, expected, "{query}");
    }
    let starts = filter("startsWith", "count", json!([7]));
    assert_eq!(ids(listed(&server, &[starts]).await).await, ["a"]);
    let inside = json!({ "method": "elemMatch", "attribute": "title", "values": [filter("equal", "x", json!(["x"]))] });
    let either = json!({ "method": "or", "values": [inside, filter("isNull", "text", json!([]))] });
    assert_eq!(listed(&server, &[either]).await.status(), 400);
    // As deep as the text of a query and JSON let it be.
    let mut nested = filter("isNotNull", "title", json!([]));
    for _ in 0..60 {
        let other = json!({ "method": "isNull", "attribute": "text" });
        nested = json!({ "method": "or", "values": [nested, other] });
    }
    let answer = listed(&server, &vec![nested; 8]).await;
    assert_eq!(ids(answer).await, ["a", "b"]);
}

#[tokio::test]
async fn one_of_many_gets_an_id() {
    let folder = TempFolder::new("race");
    let server = Server::start(config(Data::Folder(folder.0.clone())))
        .await
        .unwrap();
    make_notes(&server).await;
    let row = json!({ "rowId": "one", "data": { "title": "One", "count": 0 } });
    let attempts = (0..20).map(|_| by_key(&server, Method::POST, ROWS, row.clone()));
    let statuses: Vec<u16> = futures::future::join_all(attempts)
        .await
        .iter()
        .map(|answer| answer.status().as_u16())
        .collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1);
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 19);
    let path = format!("{ROWS}/one/count/increment");
    let steps = (0..30).map(|_| by_key(&server, Method::PATCH, &path, json!({})));
    let mut seen = HashSet::new();
    for answer in futures::future::join_all(steps).await {
        seen.insert(json_of(answer).await["count"].as_i64().unwrap());
    }
    assert_eq!(seen.len(), 30, "each is another");
    let row = by_key(&server, Method::GET, &format!("{ROWS}/one"), Value::Null).await;
    assert_eq!(json_of(row).await["count"], 30);
}

#[tokio::test]
async fn a_list_can_be_read_page_by_page() {
    let server = start().await;
    make_notes(&server).await;
    for number in 0..30 {
        let data = json!({ "title": format!("T{}", number % 3), "count": number % 5 });
        make_row(&server, &format!("r{number:02}"), data).await;
    }
    for (attribute, method) in [
        ("title", "orderAsc"),
        ("count", "orderDesc"),
        ("$createdAt", "orderDesc"),
        ("$id", "orderDesc"),
    ] {
        let order = json!({ "method": method, "attribute": attribute });
        let limit = |limit: i64| json!({ "method": "limit", "values": [limit] });
        let whole = ids(listed(&server, &[order.clone(), limit(100)]).await).await;
        assert_eq!(whole.len(), 30);
        let mut pages = ids(listed(&server, &[order.clone(), limit(7)]).await).await;
        while pages.len() < 30 {
            let after = json!({ "method": "cursorAfter", "values": [pages.last()] });
            let page = ids(listed(&server, &[order.clone(), limit(7), after]).await).await;
            assert!(!page.is_empty());
            pages.extend(page);
        }
        assert_eq!(pages, whole, "{method} {attribute}");
        let before = json!({ "method": "cursorBefore", "values": [whole[20]] });
        let page = ids(listed(&server, &[order, limit(5), before]).await).await;
        assert_eq!(page, whole[15..20], "{method} {attribute}");
    }
}

#[tokio::test]
async fn lists_of_tables_and_the_like_understand_what_lists_of_users_do() {
    let server = start().await;
    make_notes(&server).await;
    make_row(&server, "one", json!({ "title": "One", "count": 1 })).await;
    make_row(&server, "two", json!({ "title": "Two", "count": 2 })).await;
    let table = "/tablesdb/main/tables/notes";
    let equal = |attribute: &str, value: Value| {
        json!({ "method": "equal", "attribute": attribute, "values": [value] }).to_string()
    };
    let contains = json!({ "method": "contains", "attribute": "attributes", "values": ["text"] });
    let too_late = "9999-12-31T23:59:59-01:00";
    for (path, parameters, total) in [
        (
            "/tablesdb".to_owned(),
            vec![("search", "main".to_owned())],
            Some(1),
        ),
        (
            "/tablesdb".to_owned(),
            vec![("queries[]", equal("name", "MAIN".into()))],
            Some(1),
        ),
        (
            "/tablesdb".to_owned(),
            vec![("queries[]", equal("enabled", 1.into()))],
            None,
        ),
        (
            "/tablesdb".to_owned(),
            vec![("queries[]", equal("$createdAt", too_late.into()))],
            None,
        ),
        (
            "/tablesdb/main/tables".to_owned(),
            vec![("search", "nothing".to_owned())],
            Some(0),
        ),
        (
            "/tablesdb/main/tables".to_owned(),
            vec![("queries[]", equal("rowSecurity", true.into()))],
            Some(1),
        ),
        (
            format!("{table}/columns"),
            vec![("queries[]", equal("size", 100.into()))],
            Some(1),
        ),
        (
            format!("{table}/columns"),
            vec![("queries[]", equal("size", "100".into()))],
            None,
        ),
        (
            format!("{table}/indexes"),
            vec![("queries[]", contains.to_string())],
            Some(1),
        ),
        (
            format!("{table}/indexes"),
            vec![("total", "false".to_owned())],
            Some(0),
        ),
        (
            format!("{table}/rows"),
            vec![("total", "false".to_owned())],
            Some(0),
        ),
        (
            format!("{table}/rows"),
            vec![("total", "no".to_owned())],
            None,
        ),
        // PHP reads these as a list, too.
        (
            format!("{table}/rows"),
            vec![("queries[7]", equal("title", "two".into()))],
            Some(1),
        ),
        (
            format!("{table}/rows"),
            vec![("queries[a]", equal("count", 1.into()))],
            Some(1),
        ),
    ] {
        let mut query = url::form_urlencoded::Serializer::new(format!("{path}?"));
        let path = query.extend_pairs(&parameters).finish();
        let answer = by_key(&server, Method::GET, &path, Value::Null).await;
        let status = answer.status().as_u16();
        let list = json_of(answer).await;
        assert_eq!(list["total"].as_i64(), total, "{path}: {list}");
        assert_eq!(status, if total.is_some() { 200 } else { 400 }, "{path}");
    }
    // Few parameters may be a text where they mean yes or no.
    for (field, status) in [("rowSecurity", 201), ("enabled", 400)] {
        let table = json!({ "tableId": field, "name": "Loose", field: "true" });
        let made = by_key(&server, Method::POST, "/tablesdb/main/tables", table).await;
        assert_eq!(made.status(), status, "{field}");
    }
}

#[tokio::test]
async fn columns_that_are_gone_leave_the_others_alone() {
    let server = start().await;
    make_notes(&server).await;
    make_row(
        &server,
        "a",
        json!({ "title": "A", "text": "words", "count": 1 }),
    )
    .await;
    for key in ["text", "count"] {
        let path = format!("/tablesdb/main/tables/notes/columns/{key}");
        let gone = by_key(&server, Method::DELETE, &path, json!({})).await;
        assert_eq!(gone.status(), 204);
    }
    let row = json_of(by_key(&server, Method::GET, &format!("{ROWS}/a"), Value::Null).await).await;
    assert_eq!(row["title"], "A");
    assert_eq!(row.get("text"), None);
    let again = json!({ "key": "text", "required": false, "size": 5 });
    let path = "/tablesdb/main/tables/notes/columns/string";
    assert_eq!(
        by_key(&server, Method::POST, path, again).await.status(),
        202
    );
    let row = json_of(by_key(&server, Method::GET, &format!("{ROWS}/a"), Value::Null).await).await;
    assert_eq!(row["text"], Value::Null, "the old values are gone");
}

#[tokio::test]
async fn a_pair_and_its_row_go_together_when_they_should() {
    let server = start().await;
    make_notes(&server).await;
    let people = json!({
        "tableId": "people", "name": "People",
        "columns": [{ "key": "name", "type": "string", "size": 40 }],
    });
    by_key(&server, Method::POST, "/tablesdb/main/tables", people).await;
    for (on_delete, key) in [("cascade", "files"), ("restrict", "cards")] {
        let table = json!({
            "tableId": key, "name": key,
            "columns": [{ "key": "name", "type": "string", "size": 40 }],
        });
        by_key(&server, Method::POST, "/tablesdb/main/tables", table).await;
        let path = "/tablesdb/main/tables/people/columns/relationship";
        let column = json!({
            "relatedTableId": key, "type": "oneToMany", "key": key, "twoWay": true,
            "twoWayKey": "owner", "onDelete": on_delete,
        });
        assert_eq!(
            by_key(&server, Method::POST, path, column).await.status(),
            202
        );
    }
    let people = "/tablesdb/main/tables/people/rows";
    for (id, key) in [("ada", "files"), ("bob", "cards")] {
        let row = json!({
            "rowId": id,
            "data": { "name": id, key: [{ "$id": format!("{id}-1"), "name": "one" }] },
        });
        let made = by_key(&server, Method::POST, people, row).await;
        assert_eq!(made.status(), 201);
        assert_eq!(json_of(made).await[key][0]["name"], "one");
        let there = format!("/tablesdb/main/tables/{key}/rows/{id}-1");
        let row = by_key(&server, Method::GET, &there, Value::Null).await;
        assert_eq!(json_of(row).await["owner"], id);
    }
    let deleted = by_key(&server, Method::DELETE, &format!("{people}/ada"), json!({})).await;
    assert_eq!(deleted.status(), 204);
    let file = "/tablesdb/main/tables/files/rows/ada-1";
    assert_eq!(
        by_key(&server, Method::GET, file, Value::Null)
            .await
            .status(),
        404
    );
    let refused = by_key(&server, Method::DELETE, &format!("{people}/bob"), json!({})).await;
    let expected = (403, "row_delete_restricted".to_owned());
    assert_eq!(error_of(refused).await, expected);
    let table = "/tablesdb/main/tables/cards";
    assert_eq!(
        by_key(&server, Method::DELETE, table, json!({}))
            .await
            .status(),
        204
    );
    let bob = by_key(&server, Method::GET, &format!("{people}/bob"), Value::Null).await;
    assert_eq!(
        json_of(bob).await.get("cards"),
        None,
        "the relationship is gone"
    );
}

#[tokio::test]
async fn many_rows_have_many_related_rows() {
    let server = start().await;
    make_notes(&server).await;
    let tags = json!({
        "tableId": "tags", "name": "Tags",
        "columns": [{ "key": "name", "type": "string", "size": 40 }],
    });
    by_key(&server, Method::POST, "/tablesdb/main/tables", tags).await;
    let path = "/tablesdb/main/tables/notes/columns/relationship";
    let column = json!({
        "relatedTableId": "tags", "type": "manyToMany", "key": "tags", "twoWay": true,
        "twoWayKey": "notes", "onDelete": "setNull",
    });
    let made = by_key(&server, Method::POST, path, column).await;
    assert_eq!(made.status(), 202);
    let tag_rows = "/tablesdb/main/tables/tags/rows";
    for id in ["red", "blue"] {
        let tag = json!({ "rowId": id, "data": { "name": id } });
        by_key(&server, Method::POST, tag_rows, tag).await;
    }
    make_row(
        &server,
        "a",
        json!({ "title": "A", "tags": ["red", "blue"] }),
    )
    .await;
    make_row(
        &server,
        "b",
        json!({ "title": "B", "tags": ["blue", { "$id": "new", "name": "new" }] }),
    )
    .await;
    let of_tag = async |id: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("queries[]", r#"{"method":"select","values":["notes.*"]}"#)
            .finish();
        let path = format!("{tag_rows}/{id}?{query}");
        let tag = json_of(by_key(&server, Method::GET, &path, Value::Null).await).await;
        let notes = tag["notes"].as_array().unwrap().iter();
        let titles: Vec<String> = notes.map(|note| note["title"].to_string()).collect();
        titles.join(" ")
    };
    assert_eq!(of_tag("red").await, "\"A\"");
    assert_eq!(of_tag("blue").await, "\"A\" \"B\"");
    assert_eq!(of_tag("new").await, "\"B\"");
    let by_name = json!({ "method": "equal", "attribute": "tags.name", "values": ["blue"] });
    assert_eq!(ids(listed(&server, &[by_name]).await).await, ["a", "b"]);
    let change = json!({ "data": { "tags": ["red"] } });
    by_key(&server, Method::PATCH, &format!("{ROWS}/b"), change).await;
    assert_eq!(of_tag("red").await, "\"A\" \"B\"");
    assert_eq!(of_tag("new").await, "");
    let gone = by_key(&server, Method::DELETE, &format!("{ROWS}/a"), json!({})).await;
    assert_eq!(gone.status(), 204);
    assert_eq!(of_tag("red").await, "\"B\"");
    let column = "/tablesdb/main/tables/tags/columns/notes";
    assert_eq!(
        by_key(&server, Method::DELETE, column, json!({}))
            .await
            .status(),
        204
    );
    let b = json_of(by_key(&server, Method::GET, &format!("{ROWS}/b"), Value::Null).await).await;
    assert_eq!(b.get("tags"), None, "it's gone from both ends");
}

#[tokio::test]
async fn what_only_a_whole_appwrite_has_is_named() {
    let server = start().await;
    make_notes(&server).await;
    for (method, path, body) in [
        (Method::GET, "/documentsdb", Value::Null),
        (Method::GET, "/vectorsdb", Value::Null),
        (
            Method::POST,
            "/tablesdb/main/tables/notes/columns/point",
            json!({ "key": "at", "required": false }),
        ),
        (
            Method::POST,
            "/tablesdb/main/tables/notes/indexes",
            json!({ "key": "at", "type": "spatial", "columns": ["title"] }),
        ),
    ] {
        let answer = by_key(&server, method, path, body).await;
        let expected = (501, "general_not_implemented".to_owned());
        assert_eq!(error_of(answer).await, expected, "{path}");
    }
    let query = json!({ "method": "distanceLessThan", "attribute": "title", "values": [] });
    assert_eq!(listed(&server, &[query]).await.status(), 501);
}

const SCHEMA: &str = r#"{
    "projectId": "local",
    "tablesDB": [{ "$id": "main", "name": "Main", "enabled": true }],
    "tables": [{
        "$id": "notes", "$permissions": ["create(\"users\")"], "databaseId": "main",
        "name": "Notes", "enabled": true, "rowSecurity": true,
        "columns": [
            { "key": "title", "type": "string", "required": true, "array": false, "size": 100,
              "default": null, "encrypt": false },
            { "key": "count", "type": "integer", "required": false, "array": false,
              "min": 0, "max": 10, "default": 3 }
        ],
        "indexes": [{ "key": "byTitle", "type": "key", "columns": ["title"], "orders": ["ASC"] }]
    }]
}"#;

async fn start_with(folder: &TempFolder, schema: &str) -> Result<Server, StartError> {
    Server::start(Config {
        schema: Some(ProjectFile::parse(schema).unwrap()),
        ..config(Data::Folder(folder.0.clone()))
    })
    .await
}

#[tokio::test]
async fn a_project_file_makes_the_tables_and_changes_them() {
    let folder = TempFolder::new("schema");
    let server = start_with(&folder, SCHEMA).await.unwrap();
    make_row(&server, "a", json!({ "title": "A" })).await;
    let path = "/tablesdb/main/tables/notes";
    let made = json_of(by_key(&server, Method::GET, path, Value::Null).await).await;
    assert_eq!(made["columns"][1]["default"], 3);
    assert_eq!(made["indexes"][0]["key"], "byTitle");
    server.shutdown().await;

    let server = start_with(&folder, SCHEMA).await.unwrap();
    let same = json_of(by_key(&server, Method::GET, path, Value::Null).await).await;
    assert_eq!(same["indexes"], made["indexes"], "nothing was made anew");
    server.shutdown().await;

    let changed = SCHEMA
        .replace("\"size\": 100", "\"size\": 200")
        .replace("\"key\": \"count\"", "\"key\": \"number\"")
        .replace("\"name\": \"Notes\"", "\"name\": \"Texts\"");
    let server = start_with(&folder, &changed).await.unwrap();
    let table = json_of(by_key(&server, Method::GET, path, Value::Null).await).await;
    assert_eq!(table["name"], "Texts");
    assert_eq!(table["columns"][0]["size"], 200);
    assert_eq!(table["columns"][2]["key"], "number");
    let row = by_key(&server, Method::GET, &format!("{ROWS}/a"), Value::Null).await;
    assert_eq!(json_of(row).await["count"], 3, "what was there is there");
}

#[tokio::test]
async fn a_new_column_that_is_required_leaves_the_rows_as_they_are() {
    let folder = TempFolder::new("schema-required");
    let server = start_with(&folder, SCHEMA).await.unwrap();
    make_row(&server, "a", json!({ "title": "A" })).await;
    server.shutdown().await;

    let changed = SCHEMA
        .replace(
            "\"columns\": [\n",
            "\"columns\": [{ \"key\": \"userId\", \"type\": \"string\", \"size\": 36, \"required\": true },\n",
        )
        .replace("\"columns\": [\"title\"], \"orders\": [\"ASC\"]", "\"columns\": [\"userId\", \"title\"]");
    assert_eq!(changed.matches("userId").count(), 2);
    let server = start_with(&folder, &changed).await.unwrap();
    let row = by_key(&server, Method::GET, &format!("{ROWS}/a"), Value::Null).await;
    let row = json_of(row).await;
    assert_eq!((&row["title"], &row["userId"]), (&json!("A"), &Value::Null));
    let path = format!("{ROWS}/a");
    for (data, status) in [
        (json!({ "title": "B" }), 400),
        (json!({ "title": "B", "userId": "u1" }), 200),
    ] {
        let change = json!({ "data": data });
        let changed = by_key(&server, Method::PATCH, &path, change).await;
        assert_eq!(changed.status(), status, "{}", json_of(changed).await);
    }
}

#[tokio::test]
async fn a_project_file_that_would_lose_data_is_refused() {
    let folder = TempFolder::new("schema-refused");
    let server = start_with(&folder, SCHEMA).await.unwrap();
    make_row(&server, "a", json!({ "title": "longer than five" })).await;
    server.shutdown().await;
    for (from, to, named) in [
        ("\"type\": \"integer\"", "\"type\": \"boolean\"", "count"),
        ("\"size\": 100", "\"size\": 5", "title"),
        (
            "\"columns\": [\"title\"]",
            "\"columns\": [\"gone\"]",
            "byTitle",
        ),
        ("\"type\": \"string\"", "\"type\": \"stringy\"", "title"),
        ("create(\\\"users\\\")", "create(\\\"x\\\")", "notes"),
    ] {
        let changed = SCHEMA
            .replace(from, to)
            .replace("\"default\": 3", "\"default\": null")
            .replace("\"name\": \"Notes\"", "\"name\": \"Other\"");
        assert!(changed.contains(to));
        let Err(StartError::Data(error)) = start_with(&folder, &changed).await else {
            panic!("{to} was taken");
        };
        assert!(error.contains(named), "{error}");
    }
    let server = start_with(&folder, SCHEMA).await.unwrap();
    let path = "/tablesdb/main/tables/notes";
    let table = json_of(by_key(&server, Method::GET, path, Value::Null).await).await;
    assert_eq!(table["name"], "Notes", "nothing of what was refused stayed");
}
