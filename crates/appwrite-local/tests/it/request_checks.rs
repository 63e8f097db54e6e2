//! The checks that come before a route's handler: project, key, scope, origin, and the body.

use std::sync::Arc;

use crate::support::{KEY, PASSWORD, call, config, error_of, http_client, json_of, start};
use appwrite_local::{Config, Data, PasswordCost, Server};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn an_unknown_project_key_or_scope_is_refused() {
    let server = start().await;
    for (headers, path, expected) in [
        (
            &[("x-appwrite-project", "other")][..],
            "/account",
            (404, "project_not_found"),
        ),
        (
            &[("x-appwrite-key", "standard_nope")],
            "/users/u",
            (401, "user_unauthorized"),
        ),
        (
            &[("x-appwrite-key", KEY)],
            "/account",
            (401, "general_unauthorized_scope"),
        ),
        (
            &[("x-appwrite-key", "sessions-key")],
            "/users/u",
            (401, "general_unauthorized_scope"),
        ),
        (
            &[("x-appwrite-key", KEY)],
            "/users/u",
            (404, "user_not_found"),
        ),
    ] {
        let response = call(&server, Method::GET, path, headers, Value::Null).await;
        let (status, kind) = error_of(response).await;
        assert_eq!((status, kind.as_str()), expected, "{headers:?} {path}");
    }
}

#[tokio::test]
async fn an_error_names_the_host_that_a_proxy_was_asked_for() {
    let server = start().await;
    let headers = [
        ("x-appwrite-key", "sessions-key"),
        ("x-forwarded-host", "API.Example.com:8443"),
    ];
    let refused = call(&server, Method::GET, "/users", &headers, Value::Null).await;
    let message = "app.local@service.api.example.com (role: applications) missing scopes \
         ([\"users.read\"])";
    assert_eq!(json_of(refused).await["message"], message);
}

#[tokio::test]
async fn a_path_that_is_no_routes_is_answered_with_a_page() {
    let server = start().await;
    for (method, path) in [
        (Method::GET, "/v1/nowhere"),
        (Method::PUT, "/v1/account"),
        (Method::GET, "/v1"),
        (Method::GET, "/v1/"),
        (Method::GET, "/nowhere"),
        (Method::POST, "/v2/account"),
        (Method::GET, "/console/auth/oauth2/nowhere"),
    ] {
        let url = format!("http://{}{path}", server.addr());
        let response = http_client().request(method, url).send().await.unwrap();
        assert_eq!(response.status(), 404, "{path}");
        let kind = &response.headers()["content-type"];
        assert_eq!(kind, "text/html; charset=utf-8", "{path}");
    }
}

#[tokio::test]
async fn pages_of_other_hosts_may_not_change_anything() {
    let server = start().await;
    let path = "/account/sessions/anonymous";
    for (origin, status) in [
        ("http://localhost:3000", 201),
        ("https://app.example.com", 201),
        ("https://evil.example", 403),
    ] {
        let headers = [("origin", origin)];
        let response = call(&server, Method::POST, path, &headers, Value::Null).await;
        assert_eq!(response.status(), status, "{origin}");
    }
}

#[tokio::test]
async fn odd_input_gets_an_error_like_appwrites() {
    let server = start().await;
    let url = format!("{}/account", server.endpoint());
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let bodies = [
        String::new(),
        "{".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        r#"{"userId":{"a":[]},"email":5,"password":null}"#.to_owned(),
        r#"{"userId":"unique()","email":"a@b.c\r\nx: y","password":"password-1"}"#.to_owned(),
        "{\"userId\":\"\u{0}\u{202e}😀\"}".to_owned(),
        deep,
        "x".repeat(9_000_000),
    ];
    for body in bodies {
        let shown: String = body.chars().take(40).collect();
        let response = http_client()
            .post(&url)
            .header("x-appwrite-project", server.project())
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .unwrap();
        let (status, kind) = error_of(response).await;
        assert_eq!(
            (status, kind.as_str()),
            (400, "general_argument_invalid"),
            "{shown}"
        );
    }
    let ping = call(&server, Method::GET, "/ping", &[], Value::Null).await;
    assert_eq!(ping.text().await.unwrap(), "Pong!");
}

#[tokio::test]
async fn simultaneous_sign_ups_with_one_email_succeed_once() {
    let server = start().await;
    let body = json!({ "userId": "unique()", "email": "a@example.com", "password": "password-1" });
    let asked = (0..8).map(|_| call(&server, Method::POST, "/account", &[], body.clone()));
    let mut statuses = Vec::new();
    for response in futures::future::join_all(asked).await {
        statuses.push(response.status().as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
}

#[tokio::test]
async fn a_body_may_have_up_to_ten_megabytes() {
    let server = start().await;
    let prefs = |bytes: usize| format!("{{\"prefs\":\"{}\"}}", "x".repeat(bytes));
    for (bytes, expected) in [
        (10_000_000, (400, "general_argument_invalid")),
        (11_000_000, (413, "general_argument_invalid")),
    ] {
        let response = http_client()
            .post(format!("{}/account", server.endpoint()))
            .header("x-appwrite-project", server.project())
            .body(prefs(bytes))
            .send()
            .await
            .unwrap();
        let (status, kind) = error_of(response).await;
        assert_eq!((status, kind.as_str()), expected, "{bytes}");
    }
}

/// The server shares the test's only thread, so whatever blocks the server blocks the ping, too.
#[tokio::test]
async fn hashing_passwords_holds_nobody_up() {
    let config = Config {
        password_cost: PasswordCost::Appwrite,
        ..config(Data::Ephemeral)
    };
    let server = Arc::new(Server::start(config).await.unwrap());
    let hashing = tokio::spawn({
        let server = Arc::clone(&server);
        async move {
            let made = (0..8).map(|number| {
                let email = format!("{number}@example.com");
                let body = json!({ "userId": "unique()", "email": email, "password": PASSWORD });
                let server = Arc::clone(&server);
                async move {
                    call(&server, Method::POST, "/account", &[], body)
                        .await
                        .status()
                }
            });
            futures::future::join_all(made).await
        }
    });
    for _ in 0..10 {
        let ping = call(&server, Method::GET, "/ping", &[], Value::Null).await;
        assert_eq!(ping.status(), 200);
    }
    assert!(
        !hashing.is_finished(),
        "ten pings took as long as eight passwords"
    );
    assert!(hashing.await.unwrap().iter().all(|status| *status == 201));
}
