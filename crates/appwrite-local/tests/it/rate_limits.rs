//! Appwrite's rate limits.

use crate::support::{KEY, call, config, error_of, start};
use appwrite_local::{Config, Data, Server};
use reqwest::{Method, Response};
use serde_json::json;

async fn wrong_password(server: &Server, email: &str, headers: &[(&str, &str)]) -> Response {
    let body = json!({ "email": email, "password": "password-0" });
    let path = "/account/sessions/email";
    call(server, Method::POST, path, headers, body).await
}

fn number(response: &Response, name: &str) -> i64 {
    response.headers()[name].to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn guesses_are_limited_per_email_and_keys_are_exempt() {
    let config = Config {
        limits: true,
        ..config(Data::Ephemeral)
    };
    let server = Server::start(config).await.unwrap();
    // A window may end in between. Then the count starts over, and so does the test.
    let mut window = 0;
    let mut guesses = 0;
    let refused = loop {
        let answer = wrong_password(&server, "ada@example.com", &[]).await;
        if number(&answer, "x-ratelimit-reset") != window {
            window = number(&answer, "x-ratelimit-reset");
            guesses = 0;
        }
        guesses += 1;
        assert_eq!(number(&answer, "x-ratelimit-limit"), 10);
        assert_eq!(
            number(&answer, "x-ratelimit-remaining"),
            (10 - guesses).max(0)
        );
        if guesses > 10 {
            break answer;
        }
        assert_eq!(answer.status(), 401);
    };
    let expected = (429, "general_rate_limit_exceeded".to_owned());
    assert_eq!(error_of(refused).await, expected);
    let other = wrong_password(&server, "bea@example.com", &[]).await;
    assert_eq!(other.status(), 401);
    let key = [("x-appwrite-key", KEY)];
    for _ in 0..12 {
        let exempt = wrong_password(&server, "ada@example.com", &key).await;
        assert_eq!(exempt.status(), 401);
    }
}

#[tokio::test]
async fn without_limits_nothing_is_counted() {
    let server = start().await;
    for _ in 0..12 {
        let answer = wrong_password(&server, "ada@example.com", &[]).await;
        assert_eq!(answer.status(), 401);
        assert!(!answer.headers().contains_key("x-ratelimit-limit"));
    }
}
