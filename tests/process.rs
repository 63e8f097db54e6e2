//! The server as a process: what it says when it cannot start, and how it ends.

#![cfg(all(feature = "ssr", unix))]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command, Output, Stdio},
    sync::Arc,
};

use axum::{
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
};
use common::{KEY, SOME_COOKIE, Upstream, just_extended};
use tokio::sync::Notify;

/// The program, with these variables and no others, in a folder without a `.env`.
fn program(vars: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leptos-appwrite"));
    command
        .env_clear()
        .envs(vars.iter().copied())
        .current_dir(std::env::temp_dir());
    command
}

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
fn half_a_configuration_is_one_line_and_exit_code_1() {
    let output = program(&[("APPWRITE_ENDPOINT", "http://127.0.0.1:9/v1")])
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
fn a_busy_port_is_one_line_and_exit_code_1() {
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = busy.local_addr().unwrap().to_string();
    let output = program(&configured("http://127.0.0.1:9/v1", &addr))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let line = last_line(&output);
    assert!(
        line.starts_with(&format!("error: cannot listen on {addr}")),
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
    let mut child = program(&configured(endpoint, &free))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let ready = lines.any(|line| line.contains("Appwrite"));
    assert!(ready, "the server did not start");
    // The rest of its output is kept open, because a program whose output nobody takes fails.
    (child, format!("http://{free}"), lines)
}

#[tokio::test]
async fn told_to_stop_it_finishes_what_it_is_answering() {
    let (asked, answer) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (on_asked, on_answer) = (Arc::clone(&asked), Arc::clone(&answer));
    let upstream = Upstream::answering(move |request| {
        let (asked, answer) = (Arc::clone(&on_asked), Arc::clone(&on_answer));
        async move {
            // The setup is examined at every start; this test is about something else.
            if request.uri().path() == "/v1/health/version" {
                return StatusCode::NOT_FOUND.into_response();
            }
            asked.notify_one();
            answer.notified().await;
            let body = r#"{"$id":"u1","name":"Ada","email":"ada@example.com"}"#;
            ([(CONTENT_TYPE, "application/json")], body).into_response()
        }
    })
    .await;
    let (mut child, url, _output) = start(upstream.appwrite.endpoint.as_str());
    let client = reqwest::Client::builder().build().unwrap();
    let request = client
        .get(&url)
        .header("cookie", just_extended(SOME_COOKIE))
        .send();
    let request = tokio::spawn(request);
    asked.notified().await;
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    // It takes no new connection from here on, so it has understood.
    while client.get(format!("{url}/healthz")).send().await.is_ok() {
        tokio::task::yield_now().await;
    }
    answer.notify_one();
    let response = request.await.unwrap().unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.text().await.unwrap().contains("Your account"));
    drop(client);
    let status = tokio::task::spawn_blocking(move || child.wait())
        .await
        .unwrap()
        .unwrap();
    assert!(status.success());
}
