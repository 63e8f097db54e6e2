//! Rows are created, read, changed and deleted.

use leptos_appwrite::{
    error::AppError,
    server::appwrite::{Id, Permission, Query, Role, Row, Rows},
};
use serde_json::json;

use crate::support::project::{DATABASE, Project, THINGS, Thing, create, thing};

#[tokio::test]
async fn a_row_is_read_as_it_was_written() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let account = client.account().get().await.unwrap();
    let tables = client.tables_db();
    let written = Thing {
        title: "Ünïcödé \u{1f600} \"quoted\"\nand a second line".to_owned(),
        code: Some("a-1".to_owned()),
        stars: Some(3),
        price: Some(2.5),
        done: true,
        due: Some("2026-12-24T18:30:00.000+00:00".to_owned()),
        tags: vec!["one".to_owned(), "two".to_owned()],
    };
    let id = Id::unique();
    let created: Row<Thing> = tables
        .create_row(&DATABASE, &THINGS, &id, &written, None)
        .await
        .unwrap();
    assert_eq!(created.id, id);
    assert_eq!(created.data, written);
    assert_eq!(created.created_at, created.updated_at);
    // It belongs to whoever the session belongs to.
    let owner = Role::user(&account.id);
    assert_eq!(
        created.permissions,
        [
            Permission::read(&owner),
            Permission::update(&owner),
            Permission::delete(&owner)
        ]
    );
    let read = tables.get_row(&DATABASE, &THINGS, &id, &[]).await.unwrap();
    assert_eq!(created, read);
    let listed: Rows<Thing> = tables.list_rows(&DATABASE, &THINGS, &[]).await.unwrap();
    assert_eq!((listed.total, listed.rows), (1, vec![read]));
}

#[tokio::test]
async fn what_was_not_given_is_the_columns_default() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let only_title = json!({ "title": "One" });
    let row: Row<Thing> = client
        .tables_db()
        .create_row(&DATABASE, &THINGS, &Id::unique(), &only_title, None)
        .await
        .unwrap();
    assert_eq!(row.data, thing("One"));
}

#[tokio::test]
async fn a_change_leaves_the_other_columns_alone() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    let created = create(&tables, "One").await;
    let changed: Row<Thing> = tables
        .update_row(
            &DATABASE,
            &THINGS,
            &created.id,
            &json!({ "done": true }),
            None,
        )
        .await
        .unwrap();
    let expected = Thing {
        done: true,
        ..thing("One")
    };
    assert_eq!(changed.data, expected);
    assert_eq!(changed.permissions, created.permissions);
    assert_eq!(changed.created_at, created.created_at);
    assert_eq!(changed.sequence, created.sequence);
}

#[tokio::test]
async fn an_upsert_makes_a_row_and_then_changes_it() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    let id = Id::unique();
    let mut made: Vec<Row<Thing>> = Vec::new();
    for title in ["One", "Two"] {
        let thing = thing(title);
        let row = tables.upsert_row(&DATABASE, &THINGS, &id, &thing, None);
        made.push(row.await.unwrap());
    }
    assert_eq!(made[0].data, thing("One"));
    assert_eq!(made[1].data, thing("Two"));
    assert_eq!(made[0].sequence, made[1].sequence);
    let rows: Rows<Thing> = tables.list_rows(&DATABASE, &THINGS, &[]).await.unwrap();
    assert_eq!(rows.total, 1);
}

#[tokio::test]
async fn a_deleted_row_is_gone() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    let row = create(&tables, "One").await;
    let delete = async || tables.delete_row(&DATABASE, &THINGS, &row.id).await;
    assert!(delete().await.is_ok());
    let gone = tables.get_row::<Thing>(&DATABASE, &THINGS, &row.id, &[]);
    assert!(gone.await.unwrap_err().is_not_found());
    let again = delete().await.map_err(AppError::from);
    assert_eq!(again, Err(AppError::NotFound));
}

#[tokio::test]
async fn a_number_is_counted_up_to_its_limit() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    let row = create(&tables, "One").await;
    let (stars, price) = (Id::from_static("stars"), Id::from_static("price"));
    let counted: Row<Thing> = tables
        .increment_row_column(&DATABASE, &THINGS, &row.id, &stars, 3.0, Some(4.0))
        .await
        .unwrap();
    assert_eq!(counted.data.stars, Some(3));
    let counted: Row<Thing> = tables
        .decrement_row_column(&DATABASE, &THINGS, &row.id, &stars, 1.0, None)
        .await
        .unwrap();
    assert_eq!(counted.data.stars, Some(2));
    let counted: Row<Thing> = tables
        .increment_row_column(&DATABASE, &THINGS, &row.id, &price, 0.5, None)
        .await
        .unwrap();
    assert_eq!(counted.data.price, Some(0.5));
    let above =
        tables.increment_row_column::<Thing>(&DATABASE, &THINGS, &row.id, &stars, 3.0, Some(4.0));
    assert_eq!(
        above.await.map_err(AppError::from),
        Err(AppError::LimitReached)
    );
    let below =
        tables.decrement_row_column::<Thing>(&DATABASE, &THINGS, &row.id, &stars, 3.0, Some(0.0));
    assert_eq!(
        below.await.map_err(AppError::from),
        Err(AppError::LimitReached)
    );
    let rows: Row<Thing> = tables
        .get_row(&DATABASE, &THINGS, &row.id, &[])
        .await
        .unwrap();
    assert_eq!(rows.data.stars, Some(2));
    let nothing = Id::unique();
    let missing =
        tables.increment_row_column::<Thing>(&DATABASE, &THINGS, &nothing, &stars, 1.0, None);
    assert_eq!(
        missing.await.map_err(AppError::from),
        Err(AppError::NotFound)
    );
}

#[tokio::test]
async fn a_selection_has_these_columns_and_what_every_row_has() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    let created = create(&tables, "One").await;
    let select = [Query::select(&["title"])];
    let row: Row<serde_json::Value> = tables
        .get_row(&DATABASE, &THINGS, &created.id, &select)
        .await
        .unwrap();
    assert_eq!(row.data["title"], "One");
    assert_eq!(row.data.get("stars"), None);
    assert_eq!(row.updated_at, created.updated_at);
    assert_eq!(row.permissions, created.permissions);
}
