//! The server as a process: what it says when it can't start, and how it stops.

#![cfg(unix)]

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command, Output, Stdio},
    sync::Arc,
};

use axum::{http::StatusCode, response::IntoResponse};
use tokio::sync::Notify;

use crate::support::{
    Browser, EXTENDED_COOKIE, KEY, SESSION_COOKIE, SOME_SECRET, Upstream, extended, http_client,
    json, program,
};

fn configured<'a>(endpoint: &'a str, addr: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("APPWRITE_ENDPOINT", endpoint),
        ("APPWRITE_PROJECT_ID", "local"),
        ("APPWRITE_KEY", KEY),
        ("LEPTOS_SITE_ADDR", addr),
    ]
}

fn last_line(Output { stderr, .. }: &Output) -> String {
    let text = String::from_utf8_lossy(stderr);
    text.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn a_missing_variable_is_named_in_one_line_with_exit_code_1() {
    let output = program(&[("APPWRITE_ENDPOINT", "http://127.0.0.1:9/v1")], &[])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let line = last_line(&output);
    assert!(
        line.starts_with("error: APPWRITE_PROJECT_ID is not set"),
        "{line}"
    );
}

#[test]
fn a_busy_port_is_named_in_one_line_with_exit_code_1() {
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = busy.local_addr().unwrap().to_string();
    let output = program(&configured("http://127.0.0.1:9/v1", &addr), &[])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let line = last_line(&output);
    assert!(
        line.starts_with(&format!("error: can't listen on {addr}")),
        "{line}"
    );
    assert!(line.contains("LEPTOS_SITE_ADDR"), "{line}");
}

/// Starts the program and waits until it says where it is.
fn start(endpoint: &str) -> (Child, String, impl Iterator<Item = String>) {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    let mut child = program(&configured(endpoint, &free), &[])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let ready = lines.any(|line| line.contains("Appwrite"));
    assert!(ready, "the server did not start");
    // The caller keeps the rest of the output open: a program fails that can't write.
    (child, format!("http://{free}"), lines)
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_finishes_its_answers_first() {
    let (asked, answer) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (on_asked, on_answer) = (Arc::clone(&asked), Arc::clone(&answer));
    let upstream = Upstream::answering(move |request| {
        let (asked, answer) = (Arc::clone(&on_asked), Arc::clone(&on_answer));
        async move {
            // Every start examines the set-up, which is not this test's business.
            if request.uri().path() == "/v1/health/version" {
                return StatusCode::NOT_FOUND.into_response();
            }
            asked.notify_one();
            answer.notified().await;
            json(
                200,
                r#"{"$id":"u1","name":"Ada","email":"ada@example.com"}"#,
            )
        }
    })
    .await;
    let (mut child, url, _output) = start(upstream.appwrite.endpoint.as_str());
    let client = http_client();
    let mut ada = Browser::new(&url, client.clone())
        .with_cookie(SESSION_COOKIE, SOME_SECRET)
        .with_cookie(EXTENDED_COOKIE, &extended(SOME_SECRET, 0));
    let page = tokio::spawn(async move { ada.get("/").await });
    asked.notified().await;
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    // Once it takes no new connection it has understood.
    while client.get(format!("{url}/healthz")).send().await.is_ok() {
        tokio::task::yield_now().await;
    }
    answer.notify_one();
    page.await.unwrap().shows(200, &["Your account"]);
    drop(client);
    let status = tokio::task::spawn_blocking(move || child.wait())
        .await
        .unwrap()
        .unwrap();
    assert!(status.success());
}
