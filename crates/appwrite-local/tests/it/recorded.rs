//! Snapshots of complete answers.
//!
//! Each file in `tests/recorded` is a sequence of requests. Placeholders stand for what differs
//! from run to run: `<id>`, `<date>`, `<hex 64>`, `<session>`, `<jwt>`, `<ip>`, `<text>`. `{name}`
//! is a value that an earlier step kept. These answers have been compared with recordings of a real
//! Appwrite, so a change in them is a change in what apps see.
//!
//! `RECORD=1 cargo test -p appwrite-local --test it recorded` rewrites the files. Review the
//! changes before you commit them.

use std::{collections::BTreeMap, fs, path::Path};

use crate::support::{KEY, config};
use appwrite_local::{Data, MockNumber, Server, Settings};
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Client, Method, redirect::Policy};
use serde_json::{Map, Value, json};

const PHONE: &str = "+15005550006";

#[tokio::test]
async fn answers_are_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 6, "{files:?}");
    let record = std::env::var_os("RECORD").is_some();
    let mut wrong = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let mut story: Value = serde_json::from_str(&text).unwrap();
        let told = tell(&mut story, &mut wrong, &file.display().to_string()).await;
        assert!(told > 0, "{} tells nothing", file.display());
        if record {
            let text = serde_json::to_string_pretty(&story).unwrap();
            fs::write(&file, text + "\n").unwrap();
        }
    }
    assert!(record || wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Sends the requests, compares the answers, and replaces them with the new ones. Returns how many
/// there are.
async fn tell(story: &mut Value, wrong: &mut Vec<String>, file: &str) -> usize {
    let server = Server::start(appwrite_local::Config {
        settings: Settings {
            auth_mock_numbers: vec![MockNumber::new(PHONE, "123456").unwrap()],
            ..Settings::default()
        },
        ..config(Data::Ephemeral)
    })
    .await
    .unwrap();
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let mut kept: BTreeMap<String, String> = BTreeMap::new();
    let steps = story["steps"].as_array_mut().unwrap();
    for step in &mut *steps {
        let request = fill(step["request"].as_str().unwrap(), &kept);
        let (method, path) = request.split_once(' ').unwrap();
        let url = format!("{}{path}", server.endpoint());
        let mut sent = client
            .request(method.parse::<Method>().unwrap(), url)
            .header("x-appwrite-project", server.project())
            .header("user-agent", "curl/8.5.0");
        sent = match step["as"].as_str() {
            Some("key") => sent.header("x-appwrite-key", KEY),
            Some(who) => match who.split_once(' ').unwrap() {
                ("session", name) => sent.header("x-appwrite-session", &kept[name]),
                ("jwt", name) => sent.header("x-appwrite-jwt", &kept[name]),
                _ => panic!("nobody is \"{who}\""),
            },
            None => sent,
        };
        if let Some(body) = step.get("body") {
            let body = fill(&body.to_string(), &kept);
            sent = sent.header("content-type", "application/json").body(body);
        }
        let response = sent.send().await.unwrap();
        let status = json!(response.status().as_u16());
        let location = response.headers().get("location").cloned();
        let text = response.text().await.unwrap();
        let answer = match location {
            Some(location) => json!({ "location": location.to_str().unwrap() }),
            None if text.is_empty() => Value::Null,
            None => serde_json::from_str(&text).unwrap(),
        };
        if let Some(keep) = step["keep"].as_object() {
            for (name, pointer) in keep {
                let value = answer.pointer(pointer.as_str().unwrap());
                let value = value.unwrap_or_else(|| panic!("{request}: no {pointer}: {text}"));
                kept.insert(name.clone(), value.as_str().unwrap().to_owned());
            }
        }
        let answer = redact(answer, &kept, &server);
        if step["status"] != status || step["answer"] != answer {
            wrong.push(format!(
                "{file}: {request}\nexpected {} {}\nanswered {status} {answer}",
                step["status"], step["answer"]
            ));
        }
        step["status"] = status;
        step["answer"] = answer;
    }
    steps.len()
}

/// Replaces names with the values kept for them.
fn fill(text: &str, kept: &BTreeMap<String, String>) -> String {
    kept.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}

/// Replaces what differs from run to run with placeholders.
fn redact(value: Value, kept: &BTreeMap<String, String>, server: &Server) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, redact(value, kept, server)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items
            .into_iter()
            .map(|item| redact(item, kept, server))
            .collect(),
        Value::String(text) => redact_text(&text, kept, server).into(),
        other => other,
    }
}

fn redact_text(text: &str, kept: &BTreeMap<String, String>, server: &Server) -> String {
    let hexadecimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some((name, _)) = kept.iter().find(|(_, value)| value.as_str() == text) {
        return format!("{{{name}}}");
    }
    let encoded = STANDARD.decode(text).ok();
    let decoded: Option<Value> = encoded.and_then(|json| serde_json::from_slice(&json).ok());
    if decoded.is_some_and(|decoded| decoded["secret"].is_string()) {
        return "<session>".to_owned();
    }
    if text.split('.').count() == 3 && text.starts_with("eyJ") {
        return "<jwt>".to_owned();
    }
    if text.len() == 29 && text.ends_with("+00:00") {
        return "<date>".to_owned();
    }
    if text.len() == 20 && hexadecimal(text) {
        return "<id>".to_owned();
    }
    if text.len() >= 6 && hexadecimal(text) && !kept.contains_key(text) {
        return format!("<hex {}>", text.len());
    }
    if text.starts_with("$argon2id$") || text.starts_with("otpauth://") {
        return "<text>".to_owned();
    }
    if text.len() >= 32
        && text
            .bytes()
            .all(|byte| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".contains(&byte))
    {
        return "<text>".to_owned();
    }
    if text.parse::<std::net::IpAddr>().is_ok() {
        return "<ip>".to_owned();
    }
    let origin = format!("http://{}", server.addr());
    let encoded: String = url::form_urlencoded::byte_serialize(origin.as_bytes()).collect();
    text.replace(&origin, "{origin}")
        .replace(&encoded, "{origin}")
}
