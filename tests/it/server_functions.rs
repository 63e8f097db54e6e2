//! The server functions as a stranger calls them over plain HTTP.

use reqwest::Method;

use crate::support::{
    TestApp,
    forms::{self, PASSWORD},
};

#[tokio::test]
async fn signing_in_answers_with_where_to_go_and_the_cookie() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    let mut ada = app.browser();
    let form = forms::sign_in("ada@example.com", PASSWORD);
    ada.post("/api/auth/sign-in", &form)
        .await
        .shows(200, &[r#""/account""#]);
    let renamed = ada
        .post("/api/account/update-name", &[("name", "Ada L.")])
        .await;
    renamed.shows(200, &["\"/account\""]);
    assert_eq!(renamed.header("cache-control"), "private, no-store");
    ada.get("/account")
        .await
        .shows(200, &["Ada L.", "Name saved."]);
}

#[tokio::test]
async fn errors_have_a_status_and_no_free_text() {
    let app = TestApp::start().await;
    // An answer to a browser's Accept would be a redirect with the error in its query.
    let mut browser = app.browser().with_header("accept", "text/html");
    browser
        .post(
            "/api/auth/sign-in",
            &forms::sign_in("ada@example.com", PASSWORD),
        )
        .await
        .is_error(401, "InvalidCredentials");
    browser
        .post("/api/auth/sign-in", &forms::sign_in("nope", ""))
        .await
        .shows(422, &["email", "Malformed"]);
    browser
        .post("/api/auth/sign-in", &[])
        .await
        .is_error(400, "BadRequest");
    for (kind, body) in [
        (
            "application/x-www-form-urlencoded",
            b"email=%ff&password=\xff".as_slice(),
        ),
        ("application/json", br#"{"email":"#),
        ("application/json", b"{}"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("text/plain", b"email=a"),
        ("", b""),
    ] {
        let request = browser
            .request(Method::POST, "/api/auth/sign-in")
            .header("content-type", kind)
            .body(body);
        browser.send(request).await.is_error(400, "BadRequest");
    }
    browser
        .post("/api/none", &[])
        .await
        .is_error(404, "NotFound");
}

#[tokio::test]
async fn a_call_that_cannot_be_read_is_the_callers_fault() {
    let app = TestApp::start().await;
    let ada = app.signed_up("ada@example.com").await;
    for (path, form) in [
        // What an older page leaves out or a newer one adds a choice to.
        ("/api/account/update-name", &[][..]),
        ("/api/account/update-name", &[("title", "Ada")]),
        ("/api/account/update-preferences", &[("theme", "blue")]),
        ("/api/mfa/update", &[("on", "perhaps")]),
        ("/api/mfa/send", &[("factor", "")]),
    ] {
        let answer = ada.clone().post(path, form).await;
        answer.is_error(400, "BadRequest");
        assert_eq!(answer.header("retry-after"), "", "{path}");
    }
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let request = ada.request(method, "/api/account/update-name");
        ada.clone().send(request).await.is_error(404, "NotFound");
    }
}
