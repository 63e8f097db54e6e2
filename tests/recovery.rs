//! A new password for who forgot theirs.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use appwrite_local::Settings;
use common::{PASSWORD, SESSION, TestApp, query_of};

const NEW: &str = "another-password-2";

#[tokio::test]
async fn a_link_sets_a_new_password_and_ends_every_session() {
    let app = TestApp::start().await;
    let mut elsewhere = app.signed_up("ada@example.com").await;
    let mut here = app.signed_in("ada@example.com").await;
    here.get("/recover")
        .await
        .shows(200, &["Forgot your password?"]);
    here.post("/recover", &[("email", " Ada@example.com")])
        .await
        .leads_to("/recover/sent");
    here.get("/recover/sent")
        .await
        .shows(200, &["If there is an account"]);

    let mail = app.newest("ada@example.com").await;
    assert!(
        mail.link()
            .starts_with(&format!("{}/recover/confirm?", app.url))
    );
    here.get(mail.link()).await.shows(
        200,
        &["With a new password your sessions end", "new-password"],
    );
    assert!(elsewhere.is_signed_in().await, "a GET changes nothing");

    here.post(mail.link(), &[("new-password", NEW)])
        .await
        .leads_to("/signin?notice=password-reset");
    assert_eq!(here.cookie(SESSION), None);
    here.get("/signin?notice=password-reset").await.shows(
        200,
        &["Your new password is set, and your sessions have ended"],
    );
    assert!(!elsewhere.is_signed_in().await);
    for (password, status) in [(PASSWORD, 401), (NEW, 303)] {
        let form = [("email", "ada@example.com"), ("password", password)];
        assert_eq!(here.post("/signin", &form).await.status, status);
    }
}

#[tokio::test]
async fn nobody_learns_who_has_an_account() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let mut blocked = app.signed_up("bob@example.com").await;
    blocked
        .post("/account/deactivate", &[("confirmation", "deactivate")])
        .await
        .leads_to("/signin?notice=deactivated");
    for (email, mails) in [
        ("ada@example.com", 1),
        ("bob@example.com", 0),
        ("nobody@example.com", 0),
    ] {
        let answer = app.browser().post("/recover", &[("email", email)]).await;
        answer.leads_to("/recover/sent");
        assert!(answer.set_cookies().is_empty(), "{email}");
        let inbox = app.inbox(email, "Password Reset").await;
        assert_eq!(inbox.len(), mails, "{email}");
    }
}

#[tokio::test]
async fn a_link_works_once_and_a_new_one_is_offered() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let id = ada.account_id().await;
    app.browser()
        .post("/recover", &[("email", "ada@example.com")])
        .await;
    let link = app.newest("ada@example.com").await.link().to_owned();
    let form = [("new-password", NEW)];
    app.browser()
        .post(&link, &form)
        .await
        .leads_to("/signin?notice=password-reset");
    for dead in [
        link.as_str(),
        &format!("/recover/confirm?userId={id}&secret=abc"),
        "/recover/confirm?userId=nobody&secret=abc",
        "/recover/confirm?userId=&secret=",
    ] {
        let page = app.browser().post(dead, &form).await;
        page.shows(
            410,
            &[
                "This link has been used, or is too old.",
                "Send a new link",
                r#"href="/recover""#,
            ],
        );
        page.hides(&["<form class=\"form\""]);
    }
    for cut_off in ["/recover/confirm", "/recover/confirm?userId=a"] {
        let page = app.browser().get(cut_off).await;
        page.shows(410, &["Send a new link"]);
    }
}

#[tokio::test]
async fn a_password_that_is_refused_is_a_field_error_and_the_link_still_works() {
    let settings = Settings {
        auth_password_history: 5,
        auth_password_dictionary: true,
        auth_personal_data_check: true,
        ..Settings::default()
    };
    let app = TestApp::start_on(settings, &[]).await;
    let form = [
        ("name", "Ada"),
        ("email", "lovelace@example.com"),
        ("new-password", "kW8-first-vXq2"),
    ];
    app.browser()
        .post("/signup", &form)
        .await
        .leads_to("/account");
    app.browser()
        .post("/recover", &[("email", "lovelace@example.com")])
        .await;
    let link = app.newest("lovelace@example.com").await.link().to_owned();
    let mut ada = app.browser();
    for (password, error) in [
        ("", "Choose a password."),
        ("short-7", "The password needs at least 8 characters."),
        ("password", "This password is too common or too weak."),
        ("kW8-first-vXq2", "You had this password before."),
        (
            "kW8-lovelace-vXq2",
            "must not contain your name, e-mail or phone number.",
        ),
    ] {
        let page = ada.post(&link, &[("new-password", password)]).await;
        page.shows(422, &[error, r#"aria-invalid="true""#]);
        if !password.is_empty() {
            page.hides(&[&format!(r#"value="{password}""#)]);
        }
        page.hides(&[&query_of(&link, "secret")]);
    }
    ada.post(&link, &[("new-password", "kW8-second-vXq2")])
        .await
        .leads_to("/signin?notice=password-reset");
}

#[tokio::test]
async fn what_is_no_address_is_shown_again() {
    let app = TestApp::start().await;
    for (email, error) in [
        ("", "Enter your e-mail address."),
        ("ada", "Enter an e-mail address like name@example.com."),
    ] {
        let page = app.browser().post("/recover", &[("email", email)]).await;
        page.shows(422, &[error, &format!(r#"value="{email}""#)]);
    }
}

#[tokio::test]
async fn an_outage_is_said_and_nothing_is_neutral_about_it() {
    let mut app = TestApp::start().await;
    app.end_appwrite().await;
    let page = app
        .browser()
        .post("/recover", &[("email", "ada@example.com")])
        .await;
    page.shows(
        503,
        &["not reachable right now", r#"value="ada@example.com""#],
    );
    assert_ne!(page.header("retry-after"), "");
}
