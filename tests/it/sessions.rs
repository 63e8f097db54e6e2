//! The list of sessions: they end one by one, or together.

use std::future::ready;

use reqwest::Method;

use crate::support::{Browser, TestApp, Upstream, json};

const END: &str = "/account/sessions/end";
const ENDED: &str = "/account/sessions?flash=session-ended";

async fn count_signed_in(browsers: &[Browser]) -> usize {
    let mut count = 0;
    for browser in browsers {
        count += usize::from(browser.is_signed_in().await);
    }
    count
}

#[tokio::test]
async fn sessions_end_one_by_one_or_together() {
    let app = TestApp::start().await;
    let mut here = app.signed_up("ada@example.com").await;
    let page = here.get("/account/sessions").await;
    page.shows(200, &["this device", "Sign out everywhere"]);
    page.hides(&["Sign out all others", r#"action="/account/sessions/end""#]);

    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(app.signed_in("ada@example.com").await);
    }
    let bob = app.signed_up("bob@example.com").await;
    let page = here.get("/account/sessions").await;
    page.shows(200, &["Sign out all others"]);
    let ids = page.ids();
    assert_eq!(ids.len(), 3, "all but this one");

    here.post(END, &[("id", &ids[0])]).await.leads_to(ENDED);
    here.get("/account/sessions")
        .await
        .shows(200, &["That session has ended."]);
    assert_eq!(count_signed_in(&others).await, 2);
    // It's fine to end one that has ended already.
    here.post(END, &[("id", &ids[0])]).await.leads_to(ENDED);
    here.post(END, &[]).await.shows(400, &[]);
    assert_eq!(count_signed_in(&others).await, 2);

    here.post("/account/sessions/end-others", &[])
        .await
        .leads_to("/account/sessions?flash=other-sessions-ended");
    assert_eq!(count_signed_in(&others).await, 0);
    assert!(here.is_signed_in().await);
    assert!(bob.is_signed_in().await, "only one's own");
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let app = TestApp::start().await;
    let mut here = app.signed_up("ada@example.com").await;
    let there = app.signed_in("ada@example.com").await;
    here.post("/signout/everywhere", &[])
        .await
        .leads_to("/signin?flash=signed-out-everywhere");
    assert!(!here.has_session());
    here.get("/signin")
        .await
        .shows(200, &["signed out on all your devices."]);
    assert!(!there.is_signed_in().await);
    // Nobody says so to whom it isn't true.
    app.browser()
        .post("/signout/everywhere", &[])
        .await
        .leads_to("/signin?flash=nothing-saved");
}

#[tokio::test]
async fn a_session_that_has_ended_cannot_end_others() {
    let app = TestApp::start().await;
    let mut here = app.signed_up("ada@example.com").await;
    let thief = app.signed_in("ada@example.com").await;
    app.call_appwrite(&here, Method::DELETE, "/account/sessions/current")
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    here.post("/signout/everywhere", &[])
        .await
        .leads_to("/signin?flash=nothing-saved");
    assert!(!here.has_session());
    assert!(thief.is_signed_in().await);
}

#[tokio::test]
async fn a_session_that_has_expired_is_not_listed() {
    let list = r#"{"total":4,"sessions":[
        {"$id":"here","expire":"2099-01-01T00:00:00.000+00:00","current":true},
        {"$id":"alive","expire":"2099-01-01 00:00:00.000"},
        {"$id":"dead","expire":"2020-01-01T00:00:00.000+00:00"},
        {"$id":"dead-too","expire":"2020-01-01 00:00:00.000"}]}"#;
    let upstream = Upstream::answering(move |request| {
        ready(match request.uri().path() {
            "/v1/account" => json(200, r#"{"$id":"u1","email":"ada@example.com"}"#),
            _ => json(200, list),
        })
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let mut ada = app.browser_with_session();
    let page = ada.get("/account/sessions").await;
    page.shows(200, &["this device", "Sign out all others"]);
    assert_eq!(page.ids(), ["alive"]);
}
