//! Each kind of query finds what it should.

use leptos_appwrite::{
    error::AppError,
    server::appwrite::{Id, Query, Row, Rows, TablesDB},
};
use serde_json::{Value, json};

use crate::support::project::{DATABASE, Project, THINGS, Thing, create, thing};

/// Four things, from the oldest to the newest. Returns their rows.
async fn create_four(tables: &TablesDB<'_>) -> Vec<Row<Thing>> {
    let tags = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect();
    let things = [
        Thing {
            stars: Some(1),
            tags: tags(&["red", "small"]),
            due: Some("2026-01-01T00:00:00.000+00:00".to_owned()),
            ..thing("Apple pie")
        },
        Thing {
            stars: Some(2),
            price: Some(2.5),
            done: true,
            ..thing("Banana bread")
        },
        Thing {
            stars: Some(3),
            tags: tags(&["red", "large"]),
            ..thing("Cherry pie")
        },
        Thing {
            stars: Some(4),
            price: Some(9.0),
            tags: tags(&["small"]),
            ..thing("Date 100% raw")
        },
    ];
    let mut rows = Vec::new();
    for thing in things {
        rows.push(
            tables
                .create_row(&DATABASE, &THINGS, &Id::unique(), &thing, None)
                .await
                .unwrap(),
        );
    }
    rows
}

/// The first letters of what the queries find, in the order of the answer.
async fn found(tables: &TablesDB<'_>, queries: &[Query]) -> String {
    let rows = tables.list_rows(&DATABASE, &THINGS, queries).await;
    let rows: Rows<Thing> = rows.unwrap_or_else(|error| panic!("{queries:?}: {error}"));
    let titles = rows.rows.iter().map(|row| &row.data.title[..1]);
    titles.collect()
}

fn any(values: &[&str]) -> Value {
    json!(values)
}

#[tokio::test]
async fn every_filter_finds_its_rows() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    let rows = create_four(&tables).await;
    let (first, last) = (&rows[0].created_at, &rows[3].created_at);
    for (query, expected) in [
        (Query::equal("title", "Apple pie"), "A"),
        (
            Query::equal("title", any(&["Apple pie", "Cherry pie"])),
            "AC",
        ),
        (Query::equal("done", true), "B"),
        (Query::equal("$id", rows[2].id.as_str()), "C"),
        (Query::not_equal("done", true), "ACD"),
        (Query::less_than("stars", 2), "A"),
        (Query::less_than_equal("stars", 2), "AB"),
        (Query::greater_than("stars", 3), "D"),
        (Query::greater_than_equal("stars", 3), "CD"),
        (Query::greater_than("price", 2.5), "D"),
        (
            Query::less_than("due", "2026-02-01T00:00:00.000+00:00"),
            "A",
        ),
        (Query::between("stars", 2, 3), "BC"),
        (Query::not_between("stars", 2, 3), "AD"),
        (Query::is_null("price"), "AC"),
        (Query::is_not_null("price"), "BD"),
        (Query::contains("title", "an"), "B"),
        // What stands for anything in SQL stands for itself.
        (Query::contains("title", "0%"), "D"),
        (Query::contains("title", "B%d"), ""),
        (Query::contains("tags", any(&["large", "nothing"])), "C"),
        (Query::contains_any("tags", any(&["large", "small"])), "ACD"),
        (Query::contains_all("tags", any(&["red", "small"])), "A"),
        (Query::not_contains("title", "pie"), "BD"),
        (Query::starts_with("title", "Ban"), "B"),
        (Query::not_starts_with("title", "Ban"), "ACD"),
        (Query::ends_with("title", "pie"), "AC"),
        (Query::not_ends_with("title", "pie"), "BD"),
        (Query::search("title", "cherry"), "C"),
        (Query::not_search("title", "cherry"), "ABD"),
        (Query::created_before(first), ""),
        (Query::created_between(first, last), "ABCD"),
        (Query::created_after(last), ""),
        (Query::updated_before(first), ""),
        (Query::updated_between(first, last), "ABCD"),
        (Query::updated_after(last), ""),
        (
            Query::or(&[Query::equal("done", true), Query::equal("stars", 4)]),
            "BD",
        ),
        (
            Query::and(&[
                Query::ends_with("title", "pie"),
                Query::less_than("stars", 3),
            ]),
            "A",
        ),
    ] {
        assert_eq!(
            found(&tables, std::slice::from_ref(&query)).await,
            expected,
            "{query}"
        );
    }
}

#[tokio::test]
async fn several_filters_all_hold() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    create_four(&tables).await;
    let queries = [
        Query::contains("tags", "red"),
        Query::greater_than("stars", 1),
    ];
    assert_eq!(found(&tables, &queries).await, "C");
}

#[tokio::test]
async fn orders_and_pages_are_kept() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    let rows = create_four(&tables).await;
    let newest_first = Query::order_desc("stars");
    let two = Query::limit(2);
    for (queries, expected) in [
        (vec![Query::order_asc("title")], "ABCD"),
        (vec![newest_first.clone()], "DCBA"),
        (vec![Query::order_asc("done"), newest_first.clone()], "DCAB"),
        (vec![newest_first.clone(), two.clone()], "DC"),
        (
            vec![newest_first.clone(), two.clone(), Query::offset(1)],
            "CB",
        ),
        (
            vec![
                newest_first.clone(),
                two.clone(),
                Query::cursor_after(&rows[2].id),
            ],
            "BA",
        ),
        (
            vec![newest_first.clone(), two, Query::cursor_before(&rows[0].id)],
            "CB",
        ),
    ] {
        assert_eq!(found(&tables, &queries).await, expected, "{queries:?}");
    }
    let random = found(&tables, &[Query::order_random()]).await;
    let mut letters: Vec<char> = random.chars().collect();
    letters.sort_unstable();
    assert_eq!(letters, ['A', 'B', 'C', 'D']);
}

#[tokio::test]
async fn the_total_is_that_of_all_pages() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    create_four(&tables).await;
    let queries = [Query::ends_with("title", "pie"), Query::limit(1)];
    let page: Rows<Thing> = tables
        .list_rows(&DATABASE, &THINGS, &queries)
        .await
        .unwrap();
    assert_eq!((page.total, page.rows.len()), (2, 1));
}

#[tokio::test]
async fn a_page_without_a_limit_has_25_rows() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    for number in 0..26 {
        create(&tables, &number.to_string()).await;
    }
    let page: Rows<Thing> = tables.list_rows(&DATABASE, &THINGS, &[]).await.unwrap();
    assert_eq!((page.total, page.rows.len()), (26, 25));
}

#[tokio::test]
async fn what_is_typed_cannot_leave_its_query() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    create_four(&tables).await;
    for typed in [
        "\"]},{\"method\":\"limit\",\"values\":[\"x",
        "&queries[1]=x",
        "' OR 'x'='x' --",
        "%",
        "\0",
        "*\"(",
        "",
    ] {
        let queries = [Query::equal("title", typed), Query::order_asc("title")];
        assert_eq!(found(&tables, &queries).await, "", "{typed:?}");
        let queries = [Query::search("title", typed), Query::order_asc("title")];
        assert_eq!(found(&tables, &queries).await, "", "{typed:?}");
    }
}

#[tokio::test]
async fn a_page_that_begins_at_a_deleted_row_is_not_found() {
    let project = Project::start().await;
    let client = project.client_of("ada@example.com").await;
    let tables = client.tables_db();
    let rows = create_four(&tables).await;
    tables
        .delete_row(&DATABASE, &THINGS, &rows[1].id)
        .await
        .unwrap();
    let after = [Query::cursor_after(&rows[1].id)];
    let page = tables.list_rows::<Thing>(&DATABASE, &THINGS, &after).await;
    assert_eq!(page.map_err(AppError::from), Err(AppError::NotFound));
}
