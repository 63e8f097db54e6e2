//! The contract of the Appwrite clients: one visitor's each, nothing shared but the connections,
//! and no secret where it does not belong.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::{ConnectInfo, Request},
    http::header::CONTENT_TYPE,
    response::IntoResponse,
};
use common::{KEY, PASSWORD, SOME_COOKIE, SOME_SECRET, TestApp, appwrite, just_extended};
use futures::{StreamExt, stream};
use tokio::net::TcpListener;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_thousand_requests_of_five_hundred_people_get_their_own_data_only() {
    let app = &TestApp::start_with(&[("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let people: Vec<(String, String)> = stream::iter(0..500)
        .map(async |number| {
            let email = format!("person-{number}@example.com");
            let form = [("email", email.as_str()), ("new-password", PASSWORD)];
            // Each from a place of their own, as one place may not make so many accounts.
            let place = format!("2001:db8:0:{number:x}::1");
            let request = app.post("/signup").header("x-forwarded-for", place);
            let mut browser = app.browser();
            browser.send(request.form(&form)).await.leads_to("/account");
            (email, browser.cookies())
        })
        .buffer_unordered(16)
        .collect()
        .await;
    let answered = stream::iter(0..5_000)
        .map(async |number| {
            let (email, session) = &people[number % people.len()];
            // Pages and server functions take turns.
            let path = if number % 2 == 0 {
                "/account"
            } else {
                "/api/account"
            };
            let response = app
                .get(path)
                .header("cookie", session)
                .send()
                .await
                .unwrap();
            assert_eq!(response.status(), 200);
            let text = response.text().await.unwrap();
            let seen: HashSet<&str> = text
                .split(|c: char| !(c.is_ascii_alphanumeric() || "-@.".contains(c)))
                .filter(|word| word.starts_with("person-"))
                .collect();
            assert_eq!(seen, HashSet::from([email.as_str()]));
        })
        .buffer_unordered(64)
        .count()
        .await;
    assert_eq!(answered, 5_000);
}

/// An upstream that notes from which connections its calls came, and with which credentials.
async fn noting_upstream() -> (SocketAddr, Arc<Mutex<Vec<(SocketAddr, Option<String>)>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let router = Router::new().fallback(
        async move |ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Request| {
            let session = request.headers().get("x-appwrite-session");
            let session = session.map(|value| value.to_str().unwrap().to_owned());
            noted.lock().unwrap().push((peer, session));
            let body = r#"{"$id":"u1","total":0,"sessions":[]}"#;
            ([(CONTENT_TYPE, "application/json")], body).into_response()
        },
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    (addr, seen)
}

#[tokio::test]
async fn connections_are_reused_and_credentials_are_not() {
    let (addr, seen) = noting_upstream().await;
    let endpoint = format!("http://{addr}/v1");
    let app = TestApp::in_front_of(appwrite(&endpoint)).await;
    for number in 0..50 {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let secret = STANDARD.encode(format!(r#"{{"id":"u{number}","secret":"s"}}"#));
        let cookie = just_extended(&format!("appwrite-session={secret}"));
        app.get("/").header("cookie", cookie).send().await.unwrap();
        app.get("/").send().await.unwrap();
        let (_, session) = seen.lock().unwrap().last().unwrap().clone();
        assert_eq!(session, Some(secret));
    }
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 50, "nobody's visits cost no call");
    let connections: HashSet<_> = seen.iter().map(|(peer, _)| *peer).collect();
    assert_eq!(connections.len(), 1);
}

#[tokio::test]
async fn debug_output_hides_everything() {
    use leptos_appwrite::server::{
        appwrite::{SessionSecret, create_admin_client, create_session_client},
        config::{Config, Vars},
        request::scope,
        state::AppState,
    };
    let config = Config::read(&Vars::from_pairs([
        ("APPWRITE_ENDPOINT", "http://127.0.0.1:1/v1"),
        ("APPWRITE_PROJECT_ID", "local"),
        ("APPWRITE_KEY", KEY),
    ]))
    .unwrap();
    let app = AppState::new(&config, &appwrite("http://127.0.0.1:1/v1")).unwrap();
    let request = Request::builder()
        .header("cookie", SOME_COOKIE)
        .body(())
        .unwrap();
    let (debug, _) = scope(Arc::clone(&app), request.into_parts().0, async {
        let session = create_session_client()
            .await
            .map(|client| format!("{client:?}"));
        let admin = create_admin_client()
            .await
            .map(|client| format!("{client:?}"));
        [session, admin]
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
async fn a_session_client_reads_and_ends_sessions_of_its_visitor_only() {
    use leptos_appwrite::{
        error::AppError,
        server::{
            appwrite::{SessionId, create_session_client},
            config::{Config, Vars},
            request::scope,
            state::AppState,
        },
    };
    let local = common::local_appwrite().await;
    let config = Config::read(&Vars::from_pairs([
        ("APPWRITE_ENDPOINT", local.endpoint().as_str()),
        ("APPWRITE_PROJECT_ID", local.project()),
        ("APPWRITE_KEY", KEY),
    ]))
    .unwrap();
    let appwrite = appwrite(&local.endpoint());
    let app = AppState::new(&config, &appwrite).unwrap();
    let site = TestApp::in_front_of(appwrite).await;
    let ada = site.sign_up("ada@example.com").await;
    let bob = site.sign_up("bob@example.com").await;
    let parts = |cookie: &str| {
        let request = Request::builder().header("cookie", cookie).body(());
        request.unwrap().into_parts().0
    };

    let current = async {
        let client = create_session_client().await?;
        let session = client.account().get_session(&SessionId::Current).await;
        session.map_err(|error| error.into_app_error())
    };
    let (session_of_bob, _) = scope(Arc::clone(&app), parts(&bob), current).await;
    let session_of_bob = session_of_bob.unwrap();
    assert!(session_of_bob.current);

    let as_ada = async {
        let client = create_session_client().await?;
        let other = SessionId::Id(session_of_bob.id.clone());
        let read = client.account().get_session(&other).await;
        let ended = client.account().delete_session(&other).await;
        let own = client.account().delete_session(&SessionId::Current).await;
        Ok::<_, AppError>((read.is_err(), ended.is_err(), own.is_ok()))
    };
    let (outcome, _) = scope(Arc::clone(&app), parts(&ada), as_ada).await;
    assert_eq!(outcome, Ok((true, true, true)));
    assert_eq!(
        site.get("/account")
            .header("cookie", &bob)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    assert_eq!(
        site.get("/account")
            .header("cookie", &ada)
            .send()
            .await
            .unwrap()
            .status(),
        303
    );

    let (nobody, _) = scope(app, parts("other=1"), async {
        create_session_client().await.map(|_| ())
    })
    .await;
    assert_eq!(nobody, Err(AppError::SignedOut));
}
