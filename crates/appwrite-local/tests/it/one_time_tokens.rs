//! A one-time token works once, no matter how many try at the same moment.

use crate::support::{KEY, call, error_of, json_of, messages, parameter, sign_up, start};
use appwrite_local::Server;
use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::Method;
use serde_json::{Value, json};

const ADMIN: [(&str, &str); 1] = [("x-appwrite-key", KEY)];

/// Sends the same request ten times at once. One succeeds; the others get the error for a wrong
/// token.
async fn race(server: &Server, method: Method, path: &str, who: &[(&str, &str)], body: Value) {
    let asked = (0..10).map(|_| call(server, method.clone(), path, who, body.clone()));
    let mut refused = 0;
    for response in futures::future::join_all(asked).await {
        if !response.status().is_success() {
            let expected = (401, "user_invalid_token".to_owned());
            assert_eq!(error_of(response).await, expected, "{path}");
            refused += 1;
        }
    }
    assert_eq!(refused, 9, "{method} {path}");
}

/// A new token, as a key sees it.
async fn token(server: &Server, kind: &str, body: Value) -> (Value, Value) {
    let path = format!("/account/tokens/{kind}");
    let token = json_of(call(server, Method::POST, &path, &ADMIN, body).await).await;
    (token["userId"].clone(), token["secret"].clone())
}

#[tokio::test]
async fn sign_in_tokens_work_once() {
    let server = start().await;
    let mail = json!({ "userId": "unique()", "email": "ada@example.com" });
    let sms = json!({ "userId": "unique()", "phone": "+15005550007" });
    for (kind, body, method, path) in [
        ("email", &mail, Method::POST, "/account/sessions/token"),
        ("magic-url", &mail, Method::POST, "/account/sessions/token"),
        (
            "magic-url",
            &mail,
            Method::PUT,
            "/account/sessions/magic-url",
        ),
        ("phone", &sms, Method::POST, "/account/sessions/token"),
        ("phone", &sms, Method::PUT, "/account/sessions/phone"),
    ] {
        let (user_id, mut secret) = token(&server, kind, body.clone()).await;
        if kind == "phone" {
            // A key gets a phone's code wrapped together with the user's ID.
            let wrapped = BASE64_STANDARD.decode(secret.as_str().unwrap()).unwrap();
            let wrapped: Value = serde_json::from_slice(&wrapped).unwrap();
            secret = wrapped["secret"].clone();
        }
        let body = json!({ "userId": user_id, "secret": secret });
        race(&server, method, path, &ADMIN, body).await;
    }
    let (user_id, _) = token(&server, "email", mail).await;
    let path = format!("/users/{}/tokens", user_id.as_str().unwrap());
    let made = call(&server, Method::POST, &path, &ADMIN, json!({})).await;
    let body = json!({ "userId": user_id, "secret": json_of(made).await["secret"] });
    race(
        &server,
        Method::POST,
        "/account/sessions/token",
        &ADMIN,
        body,
    )
    .await;
}

#[tokio::test]
async fn recoveries_and_verifications_work_once() {
    let server = start().await;
    let secret = sign_up(&server, "ada@example.com").await;
    let session = [("x-appwrite-session", secret.as_str())];
    let url = json!({ "email": "ada@example.com", "url": "http://localhost/" });
    let phone = json!({ "phone": "+15005550007", "password": "password-1" });
    let changed = call(&server, Method::PATCH, "/account/phone", &session, phone).await;
    assert_eq!(changed.status(), 200);

    for (path, to) in [
        ("/account/verifications/email", "ada@example.com"),
        ("/account/verifications/phone", "+15005550007"),
        ("/account/recovery", "ada@example.com"),
    ] {
        // Recoveries are for guests: signed-in users don't need one.
        let who: &[(&str, &str)] = if path == "/account/recovery" {
            &[]
        } else {
            &session
        };
        let asked = json_of(call(&server, Method::POST, path, who, url.clone()).await).await;
        let newest = &messages(&server, to).await[0];
        let secret = match newest["code"].as_str() {
            Some(code) => code.to_owned(),
            None => parameter(newest, "secret"),
        };
        let body = json!({
            "userId": asked["userId"],
            "secret": secret,
            "password": "password-2",
        });
        race(&server, Method::PUT, path, &[], body).await;
    }
}
