//! Pages that are kept, because they are the same for everybody without cookies.

use crate::support::{Answer, TestApp};

const SIGN_OUT: &str = r#"action="/signout""#;

const PATHS: [&str; 11] = [
    "/",
    "/signin",
    "/signup",
    "/signin/magic-url",
    "/signin/email-otp",
    "/signin/phone",
    "/signin/link",
    "/recover",
    "/recover/sent",
    "/recover/confirm",
    "/verify",
];

/// A page's nonce, as its policy has it.
fn nonce(page: &Answer) -> &str {
    let policy = page.header("content-security-policy");
    let (_, nonce) = policy.split_once("'nonce-").unwrap();
    nonce.split('\'').next().unwrap()
}

/// A page without what's made for each answer.
fn without(page: &Answer) -> String {
    let text = page.text.replace(nonce(page), "NONCE");
    match text.contains(r#"name="once""#) {
        true => text.replace(page.form_key(), "KEY"),
        false => text,
    }
}

#[tokio::test]
async fn a_kept_page_is_as_a_fresh_one_but_for_its_nonce_and_key() {
    let (app, another) = (TestApp::start().await, TestApp::start().await);
    for path in PATHS {
        let fresh = app.browser().get(path).await;
        let kept = app.browser().get(path).await;
        // Nothing is kept yet over there.
        let fresh_again = another.browser().get(path).await;
        assert_eq!(without(&fresh), without(&kept), "{path}");
        let moved = without(&fresh_again).replace(&another.url, &app.url);
        assert_eq!(moved, without(&kept), "{path}");
        assert_ne!(nonce(&fresh), nonce(&kept), "{path}");
        assert!(!kept.text.contains(nonce(&fresh)), "{path}");
        if kept.text.contains(r#"name="once""#) {
            assert_ne!(fresh.form_key(), kept.form_key(), "{path}");
            assert!(!kept.text.contains(fresh.form_key()), "{path}");
        }
        for name in ["cache-control", "vary", "content-type"] {
            assert_eq!(fresh.header(name), kept.header(name), "{path}, {name}");
        }
    }
}

#[tokio::test]
async fn nothing_of_anybody_is_in_a_kept_page() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    for _ in 0..2 {
        ada.get("/").await.shows(200, &[SIGN_OUT]);
        app.browser()
            .get("/signin?next=/account/name")
            .await
            .shows(200, &["/account/name"]);
        for path in ["/", "/signin"] {
            let page = app.browser().get(path).await;
            page.shows(200, &[r#"href="/signin""#]);
            page.hides(&["ada@example.com", SIGN_OUT, "/account/name"]);
        }
        // Without a cookie of its own, a form that was refused is nobody else's page either.
        let mut bob = app.browser();
        let refused = bob
            .post("/signin", &[("email", "bob@example.com"), ("password", "")])
            .await;
        refused.shows(422, &["bob@example.com"]);
    }
}
