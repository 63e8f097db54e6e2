//! What was answered stays, no matter how the process ends.

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

use crate::support::{
    KEY, PROGRAM, RunningProgram, TempFolder, call, config, error_of, http_client, sign_up, spawn,
};
use appwrite_local::{Data, Server, StartError};
use reqwest::{Method, Response};
use serde_json::{Value, json};

#[tokio::test]
async fn a_restart_keeps_everything() {
    let folder = TempFolder::new("restart");
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
    let folder = TempFolder::new("key");
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
async fn a_second_process_learns_who_is_using_the_data() {
    let folder = TempFolder::new("second");
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
async fn a_server_killed_while_writing_keeps_all_it_answered() {
    let folder = TempFolder::new("kill");
    fs::create_dir_all(&folder.0).unwrap();
    let schema = folder.0.join("appwrite.config.json");
    fs::write(&schema, SCHEMA).unwrap();
    let mut answered: Vec<String> = Vec::new();
    for round in 0..50 {
        let mut program = Command::new(PROGRAM);
        program.arg("--schema").arg(&schema);
        let (mut child, endpoint) = spawn(program, &folder.0);
        let client = http_client();
        let make = |number: usize| {
            let id = format!("u-{round}-{number}");
            let (path, body) = if number.is_multiple_of(2) {
                ("/users", json!({ "userId": id }))
            } else {
                (ROWS, json!({ "rowId": id, "data": { "title": id } }))
            };
            let request = client
                .post(format!("{endpoint}{path}"))
                .header("x-appwrite-project", "local")
                .header("x-appwrite-key", KEY)
                .json(&body);
            async move {
                request
                    .send()
                    .await
                    .ok()
                    .filter(|it| it.status() == 201)
                    .map(|_| format!("{path}/{id}"))
            }
        };
        // The writers keep going until the server is gone, so it dies in the middle of their work.
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
    for path in &answered {
        let found = call(&server, Method::GET, path, &key, Value::Null).await;
        assert_eq!(found.status(), 200, "{path} was answered but is not there");
    }
}

const ROWS: &str = "/tablesdb/main/tables/notes/rows";
const SCHEMA: &str = r#"{
    "tablesDB": [{ "$id": "main", "name": "Main" }],
    "tables": [{
        "$id": "notes", "databaseId": "main", "name": "Notes",
        "columns": [{ "key": "title", "type": "string", "size": 40 }],
        "indexes": [
            { "key": "words", "type": "fulltext", "columns": ["title"] },
            { "key": "once", "type": "unique", "columns": ["title"] }
        ]
    }]
}"#;

/// Sends a request with the API key.
async fn user(endpoint: &str, method: Method, path: &str, body: Value) -> Response {
    let request = http_client()
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

/// Kills the program and returns its log.
fn log_of(mut child: RunningProgram) -> String {
    let mut log = String::new();
    let stderr = child.0.stderr.take();
    child.end();
    stderr.unwrap().read_to_string(&mut log).unwrap();
    log
}

#[tokio::test]
async fn a_full_disk_is_an_error_and_loses_nothing_that_was_answered() {
    let folder = TempFolder::new("full");
    // No file may grow beyond a megabyte. To a program, that looks like a full disk.
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
async fn a_read_only_folder_can_be_read() {
    let folder = TempFolder::new("read-only");
    let server = Server::start(config(Data::Folder(folder.0.clone())))
        .await
        .unwrap();
    let key = [("x-appwrite-key", KEY)];
    let body = json!({ "userId": "ada" });
    let made = call(&server, Method::POST, "/users", &key, body).await;
    assert_eq!(made.status(), 201);
    server.shutdown().await;
    check_read_only(&folder).await;
}

#[tokio::test]
async fn a_read_only_folder_can_be_read_after_a_kill() {
    let folder = TempFolder::new("read-only-killed");
    let (child, endpoint) = spawn(Command::new(PROGRAM), &folder.0);
    let body = json!({ "userId": "ada" });
    let made = user(&endpoint, Method::POST, "/users", body).await;
    assert_eq!(made.status(), 201);
    child.end();
    check_read_only(&folder).await;
}

/// Makes a folder with one user in it read-only, and starts the program on it.
async fn check_read_only(folder: &TempFolder) {
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
    // Nothing is read-only for root, so the program runs as somebody else.
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
