//! Requests at the same moment: nothing that was answered is lost.

use crate::support::{KEY, PASSWORD, call, config, error_of, http_client, json_of, sign_up, start};
use appwrite_local::{Config, Data, PasswordCost, Server};
use reqwest::Method;
use serde_json::{Value, json};

const ADMIN: [(&str, &str); 1] = [("x-appwrite-key", KEY)];

#[tokio::test]
async fn simultaneous_changes_to_one_user_all_stay() {
    let server = start().await;
    let secret = sign_up(&server, "ada@example.com").await;
    let session = [("x-appwrite-session", secret.as_str())];
    let id =
        json_of(call(&server, Method::GET, "/account", &session, Value::Null).await).await["$id"]
            .clone();
    let labels = format!("/users/{}/labels", id.as_str().unwrap());
    for round in 0..20 {
        let change = async |method, path: &str, who: &[(&str, &str)], body| {
            let answer = call(&server, method, path, who, body).await;
            assert_eq!(answer.status(), 200, "{path}");
        };
        let name = json!({ "name": format!("Ada {round}") });
        let prefs = json!({ "prefs": { "round": round } });
        let mfa = json!({ "mfa": round % 2 == 0 });
        let label = format!("l{round}");
        tokio::join!(
            change(Method::PATCH, "/account/name", &session, name),
            change(Method::PATCH, "/account/prefs", &session, prefs),
            change(Method::PATCH, "/account/mfa", &session, mfa),
            change(Method::PUT, &labels, &ADMIN, json!({ "labels": [label] })),
        );
        let account = call(&server, Method::GET, "/account", &session, Value::Null).await;
        let account = json_of(account).await;
        assert_eq!(account["name"], format!("Ada {round}"));
        assert_eq!(account["prefs"], json!({ "round": round }));
        assert_eq!(account["mfa"], round % 2 == 0);
        assert_eq!(account["labels"], json!([label]));
    }
}

#[tokio::test]
async fn blocking_a_user_during_a_password_change_sticks() {
    let config = Config {
        password_cost: PasswordCost::Appwrite,
        ..config(Data::Ephemeral)
    };
    let server = Server::start(config).await.unwrap();
    let secret = sign_up(&server, "ada@example.com").await;
    let session = [("x-appwrite-session", secret.as_str())];
    let account = call(&server, Method::GET, "/account", &session, Value::Null).await;
    let id = json_of(account).await["$id"].clone();
    let path = format!("/users/{}/status", id.as_str().unwrap());
    let set_status = async |status: bool| {
        let body = json!({ "status": status });
        let set = call(&server, Method::PATCH, &path, &ADMIN, body).await;
        assert_eq!(set.status(), 200);
    };
    let change_password = async || {
        let body = json!({ "password": "password-2", "oldPassword": PASSWORD });
        call(&server, Method::PATCH, "/account/password", &session, body).await
    };
    // Hashing takes much longer than blocking. If the block is so early that the change is refused,
    // try again.
    let mut tries = 0;
    loop {
        set_status(true).await;
        let (changed, ()) = tokio::join!(change_password(), set_status(false));
        if changed.status() == 200 {
            break;
        }
        assert_eq!(error_of(changed).await, (403, "user_blocked".to_owned()));
        tries += 1;
        assert!(tries < 100, "the block always came first");
    }
    let path = format!("/users/{}", id.as_str().unwrap());
    let user = json_of(call(&server, Method::GET, &path, &ADMIN, Value::Null).await).await;
    assert_eq!(user["status"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_are_created_only_once() {
    let server = start().await;
    let client = http_client();
    for round in 0..10 {
        let secret = sign_up(&server, &format!("{round}@example.com")).await;
        let path = "/account/mfa/recovery-codes";
        let asked = (0..8).map(|_| {
            client
                .post(format!("{}{path}", server.endpoint()))
                .header("x-appwrite-project", server.project())
                .header("x-appwrite-session", &secret)
                .send()
        });
        let mut statuses = Vec::new();
        for answer in futures::future::join_all(asked).await {
            statuses.push(answer.unwrap().status().as_u16());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
    }
}
