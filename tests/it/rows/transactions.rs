//! Transactions: all of it happens, or nothing.

use leptos_appwrite::{
    error::AppError,
    server::appwrite::{Id, Operation, Query, Row, StagedRow, TablesDB},
};
use serde_json::json;

use crate::support::project::{DATABASE, Project, THINGS, Thing, create, thing};

async fn get(tables: &TablesDB<'_>, id: &Id) -> Result<Thing, AppError> {
    let row = tables.get_row::<Thing>(&DATABASE, &THINGS, id, &[]).await;
    Ok(row?.data)
}

#[tokio::test]
async fn what_is_staged_is_seen_inside_and_there_after_the_commit() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    let (changed, deleted) = (create(&tables, "One").await, create(&tables, "Two").await);
    let (new, upserted) = (Id::unique(), Id::unique());
    let stars = Id::from_static("stars");
    let transaction = tables.create_transaction(Some(60)).await.unwrap();
    assert_eq!(
        (&*transaction.status, transaction.operations),
        ("pending", 0)
    );

    let staged = tables.in_transaction(&transaction.id, &DATABASE, &THINGS);
    let done = json!({ "done": true });
    staged.create(&new, &thing("Three"), None).await.unwrap();
    staged
        .upsert(&upserted, &thing("Four"), None)
        .await
        .unwrap();
    staged.update(&changed.id, &done, None).await.unwrap();
    staged
        .increment(&changed.id, &stars, 5.0, None)
        .await
        .unwrap();
    staged
        .decrement(&changed.id, &stars, 1.0, Some(0.0))
        .await
        .unwrap();
    staged.delete(&deleted.id).await.unwrap();

    let inside: StagedRow<Thing> = staged.get(&new).await.unwrap();
    assert_eq!((&inside.id, &*inside.data.title), (&new, "Three"));
    let listed: Vec<StagedRow<Thing>> = staged.list(&[Query::order_asc("title")]).await.unwrap();
    let mut titles: Vec<&str> = listed.iter().map(|row| &*row.data.title).collect();
    titles.sort_unstable();
    assert_eq!(titles, ["Four", "One", "Three"]);

    assert_eq!(get(&tables, &new).await, Err(AppError::NotFound));
    assert_eq!(get(&tables, &changed.id).await, Ok(thing("One")));
    assert_eq!(get(&tables, &deleted.id).await, Ok(thing("Two")));

    let committed = tables.commit(&transaction.id).await.unwrap();
    assert_eq!((&*committed.status, committed.operations), ("committed", 6));
    assert_eq!(get(&tables, &new).await, Ok(thing("Three")));
    assert_eq!(get(&tables, &upserted).await, Ok(thing("Four")));
    let expected = Thing {
        done: true,
        stars: Some(4),
        ..thing("One")
    };
    assert_eq!(get(&tables, &changed.id).await, Ok(expected));
    assert_eq!(get(&tables, &deleted.id).await, Err(AppError::NotFound));
    let again = tables.commit(&transaction.id).await;
    assert_eq!(again.map_err(AppError::from), Err(AppError::Conflict));
}

#[tokio::test]
async fn operations_are_staged_together() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    let (changed, deleted) = (create(&tables, "One").await, create(&tables, "Two").await);
    let (new, stars) = (Id::unique(), Id::from_static("stars"));
    let transaction = tables.create_transaction(None).await.unwrap();
    let operations = [
        Operation::create(&DATABASE, &THINGS, &new, json!(thing("Three"))),
        Operation::update(&DATABASE, &THINGS, &changed.id, json!({ "done": true })),
        Operation::increment(&DATABASE, &THINGS, &changed.id, &stars, 5.0),
        Operation::decrement(&DATABASE, &THINGS, &changed.id, &stars, 1.0),
        Operation::delete(&DATABASE, &THINGS, &deleted.id),
    ];
    let staged = tables.create_operations(&transaction.id, &operations).await;
    assert_eq!(staged.unwrap().operations, 5);
    let read = tables.get_transaction(&transaction.id).await.unwrap();
    assert_eq!((&*read.status, read.operations), ("pending", 5));
    tables.commit(&transaction.id).await.unwrap();
    assert_eq!(get(&tables, &new).await, Ok(thing("Three")));
    let expected = Thing {
        done: true,
        stars: Some(4),
        ..thing("One")
    };
    assert_eq!(get(&tables, &changed.id).await, Ok(expected));
    assert_eq!(get(&tables, &deleted.id).await, Err(AppError::NotFound));
}

#[tokio::test]
async fn what_is_rolled_back_never_happened() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    let row = create(&tables, "One").await;
    let transaction = tables.create_transaction(None).await.unwrap();
    let staged = tables.in_transaction(&transaction.id, &DATABASE, &THINGS);
    staged.delete(&row.id).await.unwrap();
    let ended = tables.roll_back(&transaction.id).await.unwrap();
    assert_eq!(ended.status, "failed");
    assert_eq!(get(&tables, &row.id).await, Ok(thing("One")));
}

#[tokio::test]
async fn a_row_that_was_changed_meanwhile_is_a_conflict_and_nothing_is_done() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    let row = create(&tables, "One").await;
    let new = Id::unique();
    let transaction = tables.create_transaction(None).await.unwrap();
    let staged = tables.in_transaction(&transaction.id, &DATABASE, &THINGS);
    staged.create(&new, &thing("Two"), None).await.unwrap();
    staged
        .update(&row.id, &json!({ "title": "Staged" }), None)
        .await
        .unwrap();
    let meanwhile: Row<Thing> = tables
        .update_row(
            &DATABASE,
            &THINGS,
            &row.id,
            &json!({ "title": "Meanwhile" }),
            None,
        )
        .await
        .unwrap();
    let committed = tables.commit(&transaction.id).await;
    assert_eq!(committed.map_err(AppError::from), Err(AppError::Conflict));
    assert_eq!(get(&tables, &row.id).await, Ok(meanwhile.data));
    assert_eq!(get(&tables, &new).await, Err(AppError::NotFound));
}

#[tokio::test]
async fn a_transaction_is_its_makers_alone() {
    let project = Project::start().await;
    let ada = project.client_of("ada@example.com").await;
    let bob = project.client_of("bob@example.com").await;
    let (of_ada, of_bob) = (ada.tables_db(), bob.tables_db());
    let transaction = of_ada.create_transaction(None).await.unwrap();
    let id = &transaction.id;
    let read = of_bob.get_transaction(id).await;
    assert_eq!(read.map_err(AppError::from), Err(AppError::NotFound));
    let committed = of_bob.commit(id).await;
    assert_eq!(committed.map_err(AppError::from), Err(AppError::NotFound));
    let staged = of_bob.in_transaction(id, &DATABASE, &THINGS);
    let staged = staged.create(&Id::unique(), &thing("One"), None).await;
    assert_eq!(staged.map_err(AppError::from), Err(AppError::NotFound));
    assert!(of_bob.delete_transaction(id).await.is_err());
    assert!(of_ada.delete_transaction(id).await.is_ok());
    let gone = of_ada.get_transaction(id).await;
    assert_eq!(gone.map_err(AppError::from), Err(AppError::NotFound));
}

#[tokio::test]
async fn nobody_stages_a_change_of_somebody_elses_row() {
    let project = Project::start().await;
    let ada = project.client_of("ada@example.com").await;
    let bob = project.client_of("bob@example.com").await;
    let row = create(&ada.tables_db(), "Ada's").await;
    let tables = bob.tables_db();
    let transaction = tables.create_transaction(None).await.unwrap();
    let staged = tables.in_transaction(&transaction.id, &DATABASE, &THINGS);
    let change = json!({ "title": "Bob's" });
    let update = staged.update(&row.id, &change, None).await;
    assert_eq!(update.map_err(AppError::from), Err(AppError::NotPermitted));
    let delete = staged.delete(&row.id).await;
    assert_eq!(delete.map_err(AppError::from), Err(AppError::NotPermitted));
    let operation = Operation::update(&DATABASE, &THINGS, &row.id, change);
    let operations = tables
        .create_operations(&transaction.id, &[operation])
        .await;
    assert_eq!(
        operations.map_err(AppError::from),
        Err(AppError::NotPermitted)
    );
    let read = staged.get::<Thing>(&row.id).await;
    assert_eq!(read.map_err(AppError::from), Err(AppError::NotFound));
}
