//! How long a session lives: it is extended while it is in use, and ends when it is dead.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::http::Method;
use common::{Browser, SESSION, SOME_SECRET, TestApp, Upstream, extended, json};
use leptos_appwrite::server::config::Appwrite;

const EXTENDED: &str = "appwrite-session-extended";
const DAY: i64 = 24 * 60 * 60;
const ACCOUNT: &str = r#"{"$id":"u1","name":"Ada","email":"ada@example.com"}"#;

/// An Appwrite with one account, that answers so when a session is to be extended, and how often it
/// was asked to.
async fn extending(status: u16, body: &'static str) -> (Appwrite, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let upstream = Upstream::answering(move |request| {
        let extends = request.method() == Method::PATCH;
        if extends {
            assert_eq!(request.uri().path(), "/v1/account/sessions/current");
            counter.fetch_add(1, Ordering::SeqCst);
        }
        ready(if extends {
            json(status, body)
        } else {
            json(200, ACCOUNT)
        })
    })
    .await;
    (upstream.appwrite, asked)
}

/// A browser with a session, and this in the cookie that says when it was extended.
fn browser<'a>(app: &'a TestApp, extended: &Option<String>) -> Browser<'a> {
    let mut browser = app.browser();
    browser.set_cookie(SESSION, Some(SOME_SECRET.to_owned()));
    browser.set_cookie(EXTENDED, extended.clone());
    browser
}

#[tokio::test]
async fn a_session_in_use_is_extended_once_a_day_and_the_cookies_follow() {
    let (appwrite, asked) = extending(
        200,
        r#"{"$id":"s1","expire":"2031-02-03T04:05:06.000+00:00"}"#,
    )
    .await;
    let app = TestApp::in_front_of(appwrite).await;
    for (case, last, calls) in [
        ("never", None, 1),
        ("more than a day ago", Some(extended(DAY + 60)), 1),
        ("in the future", Some(extended(-3600)), 1),
        ("garbage", Some("garbage".to_owned()), 1),
        ("a moment ago", Some(extended(0)), 0),
        ("less than a day ago", Some(extended(DAY - 60)), 0),
    ] {
        let mut ada = browser(&app, &last);
        asked.store(0, Ordering::SeqCst);
        let page = ada.get("/").await;
        page.shows(200, &["Your account"]);
        assert_eq!(asked.load(Ordering::SeqCst), calls, "{case}");
        let set = page.set_cookies();
        if calls == 0 {
            assert!(set.is_empty(), "{case}: {set:?}");
            continue;
        }
        let [session, extended] = set[..] else {
            panic!("{case}: {set:?}");
        };
        assert!(
            session.starts_with(&format!("{SESSION}={SOME_SECRET};")),
            "{case}"
        );
        assert!(extended.starts_with(&format!("{EXTENDED}=")), "{case}");
        for cookie in [session, extended] {
            assert!(
                cookie.contains("Expires=Mon, 03 Feb 2031 04:05:06 GMT"),
                "{case}"
            );
        }
        // The next page costs nothing.
        ada.get("/").await;
        assert_eq!(asked.load(Ordering::SeqCst), 1, "{case}");
    }
}

#[tokio::test]
async fn an_appwrite_that_does_not_extend_it_changes_nothing() {
    for (status, body) in [
        (
            401,
            r#"{"message":"","code":401,"type":"user_unauthorized"}"#,
        ),
        (
            404,
            r#"{"message":"","code":404,"type":"general_route_not_found"}"#,
        ),
        (
            429,
            r#"{"message":"","code":429,"type":"general_rate_limit_exceeded"}"#,
        ),
        (500, r#"{"message":"","code":500,"type":"general_unknown"}"#),
        (200, "<html>Bad gateway</html>"),
        (200, r#"{"$id":"s1","expire":"soon"}"#),
    ] {
        let (appwrite, asked) = extending(status, body).await;
        let app = TestApp::in_front_of(appwrite).await;
        let mut ada = browser(&app, &None);
        for _ in 0..3 {
            ada.get("/").await.shows(200, &["Your account"]);
        }
        assert_eq!(
            asked.load(Ordering::SeqCst),
            1,
            "asked again tomorrow: {body}"
        );
        assert_eq!(ada.cookie(SESSION), Some(SOME_SECRET), "{body}");
    }
}

#[tokio::test]
async fn files_and_server_functions_extend_nothing() {
    let (appwrite, asked) = extending(500, "{}").await;
    let app = TestApp::in_front_of(appwrite).await;
    for path in ["/favicon.svg", "/healthz", "/api/account"] {
        browser(&app, &None).get(path).await;
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_local_appwrite_extends_a_session() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    assert!(
        ada.get("/account").await.set_cookies().is_empty(),
        "it is new"
    );
    ada.set_cookie(EXTENDED, None);
    let page = ada.get("/account").await;
    assert_eq!(page.set_cookies().len(), 2);
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn a_dead_cookie_is_cleared() {
    let app = TestApp::start().await;
    let ada = app.signed_up("ada@example.com").await;
    let dead = ada.clone();
    let mut out = ada.clone();
    out.post("/signout", &[])
        .await
        .leads_to("/signin?notice=signed-out");
    for (path, location) in [("/account", "/signin?next=/account"), ("/mfa", "/signin")] {
        let mut ada = dead.clone();
        ada.get(path).await.leads_to(location);
        assert_eq!(ada.cookie(SESSION), None, "{path}");
    }
    for path in ["/", "/signin", "/signup", "/recover"] {
        let mut ada = dead.clone();
        ada.get(path).await.shows(200, &["Sign in"]);
        assert_eq!(ada.cookie(SESSION), None, "{path}");
    }
    // So is one that cannot be a session's.
    let mut garbage = app.browser();
    garbage.set_cookie(SESSION, Some("garbage".to_owned()));
    garbage.get("/").await.shows(200, &["Sign in"]);
    assert_eq!(garbage.cookie(SESSION), None);
}

#[tokio::test]
async fn each_way_in_ends_the_session_before() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let with_password = [("email", "ada@example.com"), ("password", "password-1")];
    let new = [("email", "new@example.com"), ("new-password", "password-1")];
    for (path, form) in [
        ("/signin", &with_password[..]),
        ("/signup", &new[..]),
        ("/signin/anonymous", &[]),
    ] {
        let mut browser = app.browser();
        browser
            .post("/signin/anonymous", &[])
            .await
            .leads_to("/account");
        let mut old = browser.clone();
        browser.post(path, form).await.leads_to("/account");
        assert!(browser.is_signed_in().await, "{path}");
        assert!(!old.is_signed_in().await, "{path}");
    }
}

#[tokio::test]
async fn a_sign_in_that_fails_leaves_the_session_as_it_is() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let before = ada.cookies();
    let form = [("email", "ada@example.com"), ("password", "wrong-password")];
    assert_eq!(ada.post("/signin", &form).await.status, 401);
    assert_eq!(ada.cookies(), before);
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn who_is_signed_in_is_led_on_from_the_pages_for_others() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    for (path, location) in [
        ("/signin", "/account"),
        ("/signup?next=/account/sessions", "/account/sessions"),
        ("/signin?next=//evil.example", "/account"),
        ("/signin/magic-url", "/account"),
    ] {
        ada.get(path).await.leads_to(location);
    }
}
