//! What every response carries, and what is refused before anything else happens.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use common::{TestApp, header};

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
        let response = app.get(path).send().await.unwrap();
        assert_eq!(
            header(&response, "x-content-type-options"),
            "nosniff",
            "{path}"
        );
        assert_eq!(
            header(&response, "referrer-policy"),
            "same-origin",
            "{path}"
        );
        assert!(
            header(&response, "permissions-policy").contains("camera=()"),
            "{path}"
        );
        assert_eq!(header(&response, "strict-transport-security"), "", "{path}");
        let policy = header(&response, "content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(policy.contains("default-src 'none'"), "{path}");
        assert!(
            !policy.replace("'wasm-unsafe-eval'", "").contains("unsafe"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_nonce_is_new_each_time_and_the_loader_carries_it() {
    let app = TestApp::start().await;
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let response = app.get("/signin").send().await.unwrap();
        let policy = header(&response, "content-security-policy").to_owned();
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .unwrap()
            .split('\'')
            .next()
            .unwrap()
            .to_owned();
        let page = response.text().await.unwrap();
        assert!(page.contains(&format!(r#"nonce="{nonce}""#)));
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn only_a_page_with_an_island_has_a_script() {
    let app = TestApp::start().await;
    let session = app.sign_up("ada@example.com").await;
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
        for cookie in ["", &session] {
            let response = app.get(path).header("cookie", cookie).send().await.unwrap();
            let page = response.text().await.unwrap();
            assert_eq!(
                page.contains("<script"),
                page.contains("<leptos-island"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn https_adds_hsts_and_the_host_prefix() {
    let app = TestApp::start_with(&[("SITE_URL", "https://app.example.com")]).await;
    let response = app.get("/").send().await.unwrap();
    assert!(header(&response, "strict-transport-security").starts_with("max-age="));
    let session = app.sign_up("ada@example.com").await;
    assert!(session.starts_with("__Host-appwrite-session="));
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let app = TestApp::start().await;
    for path in [
        "/signin",
        "/signin/anonymous",
        "/signin/oauth2",
        "/signup",
        "/signout",
        "/signout/everywhere",
        "/recover/confirm",
        "/mfa/send",
        "/account/deactivate",
        "/api/auth/sign-in",
        "/api/auth/sign-out",
        "/api/form",
    ] {
        let response = app
            .post(path)
            .header("sec-fetch-site", "cross-site")
            .form(&[("email", "ada@example.com"), ("password", "password-1")])
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 403, "{path}");
        assert!(response.headers().get("set-cookie").is_none(), "{path}");
    }
}

#[tokio::test]
async fn a_get_changes_nothing() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let answer = app.browser().get("/signin/anonymous").await;
    assert_eq!((answer.status, answer.header("allow")), (405, "POST"));
    for path in [
        "/signin/oauth2",
        "/signout/everywhere",
        "/mfa/send",
        "/account/email/verify",
        "/account/phone/send",
        "/account/security/mfa",
        "/account/security/totp/begin",
        "/account/security/totp/remove",
        "/account/sessions/end",
        "/account/sessions/end-others",
        "/account/identities/link",
        "/account/identities/unlink",
    ] {
        let answer = ada.get(path).await;
        assert_eq!(answer.status, 405, "{path}");
        assert_eq!(answer.header("allow"), "POST", "{path}");
    }
    // This one has a page, which asks.
    let page = ada.get("/signout").await;
    page.shows(200, &["Sign out here", "Sign out everywhere"]);
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn more_than_64_kib_is_too_large() {
    let app = TestApp::start().await;
    let long = "x".repeat(70_000);
    for path in ["/signin", "/api/auth/sign-in"] {
        let form = [("email", long.as_str()), ("password", "password-1")];
        let response = app.post(path).form(&form).send().await.unwrap();
        assert_eq!(response.status(), 413, "{path}");
    }
    let stream = reqwest::Body::from(format!("email={long}"));
    let response = app
        .post("/signin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(stream)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 413);
    assert!(response.text().await.unwrap().contains("Too large"));
}

#[tokio::test]
async fn a_page_that_is_not_there_is_404() {
    let app = TestApp::start().await;
    let response = app.get("/nowhere").send().await.unwrap();
    assert_eq!(response.status(), 404);
    assert!(response.text().await.unwrap().contains("Page not found"));
}
