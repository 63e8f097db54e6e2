//! The list of linked accounts: each signs its owner in, until it's unlinked.

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::http::Method;

use crate::support::{TestApp, Upstream, json};

const UNLINK: &str = "/account/identities/unlink";
const UNLINKED: &str = "/account/identities?flash=identity-unlinked&provider=github";

#[tokio::test]
async fn a_linked_account_is_unlinked() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.link(&mut ada, "github").await;
    app.link(&mut ada, "google").await;
    let page = ada.get("/account/identities").await;
    page.shows(200, &["GitHub", "Google", "Link Mock"]);
    page.hides(&["your only way to sign in"]);
    let id = &page.ids()[0];
    ada.confirm_password().await;
    ada.post(UNLINK, &[("id", id)]).await.leads_to(UNLINKED);
    let page = ada.get("/account/identities").await;
    page.shows(200, &["GitHub unlinked."]);
    page.hides(&[id]);
    // It's fine to unlink one that is unlinked already.
    ada.post(UNLINK, &[("id", id)])
        .await
        .leads_to("/account/identities?flash=identity-unlinked");
    ada.post(UNLINK, &[]).await.shows(400, &[]);
}

#[tokio::test]
async fn the_last_way_in_is_not_unlinked() {
    let deleted = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&deleted);
    let upstream = Upstream::answering(move |request| {
        if request.method() == Method::DELETE {
            counter.fetch_add(1, Ordering::SeqCst);
        }
        ready(match request.uri().path() {
            "/v1/account" => json(200, r#"{"$id":"u1","email":"ada@example.com"}"#),
            _ => json(
                200,
                r#"{"total":1,"identities":[{"$id":"i1","provider":"github"}]}"#,
            ),
        })
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let mut ada = app.browser_with_session();
    let page = ada.get("/account/identities").await;
    page.shows(200, &["GitHub", "your only way to sign in"]);
    page.hides(&[UNLINK]);
    ada.post(UNLINK, &[("id", "i1")])
        .await
        .shows(409, &["This is your only way to sign in."]);
    assert_eq!(deleted.load(Ordering::SeqCst), 0);
}
