//! Tables and rows, as a key and as people use them.

mod common;

use appwrite::{
    error::Result, id::ID, models::Row, permission::Permission, query::Query, role::Role,
    services::TablesDB,
};
use common::{admin, guest, refused, somebody, status_and_type};
use serde_json::{Value, json};

/// A table with a column of every kind that apps mostly have.
struct Table {
    database: String,
    key: TablesDB,
}

const TABLE: &str = "notes";

impl Table {
    async fn new() -> Self {
        let key = TablesDB::new(&admin());
        let database = ID::unique();
        key.create(&database, "Contract", None, None, None, None, None)
            .await
            .unwrap();
        let columns = vec![
            json!({ "key": "title", "type": "string", "size": 100, "required": true }),
            json!({ "key": "text", "type": "string", "size": 1000 }),
            json!({ "key": "count", "type": "integer", "min": 0, "max": 100, "default": 0 }),
            json!({ "key": "done", "type": "boolean", "default": false }),
        ];
        let indexes = vec![json!({ "key": "words", "type": "fulltext", "attributes": ["text"] })];
        let permissions = vec![Permission::create(Role::users(None))];
        key.create_table(
            &database,
            TABLE,
            "Notes",
            Some(permissions.iter().map(ToString::to_string).collect()),
            Some(true),
            None,
            Some(columns),
            Some(indexes),
            None,
        )
        .await
        .unwrap();
        Self { database, key }
    }

    async fn create(&self, by: &TablesDB, id: &str, data: Value) -> Result<Row> {
        by.create_row(&self.database, TABLE, id, data, None, None)
            .await
    }

    async fn get(&self, by: &TablesDB, id: &str) -> Result<Row> {
        by.get_row(&self.database, TABLE, id, None, None).await
    }

    /// The titles of the rows that these queries find.
    async fn titles(&self, by: &TablesDB, queries: Vec<String>) -> Vec<String> {
        let list = by.list_rows(&self.database, TABLE, Some(queries), None, None, None);
        let rows = list.await.unwrap().rows;
        rows.iter().filter_map(|row| row.get("title")).collect()
    }

    async fn drop(self) {
        self.key.delete(&self.database).await.unwrap();
    }
}

#[tokio::test]
async fn a_row_is_created_read_changed_and_deleted() {
    let table = Table::new().await;
    let (key, database) = (&table.key, &table.database);
    let made = table
        .create(key, "one", json!({ "title": "One" }))
        .await
        .unwrap();
    assert_eq!((made.id.as_str(), made.table_id.as_str()), ("one", TABLE));
    assert_eq!(made.get::<i64>("count"), Some(0));
    assert_eq!(made.permissions, Vec::<String>::new());
    let twice = table.create(key, "one", json!({ "title": "One" })).await;
    assert_eq!(refused(twice), status_and_type(409, "row_already_exists"));
    let wrong = table.create(key, "two", json!({ "count": "many" })).await;
    assert_eq!(
        refused(wrong),
        status_and_type(400, "row_invalid_structure")
    );

    let done = Some(json!({ "done": true }));
    let changed = key.update_row(database, TABLE, "one", done, None, None);
    let changed = changed.await.unwrap();
    assert_eq!(changed.get::<bool>("done"), Some(true));
    let put = Some(json!({ "title": "Put" }));
    let put = key.upsert_row(database, TABLE, "one", put, None, None);
    assert_eq!(
        put.await.unwrap().get::<String>("title").as_deref(),
        Some("Put")
    );
    let up = key.increment_row_column(database, TABLE, "one", "count", Some(5.0), None, None);
    assert_eq!(up.await.unwrap().get::<i64>("count"), Some(5));
    let down = key.decrement_row_column(database, TABLE, "one", "count", None, Some(5.0), None);
    assert_eq!(
        refused(down.await),
        status_and_type(400, "column_limit_exceeded")
    );

    key.delete_row(database, TABLE, "one", None).await.unwrap();
    let gone = table.get(key, "one").await;
    assert_eq!(refused(gone), status_and_type(404, "row_not_found"));
    table.drop().await;
}

#[tokio::test]
async fn rows_are_listed_by_queries() {
    let table = Table::new().await;
    let key = &table.key;
    for (id, title, count, text) in [
        ("a", "One", 1, "quick fox"),
        ("b", "Two", 2, "lazy dog"),
        ("c", "Three", 3, "quick dog"),
    ] {
        let data = json!({ "title": title, "count": count, "text": text });
        table.create(key, id, data).await.unwrap();
    }
    let limited = vec![
        Query::order_desc("count").to_string(),
        Query::limit(2).to_string(),
    ];
    let after = vec![
        Query::order_asc("count").to_string(),
        Query::cursor_after("b").to_string(),
    ];
    for (queries, titles) in [
        (vec![], vec!["One", "Two", "Three"]),
        (vec![Query::equal("title", "two").to_string()], vec!["Two"]),
        (
            vec![Query::greater_than("count", 1).to_string()],
            vec!["Two", "Three"],
        ),
        (
            vec![Query::search("text", "quick").to_string()],
            vec!["One", "Three"],
        ),
        (limited, vec!["Three", "Two"]),
        (after, vec!["Three"]),
    ] {
        assert_eq!(
            table.titles(key, queries.clone()).await,
            titles,
            "{queries:?}"
        );
    }
    table.drop().await;
}

#[tokio::test]
async fn a_row_belongs_to_whoever_made_it() {
    let table = Table::new().await;
    let database = &table.database;
    let (ada, bob) = (somebody().await, somebody().await);
    let mine = TablesDB::new(&guest().set_session(&ada.session.secret));
    let theirs = TablesDB::new(&guest().set_session(&bob.session.secret));
    let made = table
        .create(&mine, "hers", json!({ "title": "Ada's" }))
        .await
        .unwrap();
    assert_eq!(made.permissions.len(), 3);
    let hidden = table.get(&theirs, "hers").await;
    assert_eq!(refused(hidden), status_and_type(404, "row_not_found"));
    assert!(table.titles(&theirs, vec![]).await.is_empty());
    let title = Some(json!({ "title": "Bob's" }));
    let stolen = theirs
        .update_row(database, TABLE, "hers", title, None, None)
        .await;
    assert_eq!(refused(stolen), status_and_type(401, "user_unauthorized"));
    let shared = vec![Permission::read(Role::users(None)).to_string()];
    mine.update_row(database, TABLE, "hers", None, Some(shared), None)
        .await
        .unwrap();
    assert_eq!(table.titles(&theirs, vec![]).await, ["Ada's"]);
    table.drop().await;
}

#[tokio::test]
async fn a_transaction_is_all_or_nothing() {
    let table = Table::new().await;
    let (key, database) = (&table.key, &table.database);
    let transaction = key.create_transaction(Some(60)).await.unwrap().id;
    let staged = json!({ "title": "Staged" });
    key.create_row(database, TABLE, "one", staged, None, Some(&transaction))
        .await
        .unwrap();
    let early = table.get(key, "one").await;
    assert_eq!(refused(early), status_and_type(404, "row_not_found"));
    let done = key.update_transaction(&transaction, Some(true), None);
    assert_eq!(done.await.unwrap().status, "committed");
    assert!(table.get(key, "one").await.is_ok());
    table.drop().await;
}
