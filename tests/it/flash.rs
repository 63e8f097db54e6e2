//! The message that a redirect brings to the next page.

use leptos_appwrite::{
    model::Flash,
    server::auth::{cookie::SealedCookie, flash::Kept},
};
use time::OffsetDateTime;

use crate::support::{
    FLASH_COOKIE, TestApp, Upstream, appwrite_error,
    forms::{self, NEW_PASSWORD, PASSWORD},
    sealed,
};

const SAVED: &str = "Name saved.";

#[tokio::test]
async fn a_message_is_shown_once() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.post("/account/name", &[("name", "Ada L.")])
        .await
        .leads_to("/account?flash=name-changed");
    assert!(ada.cookie(FLASH_COOKIE).is_some());
    let page = ada.get("/account").await;
    page.shows(200, &[SAVED]);
    assert_eq!(page.header("cache-control"), "private, no-store");
    assert_eq!(ada.cookie(FLASH_COOKIE), None);
    ada.get("/account").await.hides(&[SAVED]);
}

#[tokio::test]
async fn the_card_that_was_changed_says_so() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let card = |label: &str| (format!(r#"<section {label} class="card">"#), "</section>");
    let (details, end) = card(r#"aria-label="Details""#);
    let page = ada.get("/account").await;
    let sent = "We sent a link to ada@example.com. Open it to verify your address.";
    for text in [sent, r#"role="status" tabindex="-1" autofocus"#] {
        assert!(page.between(&details, end).contains(text), "{text}");
    }
    page.hides(&["toast"]);
    for (path, form, page, label, text) in [
        (
            "/account/name",
            vec![("name", "Ada L.")],
            "/account",
            r#"aria-label="Details""#,
            SAVED,
        ),
        (
            "/account/password",
            forms::change_password(PASSWORD, NEW_PASSWORD).to_vec(),
            "/account/security",
            r#"aria-label="Password""#,
            "Password changed.",
        ),
        (
            "/account/sessions/end-others",
            vec![],
            "/account/sessions",
            r#"aria-label="Your sessions""#,
            "All other sessions have ended.",
        ),
        (
            "/account/preferences",
            vec![("theme", "dark"), ("locale", "de")],
            "/account/preferences",
            r#"aria-label="Preferences""#,
            "Preferences saved.",
        ),
        (
            "/account/preferences/color",
            vec![("color", "rose")],
            "/account/preferences",
            r#"aria-label="Avatar""#,
            "Color saved.",
        ),
    ] {
        ada.post(path, &form).await;
        let page = ada.get(page).await;
        let (start, end) = card(label);
        assert!(page.between(&start, end).contains(text), "{path}");
        page.hides(&["toast"]);
    }
}

#[tokio::test]
async fn a_message_for_a_card_that_is_not_on_the_page_is_a_toast() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    for page in ["/account/security", "/account/name"] {
        ada.post("/account/name", &[("name", "Ada L.")]).await;
        ada.get(page).await.shows(200, &[SAVED, r#"class="toast""#]);
    }
}

#[tokio::test]
async fn a_call_by_an_island_brings_the_same_message() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let answer = ada
        .post("/api/account/update-name", &[("name", "Ada L.")])
        .await;
    answer.shows(200, &[]);
    assert_eq!(answer.text, "\"/account\"");
    ada.get("/account").await.shows(200, &[SAVED]);
    ada.get("/account").await.hides(&[SAVED]);
}

#[tokio::test]
async fn a_message_for_somebody_signed_out_is_not_cached() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.post("/signout", &[])
        .await
        .leads_to("/signin?flash=signed-out");
    let page = ada.get("/signin").await;
    page.shows(200, &["You're signed out."]);
    assert_eq!(page.header("cache-control"), "private, no-store");
    let page = ada.get("/signin").await;
    page.hides(&["You're signed out."]);
}

#[tokio::test]
async fn a_message_passes_over_a_redirect() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mut bob = app.signed_up("bob@example.com").await;
    ada.post("/account/email/verify", &[])
        .await
        .leads_to("/account?flash=verification-sent&provider=ada@example.com");
    let link = app.newest_link("ada@example.com").await;
    // Bob is signed in where the link is opened.
    bob.post(&link, &[])
        .await
        .leads_to("/account?flash=other-email-verified");
    bob.get("/signin").await.leads_to("/account");
    bob.get("/account")
        .await
        .shows(200, &["That address is verified."]);
}

#[tokio::test]
async fn nobody_else_can_put_a_message_on_a_page() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.post("/account/name", &[("name", "Ada L.")]).await;
    let real = ada.cookie(FLASH_COOKIE).unwrap().to_owned();
    let other = if real.starts_with('A') { 'B' } else { 'A' };
    app.browser()
        .get("/signin?flash=password-reset&notice=password-reset")
        .await
        .hides(&[r#"role="status""#]);
    for value in [
        "password-reset",
        r#"["password-reset",null]"#,
        &real[1..],
        &format!("{other}{}", &real[1..]),
    ] {
        let mut browser = app.browser().with_cookie(FLASH_COOKIE, value);
        let page = browser.get("/signin").await;
        page.shows(200, &[]);
        page.hides(&[r#"role="status""#]);
        assert_eq!(browser.cookie(FLASH_COOKIE), None, "{value}");
    }
}

#[tokio::test]
async fn a_notice_of_success_can_be_dismissed_and_a_warning_cannot() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.post("/signout", &[]).await;
    let page = ada.get("/signin?next=/account/sessions").await;
    // The page itself, without its address: that can hold a secret.
    page.shows(200, &["signed out.", r#"href="" aria-label="Dismiss""#]);

    let upstream = Upstream::answering(|_| async { appwrite_error(503, "general_unknown") }).await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let mut ada = app.browser_with_session();
    ada.post("/signout", &[])
        .await
        .leads_to("/signin?flash=signed-out-here-only");
    let page = ada.get("/signin").await;
    page.shows(200, &[r#"role="status""#, "signed out in this browser"]);
    page.hides(&["Dismiss"]);
}

#[tokio::test]
async fn a_refused_form_shows_its_error_and_no_older_message() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.post("/signout", &[])
        .await
        .leads_to("/signin?flash=signed-out");
    let form = forms::sign_in("ada@example.com", "not the password");
    let page = ada.post("/signin", &form).await;
    page.shows(401, &["Incorrect email or password."]);
    page.hides(&["You're signed out."]);
    ada.get("/signin").await.hides(&["You're signed out."]);
    let form = forms::sign_in("ada@example.com", PASSWORD);
    ada.post("/signin", &form).await.leads_to("/account");
}

#[tokio::test]
async fn an_old_message_is_not_shown_again() {
    let app = TestApp::start().await;
    let now = OffsetDateTime::now_utc().unix_timestamp();
    for (until, is_shown) in [(now + 50, true), (now - 1, false)] {
        let kept = Kept {
            message: (Flash::SignedOut, None),
            until,
            session: None,
        };
        let cookie = sealed(SealedCookie::Flash, &kept);
        let mut browser = app.browser().with_cookie(FLASH_COOKIE, &cookie);
        let page = browser.get("/signin").await;
        assert_eq!(page.text.contains("You're signed out."), is_shown);
    }
}

#[tokio::test]
async fn a_message_is_for_the_session_that_it_came_with() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.post("/account/name", &[("name", "Ada L.")]).await;
    let there = app.signed_in("ada@example.com").await;
    let bob = app.signed_up("bob@example.com").await;
    let message = ada.cookie(FLASH_COOKIE).unwrap();
    for (browser, page, is_shown) in [
        (app.browser(), "/signin", false),
        (bob, "/account", false),
        (there, "/account", false),
        (ada.clone(), "/account", true),
    ] {
        let mut browser = browser.with_cookie(FLASH_COOKIE, message);
        let page = browser.get(page).await;
        page.shows(200, &[]);
        assert_eq!(page.text.contains(SAVED), is_shown);
        assert_eq!(browser.cookie(FLASH_COOKIE), None);
    }
    // One for people who are signed out is for nobody else.
    let mut bob = app.signed_in("bob@example.com").await;
    bob.post("/signout", &[]).await;
    let message = bob.cookie(FLASH_COOKIE).unwrap();
    let mut ada = ada.with_cookie(FLASH_COOKIE, message);
    let page = ada.get("/account").await;
    page.shows(200, &[]);
    page.hides(&["You're signed out."]);
    let mut browser = app.browser().with_cookie(FLASH_COOKIE, message);
    browser
        .get("/signin")
        .await
        .shows(200, &["You're signed out."]);
}
