//! The pages with tables, rows and users.

use appwrite_local::Server;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{KEY, call, http_client, json_of, sign_up, start};

const NOTES: &str = "/_local/tables/main/notes";

async fn by_key(server: &Server, method: Method, path: &str, body: Value) -> Value {
    let key = [("x-appwrite-key", KEY)];
    let answer = call(server, method, path, &key, body).await;
    let status = answer.status();
    let body = answer.text().await.unwrap();
    assert!(status.is_success(), "{path}: {body}");
    serde_json::from_str(&body).unwrap_or_default()
}

/// A database with one table.
async fn make_notes(server: &Server) {
    let database = json!({ "databaseId": "main", "name": "Main" });
    by_key(server, Method::POST, "/tablesdb", database).await;
    let table = json!({
        "tableId": "notes",
        "name": "Notes",
        "permissions": ["create(\"users\")"],
        "rowSecurity": true,
        "columns": [
            { "key": "title", "type": "string", "size": 1000, "required": true },
            { "key": "tags", "type": "string", "size": 36, "array": true },
            { "key": "count", "type": "integer" },
            { "key": "done", "type": "boolean" },
            { "key": "due", "type": "datetime" },
            { "key": "secret", "type": "string", "size": 200, "encrypt": true },
        ],
    });
    by_key(server, Method::POST, "/tablesdb/main/tables", table).await;
}

async fn make_row(server: &Server, id: &str, data: Value, permissions: &[&str]) {
    let row = json!({ "rowId": id, "data": data, "permissions": permissions });
    by_key(
        server,
        Method::POST,
        "/tablesdb/main/tables/notes/rows",
        row,
    )
    .await;
}

async fn get(server: &Server, path: &str) -> Response {
    let url = format!("http://{}{path}", server.addr());
    http_client().get(url).send().await.unwrap()
}

/// A page that must be there.
async fn page(server: &Server, path: &str) -> String {
    let answer = get(server, path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

/// Sends a form without fields, as a browser would from a page of this origin.
async fn post(server: &Server, path: &str, origin: Option<&str>) -> Response {
    let mut request = http_client().post(format!("http://{}{path}", server.addr()));
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    request.send().await.unwrap()
}

async fn post_own(server: &Server, path: &str) -> Response {
    let origin = format!("http://{}", server.addr());
    post(server, path, Some(&origin)).await
}

/// The IDs of the rows that a page lists.
fn listed(page: &str) -> Vec<&str> {
    let start = format!("href=\"{NOTES}/");
    let links = page.split(&start).skip(1);
    links.filter_map(|rest| rest.split('"').next()).collect()
}

#[tokio::test]
async fn a_row_is_found_from_the_list_of_databases() {
    let server = start().await;
    let empty = page(&server, "/_local/tables").await;
    assert!(empty.contains("no databases"), "{empty}");
    make_notes(&server).await;
    let data = json!({ "title": "A title", "tags": ["x", "y"], "count": 7, "done": true });
    let permissions = [
        "read(\"user:ada\")",
        "update(\"user:ada\")",
        "read(\"any\")",
    ];
    make_row(&server, "first", data, &permissions).await;

    let databases = page(&server, "/_local/tables").await;
    assert!(
        databases.contains("Main") && databases.contains("1 row<"),
        "{databases}"
    );
    assert!(
        databases.contains(&format!("href=\"{NOTES}\"")),
        "{databases}"
    );
    let table = page(&server, NOTES).await;
    assert_eq!(listed(&table), ["first"]);
    for shown in [
        "create",
        "A title",
        "[&quot;x&quot;,&quot;y&quot;]",
        "1–1 of 1",
    ] {
        assert!(table.contains(shown), "{shown}: {table}");
    }
    let row = page(&server, &format!("{NOTES}/first")).await;
    for shown in [
        "A title",
        "<bdi>7</bdi>",
        "<bdi>true</bdi>",
        "null",
        "$createdAt",
        "href=\"/_local/users/ada\"",
        "<dd>read, update</dd>",
    ] {
        assert!(row.contains(shown), "{shown}: {row}");
    }
    let status = page(&server, "/").await;
    assert!(status.contains("<strong>1</strong>table"), "{status}");
}

#[tokio::test]
async fn rows_are_filtered_by_a_column() {
    let server = start().await;
    make_notes(&server).await;
    let due = "2026-08-21T10:00:00.000+00:00";
    make_row(
        &server,
        "a",
        json!({ "title": "One", "count": 1, "tags": ["x"] }),
        &[],
    )
    .await;
    make_row(
        &server,
        "b",
        json!({ "title": "Twenty-One", "count": 2, "due": due }),
        &[],
    )
    .await;
    make_row(
        &server,
        "c",
        json!({ "title": "100%", "done": true, "tags": ["y"] }),
        &[],
    )
    .await;
    for (column, value, found) in [
        ("title", "one", vec!["b", "a"]),
        ("title", "%", vec!["c"]),
        ("count", "2", vec!["b"]),
        ("done", "true", vec!["c"]),
        ("tags", "y", vec!["c"]),
        ("due", due, vec!["b"]),
        ("$id", "a", vec!["a"]),
        ("$id", "nothing", vec![]),
        ("title", "", vec!["c", "b", "a"]),
    ] {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("column", column)
            .append_pair("value", value)
            .finish();
        let page = page(&server, &format!("{NOTES}?{query}")).await;
        assert_eq!(listed(&page), found, "{query}");
        assert!(value.is_empty() || page.contains(&format!("<option selected>{column}")));
    }
    for wrong in [
        "count=many",
        "done=maybe",
        "due=soon",
        "nothing=1",
        "secret=x",
    ] {
        let (column, value) = wrong.split_once('=').unwrap();
        let answer = get(&server, &format!("{NOTES}?column={column}&value={value}")).await;
        assert_eq!(answer.status(), 400, "{wrong}");
        let page = answer.text().await.unwrap();
        assert!(
            page.contains("role=\"alert\"") && page.contains(value),
            "{page}"
        );
    }
}

#[tokio::test]
async fn every_row_is_on_one_page_of_the_list() {
    let server = start().await;
    make_notes(&server).await;
    let rows: Vec<_> = (0..60)
        .map(|n| json!({ "$id": format!("row{n}"), "title": if n < 30 { "a&b" } else { "c" } }))
        .collect();
    let rows = json!({ "rows": rows });
    by_key(
        &server,
        Method::POST,
        "/tablesdb/main/tables/notes/rows",
        rows,
    )
    .await;
    for (path, size) in [
        (NOTES.to_owned(), 60),
        (format!("{NOTES}?column=title&value=a%26b"), 30),
    ] {
        let mut next = Some(path);
        let mut seen = Vec::new();
        while let Some(path) = next {
            let page = page(&server, &path).await;
            assert!(page.contains(&format!(" of {size}<")), "{page}");
            seen.extend(listed(&page).into_iter().map(str::to_owned));
            let link = page.split("rel=\"next\" href=\"").nth(1);
            let link = link.and_then(|rest| rest.split('"').next());
            next = link.map(|link| link.replace("&amp;", "&"));
        }
        let expected: Vec<_> = (0..size).rev().map(|n| format!("row{n}")).collect();
        assert_eq!(seen, expected);
    }
    for beyond in ["?page=4294967295", "?page=-1", "?page=x"] {
        page(&server, &format!("{NOTES}{beyond}")).await;
    }
}

#[tokio::test]
async fn a_row_is_deleted_by_its_own_pages_form_only() {
    let server = start().await;
    make_notes(&server).await;
    make_row(&server, "mine", json!({ "title": "One" }), &[]).await;
    let form = format!("{NOTES}/mine/delete");
    let row = page(&server, &format!("{NOTES}/mine")).await;
    assert!(
        row.contains(&format!("method=\"post\" action=\"{form}\"")),
        "{row}"
    );
    for origin in [
        None,
        Some("null"),
        Some(""),
        Some("http://"),
        Some("http://evil.example"),
        Some("http://127.0.0.1:1"),
    ] {
        assert_eq!(
            post(&server, &form, origin).await.status(),
            403,
            "{origin:?}"
        );
    }
    assert_eq!(get(&server, &form).await.status(), 405);
    page(&server, &format!("{NOTES}/mine")).await;

    let deleted = post_own(&server, &form).await;
    assert_eq!(deleted.status(), 303);
    let back = deleted.headers()["location"].to_str().unwrap().to_owned();
    let table = page(&server, &back).await;
    assert!(
        table.contains("The row was deleted.") && listed(&table).is_empty(),
        "{table}"
    );
    assert_eq!(post_own(&server, &form).await.status(), 404);
}

#[tokio::test]
async fn related_rows_lead_to_each_other_and_can_forbid_deleting() {
    let server = start().await;
    make_notes(&server).await;
    let table = json!({
        "tableId": "authors",
        "name": "Authors",
        "columns": [{ "key": "name", "type": "string", "size": 100, "required": true }],
    });
    by_key(&server, Method::POST, "/tablesdb/main/tables", table).await;
    let column = json!({
        "relatedTableId": "notes",
        "type": "oneToMany",
        "twoWay": true,
        "key": "notes",
        "twoWayKey": "author",
        "onDelete": "restrict",
    });
    let path = "/tablesdb/main/tables/authors/columns/relationship";
    by_key(&server, Method::POST, path, column).await;
    make_row(&server, "note", json!({ "title": "One" }), &[]).await;
    let ada = json!({ "rowId": "ada", "data": { "name": "Ada", "notes": ["note"] } });
    by_key(
        &server,
        Method::POST,
        "/tablesdb/main/tables/authors/rows",
        ada,
    )
    .await;
    let row = "/_local/tables/main/authors/ada";
    assert_eq!(listed(&page(&server, row).await), ["note"]);
    let note = page(&server, &format!("{NOTES}/note")).await;
    assert!(note.contains(&format!("href=\"{row}\"")), "{note}");
    let refused = post_own(&server, &format!("{row}/delete")).await;
    assert!(refused.status().is_client_error(), "{}", refused.status());
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("row_delete_restricted"), "{refused}");
    page(&server, row).await;
}

#[tokio::test]
async fn what_is_not_there_is_a_page_that_says_so() {
    let server = start().await;
    make_notes(&server).await;
    for path in [
        "/_local/tables/other/notes",
        "/_local/tables/main/other",
        "/_local/tables/main/notes/other",
        "/_local/tables/%3Cscript%3E/%22",
        "/_local/users/other",
    ] {
        let missing = get(&server, path).await;
        assert_eq!(missing.status(), 404, "{path}");
        let page = missing.text().await.unwrap();
        assert!(
            page.contains("_not_found") && !page.contains("<script>"),
            "{page}"
        );
    }
}

#[tokio::test]
async fn what_people_store_is_only_text() {
    let server = start().await;
    let hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";
    let database = json!({ "databaseId": "main", "name": hostile });
    by_key(&server, Method::POST, "/tablesdb", database).await;
    let table = json!({
        "tableId": "notes",
        "name": hostile,
        "columns": [
            { "key": "title", "type": "string", "size": 1000 },
            { "key": "tags", "type": "string", "size": 1000, "array": true },
        ],
    });
    by_key(&server, Method::POST, "/tablesdb/main/tables", table).await;
    make_row(
        &server,
        "row",
        json!({ "title": hostile, "tags": [hostile] }),
        &[],
    )
    .await;
    let user = json!({ "userId": "ada", "name": hostile });
    by_key(&server, Method::POST, "/users", user).await;
    let prefs = json!({ "prefs": { "a": hostile } });
    by_key(&server, Method::PATCH, "/users/ada/prefs", prefs).await;
    let query = "%22%3E%3Cscript%3E&page=2";
    for path in [
        "/_local/tables".to_owned(),
        NOTES.to_owned(),
        format!("{NOTES}?column=title&value={query}"),
        format!("{NOTES}?column={query}&value=x"),
        format!("{NOTES}/row"),
        "/_local/users".to_owned(),
        format!("/_local/users?search={query}"),
        "/_local/users/ada".to_owned(),
    ] {
        let answer = get(&server, &path).await;
        let policy = answer.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(policy.contains("default-src 'none'"), "{policy}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("&lt;script&gt;"), "{path}: {page}");
        assert!(
            !page.contains("<script>") && !page.contains("<img"),
            "{path}: {page}"
        );
    }
}

#[tokio::test]
async fn long_values_are_cut_off_in_the_list() {
    let server = start().await;
    make_notes(&server).await;
    let title = "ü".repeat(1000);
    make_row(&server, "long", json!({ "title": title }), &[]).await;
    assert!(!page(&server, NOTES).await.contains(&"ü".repeat(81)));
    assert!(
        page(&server, &format!("{NOTES}/long"))
            .await
            .contains(&title)
    );
}

#[tokio::test]
async fn users_are_listed_searched_and_deleted() {
    let server = start().await;
    for n in 0..30 {
        let user = json!({ "userId": format!("user{n}"), "name": format!("Person {n}") });
        by_key(&server, Method::POST, "/users", user).await;
    }
    let session = sign_up(&server, "ada@example.com").await;
    let first = page(&server, "/_local/users").await;
    assert!(
        first.contains("ada@example.com") && first.contains("1–25 of 31"),
        "{first}"
    );
    let second = page(&server, "/_local/users?page=1").await;
    assert!(
        second.contains("Person 0<") && !second.contains("ada@example.com"),
        "{second}"
    );
    let found = page(&server, "/_local/users?search=ADA%40").await;
    assert!(
        found.contains("ada@example.com") && !found.contains("Person"),
        "{found}"
    );
    let none = page(&server, "/_local/users?search=nobody").await;
    assert!(none.contains("No user has"), "{none}");

    let account = [("x-appwrite-session", session.as_str())];
    let user = call(&server, Method::GET, "/account", &account, Value::Null).await;
    let id = json_of(user).await["$id"].as_str().unwrap().to_owned();
    let user = page(&server, &format!("/_local/users/{id}")).await;
    assert!(
        user.contains("ada@example.com") && user.contains("not verified"),
        "{user}"
    );
    assert!(user.contains("email from 127.0.0.1"), "{user}");
    let form = format!("/_local/users/{id}/delete");
    assert_eq!(
        post(&server, &form, Some("http://evil.example"))
            .await
            .status(),
        403
    );
    let deleted = post_own(&server, &form).await;
    assert_eq!(deleted.headers()["location"], "/_local/users?deleted");
    let list = page(&server, "/_local/users?deleted").await;
    assert!(
        list.contains("The user was deleted.") && !list.contains("ada@"),
        "{list}"
    );
    let gone = call(&server, Method::GET, "/account", &account, Value::Null).await;
    assert_eq!(gone.status(), 401);
    assert_eq!(post_own(&server, &form).await.status(), 404);
}
