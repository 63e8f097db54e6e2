//! Rows that are related to others, and whose they are.

use appwrite_local::Server;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{by_key, by_session, error_of, json_of, sign_up, start, with_queries};

const TABLES: &str = "/tablesdb/main/tables";
const TRANSACTIONS: &str = "/tablesdb/transactions";

/// Makes a table of texts with these permissions, and those of its rows.
async fn make_table(server: &Server, id: &str, permissions: &[&str]) {
    let table = json!({
        "tableId": id, "name": id, "permissions": permissions, "rowSecurity": true,
        "columns": [{ "key": "text", "type": "string", "size": 100_000 }],
    });
    let made = by_key(server, Method::POST, TABLES, table).await;
    assert_eq!(made.status(), 201);
}

async fn relate(server: &Server, table: &str, related: &str, kind: &str, keys: [&str; 2]) {
    let column = json!({
        "relatedTableId": related, "type": kind, "key": keys[0], "twoWay": true,
        "twoWayKey": keys[1], "onDelete": "cascade",
    });
    let path = format!("{TABLES}/{table}/columns/relationship");
    let made = by_key(server, Method::POST, &path, column).await;
    assert_eq!(made.status(), 202);
}

/// A server with the tables `mine`, in which users may create rows, and `secret`, in which nobody
/// may do anything. Rows of the one may have one or many of the other, and go with them.
async fn start_with_secrets() -> Server {
    let server = start().await;
    let database = json!({ "databaseId": "main", "name": "Main" });
    let made = by_key(&server, Method::POST, "/tablesdb", database).await;
    assert_eq!(made.status(), 201);
    make_table(&server, "mine", &["create(\"users\")"]).await;
    make_table(&server, "secret", &[]).await;
    relate(&server, "mine", "secret", "oneToOne", ["one", "ones"]).await;
    relate(&server, "mine", "secret", "manyToMany", ["many", "manys"]).await;
    server
}

/// Makes a row by a key.
async fn make_row(server: &Server, table: &str, id: &str, data: Value, permissions: &[&str]) {
    let row = json!({ "rowId": id, "data": data, "permissions": permissions });
    let path = format!("{TABLES}/{table}/rows");
    let made = by_key(server, Method::POST, &path, row).await;
    let status = made.status();
    assert_eq!(status, 201, "{}", json_of(made).await);
}

/// A row as a key sees it.
async fn row(server: &Server, table: &str, id: &str) -> Option<Value> {
    let path = format!("{TABLES}/{table}/rows/{id}");
    let row = by_key(server, Method::GET, &path, Value::Null).await;
    match row.status().as_u16() {
        404 => None,
        _ => Some(json_of(row).await),
    }
}

async fn begin(server: &Server, session: &str) -> String {
    let begun = by_session(server, session, Method::POST, TRANSACTIONS, json!({})).await;
    json_of(begun).await["$id"].as_str().unwrap().to_owned()
}

async fn commit(server: &Server, session: &str, transaction: &str) -> Response {
    let path = format!("{TRANSACTIONS}/{transaction}");
    let commit = json!({ "commit": true });
    by_session(server, session, Method::PATCH, &path, commit).await
}

#[tokio::test]
async fn a_transaction_writes_no_nested_row_that_its_owner_could_not() {
    let server = start_with_secrets().await;
    let ada = sign_up(&server, "ada@example.com").await;
    make_row(&server, "secret", "s1", json!({ "text": "hidden" }), &[]).await;
    let mine = format!("{TABLES}/mine/rows");
    let own = json!({ "rowId": "own", "data": { "text": "own" } });
    let made = by_session(&server, &ada, Method::POST, &mine, own).await;
    assert_eq!(made.status(), 201);
    let overwritten = json!({ "text": "x", "one": {
        "$id": "s1", "text": "overwritten", "$permissions": ["read(\"any\")"],
    }});
    let made_there = json!({ "text": "x", "many": [{ "$id": "new", "text": "a stranger's" }] });
    for data in [overwritten, made_there] {
        for (method, path, body) in [
            (
                Method::POST,
                "operations".to_owned(),
                json!({ "operations": [{
                    "databaseId": "main", "tableId": "mine", "action": "create", "rowId": "a",
                    "data": data,
                }] }),
            ),
            (
                Method::POST,
                mine.clone(),
                json!({ "rowId": "a", "data": data }),
            ),
            (
                Method::PATCH,
                format!("{mine}/own"),
                json!({ "data": data }),
            ),
            (Method::PUT, format!("{mine}/own"), json!({ "data": data })),
        ] {
            let transaction = begin(&server, &ada).await;
            let path = if path == "operations" {
                format!("{TRANSACTIONS}/{transaction}/operations")
            } else {
                path
            };
            let mut body = body;
            body["transactionId"] = transaction.clone().into();
            let staged = by_session(&server, &ada, method.clone(), &path, body).await;
            assert!(staged.status().is_success(), "{method} {path}");
            let refused = commit(&server, &ada, &transaction).await;
            let expected = (401, "user_unauthorized".to_owned());
            assert_eq!(error_of(refused).await, expected, "{method} {path}");
            let path = format!("{TRANSACTIONS}/{transaction}");
            let over = by_session(&server, &ada, Method::GET, &path, Value::Null).await;
            assert_eq!(json_of(over).await["status"], "failed");
        }
    }
    // What a user has staged gains nothing by a key that commits it.
    let transaction = begin(&server, &ada).await;
    let data = json!({ "one": { "$id": "s1", "text": "overwritten" } });
    let body = json!({ "rowId": "b", "data": data, "transactionId": transaction });
    let staged = by_session(&server, &ada, Method::POST, &mine, body).await;
    assert_eq!(staged.status(), 201);
    let path = format!("{TRANSACTIONS}/{transaction}");
    let commit = json!({ "commit": true });
    let refused = by_key(&server, Method::PATCH, &path, commit).await;
    assert_eq!(refused.status(), 401);

    let secret = row(&server, "secret", "s1").await.unwrap();
    assert_eq!(secret["text"], "hidden");
    assert_eq!(secret["$permissions"], json!([]));
    assert_eq!(row(&server, "secret", "new").await, None);
    assert_eq!(row(&server, "mine", "a").await, None);
}

#[tokio::test]
async fn a_transaction_writes_nested_rows_as_its_owner_may() {
    let server = start_with_secrets().await;
    make_table(&server, "open", &["create(\"users\")"]).await;
    relate(&server, "mine", "open", "oneToMany", ["notes", "owner"]).await;
    let ada = sign_up(&server, "ada@example.com").await;
    let transaction = begin(&server, &ada).await;
    let operations = json!({ "operations": [
        {
            "databaseId": "main", "tableId": "mine", "action": "create", "rowId": "a",
            "data": {
                "text": "a", "$createdAt": "2000-01-01T00:00:00.000+00:00",
                "notes": [{ "$id": "n1", "text": "nested" }],
            },
        },
        {
            "databaseId": "main", "tableId": "mine", "action": "update", "rowId": "a",
            "data": { "text": "changed" },
        },
    ] });
    let path = format!("{TRANSACTIONS}/{transaction}/operations");
    let staged = by_session(&server, &ada, Method::POST, &path, operations).await;
    assert_eq!(staged.status(), 201);
    assert_eq!(commit(&server, &ada, &transaction).await.status(), 200);
    let outer = row(&server, "mine", "a").await.unwrap();
    assert_eq!(outer["text"], "changed");
    let created = outer["$createdAt"].as_str().unwrap();
    assert!(!created.starts_with("2000"), "only a key may set it");
    let nested = row(&server, "open", "n1").await.unwrap();
    assert_eq!(nested["owner"], "a");
    assert_eq!(nested["$permissions"], outer["$permissions"]);
}

#[tokio::test]
async fn rows_that_cannot_be_seen_can_be_neither_linked_nor_told_from_none() {
    let server = start_with_secrets().await;
    let ada = sign_up(&server, "ada@example.com").await;
    make_row(&server, "secret", "hidden", json!({ "text": "x" }), &[]).await;
    let reader = &["read(\"users\")"];
    make_row(&server, "secret", "shown", json!({ "text": "x" }), reader).await;
    let path = format!("{TABLES}/mine/rows");
    let link = async |data: Value| {
        let row = json!({ "rowId": "unique()", "data": data });
        let made = by_session(&server, &ada, Method::POST, &path, row).await;
        (made.status().as_u16(), json_of(made).await)
    };
    for data in [
        |id: &str| json!({ "one": { "$id": id } }),
        |id: &str| json!({ "many": [{ "$id": id }] }),
        |id: &str| json!({ "one": { "$id": id, "text": "mine now" } }),
    ] {
        let hidden = link(data("hidden")).await;
        assert_eq!(hidden.0, 401);
        assert_eq!(hidden, link(data("nothing")).await);
    }
    let (status, linked) = link(json!({ "one": { "$id": "shown" } })).await;
    assert_eq!(status, 201);
    assert_eq!(linked["one"]["$id"], "shown");
}

#[tokio::test]
async fn only_rows_that_may_be_deleted_go_with_the_one_they_hang_on() {
    let server = start_with_secrets().await;
    let ada = sign_up(&server, "ada@example.com").await;
    let all = &["read(\"users\")", "delete(\"users\")"];
    make_row(
        &server,
        "secret",
        "shown",
        json!({ "text": "x" }),
        &all[..1],
    )
    .await;
    make_row(&server, "secret", "lent", json!({ "text": "x" }), all).await;
    for (id, one, many, status) in [
        ("a", "shown", "lent", 401),
        ("b", "lent", "shown", 401),
        ("c", "lent", "lent", 204),
    ] {
        let data = json!({ "text": "x", "one": one, "many": [many] });
        make_row(&server, "mine", id, data, all).await;
        let path = format!("{TABLES}/mine/rows/{id}");
        let deleted = by_session(&server, &ada, Method::DELETE, &path, json!({})).await;
        assert_eq!(deleted.status(), status, "{id}");
        assert_eq!(row(&server, "mine", id).await.is_some(), status == 401);
        assert!(row(&server, "secret", "shown").await.is_some());
        assert_eq!(
            row(&server, "secret", "lent").await.is_some(),
            status == 401
        );
        let deleted = by_key(
            &server,
            Method::PATCH,
            &path,
            json!({ "data": { "one": null } }),
        )
        .await;
        assert_eq!(deleted.status().is_success(), status == 401);
    }
}

/// Makes the table `comments`, each of which may answer another. They go with what they answer.
async fn make_comments(server: &Server) {
    let permissions = ["read(\"any\")", "create(\"any\")", "delete(\"any\")"];
    make_table(server, "comments", &permissions).await;
    relate(
        server,
        "comments",
        "comments",
        "manyToOne",
        ["to", "answers"],
    )
    .await;
    relate(
        server,
        "comments",
        "comments",
        "manyToMany",
        ["likes", "liked"],
    )
    .await;
}

#[tokio::test]
async fn filters_go_no_deeper_than_relationships_are_loaded() {
    let server = start_with_secrets().await;
    make_comments(&server).await;
    for (id, to) in [
        ("a", None),
        ("b", Some("a")),
        ("c", Some("b")),
        ("d", Some("c")),
    ] {
        let data = json!({ "text": id, "to": to });
        make_row(&server, "comments", id, data, &[]).await;
    }
    let found = async |path: String, value: &str| {
        let query = json!({ "method": "equal", "attribute": path, "values": [value] });
        let path = with_queries(&format!("{TABLES}/comments/rows"), &[query]);
        let answer = by_key(&server, Method::GET, &path, Value::Null).await;
        let status = answer.status().as_u16();
        (status, json_of(answer).await["total"].as_i64())
    };
    assert_eq!(found("to.to.to.text".to_owned(), "a").await, (200, Some(1)));
    assert_eq!(
        found("answers.answers.answers.text".to_owned(), "d").await,
        (200, Some(1))
    );
    assert_eq!(
        found("likes.answers.to.text".to_owned(), "a").await,
        (200, Some(0))
    );
    for key in ["to", "answers", "likes", "liked"] {
        for levels in [4, 60, 400] {
            let path = format!("{}text", format!("{key}.").repeat(levels));
            assert_eq!(found(path, "a").await, (400, None), "{key} {levels}");
        }
    }
}

#[tokio::test]
async fn a_row_goes_with_all_that_hangs_on_it_however_long_the_chain() {
    let server = start_with_secrets().await;
    make_comments(&server).await;
    for start in (0..800).step_by(100) {
        let begun = by_key(&server, Method::POST, TRANSACTIONS, json!({})).await;
        let transaction = json_of(begun).await["$id"].as_str().unwrap().to_owned();
        let operation = |number: i32| {
            let to = (number > 0).then(|| format!("c{}", number - 1));
            json!({
                "databaseId": "main", "tableId": "comments", "action": "create",
                "rowId": format!("c{number}"), "data": { "text": "x", "to": to },
            })
        };
        let operations: Vec<Value> = (start..start + 100).map(operation).collect();
        let path = format!("{TRANSACTIONS}/{transaction}");
        let staged = json!({ "operations": operations });
        let staged = by_key(&server, Method::POST, &format!("{path}/operations"), staged).await;
        assert_eq!(staged.status(), 201);
        let commit = json!({ "commit": true });
        let committed = by_key(&server, Method::PATCH, &path, commit).await;
        assert_eq!(committed.status(), 200);
    }
    // One that another way leads to as well.
    make_row(&server, "comments", "last", json!({ "to": "c799" }), &[]).await;
    let path = format!("{TABLES}/comments/rows/c0");
    let likes = json!({ "data": { "likes": ["last"] } });
    let changed = by_key(&server, Method::PATCH, &path, likes).await;
    assert_eq!(changed.status(), 200);
    let deleted = by_key(&server, Method::DELETE, &path, json!({})).await;
    assert_eq!(deleted.status(), 204);
    let all = format!("{TABLES}/comments/rows");
    let left = by_key(&server, Method::GET, &all, Value::Null).await;
    assert_eq!(json_of(left).await["total"], 0);
}

#[tokio::test]
async fn a_list_in_a_transaction_shows_what_is_staged() {
    let server = start_with_secrets().await;
    let permissions = [
        "read(\"any\")",
        "create(\"any\")",
        "update(\"any\")",
        "delete(\"any\")",
    ];
    make_table(&server, "open", &permissions).await;
    for id in ["a", "b", "c"] {
        make_row(&server, "open", id, json!({ "text": id }), &[]).await;
    }
    let ada = sign_up(&server, "ada@example.com").await;
    let transaction = begin(&server, &ada).await;
    let operation = |action: &str, id: &str, text: &str| {
        json!({
            "databaseId": "main", "tableId": "open", "action": action, "rowId": id,
            "data": { "text": text },
        })
    };
    let operations = json!({ "operations": [
        operation("update", "a", "A"),
        operation("delete", "b", ""),
        operation("create", "d", "d"),
        operation("update", "d", "D"),
        operation("create", "e", "e"),
        operation("delete", "e", ""),
        operation("upsert", "f", "f"),
        operation("create", "c", "is there already"),
    ] });
    let path = format!("{TRANSACTIONS}/{transaction}/operations");
    let staged = by_session(&server, &ada, Method::POST, &path, operations).await;
    assert_eq!(staged.status(), 201);
    let path = format!("{TABLES}/open/rows?transactionId={transaction}");
    let list = by_session(&server, &ada, Method::GET, &path, Value::Null).await;
    let list = json_of(list).await;
    let rows = list["rows"].as_array().unwrap().iter();
    let rows: Vec<(&str, &str)> = rows
        .map(|row| (row["$id"].as_str().unwrap(), row["text"].as_str().unwrap()))
        .collect();
    assert_eq!(rows, [("a", "A"), ("c", "c"), ("d", "D"), ("f", "f")]);
    assert_eq!(list["total"], 4);
    let path = format!("{TABLES}/open/rows");
    let list = by_session(&server, &ada, Method::GET, &path, Value::Null).await;
    assert_eq!(json_of(list).await["total"], 3, "nothing is done yet");
}

#[tokio::test]
async fn what_was_staged_can_be_read_again_however_deep_it_is() {
    let server = start_with_secrets().await;
    let ada = sign_up(&server, "ada@example.com").await;
    let rows = format!("{TABLES}/mine/rows");
    for levels in [60, 100, 126] {
        let deep = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let data = format!("{{\"text\":{deep}}}");
        let value: Value = serde_json::from_str(&data).unwrap();
        for data in [data.into(), value] {
            let transaction = begin(&server, &ada).await;
            let body = json!({ "rowId": "a", "data": data, "transactionId": transaction });
            let staged = by_session(&server, &ada, Method::POST, &rows, body).await;
            assert!([201, 400].contains(&staged.status().as_u16()), "{levels}");
            let path = format!("{rows}?transactionId={transaction}");
            let list = by_session(&server, &ada, Method::GET, &path, Value::Null).await;
            assert_eq!(list.status(), 200, "{levels}");
            let committed = commit(&server, &ada, &transaction).await;
            assert!(
                [200, 400].contains(&committed.status().as_u16()),
                "{levels}"
            );
        }
    }
}
