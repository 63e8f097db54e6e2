//! What goes wrong with rows has a name.

use std::future::ready;

use base64::{Engine, engine::general_purpose::STANDARD};
use leptos_appwrite::{
    error::AppError,
    server::appwrite::{AppwriteError, Id, Query, Row, Rows},
};
use serde_json::json;

use crate::support::{
    SESSION_COOKIE, SOME_SECRET, Upstream, appwrite_error, json, local_appwrite,
    project::{
        DATABASE, Project, THINGS, Thing, admin_client, client_state, create, session_client, thing,
    },
};

#[tokio::test]
async fn a_row_that_is_not_there_is_not_found() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    let id = Id::unique();
    let read = tables.get_row::<Thing>(&DATABASE, &THINGS, &id, &[]).await;
    assert_eq!(read.map_err(AppError::from), Err(AppError::NotFound));
    let change = json!({ "done": true });
    let update = tables
        .update_row::<Thing>(&DATABASE, &THINGS, &id, &change, None)
        .await
        .map_err(AppError::from);
    assert_eq!(update, Err(AppError::NotFound));
    let delete = tables.delete_row(&DATABASE, &THINGS, &id).await;
    assert_eq!(delete.map_err(AppError::from), Err(AppError::NotFound));
}

#[tokio::test]
async fn an_id_or_a_unique_value_that_is_taken_is_a_conflict() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    let with_code = |code: &str| Thing {
        code: Some(code.to_owned()),
        ..thing("One")
    };
    let create = async |id: &Id, code| {
        let thing = with_code(code);
        tables
            .create_row::<Thing>(&DATABASE, &THINGS, id, &thing, None)
            .await
            .map_err(AppError::from)
    };
    let (first, second) = (Id::unique(), Id::unique());
    assert!(create(&first, "a").await.is_ok());
    assert!(create(&second, "b").await.is_ok());
    assert_eq!(create(&first, "c").await, Err(AppError::Conflict));
    assert_eq!(create(&Id::unique(), "a").await, Err(AppError::Conflict));
    let taken = json!({ "code": "a" });
    let update = tables.update_row::<Thing>(&DATABASE, &THINGS, &second, &taken, None);
    let error = update.await.unwrap_err();
    assert!(error.is_conflict());
    assert_eq!(AppError::from(error), AppError::Conflict);
}

/// The log of a request that met this error names the mend.
fn says_what_to_push(error: AppwriteError) {
    let log = error.to_string();
    assert!(log.contains("appwrite push tables"), "{log}");
    assert!(!error.is_not_found());
    assert_eq!(AppError::from(error), AppError::NotSetUp, "{log}");
}

#[tokio::test]
async fn what_the_schema_lacks_is_not_set_up() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    let nowhere = Id::from_static("nowhere");
    for (database, table) in [(&nowhere, &THINGS), (&DATABASE, &nowhere)] {
        let id = Id::unique();
        says_what_to_push(
            tables
                .list_rows::<Thing>(database, table, &[])
                .await
                .unwrap_err(),
        );
        says_what_to_push(
            tables
                .get_row::<Thing>(database, table, &id, &[])
                .await
                .unwrap_err(),
        );
        says_what_to_push(
            tables
                .create_row::<Thing>(database, table, &id, &thing("One"), None)
                .await
                .unwrap_err(),
        );
        says_what_to_push(tables.delete_row(database, table, &id).await.unwrap_err());
    }
    for query in [
        Query::equal("color", "red"),
        Query::order_desc("color"),
        Query::select(&["color"]),
        Query::search("code", "a"),
    ] {
        says_what_to_push(
            tables
                .list_rows::<Thing>(&DATABASE, &THINGS, &[query])
                .await
                .unwrap_err(),
        );
    }
    let with_color = json!({ "title": "One", "color": "red" });
    says_what_to_push(
        tables
            .create_row::<Thing>(&DATABASE, &THINGS, &Id::unique(), &with_color, None)
            .await
            .unwrap_err(),
    );
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_a_mistake_of_the_app() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    for row in [
        json!({ "title": "x".repeat(101) }),
        json!({ "title": "One", "stars": 101 }),
        json!({ "title": 1 }),
        json!({ "stars": 1 }),
    ] {
        let refused = tables
            .create_row::<Thing>(&DATABASE, &THINGS, &Id::unique(), &row, None)
            .await
            .map_err(AppError::from);
        assert_eq!(refused, Err(AppError::Internal), "{row}");
    }
    let rows: Rows<Thing> = tables.list_rows(&DATABASE, &THINGS, &[]).await.unwrap();
    assert_eq!(rows.total, 0);
}

#[tokio::test]
async fn a_row_of_another_shape_than_asked_for_is_an_outage_and_no_panic() {
    #[derive(Debug, serde::Deserialize)]
    struct Other {
        #[serde(rename = "title")]
        _title: u64,
    }
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    create(&tables, "One").await;
    let rows = tables.list_rows::<Other>(&DATABASE, &THINGS, &[]).await;
    let error = rows.unwrap_err();
    assert!(matches!(error, AppwriteError::Garbage { .. }), "{error}");
    // The log must not have what's in people's rows.
    assert!(!error.to_string().contains("One"), "{error}");
    assert_eq!(AppError::from(error), AppError::Unavailable);
}

#[tokio::test]
async fn a_map_without_texts_as_keys_is_not_sent() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let no_json = std::collections::BTreeMap::from([((1, 2), 3)]);
    let row: Result<Row<Thing>, _> = client
        .tables_db()
        .create_row::<Thing>(&DATABASE, &THINGS, &Id::unique(), &no_json, None)
        .await
        .map_err(AppError::from);
    assert_eq!(row, Err(AppError::Internal));
}

#[tokio::test]
async fn a_key_without_the_scopes_is_the_sites_fault() {
    let local = local_appwrite().await;
    let (_, app) = client_state(&local.endpoint());
    let client = admin_client(&app).await;
    let rows = client
        .tables_db()
        .list_rows::<Thing>(&DATABASE, &THINGS, &[])
        .await;
    let error = rows.unwrap_err();
    assert!(matches!(error, AppwriteError::KeyRefused(_)), "{error}");
    assert_eq!(AppError::from(error), AppError::Unavailable);
}

#[tokio::test]
async fn a_session_that_was_just_found_dead_costs_no_call() {
    let upstream =
        Upstream::answering(|_| ready(appwrite_error(401, "general_unauthorized_scope"))).await;
    let (_, app) = client_state(upstream.appwrite.endpoint.as_str());
    let cookie = format!("{SESSION_COOKIE}={SOME_SECRET}");
    let client = session_client(&app, &cookie).await.unwrap();
    assert!(client.account().get().await.unwrap_err().is_dead_session());
    let rows = client
        .tables_db()
        .list_rows::<Thing>(&DATABASE, &THINGS, &[])
        .await;
    assert_eq!(rows.map_err(AppError::from), Err(AppError::SignedOut));
    assert_eq!(upstream.calls(), 1);
}

/// To a session that it doesn't know, Appwrite shows what everybody may see.
#[tokio::test]
async fn an_invented_session_is_nobodys_for_rows_too_and_counts() {
    let upstream = Upstream::answering(|request| {
        ready(match request.uri().path() {
            "/v1/account" => appwrite_error(401, "general_unauthorized_scope"),
            _ => json(200, r#"{"total":0,"rows":[]}"#),
        })
    })
    .await;
    let (_, app) = client_state(upstream.appwrite.endpoint.as_str());
    let ask = async |number: usize| {
        let secret = STANDARD.encode(format!(r#"{{"id":"u1","secret":"{number}"}}"#));
        let cookie = format!("{SESSION_COOKIE}={secret}");
        let client = session_client(&app, &cookie).await.unwrap();
        let tables = client.tables_db();
        let rows = tables.list_rows::<Thing>(&DATABASE, &THINGS, &[]).await;
        rows.map_err(AppError::from)
    };
    for number in 1..=60 {
        assert_eq!(ask(number).await, Err(AppError::SignedOut));
        assert_eq!(upstream.calls(), number);
    }
    let refused = ask(61).await;
    assert!(
        matches!(refused, Err(AppError::RateLimited(_))),
        "{refused:?}"
    );
    assert_eq!(upstream.calls(), 60);
}

#[tokio::test]
async fn an_outage_is_one_for_rows_too() {
    let (_, app) = client_state("http://127.0.0.1:1/v1");
    let cookie = format!("{SESSION_COOKIE}={SOME_SECRET}");
    let client = session_client(&app, &cookie).await.unwrap();
    let id = Id::unique();
    let deleted = client.tables_db().delete_row(&DATABASE, &THINGS, &id).await;
    assert_eq!(deleted.map_err(AppError::from), Err(AppError::Unavailable));
}
