//! Somebody else who comes at the same moment, perhaps the owner on another device, and ends all sessions:
//! also the one that the app looks with.

use appwrite_local::Settings;
use reqwest::Method;

use super::{ask_for_code, by_code, password_answers, start_behind_a_gate};
use crate::support::{
    Browser, Gate, TestApp,
    forms::{self, NEW_PASSWORD, PASSWORD},
};

/// Opens a link or enters a code, while all sessions end as soon as Appwrite has answered to this call.
async fn ended_after(
    app: &TestApp,
    gate: &Gate,
    call: &str,
    (mut ada, page): (Browser, String),
    form: Vec<(&'static str, String)>,
) -> (u16, String) {
    let mallory = app.signed_in_past("ada@example.com").await;
    gate.close_to(call);
    let coming = tokio::spawn(async move {
        let form: Vec<_> = form.iter().map(|(name, it)| (*name, it.as_str())).collect();
        let answer = ada.post(&page, &form).await;
        (answer.status, answer.header("location").to_owned())
    });
    gate.holds_one().await;
    let sessions = app.call_appwrite(&mallory, Method::DELETE, "/account/sessions");
    sessions.send().await.unwrap().error_for_status().unwrap();
    gate.open();
    coming.await.unwrap()
}

#[tokio::test]
async fn a_code_looks_again() {
    let (app, gate) = start_behind_a_gate(Settings::default()).await;
    app.signed_up("ada@example.com").await;
    let mut ada = app.browser();
    let (page, code) = ask_for_code(&app, &mut ada).await;
    let form = vec![("code", code)];
    let answer = ended_after(&app, &gate, "POST /users", (ada, page), form).await;
    assert_eq!(answer, (303, "/account".to_owned()));
    assert_eq!(password_answers(&app, PASSWORD).await, 401);
}

#[tokio::test]
async fn a_link_that_verifies_looks_again() {
    for call in ["POST /users", "PUT /account/verifications/email"] {
        let (app, gate) = start_behind_a_gate(Settings::default()).await;
        let mut mallory = app.signed_up("ada@example.com").await;
        mallory.post("/account/email/verify", &[]).await;
        let link = app.newest_link("ada@example.com").await;
        let there = (app.browser(), link);
        let (status, _) = ended_after(&app, &gate, call, there, Vec::new()).await;
        assert_eq!(status, 303, "{call}");
        // It's noted.
        by_code(&app, &mut app.browser(), "/account").await;
    }
}

#[tokio::test]
async fn a_link_that_sets_a_password_looks_again() {
    let (app, gate) = start_behind_a_gate(Settings::default()).await;
    app.signed_up("ada@example.com").await;
    let mut ada = app.browser();
    ada.post("/recover", &[("email", "ada@example.com")]).await;
    let link = app.newest_link("ada@example.com").await;
    let form = forms::choose_password(NEW_PASSWORD);
    let form = form.iter().map(|(name, it)| (*name, (*it).to_owned()));
    let form = form.collect();
    let (status, _) = ended_after(&app, &gate, "POST /users", (ada, link), form).await;
    assert_eq!(status, 303);
    assert_eq!(password_answers(&app, NEW_PASSWORD).await, 303);
    by_code(&app, &mut app.browser(), "/account").await;
}
