//! What is asked for at the same moment: nothing that was answered is lost.

use crate::support::{KEY, PASSWORD, call, config, json_of, sign_up, start};
use appwrite_local::{Config, Data, PasswordCost, Server};
use reqwest::{Client, Method};
use serde_json::{Value, json};

const ADMIN: [(&str, &str); 1] = [("x-appwrite-key", KEY)];

#[tokio::test]
async fn changes_to_one_user_all_stay() {
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
async fn who_is_blocked_while_their_password_is_hashed_stays_so() {
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
    let changing = async {
        let body = json!({ "password": "password-2", "oldPassword": PASSWORD });
        call(&server, Method::PATCH, "/account/password", &session, body).await
    };
    let blocking = async {
        // The change has been let in by now; hashing takes longer than this.
        tokio::time::sleep(std::time::Duration::from_millis(40)).await;
        let body = json!({ "status": false });
        call(&server, Method::PATCH, &path, &ADMIN, body).await
    };
    let (_, blocked) = tokio::join!(changing, blocking);
    assert_eq!(blocked.status(), 200);
    let path = format!("/users/{}", id.as_str().unwrap());
    let user = json_of(call(&server, Method::GET, &path, &ADMIN, Value::Null).await).await;
    assert_eq!(user["status"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_that_were_shown_are_the_ones_that_count() {
    let server = start().await;
    let client = Client::new();
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
