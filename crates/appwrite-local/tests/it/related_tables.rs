//! Rows that are related to others, and whose they are.

use appwrite_local::Server;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{by_key, json_of, start, with_queries};

const TABLES: &str = "/tablesdb/main/tables";

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
