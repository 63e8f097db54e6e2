//! The list of what has happened to the account.

use std::future::ready;

use crate::support::{Answer, TestApp, Upstream, json, texts};

/// The page in front of an Appwrite that answers so when it's asked for the log.
async fn page_with_log(status: u16, log: &'static str) -> Answer {
    let upstream = Upstream::answering(move |request| {
        ready(match request.uri().path() {
            "/v1/account" => json(200, r#"{"$id":"u1","email":"ada@example.com"}"#),
            _ => json(status, log),
        })
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    app.browser_with_session().get("/account/activity").await
}

#[tokio::test]
async fn what_one_does_is_listed() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.get("/account/activity")
        .await
        .shows(200, &["Account created", "Signed in"]);
}

#[tokio::test]
async fn an_event_shows_its_kind_time_and_place() {
    let log = r#"{"total":2,"logs":[
        {"event":"session.create","time":"2026-08-21T12:00:00.000+00:00","ip":"203.0.113.7",
         "clientName":"Firefox","clientVersion":"140.0","osName":"GNU/Linux","countryName":"Unknown"},
        {"event":"of.the.future","time":"2026-08-20 12:00:00.000","ip":null}]}"#;
    page_with_log(200, log).await.shows(
        200,
        &[
            "Signed in",
            "21 August 2026, 12:00 UTC",
            "Firefox 140 · GNU/Linux · 203.0.113.7",
            "Of the future",
            r#"datetime="2026-08-20T12:00:00.000+00:00">20 August 2026"#,
        ],
    );
}

#[tokio::test]
async fn a_missing_log_is_not_an_outage() {
    let missing = r#"{"message":"","code":404,"type":"general_route_not_found"}"#;
    page_with_log(404, missing)
        .await
        .shows(200, &["keeps no log of account activity"]);
    let outage = r#"{"message":"","code":500,"type":"general_unknown"}"#;
    page_with_log(500, outage)
        .await
        .shows(503, &[texts::NOT_REACHABLE]);
}
