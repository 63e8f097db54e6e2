//! Who may see what, what it costs to find out, and what an outage looks like.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use std::{future::ready, time::Duration};

use common::{SOME_COOKIE, TestApp, Upstream, appwrite, header, json, just_extended};

#[tokio::test]
async fn without_a_cookie_a_guarded_page_redirects_and_appwrite_is_not_asked() {
    let upstream = Upstream::answering(|_| async { json(500, "{}") }).await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    for (path, location) in [
        ("/account", "/signin?next=/account"),
        (
            "/account/not/there?a=1",
            "/signin?next=/account/not/there%3Fa%3D1",
        ),
    ] {
        let response = app.get(path).send().await.unwrap();
        assert_eq!(response.status(), 303);
        assert_eq!(header(&response, "location"), location);
        assert_eq!(response.text().await.unwrap(), "");
    }
    for cookie in ["appwrite-session=", "appwrite-session=garbage", "other=1"] {
        let response = app
            .get("/account")
            .header("cookie", cookie)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 303, "{cookie}");
    }
    assert_eq!(upstream.calls(), 0);
}

#[tokio::test]
async fn one_call_finds_out_who_is_asking() {
    let account = r#"{"$id":"u1","name":"Ada","email":"ada@example.com"}"#;
    let upstream = Upstream::answering(move |request| {
        ready(match request.uri().path() {
            "/v1/account" => json(200, account),
            "/v1/account/mfa/factors" => json(200, "{}"),
            "/v1/account/identities" => json(200, r#"{"total":0,"identities":[]}"#),
            "/v1/account/logs" => json(200, r#"{"total":0,"logs":[]}"#),
            _ => json(200, r#"{"total":0,"sessions":[]}"#),
        })
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    for (path, calls) in [
        ("/", 1),
        ("/account", 1),
        ("/account/name", 1),
        ("/account/preferences", 1),
        // The second call is the page's own data.
        ("/account/security", 2),
        ("/account/sessions", 2),
        ("/account/identities", 2),
        ("/account/activity", 2),
        ("/signin", 1),
        ("/recover", 1),
        ("/verify", 1),
        ("/favicon.svg", 0),
        ("/healthz", 0),
        ("/nowhere", 0),
    ] {
        let before = upstream.calls();
        app.get(path)
            .header("cookie", just_extended(SOME_COOKIE))
            .send()
            .await
            .unwrap();
        assert_eq!(upstream.calls() - before, calls, "{path}");
    }
}

#[tokio::test]
async fn each_trouble_has_its_page_and_none_signs_anybody_out() {
    let errors = [
        (
            403,
            r#"{"message":"","code":403,"type":"user_blocked"}"#,
            403,
            "Account blocked",
        ),
        (
            429,
            r#"{"message":"","code":429,"type":"general_rate_limit_exceeded"}"#,
            429,
            "Too many attempts",
        ),
        (
            500,
            r#"{"message":"","code":500,"type":"general_unknown"}"#,
            503,
            "Not reachable right now",
        ),
        (
            502,
            "<html>Bad gateway</html>",
            503,
            "Not reachable right now",
        ),
        (
            401,
            "<html>Who are you?</html>",
            503,
            "Not reachable right now",
        ),
        (200, "[]", 503, "Not reachable right now"),
        (200, "", 503, "Not reachable right now"),
        (
            404,
            r#"{"message":"","code":404,"type":"project_not_found"}"#,
            500,
            "Something went wrong",
        ),
    ];
    for (status, body, expected, title) in errors {
        let upstream = Upstream::answering(move |_| async move { json(status, body) }).await;
        let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
        let response = app
            .get("/account")
            .header("cookie", SOME_COOKIE)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), expected, "{body}");
        assert!(response.headers().get("set-cookie").is_none(), "{body}");
        if expected == 503 || expected == 429 {
            assert_ne!(header(&response, "retry-after"), "", "{body}");
        }
        let id = header(&response, "x-request-id").to_owned();
        let page = response.text().await.unwrap();
        assert!(page.contains(title), "{body}");
        assert!(page.contains(&id), "the page shows the request's id");
    }
}

#[tokio::test]
async fn a_slow_appwrite_is_given_up_on() {
    let upstream = Upstream::answering(|_| async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        json(200, "{}")
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let response = app
        .get("/account")
        .header("cookie", SOME_COOKIE)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 503);
    assert!(response.headers().get("set-cookie").is_none());
}

#[tokio::test]
async fn no_appwrite_at_all_is_said_so() {
    let app = TestApp::in_front_of(appwrite("http://127.0.0.1:1/v1")).await;
    let response = app
        .get("/account")
        .header("cookie", SOME_COOKIE)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 503);
    assert_eq!(app.get("/healthz").send().await.unwrap().status(), 200);
    assert_eq!(app.get("/readyz").send().await.unwrap().status(), 503);
    let form = [("email", "ada@example.com"), ("password", "password-1")];
    let response = app.post("/signin").form(&form).send().await.unwrap();
    assert_eq!(response.status(), 503);
    let page = response.text().await.unwrap();
    assert!(page.contains("not reachable") && page.contains(r#"value="ada@example.com""#));
}

#[tokio::test]
async fn sign_up_whose_sign_in_fails_says_that_the_account_is_there() {
    let upstream = Upstream::answering(|request| {
        ready(match request.uri().path() {
            "/v1/account" => json(201, r#"{"$id":"u1"}"#),
            _ => json(500, r#"{"message":"","code":500,"type":"general_unknown"}"#),
        })
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let form = [("email", "ada@example.com"), ("new-password", "password-1")];
    let response = app.post("/signup").form(&form).send().await.unwrap();
    let page = response.text().await.unwrap();
    assert!(page.contains("Your account was created") && page.contains("Go to sign-in"));
}

#[tokio::test]
async fn a_local_appwrite_is_ready() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/readyz").send().await.unwrap().status(), 200);
}
