//! The command line.

use std::{
    fs,
    process::{Command, Output, Stdio},
};

use crate::support::{KEY, PROGRAM, RunningProgram, TempFolder, http_client, spawn};
use reqwest::StatusCode;
use serde_json::{Value, json};

fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The program's error message when it refuses to start.
fn refusal(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(!output.status.success(), "{arguments:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn path(folder: &TempFolder, name: &str) -> String {
    folder.0.join(name).to_string_lossy().into_owned()
}

async fn get(endpoint: &str, key: &str, path: &str) -> (StatusCode, Value) {
    let answer = http_client()
        .get(format!("{endpoint}{path}"))
        .header("x-appwrite-project", "local")
        .header("x-appwrite-key", key)
        .send()
        .await
        .unwrap();
    (answer.status(), answer.json().await.unwrap())
}

#[test]
fn bad_arguments_are_named() {
    let folder = TempFolder::new("options");
    fs::create_dir_all(&folder.0).unwrap();
    let settings = path(&folder, "settings.toml");
    fs::write(&settings, "authSessionLimit = 2").unwrap();
    let seed = path(&folder, "seed.json");
    fs::write(&seed, "[{\"mail\":\"ada@example.com\"}]").unwrap();
    let bad_seed = path(&folder, "bad.json");
    fs::write(
        &bad_seed,
        "[{\"email\":\"ada@example.com\",\"phone\":\"1\"}]",
    )
    .unwrap();
    let missing = path(&folder, "missing.json");
    let start = ["--ephemeral", "--addr", "127.0.0.1:0"];
    for (arguments, named) in [
        (&["--addr", "localhost"][..], "--addr"),
        (&["--key", "name::users.read"], "the secret is empty"),
        (&["--mock-phone", "+15005550006"], "PHONE=CODE"),
        (&["--mock-phone", "1=123456"], "no phone number"),
        (&["--mock-phone", "+15005550006=12"], "six digits"),
        (&["--nonsense"], "--nonsense"),
        (&["--settings", &settings], "authSessionLimit"),
        (&["--seed", &seed], "mail"),
        (&["--seed", &bad_seed], "ada@example.com"),
        (&["--seed", &missing], "missing.json cannot be read"),
    ] {
        let said = refusal(&[&start[..], arguments].concat());
        assert!(said.contains(named), "{arguments:?}: {said}");
    }
}

#[test]
fn an_address_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let said = refusal(&["--ephemeral", "--addr", &addr]);
    assert!(said.contains(&addr), "{said}");
}

#[tokio::test]
async fn seed_settings_and_keys_are_used() {
    let folder = TempFolder::new("given");
    fs::create_dir_all(&folder.0).unwrap();
    let seed = path(&folder, "seed.json");
    let users = json!([
        { "userId": "ada", "email": "Ada@example.com", "password": "password-1", "name": "Ada",
          "labels": ["admin"], "prefs": { "theme": "dark" }, "emailVerification": true },
        { "phone": "+15005550007", "phoneVerification": true },
    ]);
    fs::write(&seed, users.to_string()).unwrap();
    let settings = path(&folder, "settings.toml");
    fs::write(&settings, "authEmailOtp = false").unwrap();
    // Twice, because what exists already must stay.
    for _ in 0..2 {
        let mut program = Command::new(PROGRAM);
        program
            .args(["--seed", &seed, "--settings", &settings])
            .args(["--key", "reader:read-key:users.read"]);
        let (child, endpoint) = spawn(program, &folder.0);
        let (status, users) = get(&endpoint, KEY, "/users").await;
        assert_eq!(status, 200, "{users}");
        assert_eq!(users["total"], 2);
        let (status, ada) = get(&endpoint, "read-key", "/users/ada").await;
        assert_eq!(status, 200);
        assert_eq!(ada["email"], "ada@example.com");
        assert_eq!(
            (&ada["labels"][0], &ada["prefs"]["theme"]),
            (&json!("admin"), &json!("dark"))
        );
        assert_eq!(
            (&ada["emailVerification"], &ada["hash"]),
            (&json!(true), &json!("argon2"))
        );
        let write = http_client()
            .post(format!("{endpoint}/users"))
            .header("x-appwrite-project", "local")
            .header("x-appwrite-key", "read-key")
            .json(&json!({ "userId": "bea" }));
        let status = write.send().await.unwrap().status();
        assert_eq!(status, 401, "the key has no scope for it");
        let body = json!({ "userId": "unique()", "email": "bea@example.com" });
        let off = http_client()
            .post(format!("{endpoint}/account/tokens/email"))
            .header("x-appwrite-project", "local")
            .json(&body);
        assert_eq!(off.send().await.unwrap().status(), 501);
        child.end();
    }
}

#[test]
fn a_signal_ends_it_cleanly() {
    let folder = TempFolder::new("end");
    for signal in ["TERM", "INT"] {
        let (mut child, _) = spawn(Command::new(PROGRAM), &folder.0);
        let kill = format!("kill -{signal} {}", child.0.id());
        assert!(
            Command::new("sh")
                .args(["-c", &kill])
                .status()
                .unwrap()
                .success()
        );
        assert!(child.0.wait().unwrap().success(), "{signal}");
    }
}

#[test]
fn a_reset_deletes_only_the_data() {
    let folder = TempFolder::new("reset");
    let data = folder.0.to_string_lossy().into_owned();
    let reset = |more: &[&str]| run(&[&["reset", "--data", &data][..], more].concat());
    let said = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said(&reset(&["--yes"])).contains("there is no data"));

    let (child, _) = spawn(Command::new(PROGRAM), &folder.0);
    fs::write(folder.0.join("mine.txt"), "mine").unwrap();
    let busy = reset(&["--yes"]);
    assert!(!busy.status.success());
    assert!(
        said(&busy).contains(&format!("process {}", child.0.id())),
        "{busy:?}"
    );
    child.end();

    let unasked = reset(&[]);
    assert!(!unasked.status.success(), "nobody was there to ask");
    assert!(folder.0.join("data.sqlite").exists());
    assert!(reset(&["--yes"]).status.success());
    let left: Vec<_> = fs::read_dir(&folder.0)
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    assert!(
        !left
            .iter()
            .any(|name| name.to_string_lossy().starts_with("data.")),
        "{left:?}"
    );
    assert!(folder.0.join("mine.txt").exists());
}

#[test]
fn listening_beyond_this_machine_prints_a_warning() {
    let folder = TempFolder::new("open");
    for (addr, warned) in [("0.0.0.0:0", true), ("127.0.0.1:0", false)] {
        let child = Command::new(PROGRAM)
            .args(["--addr", addr, "--data"])
            .arg(&folder.0)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let text = RunningProgram(child).lines().join("\n");
        assert_eq!(
            text.contains("reached from other machines"),
            warned,
            "{text}"
        );
        assert!(text.contains("on one machine only"), "{text}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn it_starts_quickly_and_needs_little_memory() {
    let folder = TempFolder::new("start");
    let started = std::time::Instant::now();
    let (child, _) = spawn(Command::new(PROGRAM), &folder.0);
    assert!(started.elapsed() < std::time::Duration::from_secs(1));
    let status = fs::read_to_string(format!("/proc/{}/status", child.0.id())).unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = resident.unwrap().trim().trim_end_matches(" kB");
    assert!(kilobytes.parse::<u32>().unwrap() < 40_000, "{kilobytes} kB");
}
