//! The home page: what this is, and a way to try it.

use crate::support::TestApp;

#[tokio::test]
async fn a_stranger_tries_the_app_with_one_press() {
    let app = TestApp::start().await;
    let mut stranger = app.browser();
    let page = stranger.get("/").await;
    page.shows(
        200,
        &[
            r#"<form method="post" action="/signin/anonymous">"#,
            "Try it as a guest",
            r#"href="/signup""#,
            r#"href="/signin""#,
            "code by text message, guest account, GitHub, Google",
            r#"src="/account-light.webp""#,
            r#"loading="lazy""#,
        ],
    );
    let key = page.form_key().to_owned();
    stranger
        .post("/signin/anonymous", &[("once", &key)])
        .await
        .leads_to("/account");
    // Whoever has an account here has nothing to try.
    let page = stranger.get("/").await;
    page.shows(200, &["Your account"]);
    page.hides(&["Try it as a guest", "Create an account"]);
}

#[tokio::test]
async fn the_home_page_offers_no_demo_where_guests_are_not_let_in() {
    let app = TestApp::start_with(&[("AUTH_METHODS", "password")]).await;
    let page = app.browser().get("/").await;
    page.shows(200, &["Create an account", "Password. A second step"]);
    page.hides(&["/signin/anonymous", "guest"]);
}

#[tokio::test]
async fn pages_lead_to_the_inbox_only_where_the_app_has_started_its_own_appwrite() {
    let strip = "Emails land in the local inbox";
    let local = TestApp::start_with(&[
        ("APPWRITE_ENDPOINT", ""),
        ("APPWRITE_PROJECT_ID", ""),
        ("APPWRITE_KEY", ""),
        ("APPWRITE_LOCAL", "true"),
    ])
    .await;
    for path in ["/", "/recover/sent"] {
        let page = local.browser().get(path).await;
        page.shows(200, &[strip]);
        assert!(
            page.between(r#"class="phrase"><a href=""#, "\"")
                .ends_with("/_local/inbox")
        );
    }
    for (path, sent) in [
        ("/signin/magic-url", "/signin/sent"),
        ("/signin/email-otp", "/signin/code"),
    ] {
        let mut ada = local.browser();
        ada.post(path, &[("email", "ada@example.com")]).await;
        ada.get(sent).await.shows(200, &[strip]);
    }
    let configured = TestApp::start().await;
    for path in ["/", "/recover/sent"] {
        configured.browser().get(path).await.hides(&[strip]);
    }
}

#[tokio::test]
async fn the_avatar_opens_a_menu_without_a_script() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let page = ada.get("/").await;
    page.shows(
        200,
        &[
            r#"popovertarget="menu" aria-label="Your account""#,
            r#"id="menu" popover"#,
            r#"<form method="post" action="/signout">"#,
        ],
    );
    app.browser().get("/").await.hides(&["popover"]);
}
