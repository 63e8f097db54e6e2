//! Signing in as a guest, and keeping the account.

use crate::support::{
    TestApp,
    forms::{self, NEW_PASSWORD, PASSWORD},
    texts,
};

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
        .shows(200, &["a guest account"]);
    let page = guest.get("/account").await;
    page.shows(200, &["You're a guest", "Keep this account"]);
    // An address comes together with a password, or not at all.
    page.hides(&[r#"href="/account/email""#, r#"href="/account/phone""#]);
    guest
        .get("/account/security")
        .await
        .shows(200, &["Guests don't have one"]);
    app.browser()
        .post("/signin/anonymous", &[("next", "//evil.example")])
        .await
        .leads_to("/account");
}

#[tokio::test]
async fn a_guest_who_signs_out_is_told_that_the_account_is_lost() {
    let app = TestApp::start().await;
    let mut guest = app.guest().await;
    // No button ends it without a word.
    for path in ["/account", "/account/sessions"] {
        let page = guest.get(path).await;
        page.shows(200, &[r#"href="/signout""#]);
        page.hides(&[r#"action="/signout""#, "/signout/everywhere"]);
    }
    // Nor does one where nobody has asked who they are.
    let page = guest.get("/nowhere").await;
    page.shows(404, &[r#"href="/signout""#]);
    page.hides(&[r#"action="/signout""#]);
    let page = guest.get("/signout").await;
    page.shows(
        200,
        &[
            "nobody can get back into this account",
            r#"href="/account/upgrade""#,
            "Sign out and lose it",
        ],
    );
    page.hides(&["/signout/everywhere"]);
    guest
        .post("/signout", &[])
        .await
        .leads_to("/signin?flash=signed-out");
    assert!(!guest.is_signed_in().await);
    // Nobody else is warned.
    let mut ada = app.signed_up("ada@example.com").await;
    ada.get("/signout").await.hides(&["lose it"]);
}

/// The button may be on a page from before, in another tab or after going back.
#[tokio::test]
async fn a_guest_who_becomes_one_again_keeps_the_account() {
    let app = TestApp::start().await;
    let mut guest = app.guest().await;
    let id = guest.account_id().await;
    guest
        .post("/signin/anonymous", &[])
        .await
        .leads_to("/account?flash=already-signed-in");
    assert_eq!(guest.account_id().await, id);
    assert!(guest.is_signed_in().await);
}

#[tokio::test]
async fn two_guests_are_two_people() {
    let app = TestApp::start().await;
    let (one, other) = (app.guest().await, app.guest().await);
    assert_ne!(one.account_id().await, other.account_id().await);
}

#[tokio::test]
async fn an_upgrade_keeps_the_account() {
    let app = TestApp::start().await;
    let mut guest = app.guest().await;
    let id = guest.account_id().await;
    let dark = [("theme", "dark"), ("locale", "de")];
    guest
        .post("/account/preferences", &dark)
        .await
        .leads_to("/account/preferences?flash=preferences-saved");
    let form = forms::sign_up("Ada@example.com", PASSWORD);
    guest
        .post("/account/upgrade", &form)
        .await
        .leads_to("/account?flash=upgraded&provider=ada@example.com");
    let page = guest.get("/account").await;
    page.shows(
        200,
        &[
            "yours to keep now. We sent a link to ada@example.com",
            "Ada",
        ],
    );
    page.hides(&["You're a guest"]);

    let mut ada = app.signed_in("ada@example.com").await;
    assert_eq!(ada.account_id().await, id);
    ada.get("/account")
        .await
        .shows(200, &[r#"data-theme="dark""#]);
}

/// Sent again from another tab, or because the answer got lost.
#[tokio::test]
async fn an_upgrade_that_is_done_says_so() {
    let app = TestApp::start().await;
    let mut guest = app.browser();
    guest.post("/signin/anonymous", &[]).await;
    let form = forms::sign_up("ada@example.com", PASSWORD);
    guest.post("/account/upgrade", &form).await;
    guest
        .post("/account/upgrade", &form)
        .await
        .leads_to("/account?flash=upgraded");
    let other = forms::sign_up("bob@example.com", PASSWORD);
    guest
        .post("/account/upgrade", &other)
        .await
        .shows(409, &["changed somewhere else"]);
    guest.get("/account").await.shows(200, &["ada@example.com"]);
}

#[tokio::test]
async fn an_upgrade_with_a_mistake_leaves_a_guest() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    let mut guest = app.guest().await;
    let page = guest
        .post("/account/upgrade", &forms::sign_up("bob", "short-7"))
        .await;
    page.shows(
        422,
        &[
            texts::EMAIL_MALFORMED,
            texts::PASSWORD_TOO_SHORT,
            &texts::value("bob"),
            &texts::value("Ada"),
        ],
    );
    page.hides(&["short-7"]);
    let form = forms::sign_up("ada@example.com", PASSWORD);
    let page = guest.post("/account/upgrade", &form).await;
    page.shows(
        422,
        &[
            "Another account already uses this address.",
            texts::INVALID,
            &texts::value("ada@example.com"),
        ],
    );
    guest.get("/account").await.shows(200, &["You're a guest"]);
}

#[tokio::test]
async fn keeping_an_account_that_is_not_a_guests_counts_for_nothing() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    for _ in 0..12 {
        ada.post(
            "/account/upgrade",
            &forms::sign_up("bea@example.com", PASSWORD),
        )
        .await
        .shows(409, &[]);
    }
    let form = forms::change_password(PASSWORD, NEW_PASSWORD);
    let changed = ada.post("/account/password", &form).await;
    changed.shows(303, &[]);
}

#[tokio::test]
async fn a_guest_who_wants_an_address_or_a_password_is_led_to_keep_the_account() {
    let app = TestApp::start().await;
    let mut guest = app.guest().await;
    for (path, form) in [
        (
            "/account/email",
            forms::change_email("ada@example.com", PASSWORD),
        ),
        (
            "/account/phone",
            forms::change_phone("+15550100199", PASSWORD),
        ),
        (
            "/account/password",
            forms::change_password(PASSWORD, NEW_PASSWORD),
        ),
    ] {
        guest.get(path).await.leads_to("/account/upgrade");
        guest.post(path, &form).await.leads_to("/account/upgrade");
    }
    let path = "/account/password/new";
    guest.get(path).await.leads_to("/account/upgrade");
    guest
        .post(path, &forms::choose_password(PASSWORD))
        .await
        .leads_to("/account/upgrade");
    guest.get("/account").await.shows(200, &["You're a guest"]);
}

#[tokio::test]
async fn a_form_that_cannot_be_shown_leads_on_whatever_was_typed() {
    let app = TestApp::start().await;
    let mut guest = app.guest().await;
    for (path, form) in [
        ("/account/email", forms::change_email("ada", PASSWORD)),
        ("/account/phone", forms::change_phone("5550100", PASSWORD)),
    ] {
        guest.post(path, &form).await.leads_to("/account/upgrade");
    }
    let mut ada = app.signed_up("ada@example.com").await;
    ada.post("/account/password/new", &forms::choose_password("short-7"))
        .await
        .leads_to("/account/password");
}

#[tokio::test]
async fn signing_out_without_appwrite_warns_guests() {
    let mut app = TestApp::start().await;
    let mut guest = app.guest().await;
    app.end_appwrite().await;
    let page = guest.get("/account").await;
    page.shows(503, &[r#"href="/signout""#]);
    page.hides(&[r#"action="/signout""#]);
    guest.get("/signout").await.shows(
        200,
        &["If you're a guest", "Sign out here", r#"href="/account""#],
    );
    guest.post("/signout", &[]).await.shows(303, &[]);
    assert!(!guest.has_session());
}
