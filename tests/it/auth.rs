//! Signing up, in and out with an email address and a password.

use std::future::ready;

use axum::{
    http::{StatusCode, header::LOCATION},
    response::{Html, IntoResponse, Response},
};

use crate::support::{
    EXTENDED_COOKIE, Log, SESSION_COOKIE, TestApp, Upstream, appwrite_error,
    forms::{self, PASSWORD},
    json, texts,
};

#[tokio::test]
async fn signing_up_leads_to_the_account_and_signing_out_ends_the_session() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let page = ada.get("/account").await;
    page.shows(200, &["ada@example.com", texts::NOT_VERIFIED]);
    assert_eq!(page.header("cache-control"), "private, no-store");

    let mut copy = ada.clone();
    ada.post("/signout", &[])
        .await
        .leads_to("/signin?flash=signed-out");
    assert!(!ada.has_session());
    copy.get("/account").await.leads_to("/signin?next=/account");
}

#[tokio::test]
async fn the_cookie_lives_as_long_as_browsers_keep_one() {
    let app = TestApp::start().await;
    let answer = app
        .browser()
        .post("/signup", &forms::sign_up("ada@example.com", PASSWORD))
        .await;
    let [session, extended, _] = answer.set_cookies()[..] else {
        panic!("{:?}", answer.set_cookies());
    };
    assert!(session.starts_with(&format!("{SESSION_COOKIE}=")));
    assert!(extended.starts_with(&format!("{EXTENDED_COOKIE}=")));
    // Appwrite can extend the session until then without another cookie. The other one ends with it.
    for (cookie, days) in [(session, 400), (extended, 365)] {
        let expires = cookie.split("Expires=").nth(1).unwrap();
        let date = time::OffsetDateTime::now_utc() + time::Duration::days(days);
        let month = &date.month().to_string()[..3];
        let date = format!("{:02} {month} {} ", date.day(), date.year());
        assert!(expires.contains(&date), "{cookie} {date}");
    }
}

#[tokio::test]
async fn signing_in_ends_the_session_that_the_cookie_held() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let old = ada.clone();
    let form = forms::sign_in(" ADA@example.com", PASSWORD);
    ada.post("/signin?next=/account%3Fx%3D1", &form)
        .await
        .leads_to("/account?x=1");
    assert!(ada.is_signed_in().await);
    assert!(!old.is_signed_in().await);
}

#[tokio::test]
async fn the_first_of_two_nexts_counts() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    let form = forms::sign_in("ada@example.com", PASSWORD);
    app.browser()
        .post(
            "/signin?next=/account/sessions&next=/account/activity",
            &form,
        )
        .await
        .leads_to("/account/sessions");
}

#[tokio::test]
async fn next_never_leads_to_another_site() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    for next in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        let form = forms::sign_in("ada@example.com", PASSWORD);
        app.browser()
            .post(&format!("/signin?next={next}"), &form)
            .await
            .leads_to("/account");
    }
}

#[tokio::test]
async fn a_form_with_mistakes_comes_back_without_the_password() {
    let app = TestApp::start().await;
    let mut form = forms::sign_up("nope", "short-7");
    form[0].1 = "A<b>";
    let page = app.browser().post("/signup", &form).await;
    page.shows(
        422,
        &[
            texts::EMAIL_MALFORMED,
            texts::PASSWORD_TOO_SHORT,
            &texts::value("nope"),
            &texts::value("A&lt;b&gt;"),
        ],
    );
    page.hides(&["short-7"]);
    assert_eq!(page.header("cache-control"), "private, no-store");
    assert!(page.set_cookies().is_empty());
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    for (email, password) in [
        ("ada@example.com", "password-2"),
        ("bob@example.com", "password-2"),
        // Too short to be anybody's, which is no reason to say so.
        ("ada@example.com", "x"),
    ] {
        let form = forms::sign_in(email, password);
        app.browser()
            .post("/signin", &form)
            .await
            .shows(401, &["Incorrect email or password."]);
    }
}

#[tokio::test]
async fn an_address_that_has_an_account_is_a_conflict() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    app.browser()
        .post("/signup", &forms::sign_up("Ada@Example.com", PASSWORD))
        .await
        .shows(409, &[]);
}

#[tokio::test]
async fn the_sessions_page_shows_the_visitors_browser_and_not_the_server() {
    let app = TestApp::start().await;
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let mut ada = app.browser().with_header("user-agent", firefox);
    ada.post("/signup", &forms::sign_up("ada@example.com", PASSWORD))
        .await
        .leads_to(&texts::link_sent("ada@example.com"));
    ada.get("/account/sessions")
        .await
        .shows(200, &["Firefox 140 on GNU/Linux", "this device"]);
}

#[tokio::test]
async fn an_appwrite_that_is_down_keeps_nobody_signed_in() {
    let mut app = TestApp::start().await;
    let ada = app.signed_up("ada@example.com").await;
    app.end_appwrite().await;
    for path in ["/signout", "/signout/everywhere"] {
        let mut ada = ada.clone();
        ada.post(path, &[])
            .await
            .leads_to("/signin?flash=signed-out-here-only");
        assert!(!ada.has_session(), "{path}");
        ada.get("/signin")
            .await
            .shows(200, &["reach the service, so the session itself"]);
    }
}

#[tokio::test]
async fn a_redirect_in_place_of_an_answer_is_no_success() {
    nothing_succeeds(|| (StatusCode::FOUND, [(LOCATION, "https://example.com/")]).into_response())
        .await;
}

#[tokio::test]
async fn a_web_page_in_place_of_an_answer_is_no_success() {
    nothing_succeeds(|| Html("<h1>We'll be back</h1>").into_response()).await;
}

/// In front of something that answers every call like this, but the one that says who it is.
async fn nothing_succeeds(answer: fn() -> Response) {
    let upstream = Upstream::answering(move |request| {
        let account = r#"{"$id":"u1","email":"ada@example.com","passwordUpdate":"2026"}"#;
        ready(match (request.method().as_str(), request.uri().path()) {
            // Who it is has to be known for a request to get as far as the others.
            ("GET", "/v1/account") => json(200, account),
            _ => answer(),
        })
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let link = &format!("/verify?userId=u2&secret={}", "a".repeat(64));
    for (path, form) in [
        (link.as_str(), &[][..]),
        ("/account/name", &[("name", "Ada")]),
        ("/account/sessions/end", &[("id", "s1")]),
        ("/account/deactivate", &forms::DEACTIVATE),
    ] {
        let answer = app.browser_with_session().post(path, form).await;
        answer.shows(503, &["reach the service right now"]);
    }
    for path in ["/signout", "/signout/everywhere"] {
        app.browser_with_session()
            .post(path, &[])
            .await
            .leads_to("/signin?flash=signed-out-here-only");
    }
}

#[tokio::test]
async fn a_refused_key_is_our_fault_and_in_the_log() {
    let log = Log::start();
    let refusing = |_| ready(appwrite_error(401, "general_unauthorized_scope"));
    let upstream = Upstream::answering(refusing).await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let form = forms::sign_in("ada@example.com", PASSWORD);
    let answer = app.browser().post("/signin", &form).await;
    answer.shows(503, &["reach the service right now"]);
    log.shows("ERROR");
    log.shows("refused the API key");
}
