//! The contract of the Appwrite clients: each is one visitor's, they share nothing but connections,
//! and no secret gets out.

use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::{ConnectInfo, Request},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::{StreamExt, join, stream};
use leptos_appwrite::{
    error::AppError,
    server::{
        appwrite::{Id, Query, SessionSecret, create_admin_client, create_session_client},
        request::scope,
    },
};

use crate::support::{
    Browser, EXTENDED_COOKIE, FLASH_COOKIE, KEY, SESSION_COOKIE, SOME_SECRET, TestApp, appwrite,
    extended,
    forms::{self, PASSWORD},
    json, local_appwrite,
    project::{self, DATABASE, Project, THINGS, Thing, client_state, request_with},
    serve, texts,
};

/// Five hundred people who are signed in, each at an address of their own.
async fn five_hundred_people(app: &TestApp) -> Vec<(String, Browser)> {
    stream::iter(0..500)
        .map(async |number| {
            let email = format!("person-{number}@example.com");
            // Each from a place of their own, since there's a limit to the accounts from one.
            let place = format!("2001:db8:0:{number:x}::1");
            let mut browser = app.browser().with_header("x-forwarded-for", &place);
            browser
                .post("/signup", &forms::sign_up(&email, PASSWORD))
                .await
                .leads_to(&texts::link_sent(&email));
            browser.forget(FLASH_COOKIE);
            (email, browser)
        })
        .buffer_unordered(16)
        .collect()
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_requests_of_five_hundred_people_get_their_own_data_only() {
    let app = &TestApp::start_with(&[("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let people = five_hundred_people(app).await;
    let answered = stream::iter(0..1_000)
        .map(async |number| {
            let (email, browser) = &people[number % people.len()];
            let mut browser = browser.clone();
            // Pages and server functions take turns.
            if number % 2 == 1 {
                let (name, _) = email.split_once('@').unwrap();
                let name = [("name", name)];
                let renamed = browser.post("/api/account/update-name", &name).await;
                renamed.shows(200, &[]);
            }
            let answer = browser.get("/account").await;
            answer.shows(200, &[]);
            let seen: HashSet<&str> = answer
                .text
                .split(|c: char| !(c.is_ascii_alphanumeric() || "-@.".contains(c)))
                .filter_map(|word| word.strip_prefix("person-")?.split('@').next())
                .collect();
            let number = email.strip_prefix("person-").unwrap().split('@').next();
            assert_eq!(seen, HashSet::from_iter(number));
        })
        .buffer_unordered(64)
        .count()
        .await;
    assert_eq!(answered, 1_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_clients_of_five_hundred_people_find_their_own_rows_only() {
    let project = &Project::start().await;
    let people = five_hundred_people(&project.site).await;
    let people: Vec<(String, String, Id)> = stream::iter(people)
        .map(async |(email, browser)| {
            let client = project.client(&browser).await;
            let row = project::create(&client.tables_db(), &email).await;
            (email, browser.cookies(), row.id)
        })
        .buffer_unordered(16)
        .collect()
        .await;
    let stars = Id::from_static("stars");
    let answered = stream::iter(0..500)
        .map(async |number| {
            let (email, cookies, id) = &people[number % people.len()];
            let (_, _, of_another) = &people[(number + 1) % people.len()];
            let client = project.client_with(cookies).await;
            let tables = client.tables_db();
            let (rows, another, counted) = join!(
                tables.list_rows::<Thing>(&DATABASE, &THINGS, &[]),
                tables.get_row::<Thing>(&DATABASE, &THINGS, of_another, &[]),
                tables.increment_row_column::<Thing>(&DATABASE, &THINGS, id, &stars, 1.0, None),
            );
            let rows = rows.unwrap();
            assert_eq!((rows.total, rows.rows.len()), (1, 1));
            assert_eq!((&rows.rows[0].id, &rows.rows[0].data.title), (id, email));
            assert!(another.unwrap_err().is_not_found());
            assert_eq!(counted.unwrap().data.title, *email);
        })
        .buffer_unordered(64)
        .count()
        .await;
    assert_eq!(answered, 500);
    // Each counted its own, and none was lost.
    let admin = project.admin_client().await;
    let counted = [Query::equal("stars", 1), Query::limit(1)];
    let counted = admin
        .tables_db()
        .list_rows::<Thing>(&DATABASE, &THINGS, &counted)
        .await;
    assert_eq!(counted.unwrap().total, 500);
}

type Calls = Arc<Mutex<Vec<(SocketAddr, Option<String>)>>>;

/// An upstream that notes from which connection each call came, and with which session.
async fn noting_upstream() -> (SocketAddr, Calls) {
    let seen = Calls::default();
    let noted = Arc::clone(&seen);
    let router = Router::new().fallback(
        async move |ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Request| {
            let session = request.headers().get("x-appwrite-session");
            let session = session.map(|value| value.to_str().unwrap().to_owned());
            noted.lock().unwrap().push((peer, session));
            json(200, r#"{"$id":"u1","total":0,"sessions":[]}"#)
        },
    );
    (serve(router).await, seen)
}

#[tokio::test]
async fn connections_are_reused_and_credentials_are_not() {
    let (addr, seen) = noting_upstream().await;
    let app = TestApp::in_front_of(appwrite(&format!("http://{addr}/v1"))).await;
    for number in 0..50 {
        let secret = STANDARD.encode(format!(r#"{{"id":"u{number}","secret":"s"}}"#));
        let ada = app.browser().with_cookie(SESSION_COOKIE, &secret);
        ada.with_cookie(EXTENDED_COOKIE, &extended(&secret, 0))
            .get("/")
            .await;
        app.browser().get("/").await;
        let (_, session) = seen.lock().unwrap().last().unwrap().clone();
        assert_eq!(session, Some(secret));
    }
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 50, "without a session a visit costs no call");
    let connections: HashSet<_> = seen.iter().map(|(peer, _)| *peer).collect();
    assert_eq!(connections.len(), 1);
}

#[tokio::test]
async fn debug_output_hides_every_secret() {
    let (config, app) = client_state("http://127.0.0.1:1/v1");
    let parts = request_with(&format!("{SESSION_COOKIE}={SOME_SECRET}"));
    let (debug, _) = scope(Arc::clone(&app), parts, async {
        let session = create_session_client().await;
        let admin = create_admin_client().await;
        [
            session.map(|client| format!("{client:?}")),
            admin.map(|client| format!("{client:?}")),
        ]
    })
    .await;
    assert_eq!(
        debug,
        [Ok("SessionClient".to_owned()), Ok("AdminClient".to_owned())]
    );
    let secret = SessionSecret::decode(SOME_SECRET);
    let all = format!("{config:?} {app:?} {secret:?}");
    assert!(!all.contains(KEY) && !all.contains(SOME_SECRET), "{all}");
}

#[tokio::test]
async fn a_session_client_reads_and_ends_its_visitors_sessions_only() {
    let local = local_appwrite().await;
    let (_, app) = client_state(&local.endpoint());
    let site = TestApp::in_front_of(appwrite(&local.endpoint())).await;
    let ada = site.signed_up("ada@example.com").await;
    let bob = site.signed_up("bob@example.com").await;

    let current = async {
        let client = create_session_client().await?;
        let session = client.account().get_session(&Id::current()).await;
        session.map_err(AppError::from)
    };
    let parts = request_with(&bob.cookies());
    let (session_of_bob, _) = scope(Arc::clone(&app), parts, current).await;
    let session_of_bob = session_of_bob.unwrap();
    assert!(session_of_bob.current);

    let as_ada = async {
        let client = create_session_client().await?;
        let other = Id::parse(&session_of_bob.id).unwrap();
        let read = client.account().get_session(&other).await;
        let ended = client.account().delete_session(&other).await;
        let own = client.account().delete_session(&Id::current()).await;
        Ok::<_, AppError>((read.is_err(), ended.is_err(), own.is_ok()))
    };
    let parts = request_with(&ada.cookies());
    let (outcome, _) = scope(Arc::clone(&app), parts, as_ada).await;
    assert_eq!(outcome, Ok((true, true, true)));
    assert!(bob.is_signed_in().await);
    assert!(!ada.is_signed_in().await);
}

#[tokio::test]
async fn without_a_session_there_is_no_session_client() {
    let (_, app) = client_state("http://127.0.0.1:1/v1");
    let empty = format!("{SESSION_COOKIE}=");
    for cookie in ["other=1", &empty] {
        let client = async { create_session_client().await.map(|_| ()) };
        let (client, _) = scope(Arc::clone(&app), request_with(cookie), client).await;
        assert_eq!(client, Err(AppError::SignedOut));
    }
}
