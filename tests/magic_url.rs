//! Signing in with a link by e-mail.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use common::{SESSION, TestApp, query_of};

#[tokio::test]
async fn a_link_signs_in_and_makes_the_account_where_there_is_none() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    ada.get("/signin/magic-url?next=/account/sessions")
        .await
        .shows(
            200,
            &[
                "A link by e-mail",
                r#"href="/signin?next=/account/sessions""#,
            ],
        );
    let form = [("email", " Ada@Example.com ")];
    ada.post("/signin/magic-url?next=/account/sessions", &form)
        .await
        .leads_to("/signin/sent");
    let mail = app.newest("ada@example.com").await;
    let sent = ada.get("/signin/sent").await;
    sent.shows(200, &["ada@example.com"]);
    let phrase = sent.between("it is not ours.</span><strong>", "<");
    assert!(mail.text.contains(&format!("Security phrase: {phrase}")));

    let link = mail.link();
    assert!(
        link.starts_with(&format!("{}/signin/link?", app.url)),
        "{link}"
    );
    ada.get(link).await.shows(200, &["This link signs you in"]);
    assert!(!ada.is_signed_in().await, "a GET changes nothing");
    ada.post(link, &[]).await.leads_to("/account/sessions");
    let page = ada.get("/account/sessions").await;
    page.shows(200, &["a link by e-mail", "this device"]);
    // The flow is over.
    ada.get("/account")
        .await
        .shows(200, &["ada@example.com", ">verified<"]);
    assert_eq!(ada.cookie("appwrite-session-flow"), None);
}

#[tokio::test]
async fn a_link_works_in_another_browser_and_only_once() {
    let app = TestApp::start().await;
    let mut here = app.browser();
    let form = [("email", "ada@example.com")];
    here.post("/signin/magic-url", &form)
        .await
        .leads_to("/signin/sent");
    let mail = app.newest("ada@example.com").await;
    let mut there = app.browser();
    there.get(mail.link()).await.shows(200, &["Sign in"]);
    there.post(mail.link(), &[]).await.leads_to("/account");
    assert!(there.is_signed_in().await);

    let again = here.post(mail.link(), &[]).await;
    again.shows(410, &["has been used, or is too old", r#"href="/signin""#]);
    assert_eq!(here.cookie(SESSION), None);
}

#[tokio::test]
async fn a_link_that_cannot_work_says_so() {
    let app = TestApp::start().await;
    let ada = app.signed_up("ada@example.com").await;
    let id = ada.clone().account_id().await;
    for link in [
        "/signin/link".to_owned(),
        format!("/signin/link?userId={id}"),
        "/signin/link?secret=abc".to_owned(),
    ] {
        let page = app.browser().get(&link).await;
        page.shows(410, &["has been used, or is too old", r#"href="/signin""#]);
        page.hides(&["This link signs you in"]);
    }
    for link in [
        format!("/signin/link?userId={id}&secret=abc"),
        "/signin/link?userId=nobody&secret=abc".to_owned(),
        // None that Appwrite could have made.
        format!("/signin/link?userId=%20%2F&secret={}", "x".repeat(300)),
        "/signin/link".to_owned(),
    ] {
        let page = app.browser().post(&link, &[]).await;
        page.shows(410, &["has been used, or is too old"]);
        assert!(page.set_cookies().is_empty(), "{link}");
    }
}

#[tokio::test]
async fn an_account_that_is_there_is_signed_in_to() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let id = ada.account_id().await;
    let mut there = app.browser();
    there
        .post("/signin/magic-url", &[("email", "ada@example.com")])
        .await;
    let mail = app.newest("ada@example.com").await;
    assert_eq!(query_of(mail.link(), "userId"), id);
    there.post(mail.link(), &[]).await.leads_to("/account");
    assert_eq!(there.account_id().await, id);
}

#[tokio::test]
async fn another_accounts_session_ends_when_a_link_signs_in() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up("bob@example.com").await;
    let mut old = browser.clone();
    app.browser()
        .post("/signin/magic-url", &[("email", "ada@example.com")])
        .await
        .leads_to("/signin/sent");
    let mail = app.newest("ada@example.com").await;
    // A link is opened in whichever browser, whoever is signed in there.
    browser
        .get(mail.link())
        .await
        .shows(200, &["This link signs you in"]);
    browser.post(mail.link(), &[]).await.leads_to("/account");
    browser
        .get("/account")
        .await
        .shows(200, &["ada@example.com"]);
    assert!(!old.is_signed_in().await);
}

#[tokio::test]
async fn only_paths_of_this_site_are_gone_on_to() {
    let app = TestApp::start().await;
    for next in ["//evil.example", "https://evil.example", "/signout"] {
        let form = [("email", "ada@example.com"), ("next", next)];
        app.browser()
            .post("/signin/magic-url", &form)
            .await
            .leads_to("/signin/sent");
        let mail = app.newest("ada@example.com").await;
        assert_eq!(query_of(mail.link(), "next"), "/account", "{next}");
        // Whoever changes the link changes nothing about that.
        let link = mail
            .link()
            .replace("next=/account", &format!("next={next}"));
        assert_ne!(link, mail.link());
        app.browser().post(&link, &[]).await.leads_to("/account");
    }
}

#[tokio::test]
async fn what_is_no_address_is_shown_again() {
    let app = TestApp::start().await;
    for (email, error) in [
        ("", "Enter your e-mail address."),
        ("a&b", "Enter an e-mail address like name@example.com."),
    ] {
        let page = app
            .browser()
            .post("/signin/magic-url", &[("email", email)])
            .await;
        page.shows(
            422,
            &[
                error,
                &format!(r#"value="{}""#, email.replace('&', "&amp;")),
            ],
        );
    }
    app.browser().get("/signin/sent").await.leads_to("/signin");
}
