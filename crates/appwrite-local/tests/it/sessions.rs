//! Sessions, as far as no recording shows them.

use crate::support::{
    KEY, TempFolder, call, config, error_of, http_client, json_of, sign_in, sign_up, start,
};
use appwrite_local::{Config, Data, Server, Settings};
use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::{Method, StatusCode, header::HeaderValue};
use serde_json::{Value, json};

/// How many letters the secret has that clients keep encoded.
fn secret_len(encoded: &Value) -> usize {
    let decoded = BASE64_STANDARD.decode(encoded.as_str().unwrap()).unwrap();
    let decoded: Value = serde_json::from_slice(&decoded).unwrap();
    decoded["secret"].as_str().unwrap().len()
}

#[tokio::test]
async fn a_session_that_has_expired_stays_in_lists_and_can_be_extended() {
    let folder = TempFolder::new("expired");
    let server = Server::start(Config {
        settings: Settings {
            auth_duration: 0,
            ..Settings::default()
        },
        ..config(Data::Folder(folder.0.clone()))
    })
    .await
    .unwrap();
    let dead = sign_up(&server, "ada@example.com").await;
    let dead = [("x-appwrite-session", dead.as_str())];
    // It's dead once its first millisecond is over.
    let path = "/account/prefs";
    while call(&server, Method::GET, path, &dead, Value::Null)
        .await
        .status()
        == StatusCode::OK
    {}
    server.shutdown().await;

    let server = Server::start(config(Data::Folder(folder.0.clone())))
        .await
        .unwrap();
    let session = sign_in(&server, "ada@example.com").await;
    let session = [("x-appwrite-session", session.as_str())];
    let path = "/account/sessions";
    let list = json_of(call(&server, Method::GET, path, &session, Value::Null).await).await;
    assert_eq!(list["total"], 2);
    let first = &list["sessions"][0];
    assert_eq!(first["current"], false);
    let key = [("x-appwrite-key", KEY)];
    let path = format!("/users/{}/sessions", first["userId"].as_str().unwrap());
    let list = json_of(call(&server, Method::GET, &path, &key, Value::Null).await).await;
    assert_eq!(list["total"], 2);
    let path = format!("{path}?total=0");
    let list = json_of(call(&server, Method::GET, &path, &key, Value::Null).await).await;
    assert_eq!(list["total"], 0);
    assert_eq!(list["sessions"].as_array().unwrap().len(), 2);

    let refused = call(&server, Method::GET, "/account", &dead, Value::Null).await;
    assert_eq!(
        error_of(refused).await,
        (401, "general_unauthorized_scope".into())
    );
    let path = format!("/account/sessions/{}", first["$id"].as_str().unwrap());
    let extended = call(&server, Method::PATCH, &path, &session, Value::Null).await;
    assert_eq!(extended.status(), 200);
    let account = call(&server, Method::GET, "/account", &dead, Value::Null).await;
    assert_eq!(account.status(), 200);
}

#[tokio::test]
async fn a_cookie_that_is_not_ascii_does_not_hide_the_session() {
    let server = start().await;
    let session = sign_up(&server, "ada@example.com").await;
    for cookies in [
        format!("pref=ä; a_session_local={session}"),
        format!("a_session_local={session}; pref=\u{fc}"),
    ] {
        for bytes in [
            cookies.clone().into_bytes(),
            cookies
                .chars()
                .map(|letter| u8::try_from(letter).unwrap())
                .collect(),
        ] {
            let account = http_client()
                .get(format!("{}/account", server.endpoint()))
                .header("x-appwrite-project", server.project())
                .header("cookie", HeaderValue::from_bytes(&bytes).unwrap())
                .send()
                .await
                .unwrap();
            assert_eq!(account.status(), 200, "{bytes:?}");
        }
    }
}

#[tokio::test]
async fn a_new_project_does_not_limit_sessions() {
    let server = start().await;
    let first = sign_up(&server, "ada@example.com").await;
    for _ in 0..12 {
        sign_in(&server, "ada@example.com").await;
    }
    let session = [("x-appwrite-session", first.as_str())];
    let path = "/account/sessions";
    let list = json_of(call(&server, Method::GET, path, &session, Value::Null).await).await;
    assert_eq!(list["total"], 13);
}

#[tokio::test]
async fn the_older_route_for_links_makes_shorter_secrets() {
    let server = start().await;
    let key = [("x-appwrite-key", KEY)];
    for (method, path, len) in [
        (Method::PUT, "/account/sessions/magic-url", 64),
        (Method::POST, "/account/sessions/token", 256),
    ] {
        let body = json!({ "userId": "unique()", "email": "ada@example.com" });
        let token = call(
            &server,
            Method::POST,
            "/account/tokens/magic-url",
            &key,
            body,
        )
        .await;
        let token = json_of(token).await;
        let body = json!({ "userId": token["userId"], "secret": token["secret"] });
        let session = json_of(call(&server, method, path, &key, body).await).await;
        assert_eq!(secret_len(&session["secret"]), len, "{path}");
        let headers = [("x-appwrite-session", session["secret"].as_str().unwrap())];
        let account = call(&server, Method::GET, "/account", &headers, Value::Null).await;
        assert_eq!(account.status(), 200, "{path}");
    }
}

/// Whether a date is written the way the database keeps it, `2026-08-21 12:00:00.000`.
fn is_unformatted(date: &Value) -> bool {
    let letters = date.as_str().unwrap().chars();
    let form: String = letters
        .map(|letter| if letter.is_ascii_digit() { '0' } else { letter })
        .collect();
    form == "0000-00-00 00:00:00.000"
}

#[tokio::test]
async fn a_date_that_has_just_changed_is_not_written_like_the_others() {
    let server = start().await;
    let secret = sign_up(&server, "ada@example.com").await;
    let session = [("x-appwrite-session", secret.as_str())];
    let path = "/account/sessions/current";
    let before = json_of(call(&server, Method::GET, path, &session, Value::Null).await).await;
    let extended = json_of(call(&server, Method::PATCH, path, &session, Value::Null).await).await;
    assert!(is_unformatted(&extended["expire"]), "{extended}");
    assert_eq!(extended["$updatedAt"], before["$updatedAt"]);

    let path = "/account/mfa/recovery-codes";
    let codes = json_of(call(&server, Method::POST, path, &session, Value::Null).await).await;
    let path = "/account/mfa/challenges";
    let body = json!({ "factor": "recoveryCode" });
    let asked = json_of(call(&server, Method::POST, path, &session, body).await).await;
    let body = json!({ "challengeId": asked["$id"], "otp": codes["recoveryCodes"][0] });
    let answered = json_of(call(&server, Method::PUT, path, &session, body).await).await;
    assert!(is_unformatted(&answered["mfaUpdatedAt"]), "{answered}");

    let path = "/account/sessions/current";
    let after = json_of(call(&server, Method::GET, path, &session, Value::Null).await).await;
    for name in ["expire", "mfaUpdatedAt", "$updatedAt"] {
        assert!(after[name].as_str().unwrap().ends_with("+00:00"), "{after}");
    }
    assert_eq!(answered["expire"], after["expire"]);
}
