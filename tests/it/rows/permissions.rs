//! Each client sees and changes what it may, and no more.

use leptos_appwrite::{
    error::AppError,
    server::appwrite::{Id, Permission, Query, Role, Row, Rows, Status},
};
use serde_json::json;

use crate::support::project::{CATALOGUE, DATABASE, Project, THINGS, Thing, create, thing};

#[tokio::test]
async fn somebody_elses_row_is_not_there() {
    let project = Project::start().await;
    let ada = project.client_of("ada@example.com").await;
    let bob = project.client_of("bob@example.com").await;
    let (of_ada, of_bob) = (ada.tables_db(), bob.tables_db());
    let row = create(&of_ada, "Ada's").await;
    let read = of_bob
        .get_row::<Thing>(&DATABASE, &THINGS, &row.id, &[])
        .await
        .map_err(AppError::from);
    assert_eq!(read, Err(AppError::NotFound));
    for queries in [
        vec![],
        vec![Query::equal("$id", row.id.as_str())],
        vec![Query::search("title", "ada")],
        vec![Query::cursor_before(&row.id)],
    ] {
        let rows = of_bob
            .list_rows::<Thing>(&DATABASE, &THINGS, &queries)
            .await
            .unwrap();
        assert_eq!((rows.total, rows.rows), (0, vec![]), "{queries:?}");
    }
    // Appwrite tells these apart from a row that isn't there. It's for the app to hide that.
    let change = json!({ "title": "Bob's" });
    let update = of_bob
        .update_row::<Thing>(&DATABASE, &THINGS, &row.id, &change, None)
        .await
        .map_err(AppError::from);
    assert_eq!(update, Err(AppError::NotPermitted));
    let upsert = of_bob
        .upsert_row::<Thing>(&DATABASE, &THINGS, &row.id, &thing("Bob's"), None)
        .await
        .map_err(AppError::from);
    assert_eq!(upsert, Err(AppError::NotPermitted));
    let stars = Id::from_static("stars");
    let count = of_bob
        .increment_row_column::<Thing>(&DATABASE, &THINGS, &row.id, &stars, 1.0, None)
        .await
        .map_err(AppError::from);
    assert_eq!(count, Err(AppError::NotPermitted));
    let delete = of_bob
        .delete_row(&DATABASE, &THINGS, &row.id)
        .await
        .map_err(AppError::from);
    assert_eq!(delete, Err(AppError::NotPermitted));
    let still = of_ada.get_row::<Thing>(&DATABASE, &THINGS, &row.id, &[]);
    assert_eq!(still.await.unwrap(), row);
}

#[tokio::test]
async fn a_shared_row_can_be_read_and_not_changed() {
    let project = Project::start().await;
    let ada = project.client_of("ada@example.com").await;
    let bob = project.client_of("bob@example.com").await;
    let owner = Role::user(&ada.account().get().await.unwrap().id);
    let permissions = [Permission::read(&Role::users()), Permission::write(&owner)];
    let row: Row<Thing> = ada
        .tables_db()
        .create_row(
            &DATABASE,
            &THINGS,
            &Id::unique(),
            &thing("One"),
            Some(&permissions),
        )
        .await
        .unwrap();
    assert_eq!(
        row.permissions,
        [
            Permission::read(&Role::users()),
            Permission::update(&owner),
            Permission::delete(&owner),
        ]
    );
    let tables = bob.tables_db();
    let read = tables.get_row(&DATABASE, &THINGS, &row.id, &[]);
    assert_eq!(read.await.unwrap(), row);
    let delete = tables.delete_row(&DATABASE, &THINGS, &row.id).await;
    assert_eq!(delete.map_err(AppError::from), Err(AppError::NotPermitted));
    // Ada takes it back.
    let own = [Permission::read(&owner)];
    let nothing = json!({});
    let taken_back = ada
        .tables_db()
        .update_row::<Thing>(&DATABASE, &THINGS, &row.id, &nothing, Some(&own))
        .await
        .unwrap();
    assert_eq!(taken_back.permissions, own);
    let gone = tables
        .get_row::<Thing>(&DATABASE, &THINGS, &row.id, &[])
        .await
        .map_err(AppError::from);
    assert_eq!(gone, Err(AppError::NotFound));
}

#[tokio::test]
async fn nobody_gives_a_row_to_somebody_else() {
    let project = Project::start().await;
    let ada = project.client_of("ada@example.com").await;
    let bob = project.client_of("bob@example.com").await;
    let bobs_id = bob.account().get().await.unwrap().id;
    for role in [
        Role::user(&bobs_id),
        Role::team("t1"),
        Role::label("admin"),
        Role::users_with(Status::Verified),
    ] {
        let permissions = [Permission::read(&role)];
        let row = ada
            .tables_db()
            .create_row::<Thing>(
                &DATABASE,
                &THINGS,
                &Id::unique(),
                &thing("One"),
                Some(&permissions),
            )
            .await
            .map_err(AppError::from);
        assert_eq!(row, Err(AppError::NotPermitted), "{role:?}");
    }
    let rows: Rows<Thing> = bob
        .tables_db()
        .list_rows(&DATABASE, &THINGS, &[])
        .await
        .unwrap();
    assert_eq!(rows.total, 0);
}

#[tokio::test]
async fn a_key_sees_and_changes_everybodys_rows() {
    let project = Project::start().await;
    let ada = project.client_of("ada@example.com").await;
    let row = create(&ada.tables_db(), "Ada's").await;
    let admin = project.admin_client().await;
    let tables = admin.tables_db();
    let read: Row<Thing> = tables
        .get_row(&DATABASE, &THINGS, &row.id, &[])
        .await
        .unwrap();
    assert_eq!(read, row);
    let change = json!({ "title": "Edited" });
    let edited: Row<Thing> = tables
        .update_row(&DATABASE, &THINGS, &row.id, &change, None)
        .await
        .unwrap();
    assert_eq!(edited.permissions, row.permissions);
    // What a key makes without permissions is nobody's.
    let nobodys = create(&tables, "Nobody's").await;
    assert_eq!(nobodys.permissions, []);
    let rows: Rows<Thing> = ada
        .tables_db()
        .list_rows(&DATABASE, &THINGS, &[])
        .await
        .unwrap();
    assert_eq!(rows.rows, [edited]);
    let rows: Rows<Thing> = admin
        .databases()
        .list_documents(&DATABASE, &THINGS, &[])
        .await
        .unwrap();
    assert_eq!(rows.total, 2);
}

#[tokio::test]
async fn a_table_for_all_can_be_read_and_not_written() {
    let project = Project::start().await;
    let admin = project.admin_client().await;
    let title = json!({ "title": "One" });
    let row: Row<serde_json::Value> = admin
        .tables_db()
        .create_row(&DATABASE, &CATALOGUE, &Id::unique(), &title, None)
        .await
        .unwrap();
    let ada = project.client_of("ada@example.com").await;
    let tables = ada.tables_db();
    let read = tables.get_row(&DATABASE, &CATALOGUE, &row.id, &[]);
    assert_eq!(read.await.unwrap(), row);
    let create = tables
        .create_row::<serde_json::Value>(&DATABASE, &CATALOGUE, &Id::unique(), &title, None)
        .await
        .map_err(AppError::from);
    assert_eq!(create, Err(AppError::NotPermitted));
    let delete = tables.delete_row(&DATABASE, &CATALOGUE, &row.id).await;
    assert_eq!(delete.map_err(AppError::from), Err(AppError::NotPermitted));
}

#[tokio::test]
async fn a_session_that_has_ended_sees_what_everybody_sees() {
    let project = Project::start().await;
    let mut browser = project.site.signed_up("ada@example.com").await;
    let client = project.client(&browser).await;
    create(&client.tables_db(), "One").await;
    let cookies = browser.cookies();
    browser.post("/signout", &[]).await;
    let client = project.client_with(&cookies).await;
    let rows: Rows<Thing> = client
        .tables_db()
        .list_rows(&DATABASE, &THINGS, &[])
        .await
        .unwrap();
    assert_eq!(rows.total, 0);
    let row = client
        .tables_db()
        .create_row::<Thing>(&DATABASE, &THINGS, &Id::unique(), &thing("Two"), None)
        .await
        .map_err(AppError::from);
    assert_eq!(row, Err(AppError::NotPermitted));
}
