//! Users' logs, as they and administrators see them.

use crate::support::{
    KEY, PASSWORD, call, error_of, http_client, json_of, sign_in, sign_up, start,
};
use appwrite_local::Server;
use reqwest::Method;
use serde_json::{Value, json};

const ADMIN: [(&str, &str); 1] = [("x-appwrite-key", KEY)];
const CHROME: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
     Chrome/124.0.0.0 Safari/537.36";

async fn logs(server: &Server, who: &[(&str, &str)], path: &str) -> Value {
    let listed = call(server, Method::GET, path, who, Value::Null).await;
    assert_eq!(listed.status(), 200, "{path}");
    json_of(listed).await
}

fn query(method: &str, values: Value) -> String {
    let query = json!({ "method": method, "values": values }).to_string();
    let encoded: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
    format!("queries[]={encoded}")
}

/// The events in a list of logs, oldest first.
fn events(list: &Value) -> Vec<&str> {
    let logs = list["logs"].as_array().unwrap();
    logs.iter()
        .rev()
        .map(|log| log["event"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn every_kind_of_change_is_logged_for_its_user() {
    let server = start().await;
    let secret = sign_up(&server, "ada@example.com").await;
    let session = [("x-appwrite-session", secret.as_str())];
    let account = call(&server, Method::GET, "/account", &session, Value::Null).await;
    let user_id = json_of(account).await["$id"].clone();
    let mut expected = vec!["user.create", "session.create"];
    let email = json!({ "userId": "unique()", "email": "ada@example.com" });
    let url = json!({ "email": "ada@example.com", "url": "http://localhost/" });
    let phone = json!({ "phone": "+15005550007", "password": PASSWORD });
    let target = json!({ "targetId": "phone", "identifier": "device-1" });
    let nothing = &Value::Null;
    let guest: &[(&str, &str)] = &[];
    type Step<'a> = (Method, &'a str, &'a [(&'a str, &'a str)], Value, &'a str);
    let steps: Vec<Step<'_>> = vec![
        (
            Method::PATCH,
            "/account/name",
            &session,
            json!({ "name": "Ada" }),
            "user.update",
        ),
        (
            Method::PATCH,
            "/account/prefs",
            &session,
            json!({ "prefs": {} }),
            "user.update",
        ),
        (
            Method::PATCH,
            "/account/phone",
            &session,
            phone,
            "user.update",
        ),
        (
            Method::POST,
            "/account/tokens/email",
            guest,
            email.clone(),
            "session.create",
        ),
        (
            Method::POST,
            "/account/tokens/magic-url",
            guest,
            email,
            "session.create",
        ),
        (
            Method::POST,
            "/account/tokens/phone",
            guest,
            json!({ "userId": "unique()", "phone": "+15005550007" }),
            "session.create",
        ),
        (
            Method::POST,
            "/account/recovery",
            guest,
            url.clone(),
            "recovery.create",
        ),
        (
            Method::POST,
            "/account/verifications/email",
            &session,
            url,
            "verification.create",
        ),
        (
            Method::POST,
            "/account/mfa/authenticators/totp",
            &session,
            nothing.clone(),
            "user.update",
        ),
        (
            Method::POST,
            "/account/mfa/challenges",
            &session,
            json!({ "factor": "totp" }),
            "challenge.create",
        ),
        (
            Method::POST,
            "/account/targets/push",
            &session,
            target,
            "target.create",
        ),
        (
            Method::PUT,
            "/account/targets/phone/push",
            &session,
            json!({ "identifier": "device-2" }),
            "target.update",
        ),
        (
            Method::DELETE,
            "/account/targets/phone/push",
            &session,
            nothing.clone(),
            "target.delete",
        ),
        (
            Method::PATCH,
            "/account/sessions/current",
            &session,
            nothing.clone(),
            "session.update",
        ),
        // Reading isn't logged, and neither are refusals.
        (
            Method::GET,
            "/account/sessions",
            &session,
            nothing.clone(),
            "",
        ),
        (
            Method::PATCH,
            "/account/name",
            &session,
            json!({ "name": "" }),
            "",
        ),
        (
            Method::POST,
            "/account/sessions/email",
            guest,
            json!({ "email": "ada@example.com", "password": "password-0" }),
            "",
        ),
    ];
    for (method, path, who, body, event) in steps {
        let answer = call(&server, method.clone(), path, who, body).await;
        let status = answer.status();
        let refused = event.is_empty() && method != Method::GET;
        assert_eq!(status.is_success(), !refused, "{method} {path}: {status}");
        if !event.is_empty() {
            expected.push(event);
        }
    }
    let path = format!(
        "/users/{}/logs?{}",
        user_id.as_str().unwrap(),
        query("limit", json!([100]))
    );
    let list = logs(&server, &ADMIN, &path).await;
    assert_eq!(events(&list), expected);
    assert_eq!(list["total"], expected.len());
    assert!(
        list["logs"]
            .as_array()
            .unwrap()
            .iter()
            .all(|log| log["userId"] == user_id),
        "{list}"
    );
}

#[tokio::test]
async fn a_log_says_who_when_and_from_where() {
    let server = start().await;
    let secret = sign_up(&server, "ada@example.com").await;
    sign_up(&server, "bea@example.com").await;
    let session = [("x-appwrite-session", secret.as_str())];
    let body = json!({ "name": "Ada" });
    call(&server, Method::PATCH, "/account/name", &session, body).await;
    // A server signs people in with a key, and passes on their browser.
    let forwarded = [
        ("x-appwrite-key", KEY),
        ("x-forwarded-user-agent", CHROME),
        ("x-forwarded-for", "203.0.113.7"),
    ];
    let body = json!({ "email": "ada@example.com", "password": PASSWORD });
    let path = "/account/sessions/email";
    let account = call(&server, Method::POST, path, &forwarded, body).await;
    assert_eq!(account.status(), 201);
    let list = logs(&server, &session, "/account/logs").await;
    assert_eq!(
        events(&list),
        [
            "user.create",
            "session.create",
            "user.update",
            "session.create"
        ]
    );
    let mut newest = list["logs"][0].clone();
    let time = newest["time"].take();
    assert_eq!(
        time.as_str().unwrap().len(),
        "2026-08-21T12:00:00.000+00:00".len()
    );
    let user_id = newest["userId"].take();
    assert!(!user_id.as_str().unwrap().is_empty());
    assert_eq!(
        newest,
        json!({
            "event": "session.create",
            "userId": null,
            "userEmail": "ada@example.com",
            "userName": "Ada",
            "mode": "default",
            "userType": "user",
            "ip": "203.0.113.7",
            "time": null,
            "osCode": "LIN",
            "osName": "GNU/Linux",
            "osVersion": "",
            "clientType": "browser",
            "clientCode": "CH",
            "clientName": "Chrome",
            "clientVersion": "124.0",
            "clientEngine": "Blink",
            "clientEngineVersion": "124.0.0.0",
            "deviceName": "desktop",
            "deviceBrand": "",
            "deviceModel": "",
            "countryCode": "--",
            "countryName": "Unknown",
        })
    );
}

#[tokio::test]
async fn signing_in_with_a_provider_is_logged() {
    let server = start().await;
    let flow = format!(
        "{}/account/sessions/oauth2/mock?project=local&success=http://localhost:{}/",
        server.endpoint(),
        server.addr().port()
    );
    let arrived = reqwest::get(flow).await.unwrap();
    assert_eq!(arrived.status(), 200);
    let users = logs(&server, &ADMIN, "/users").await;
    let path = format!("/users/{}/logs", users["users"][0]["$id"].as_str().unwrap());
    assert_eq!(
        events(&logs(&server, &ADMIN, &path).await),
        ["session.create"]
    );
}

#[tokio::test]
async fn a_sign_in_that_the_provider_refused_is_not_logged() {
    let server = start().await;
    let secret = sign_up(&server, "ada@example.com").await;
    let session = [("x-appwrite-session", secret.as_str())];
    let state = json!({ "success": "http://localhost/in", "failure": "http://localhost/out" });
    let url = format!(
        "{}/account/sessions/oauth2/mock/redirect",
        server.endpoint()
    );
    let refused = http_client()
        .get(url)
        .query(&[("project", "local"), ("error", "access_denied")])
        .query(&[("state", state.to_string())])
        .header("x-appwrite-session", &secret)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 301);
    let list = logs(&server, &session, "/account/logs").await;
    assert_eq!(events(&list), ["user.create", "session.create"]);
}

#[tokio::test]
async fn logs_can_be_paged_but_not_filtered() {
    let server = start().await;
    let mut secret = sign_up(&server, "ada@example.com").await;
    for _ in 0..30 {
        secret = sign_in(&server, "ada@example.com").await;
    }
    let session = [("x-appwrite-session", secret.as_str())];
    let path = "/account/logs";
    let all = logs(&server, &session, path).await;
    assert_eq!(all["total"], 32);
    assert_eq!(events(&all).len(), 25);
    let last = [query("limit", json!([4])), query("offset", json!([30]))].join("&");
    let last = logs(&server, &session, &format!("{path}?{last}")).await;
    assert_eq!(events(&last), ["user.create", "session.create"]);
    assert_eq!(last["total"], 32);
    let uncounted = logs(&server, &session, &format!("{path}?total=false")).await;
    assert_eq!(uncounted["total"], 0);
    assert_eq!(events(&uncounted).len(), 25);
    for bad in [
        query("equal", json!(["event", "user.create"])),
        query("limit", json!(["many"])),
        "queries[]=%7B".to_owned(),
    ] {
        let path = format!("{path}?{bad}");
        let refused = call(&server, Method::GET, &path, &session, Value::Null).await;
        let expected = (400, "general_argument_invalid".to_owned());
        assert_eq!(error_of(refused).await, expected, "{path}");
    }
    let nobody = call(
        &server,
        Method::GET,
        "/users/nobody/logs",
        &ADMIN,
        Value::Null,
    )
    .await;
    assert_eq!(error_of(nobody).await, (404, "user_not_found".to_owned()));
}
