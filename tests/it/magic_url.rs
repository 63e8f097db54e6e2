//! Signing in with a link by email.

use crate::support::{TestApp, query_of, texts};

#[tokio::test]
async fn a_link_signs_in_and_creates_the_account_if_there_is_none() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    ada.get("/signin/magic-url?next=/account/sessions")
        .await
        .shows(
            200,
            &[
                "Get a link by email",
                r#"href="/signin?next=/account/sessions""#,
            ],
        );
    let form = [("email", " Ada@Example.com ")];
    let sent_page = ada
        .post("/signin/magic-url?next=/account/sessions", &form)
        .await
        .leads_to_flow("/signin/sent");
    let mail = app.newest("ada@example.com").await;
    let sent = ada.get(&sent_page).await;
    sent.shows(200, &["ada@example.com"]);
    let phrase = sent.security_phrase();
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
    page.shows(200, &["a link by", "this device"]);
    ada.get("/account")
        .await
        .shows(200, &["ada@example.com", texts::VERIFIED]);
    assert!(ada.flows().is_empty());
}

#[tokio::test]
async fn a_link_works_in_another_browser_and_only_once() {
    let app = TestApp::start().await;
    let mut here = app.browser();
    let form = [("email", "ada@example.com")];
    here.post("/signin/magic-url", &form)
        .await
        .leads_to_flow("/signin/sent");
    let mail = app.newest("ada@example.com").await;
    let mut there = app.browser();
    there.get(mail.link()).await.shows(200, &["Sign in"]);
    there.post(mail.link(), &[]).await.leads_to("/account");
    assert!(there.is_signed_in().await);

    let again = here.post(mail.link(), &[]).await;
    again.shows(410, &[texts::LINK_DEAD, r#"href="/signin""#]);
    assert!(!here.has_session());
}

#[tokio::test]
async fn a_dead_or_damaged_link_says_so() {
    let app = TestApp::start().await;
    let ada = app.signed_up("ada@example.com").await;
    let id = ada.account_id().await;
    for link in [
        "/signin/link".to_owned(),
        format!("/signin/link?userId={id}"),
        "/signin/link?secret=abc".to_owned(),
    ] {
        let page = app.browser().get(&link).await;
        page.shows(410, &[texts::LINK_DEAD, r#"href="/signin""#]);
        page.hides(&["This link signs you in"]);
    }
    for link in [
        format!("/signin/link?userId={id}&secret=abc"),
        "/signin/link?userId=nobody&secret=abc".to_owned(),
        // Appwrite can't have made this one.
        format!("/signin/link?userId=%20%2F&secret={}", "x".repeat(300)),
        "/signin/link".to_owned(),
    ] {
        let page = app.browser().post(&link, &[]).await;
        page.shows(410, &[texts::LINK_DEAD]);
        assert!(page.set_cookies().is_empty(), "{link}");
    }
}

#[tokio::test]
async fn a_link_signs_in_to_an_account_that_exists() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
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
async fn a_link_ends_the_session_of_another_account() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up("bob@example.com").await;
    let old = browser.clone();
    app.browser()
        .post("/signin/magic-url", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/sent");
    let mail = app.newest("ada@example.com").await;
    // People open a link in any browser, whoever is signed in there.
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
async fn a_link_leads_on_to_this_site_only() {
    let app = TestApp::start().await;
    for next in ["//evil.example", "https://evil.example", "/signout"] {
        app.browser()
            .post(
                &format!("/signin/magic-url?next={next}"),
                &[("email", "ada@example.com")],
            )
            .await
            .leads_to_flow("/signin/sent");
        let mail = app.newest("ada@example.com").await;
        assert_eq!(query_of(mail.link(), "next"), "/account", "{next}");
        // Changing the link doesn't help.
        let link = mail
            .link()
            .replace("next=/account", &format!("next={next}"));
        assert_ne!(link, mail.link());
        app.browser().post(&link, &[]).await.leads_to("/account");
    }
}

#[tokio::test]
async fn a_malformed_address_comes_back_with_its_error() {
    let app = TestApp::start().await;
    for (email, error) in [("", texts::EMAIL_MISSING), ("a&b", texts::EMAIL_MALFORMED)] {
        let page = app
            .browser()
            .post("/signin/magic-url", &[("email", email)])
            .await;
        page.shows(422, &[error, &texts::value(&email.replace('&', "&amp;"))]);
    }
    app.browser().get("/signin/sent").await.leads_to("/signin");
}
