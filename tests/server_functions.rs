//! The server functions, called by a stranger over plain HTTP.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use common::{TestApp, cookie, header};

#[tokio::test]
async fn signing_in_answers_with_where_to_go_and_the_cookie() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let form = [("email", "ada@example.com"), ("password", "password-1")];
    let response = app
        .post("/api/auth/sign-in")
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let session = cookie(&response).unwrap();
    assert_eq!(response.json::<String>().await.unwrap(), "/account");
    let account = app
        .get("/api/account")
        .header("cookie", &session)
        .send()
        .await
        .unwrap();
    assert_eq!(header(&account, "cache-control"), "private, no-store");
    assert!(account.text().await.unwrap().contains("ada@example.com"));
}

#[tokio::test]
async fn errors_have_a_status_and_no_free_text() {
    let app = TestApp::start().await;
    let call = async |path: &str, form: &[(&str, &str)]| {
        // A browser's Accept does not turn the answer into a redirect.
        let request = app.post(path).header("accept", "text/html").form(form);
        let response = request.send().await.unwrap();
        assert_eq!(header(&response, "content-type"), "application/json");
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let form = [("email", "ada@example.com"), ("password", "password-1")];
    assert_eq!(
        call("/api/auth/sign-in", &form).await,
        (401, "\"InvalidCredentials\"".to_owned())
    );
    let form = [("email", "nope"), ("password", "")];
    let (status, body) = call("/api/auth/sign-in", &form).await;
    assert_eq!(status, 422);
    assert!(
        body.contains("email") && body.contains("Malformed"),
        "{body}"
    );
    assert_eq!(
        call("/api/auth/sign-in", &[]).await,
        (400, "\"BadRequest\"".to_owned())
    );
    assert_eq!(
        call("/api/none", &[]).await,
        (404, "\"NotFound\"".to_owned())
    );
}

#[tokio::test]
async fn who_is_signed_out_gets_nothing() {
    let app = TestApp::start().await;
    for path in ["/api/account", "/api/account/sessions"] {
        let response = app.get(path).send().await.unwrap();
        assert_eq!(response.status(), 401);
        assert_eq!(response.text().await.unwrap(), "\"SignedOut\"");
    }
}
