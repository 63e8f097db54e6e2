//! `/v1/account` and its sessions.

use crate::support::{call, error_of, json_of, sign_in, sign_up, start};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn owners_read_and_change_their_account() {
    let server = start().await;
    let secret = sign_up(&server, "Ada@Example.com").await;
    let session = [("x-appwrite-session", secret.as_str())];
    let account =
        json_of(call(&server, Method::GET, "/account", &session, Value::Null).await).await;
    assert_eq!(account["email"], "ada@example.com");
    assert_eq!(account["targets"][0]["identifier"], "ada@example.com");
    assert!(account.get("password").is_none());
    let body = json!({ "name": "Ada" });
    let named = call(&server, Method::PATCH, "/account/name", &session, body).await;
    assert_eq!(json_of(named).await["name"], "Ada");
    let body = json!({ "prefs": { "theme": "dark", "list": [1, null] } });
    call(&server, Method::PATCH, "/account/prefs", &session, body).await;
    let prefs = call(
        &server,
        Method::GET,
        "/account/prefs",
        &session,
        Value::Null,
    )
    .await;
    assert_eq!(
        json_of(prefs).await,
        json!({ "theme": "dark", "list": [1, null] })
    );
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let server = start().await;
    sign_up(&server, "ada@example.com").await;
    let last = sign_in(&server, "ada@example.com").await;
    let session = [("x-appwrite-session", last.as_str())];
    let list = call(
        &server,
        Method::GET,
        "/account/sessions",
        &session,
        Value::Null,
    )
    .await;
    let list = json_of(list).await;
    assert_eq!(list["total"], 2);
    assert_eq!(list["sessions"][1]["current"], true);
    assert_eq!(list["sessions"][1]["secret"], "");
    let path = "/account/sessions/current";
    let ended = call(&server, Method::DELETE, path, &session, Value::Null).await;
    assert_eq!(ended.status(), 204);
    assert_eq!(ended.headers()["x-fallback-cookies"], "[]");
    let gone = call(&server, Method::GET, "/account", &session, Value::Null).await;
    assert_eq!(gone.status(), 401);
}

#[tokio::test]
async fn a_browser_gets_the_session_in_cookies_and_not_in_the_body() {
    let server = start().await;
    sign_up(&server, "ada@example.com").await;
    let body = json!({ "email": "ada@example.com", "password": "password-1" });
    let path = "/account/sessions/email";
    let response = call(&server, Method::POST, path, &[], body).await;
    let cookies: Vec<String> = response
        .headers()
        .get_all("set-cookie")
        .iter()
        .map(|value| value.to_str().unwrap().to_owned())
        .collect();
    assert!(cookies[0].starts_with("a_session_local_legacy=") && !cookies[0].contains("SameSite"));
    assert!(cookies[1].starts_with("a_session_local=") && cookies[1].contains("SameSite=None"));
    let cookie = cookies[1].split(';').next().unwrap().to_owned();
    assert_eq!(json_of(response).await["secret"], "");
    let headers = [("cookie", cookie.as_str())];
    let account = call(&server, Method::GET, "/account", &headers, Value::Null).await;
    assert_eq!(account.status(), 200);
}

#[tokio::test]
async fn wrong_credentials_look_alike_and_blocked_users_are_told() {
    let server = start().await;
    let secret = sign_up(&server, "ada@example.com").await;
    let path = "/account/sessions/email";
    for (email, password) in [
        ("ada@example.com", "password-2"),
        ("bob@example.com", "password-1"),
    ] {
        let body = json!({ "email": email, "password": password });
        let refused = call(&server, Method::POST, path, &[], body).await;
        assert_eq!(
            error_of(refused).await,
            (401, "user_invalid_credentials".into())
        );
    }
    let session = [("x-appwrite-session", secret.as_str())];
    call(
        &server,
        Method::PATCH,
        "/account/status",
        &session,
        Value::Null,
    )
    .await;
    let blocked = call(&server, Method::GET, "/account", &session, Value::Null).await;
    assert_eq!(error_of(blocked).await, (403, "user_blocked".into()));
}
