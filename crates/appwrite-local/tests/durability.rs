//! What was answered stays, however the process ends.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use appwrite_local::{Data, Server, StartError};
use common::{KEY, call, config, sign_up};
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// A folder of the test's own, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("appwrite-local-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let folder = Folder::new("restart");
    let server = Server::start(config(Data::Folder(folder.0.clone())))
        .await
        .unwrap();
    let secret = sign_up(&server, "ada@example.com").await;
    server.shutdown().await;
    let server = Server::start(config(Data::Folder(folder.0.clone())))
        .await
        .unwrap();
    let session = [("x-appwrite-session", secret.as_str())];
    let account = call(&server, Method::GET, "/account", &session, Value::Null).await;
    assert_eq!(account.status(), 200);
}

#[tokio::test]
async fn the_key_is_made_once() {
    let folder = Folder::new("key");
    let start = async || {
        let mut config = config(Data::Folder(folder.0.clone()));
        config.keys.clear();
        Server::start(config).await.unwrap()
    };
    let server = start().await;
    let key = server.key().to_owned();
    server.shutdown().await;
    assert!(key.starts_with("standard_") && key.len() == 9 + 256);
    assert_eq!(start().await.key(), key);
}

#[tokio::test]
async fn a_second_process_is_told_who_has_the_data() {
    let folder = Folder::new("second");
    let _first = Server::start(config(Data::Folder(folder.0.clone())))
        .await
        .unwrap();
    let second = Server::start(config(Data::Folder(folder.0.clone()))).await;
    let Err(StartError::Data(error)) = second else {
        panic!("two servers use one folder");
    };
    assert!(
        error.contains(&format!("process {}", std::process::id())),
        "{error}"
    );
}

/// The program, and the endpoint that it prints.
fn spawn(folder: &Path) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_appwrite-local"))
        .args([
            "--addr",
            "127.0.0.1:0",
            "--key",
            KEY,
            "--log",
            "warn",
            "--data",
        ])
        .arg(folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // To the last line, because a program whose output nobody takes would end by itself.
    let lines: Vec<String> = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .take_while(|line| !line.starts_with("APPWRITE_KEY="))
        .collect();
    let endpoint = lines
        .iter()
        .find_map(|line| line.strip_prefix("APPWRITE_ENDPOINT="));
    let endpoint = endpoint.unwrap().to_owned();
    (child, endpoint)
}

#[tokio::test]
async fn killed_while_it_writes_it_has_all_that_it_answered() {
    let folder = Folder::new("kill");
    let mut answered: Vec<String> = Vec::new();
    for round in 0..50 {
        let (mut child, endpoint) = spawn(&folder.0);
        let client = Client::new();
        let make = |number: usize| {
            let id = format!("u-{round}-{number}");
            let request = client
                .post(format!("{endpoint}/users"))
                .header("x-appwrite-project", "local")
                .header("x-appwrite-key", KEY)
                .json(&json!({ "userId": id }));
            async move {
                request
                    .send()
                    .await
                    .ok()
                    .filter(|it| it.status() == 201)
                    .map(|_| id)
            }
        };
        // Writers go on until the server is gone; it is killed in the middle of them.
        let writers = futures::future::join_all((0..4).map(|writer| async move {
            let mut made = Vec::new();
            for number in 0.. {
                match make(writer * 1000 + number).await {
                    Some(id) => made.push(id),
                    None => break,
                }
            }
            made
        }));
        let kill = async {
            make(9000 + round).await;
            child.kill().unwrap();
        };
        let (made, ()) = tokio::join!(writers, kill);
        child.wait().unwrap();
        answered.extend(made.into_iter().flatten());
    }
    assert!(
        answered.len() > 50,
        "{} writes were answered",
        answered.len()
    );
    let server = Server::start(config(Data::Folder(folder.0.clone())))
        .await
        .unwrap();
    let key = [("x-appwrite-key", KEY)];
    for id in &answered {
        let user = call(
            &server,
            Method::GET,
            &format!("/users/{id}"),
            &key,
            Value::Null,
        )
        .await;
        assert_eq!(user.status(), 200, "{id} was answered but is not there");
    }
}
