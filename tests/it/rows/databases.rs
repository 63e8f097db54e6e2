//! The older names lead to the same rows.

use leptos_appwrite::{
    error::AppError,
    server::appwrite::{Id, Query, Row, Rows},
};
use serde_json::json;

use crate::support::project::{DATABASE, Project, THINGS, Thing, thing};

#[tokio::test]
async fn a_document_is_a_row() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let (databases, tables) = (client.databases(), client.tables_db());
    let (id, stars) = (Id::unique(), Id::from_static("stars"));
    let created: Row<Thing> = databases
        .create_document(&DATABASE, &THINGS, &id, &thing("One"), None)
        .await
        .unwrap();
    let row = tables.get_row(&DATABASE, &THINGS, &id, &[]).await.unwrap();
    assert_eq!(created, row);
    let done = json!({ "done": true });
    let updated: Row<Thing> = databases
        .update_document(&DATABASE, &THINGS, &id, &done, None)
        .await
        .unwrap();
    assert!(updated.data.done);
    let counted: Row<Thing> = databases
        .increment_document_attribute(&DATABASE, &THINGS, &id, &stars, 5.0, None)
        .await
        .unwrap();
    assert_eq!(counted.data.stars, Some(5));
    let counted: Row<Thing> = databases
        .decrement_document_attribute(&DATABASE, &THINGS, &id, &stars, 1.0, Some(0.0))
        .await
        .unwrap();
    assert_eq!(counted.data.stars, Some(4));
    let upserted: Row<Thing> = databases
        .upsert_document(&DATABASE, &THINGS, &id, &thing("Two"), None)
        .await
        .unwrap();
    assert_eq!(upserted.data.title, "Two");
    let read: Row<Thing> = databases
        .get_document(&DATABASE, &THINGS, &id, &[])
        .await
        .unwrap();
    assert_eq!(read, upserted);
    let queries = [Query::equal("title", "Two"), Query::limit(1)];
    let listed: Rows<Thing> = databases
        .list_documents(&DATABASE, &THINGS, &queries)
        .await
        .unwrap();
    assert_eq!((listed.total, listed.rows), (1, vec![read]));
    assert!(
        databases
            .delete_document(&DATABASE, &THINGS, &id)
            .await
            .is_ok()
    );
    let gone = tables.get_row::<Thing>(&DATABASE, &THINGS, &id, &[]).await;
    assert!(gone.unwrap_err().is_not_found());
}

#[tokio::test]
async fn errors_have_the_same_meaning_by_the_older_names() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let databases = client.databases();
    let id = Id::unique();
    let nowhere = Id::from_static("nowhere");
    let stars = Id::from_static("stars");
    let create = async || {
        let thing = thing("One");
        databases
            .create_document::<Thing>(&DATABASE, &THINGS, &id, &thing, None)
            .await
            .map_err(AppError::from)
    };
    assert!(create().await.is_ok());
    assert_eq!(create().await, Err(AppError::Conflict));
    let above = databases
        .increment_document_attribute::<Thing>(&DATABASE, &THINGS, &id, &stars, 2.0, Some(1.0))
        .await
        .map_err(AppError::from);
    assert_eq!(above, Err(AppError::LimitReached));
    let get = async |collection, id| {
        databases
            .get_document::<Thing>(&DATABASE, collection, id, &[])
            .await
            .map_err(AppError::from)
    };
    assert_eq!(get(&THINGS, &nowhere).await, Err(AppError::NotFound));
    assert_eq!(get(&nowhere, &id).await, Err(AppError::NotSetUp));
    let stranger = project.client_of("bob@example.com").await;
    let deleted = stranger
        .databases()
        .delete_document(&DATABASE, &THINGS, &id)
        .await
        .map_err(AppError::from);
    assert_eq!(deleted, Err(AppError::NotPermitted));
}
