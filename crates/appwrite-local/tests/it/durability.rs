//! What was answered stays, however the process ends.

use std::{
    fs,
    io::Read,
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        process::CommandExt,
    },
    path::Path,
    process::{Command, Stdio},
};

use crate::support::{Folder, KEY, PROGRAM, Running, call, config, error_of, sign_up, spawn};
use appwrite_local::{Data, Server, StartError};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

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

#[tokio::test]
async fn killed_while_it_writes_it_has_all_that_it_answered() {
    let folder = Folder::new("kill");
    let mut answered: Vec<String> = Vec::new();
    for round in 0..50 {
        let (mut child, endpoint) = spawn(Command::new(PROGRAM), &folder.0);
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
            child.0.kill().unwrap();
        };
        let (made, ()) = tokio::join!(writers, kill);
        child.0.wait().unwrap();
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

/// Asks for a user as a key.
async fn user(endpoint: &str, method: Method, path: &str, body: Value) -> Response {
    let request = Client::new()
        .request(method, format!("{endpoint}{path}"))
        .header("x-appwrite-project", "local")
        .header("x-appwrite-key", KEY);
    let request = if body.is_null() {
        request
    } else {
        request.json(&body)
    };
    request.send().await.unwrap()
}

/// Ends the program, and gives what it logged.
fn log_of(mut child: Running) -> String {
    let mut log = String::new();
    let stderr = child.0.stderr.take();
    child.end();
    stderr.unwrap().read_to_string(&mut log).unwrap();
    log
}

#[tokio::test]
async fn a_full_disk_is_an_error_and_nothing_that_was_answered_is_lost() {
    let folder = Folder::new("full");
    // No file may grow beyond a megabyte, which is how a full disk looks to a program.
    let mut program = Command::new("sh");
    program
        .args([
            "-c",
            r#"trap "" XFSZ; ulimit -f 2048; exec "$0" "$@""#,
            PROGRAM,
        ])
        .stderr(Stdio::piped());
    let (child, endpoint) = spawn(program, &folder.0);
    let mut made = Vec::new();
    let refused = loop {
        assert!(made.len() < 10_000, "the disk is never full");
        let id = format!("u-{}", made.len());
        let body = json!({ "userId": id });
        let answer = user(&endpoint, Method::POST, "/users", body).await;
        if answer.status() != 201 {
            break answer;
        }
        made.push(id);
    };
    let expected = (500, "general_server_error".to_owned());
    assert_eq!(error_of(refused).await, expected);
    let first = user(&endpoint, Method::GET, "/users/u-0", Value::Null).await;
    assert_eq!(first.status(), 200, "what is there can still be read");
    let log = log_of(child);
    assert!(log.contains("the database failed"), "{log}");

    let (child, endpoint) = spawn(Command::new(PROGRAM), &folder.0);
    for id in &made {
        let user = user(&endpoint, Method::GET, &format!("/users/{id}"), Value::Null).await;
        assert_eq!(user.status(), 200, "{id} was answered but is not there");
    }
    let more = user(
        &endpoint,
        Method::POST,
        "/users",
        json!({ "userId": "more" }),
    )
    .await;
    assert_eq!(more.status(), 201, "there is room again");
    child.end();
}

#[tokio::test]
async fn a_folder_that_can_only_be_read_is_read() {
    let folder = Folder::new("read-only");
    let server = Server::start(config(Data::Folder(folder.0.clone())))
        .await
        .unwrap();
    let key = [("x-appwrite-key", KEY)];
    let body = json!({ "userId": "ada" });
    let made = call(&server, Method::POST, "/users", &key, body).await;
    assert_eq!(made.status(), 201);
    server.shutdown().await;
    only_be_read(&folder).await;
}

#[tokio::test]
async fn a_folder_that_can_only_be_read_is_read_after_a_kill() {
    let folder = Folder::new("read-only-killed");
    let (child, endpoint) = spawn(Command::new(PROGRAM), &folder.0);
    let body = json!({ "userId": "ada" });
    let made = user(&endpoint, Method::POST, "/users", body).await;
    assert_eq!(made.status(), 201);
    child.end();
    only_be_read(&folder).await;
}

/// Takes the right to write away, and starts the program on a folder that holds one user.
async fn only_be_read(folder: &Folder) {
    let mode = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let program = folder.0.with_extension("program");
    fs::copy(PROGRAM, &program).unwrap();
    mode(&program, 0o755);
    for file in fs::read_dir(&folder.0).unwrap() {
        mode(&file.unwrap().path(), 0o444);
    }
    mode(&folder.0, 0o555);

    let mut command = Command::new(&program);
    // To root nothing is read-only, so the program runs as somebody else.
    if fs::metadata(&folder.0).unwrap().uid() == 0 {
        command.uid(65_534).gid(65_534);
    }
    command.current_dir("/").stderr(Stdio::piped());
    let (child, endpoint) = spawn(command, &folder.0);
    let ada = user(&endpoint, Method::GET, "/users/ada", Value::Null).await;
    assert_eq!(ada.status(), 200);
    let refused = user(
        &endpoint,
        Method::POST,
        "/users",
        json!({ "userId": "bea" }),
    )
    .await;
    let expected = (500, "general_server_error".to_owned());
    assert_eq!(error_of(refused).await, expected);
    let log = log_of(child);
    mode(&folder.0, 0o755);
    fs::remove_file(program).unwrap();
    assert!(log.contains("can only be read"), "{log}");
    assert!(log.contains("the database failed"), "{log}");
}
