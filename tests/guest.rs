//! Signing in as a guest, and keeping the account.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use common::{PASSWORD, TestApp};

#[tokio::test]
async fn a_guest_is_signed_in_and_led_on() {
    let app = TestApp::start().await;
    let mut guest = app.browser();
    guest.get("/signin?next=/account/sessions").await.shows(
        200,
        &[
            "Continue as a guest",
            r#"name="next" value="/account/sessions""#,
        ],
    );
    guest
        .post("/signin/anonymous", &[("next", "/account/sessions")])
        .await
        .leads_to("/account/sessions");
    guest
        .get("/account/sessions")
        .await
        .shows(200, &["as a guest"]);
    let page = guest.get("/account").await;
    page.shows(200, &["You are a guest", "Keep this account", ">Guest<"]);
    // They add an address together with a password, or nothing.
    page.hides(&[r#"href="/account/email""#, r#"href="/account/phone""#]);
    guest
        .get("/account/security")
        .await
        .shows(200, &["A guest has none"]);
    app.browser()
        .post("/signin/anonymous", &[("next", "//evil.example")])
        .await
        .leads_to("/account");
}

#[tokio::test]
async fn two_guests_are_two_people() {
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let mut guest = app.browser();
        guest
            .post("/signin/anonymous", &[])
            .await
            .leads_to("/account");
        ids.push(guest.account_id().await);
    }
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn an_upgrade_keeps_the_account() {
    let app = TestApp::start().await;
    let mut guest = app.browser();
    guest
        .post("/signin/anonymous", &[])
        .await
        .leads_to("/account");
    let id = guest.account_id().await;
    let dark = [("theme", "dark"), ("locale", "de")];
    guest
        .post("/account/preferences", &dark)
        .await
        .leads_to("/account/preferences?notice=preferences-saved");
    let form = [
        ("name", "Ada"),
        ("email", "Ada@example.com"),
        ("new-password", PASSWORD),
    ];
    guest
        .post("/account/upgrade", &form)
        .await
        .leads_to("/account?notice=upgraded");
    let page = guest.get("/account?notice=upgraded").await;
    page.shows(200, &["yours to keep now", "ada@example.com", "Ada"]);
    page.hides(&["You are a guest"]);

    guest
        .post("/signout", &[])
        .await
        .leads_to("/signin?notice=signed-out");
    let mut ada = app.signed_in("ada@example.com").await;
    assert_eq!(ada.account_id().await, id);
    ada.get("/account")
        .await
        .shows(200, &[r#"data-theme="dark""#]);
}

#[tokio::test]
async fn what_is_wrong_with_an_upgrade_is_said_and_leaves_a_guest() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let mut guest = app.browser();
    guest
        .post("/signin/anonymous", &[])
        .await
        .leads_to("/account");
    let form = [
        ("name", "Bob"),
        ("email", "bob"),
        ("new-password", "short-7"),
    ];
    let page = guest.post("/account/upgrade", &form).await;
    page.shows(
        422,
        &[
            "Enter an e-mail address like",
            "The password needs at least 8 characters.",
            r#"value="bob""#,
            r#"value="Bob""#,
        ],
    );
    page.hides(&["short-7"]);
    let form = [("email", "ada@example.com"), ("new-password", PASSWORD)];
    let page = guest.post("/account/upgrade", &form).await;
    assert!(matches!(page.status, 409 | 422), "{}", page.status);
    page.shows(page.status, &["already", r#"value="ada@example.com""#]);
    guest.get("/account").await.shows(200, &["You are a guest"]);
}
