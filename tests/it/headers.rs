//! What every response carries, and what is refused before anything else happens.

use std::io;

use futures::stream;
use reqwest::{Body, Method};

use crate::support::{
    Answer, TestApp,
    forms::{self, PASSWORD},
};

#[tokio::test]
async fn every_response_is_hardened() {
    let app = TestApp::start().await;
    for path in [
        "/",
        "/signin",
        "/account",
        "/nowhere",
        "/favicon.svg",
        "/healthz",
        "/api/none",
    ] {
        let answer = app.browser().get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "{path}");
        let permissions = answer.header("permissions-policy");
        assert!(permissions.contains("camera=()"), "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(policy.contains("default-src 'none'"), "{path}");
        let policy = policy.replace("'wasm-unsafe-eval'", "");
        assert!(!policy.contains("unsafe"), "{path}");
    }
}

#[tokio::test]
async fn the_nonce_is_new_each_time_and_the_loader_carries_it() {
    let app = TestApp::start().await;
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let page = app.browser().get("/signin").await;
        let nonce = page.between("nonce=\"", "\"").to_owned();
        let policy = page.header("content-security-policy");
        assert!(policy.contains(&format!("'nonce-{nonce}'")), "{policy}");
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn a_page_has_no_script_but_those_it_needs() {
    let app = TestApp::start().await;
    let ada = app.signed_up("ada@example.com").await;
    for path in [
        "/",
        "/signin",
        "/signin/magic-url",
        "/signup",
        "/recover",
        "/account",
        "/account/email",
        "/account/security",
        "/account/sessions",
        "/account/identities",
        "/account/preferences",
        "/account/activity",
        "/nowhere",
    ] {
        for mut browser in [app.browser(), ada.clone()] {
            let page = browser.get(path).await;
            if page.status == 303 {
                continue;
            }
            let has = |text: &str| page.text.contains(text);
            assert_eq!(has("function load("), has("<leptos-island"), "{path}");
            assert_eq!(has("pagehide"), has("data-reveals"), "{path}");
            let is_personal = page.header("cache-control") == "private, no-store";
            assert_eq!(has("e.persisted&&"), is_personal, "{path}");
            let needed = [has("<leptos-island"), has("data-reveals"), is_personal];
            // They share a tag.
            let tags = usize::from(needed.contains(&true));
            assert_eq!(page.text.matches("<script").count(), tags, "{path}");
            assert!(!has("<script src"), "{path}");
        }
    }
}

#[tokio::test]
async fn https_adds_hsts_and_the_host_prefix() {
    let app = TestApp::start_with(&[("SITE_URL", "https://app.example.com")]).await;
    let page = app.browser().get("/").await;
    let hsts = page.header("strict-transport-security");
    assert!(hsts.starts_with("max-age="), "{hsts}");
    let mut ada = app.browser();
    let form = forms::sign_up("ada@example.com", PASSWORD);
    ada.post("/signup", &form).await;
    assert!(ada.cookie("__Host-appwrite-session").is_some());
    assert!(!ada.has_session());
}

#[tokio::test]
async fn more_than_128_kib_is_too_large() {
    let app = TestApp::start().await;
    let long = "x".repeat(140_000);
    for path in ["/signin", "/api/auth/sign-in"] {
        let form = forms::sign_in(&long, PASSWORD);
        app.browser().post(path, &form).await.shows(413, &[]);
    }
    // Without a length it only shows on the way.
    let mut browser = app.browser();
    let pieces = [Ok::<_, io::Error>(format!("email={long}"))];
    let request = browser
        .request(Method::POST, "/signin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::wrap_stream(stream::iter(pieces)));
    browser.send(request).await.shows(413, &["Too large"]);
}

#[tokio::test]
async fn a_page_that_does_not_exist_is_404() {
    let app = TestApp::start().await;
    app.browser()
        .get("/nowhere")
        .await
        .shows(404, &["Page not found"]);
}

#[tokio::test]
async fn what_is_not_there_is_not_cached() {
    let app = TestApp::start().await;
    for name in ["none.js".to_owned(), "a".repeat(300)] {
        let answer = app.browser().get(&format!("/pkg/{name}")).await;
        assert_eq!(answer.status, 404, "{name}");
        let policy = answer.header("cache-control");
        assert!(policy.starts_with("private, no-"), "{name}: {policy}");
    }
}

#[tokio::test]
async fn an_address_with_a_secret_is_told_to_nobody() {
    let app = TestApp::start().await;
    for path in [
        "/signin/link",
        "/recover/confirm",
        "/verify",
        "/signin/oauth2/callback",
    ] {
        let page = app
            .browser()
            .get(&format!("{path}?userId=u&secret=s"))
            .await;
        assert_eq!(page.header("referrer-policy"), "strict-origin", "{path}");
    }
}

#[tokio::test]
async fn nothing_keeps_a_copy_of_what_sets_a_cookie() {
    let app = TestApp::start().await;
    let no_store = |answer: &Answer| {
        assert_eq!(answer.header("cache-control"), "private, no-store");
    };
    let mut ada = app.browser();
    for (path, waiting) in [
        ("/signin/email-otp", "/signin/code"),
        ("/signin/magic-url", "/signin/sent"),
    ] {
        // Without a flow, they lead away.
        no_store(&app.browser().get(waiting).await);
        let sent = ada.post(path, &[("email", "ada@example.com")]).await;
        let waiting = sent.leads_to_flow(waiting);
        assert!(!sent.set_cookies().is_empty());
        no_store(&sent);
        let page = ada.get(&waiting).await;
        page.shows(200, &["ada@example.com"]);
        no_store(&page);
    }
    // A session that has ended is cleared, by a page that would otherwise be anybody's.
    let mut ada = app.signed_up("ada2@example.com").await;
    no_store(&ada.get("/account").await);
    let mut dead = ada.clone();
    no_store(&ada.post("/signout", &[]).await);
    let page = dead.get("/signin").await;
    assert!(!page.set_cookies().is_empty());
    no_store(&page);
    let form = forms::sign_in("ada2@example.com", PASSWORD);
    let mut ada = app.browser();
    let answer = ada.post("/api/auth/sign-in", &form).await;
    assert!(!answer.set_cookies().is_empty());
    no_store(&answer);
}
