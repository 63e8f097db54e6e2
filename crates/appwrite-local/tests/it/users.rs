//! `/v1/users`, as far as no recording shows it.

use crate::support::{
    KEY, call, error_of, http_client, json_of, messages, parameter, sign_in, sign_up, start,
};
use appwrite_local::Server;
use reqwest::{Method, Response};
use serde_json::{Value, json};

/// Calls with the key that may do everything.
async fn by_key(server: &Server, method: Method, path: &str, body: Value) -> Response {
    call(server, method, path, &[("x-appwrite-key", KEY)], body).await
}

/// Creates a user and returns it.
async fn create(server: &Server, body: Value) -> Value {
    let made = by_key(server, Method::POST, "/users", body).await;
    assert_eq!(made.status(), 201);
    json_of(made).await
}

/// A bad request's message.
async fn message_of(response: Response) -> String {
    assert_eq!(response.status(), 400);
    let body = json_of(response).await;
    body["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_empty_phone_frees_the_number() {
    let server = start().await;
    for id in ["ada", "bob"] {
        create(&server, json!({ "userId": id, "phone": "+15551234567" })).await;
        let path = format!("/users/{id}/verification/phone");
        let body = json!({ "phoneVerification": true });
        by_key(&server, Method::PATCH, &path, body).await;
        let path = format!("/users/{id}/phone");
        let body = json!({ "number": "" });
        let changed = json_of(by_key(&server, Method::PATCH, &path, body).await).await;
        assert_eq!(changed["phone"], "");
        assert_eq!(changed["phoneVerification"], false);
        assert_eq!(changed["targets"], json!([]));
    }
    let body = json!({ "number": "+15551234567" });
    let changed = json_of(by_key(&server, Method::PATCH, "/users/ada/phone", body).await).await;
    assert_eq!(changed["targets"][0]["identifier"], "+15551234567");
}

#[tokio::test]
async fn an_empty_email_frees_the_address_but_only_one_user_may_have_it() {
    let server = start().await;
    sign_up(&server, "ada@example.com").await;
    for id in ["bob", "eve"] {
        create(
            &server,
            json!({ "userId": id, "email": format!("{id}@example.com") }),
        )
        .await;
    }
    let empty = json!({ "email": "" });
    let changed = by_key(&server, Method::PATCH, "/users/bob/email", empty.clone()).await;
    let changed = json_of(changed).await;
    assert_eq!(changed["email"], "");
    assert_eq!(changed["emailCanonical"], Value::Null);
    assert_eq!(changed["targets"], json!([]));
    let again = by_key(&server, Method::PATCH, "/users/eve/email", empty).await;
    assert_eq!(
        error_of(again).await,
        (409, "user_email_already_exists".into())
    );
    let factors = by_key(&server, Method::GET, "/users/bob/mfa/factors", Value::Null).await;
    assert_eq!(json_of(factors).await["email"], false);
    create(
        &server,
        json!({ "userId": "new", "email": "bob@example.com" }),
    )
    .await;
    let body = json!({ "email": "bob2@example.com" });
    let changed = json_of(by_key(&server, Method::PATCH, "/users/bob/email", body).await).await;
    assert_eq!(changed["targets"][0]["identifier"], "bob2@example.com");
}

#[tokio::test]
async fn an_address_that_is_a_target_already_is_refused_even_to_its_owner() {
    let server = start().await;
    let body = json!({ "userId": "ada", "email": "ada@example.com", "phone": "+15551234567" });
    create(&server, body).await;
    for (path, body) in [
        ("/users/ada/email", json!({ "email": "ADA@example.com" })),
        ("/users/ada/phone", json!({ "number": "+15551234567" })),
    ] {
        let refused = by_key(&server, Method::PATCH, path, body).await;
        let expected = (409, "user_target_already_exists".to_owned());
        assert_eq!(error_of(refused).await, expected, "{path}");
    }
}

#[tokio::test]
async fn ids_and_addresses_have_no_case() {
    let server = start().await;
    let made = create(
        &server,
        json!({ "userId": "Ada", "email": "ada@example.com" }),
    )
    .await;
    let found = json_of(by_key(&server, Method::GET, "/users/aDA", Value::Null).await).await;
    assert_eq!(found["$id"], made["$id"]);
    let key = [("x-appwrite-key", KEY)];
    for (path, body) in [
        ("/users", json!({ "userId": "ADA" })),
        (
            "/account",
            json!({ "userId": "ada", "email": "b@example.com", "password": "password-1" }),
        ),
        (
            "/account",
            json!({ "userId": "b", "email": "ADA@example.com", "password": "password-1" }),
        ),
    ] {
        let refused = call(&server, Method::POST, path, &key, body.clone()).await;
        let expected = (409, "user_already_exists".to_owned());
        assert_eq!(error_of(refused).await, expected, "{body}");
    }
    // What is made for the user belongs to their own ID.
    let session = by_key(&server, Method::POST, "/users/ada/sessions", Value::Null).await;
    let session = json_of(session).await;
    assert_eq!(session["userId"], "Ada");
    let headers = [("x-appwrite-session", session["secret"].as_str().unwrap())];
    let account = call(&server, Method::GET, "/account", &headers, Value::Null).await;
    assert_eq!(json_of(account).await["$id"], "Ada");
    let list = by_key(&server, Method::GET, "/users/ADA/sessions", Value::Null).await;
    assert_eq!(json_of(list).await["total"], 1);
    let token = by_key(&server, Method::POST, "/users/ada/tokens", json!({})).await;
    let body = json!({ "userId": "ADA", "secret": json_of(token).await["secret"] });
    let exchanged = call(&server, Method::POST, "/account/sessions/token", &[], body).await;
    assert_eq!(json_of(exchanged).await["userId"], "Ada");
    let target = json!({ "targetId": "t", "providerType": "email", "identifier": "c@example.com" });
    let target = by_key(&server, Method::POST, "/users/ada/targets", target).await;
    assert_eq!(json_of(target).await["userId"], "Ada");
    // A link goes to the user whose address it is, however it's written.
    let body = json!({ "userId": "unique()", "email": "Ada@Example.com" });
    let sent = call(
        &server,
        Method::POST,
        "/account/tokens/magic-url",
        &[],
        body,
    )
    .await;
    assert_eq!(json_of(sent).await["userId"], "Ada");
    let sent = messages(&server, "Ada@Example.com").await;
    assert_eq!(parameter(&sent[0], "userId"), "Ada");
}

#[tokio::test]
async fn only_status_and_impersonator_take_more_than_json_booleans() {
    let server = start().await;
    create(
        &server,
        json!({ "userId": "ada", "email": "ada@example.com" }),
    )
    .await;
    for (path, name, loose) in [
        ("/users/ada/status", "status", true),
        ("/users/ada/impersonator", "impersonator", true),
        ("/users/ada/mfa", "mfa", false),
        ("/users/ada/verification", "emailVerification", false),
        ("/users/ada/verification/phone", "phoneVerification", false),
    ] {
        for (value, boolean) in [
            (json!(true), Some(true)),
            (json!(false), Some(false)),
            (json!("true"), loose.then_some(true)),
            (json!("false"), loose.then_some(false)),
            (json!("1"), loose.then_some(true)),
            (json!(0), loose.then_some(false)),
            (json!(2), None),
            (json!("yes"), None),
            (json!(null), None),
        ] {
            let body = json!({ name: value });
            let changed = by_key(&server, Method::PATCH, path, body).await;
            match boolean {
                Some(boolean) => {
                    assert_eq!(json_of(changed).await[name], boolean, "{name} {value}")
                }
                None => {
                    let rule = format!("Invalid `{name}` param: Value must be a valid boolean");
                    assert_eq!(message_of(changed).await, rule, "{value}");
                }
            }
        }
    }
    let body = json!({ "userId": "ada", "email": "ada@example.com", "phrase": "true" });
    let refused = call(&server, Method::POST, "/account/tokens/email", &[], body).await;
    let rule = "Invalid `phrase` param: Value must be a valid boolean";
    assert_eq!(message_of(refused).await, rule);
}

#[tokio::test]
async fn prefs_are_kept_as_php_keeps_them() {
    let server = start().await;
    create(&server, json!({ "userId": "ada" })).await;
    let path = "/users/ada/prefs";
    let full = |letter: &str, count: usize| json!({ "a": letter.repeat(count) });
    for (sent, kept) in [
        (json!({}), Some(json!({}))),
        (json!([]), Some(json!({}))),
        (
            json!({ "a": {}, "b": [{}] }),
            Some(json!({ "a": [], "b": [[]] })),
        ),
        (
            json!({ "a": { "0": 1, "1": 2 } }),
            Some(json!({ "a": [1, 2] })),
        ),
        (json!([1]), None),
        (json!(["a", "b"]), None),
        (json!({ "0": "a" }), None),
        (json!("a"), None),
        // {"a":"…"} are eight bytes more. A slash counts two, an umlaut six.
        (full("x", 65_527), Some(full("x", 65_527))),
        (full("x", 65_528), None),
        (full("/", 32_763), Some(full("/", 32_763))),
        (full("/", 32_764), None),
        (full("ä", 10_921), Some(full("ä", 10_921))),
        (full("ä", 10_922), None),
    ] {
        let shown: String = sent.to_string().chars().take(40).collect();
        let changed = by_key(&server, Method::PATCH, path, json!({ "prefs": sent })).await;
        match kept {
            Some(kept) => {
                assert_eq!(json_of(changed).await, kept, "{shown}");
                let prefs = by_key(&server, Method::GET, path, Value::Null).await;
                assert_eq!(json_of(prefs).await, kept, "{shown}");
            }
            None => {
                let rule = "Invalid `prefs` param: Value must be a valid object.";
                assert_eq!(message_of(changed).await, rule, "{shown}");
            }
        }
    }
}

#[tokio::test]
async fn a_form_may_nest_fields_as_php_does() {
    let server = start().await;
    let session = sign_up(&server, "ada@example.com").await;
    let fields = [
        ("prefs[theme]", "dark"),
        ("prefs[list][]", "a"),
        ("prefs[list][]", "b"),
    ];
    let parts = fields.map(|(name, value)| {
        format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    });
    let patch = http_client()
        .patch(format!("{}/account/prefs", server.endpoint()))
        .header("x-appwrite-project", server.project())
        .header("x-appwrite-session", &session);
    let multipart = patch
        .try_clone()
        .unwrap()
        .header("content-type", "multipart/form-data; boundary=x")
        .body(parts.concat() + "--x--\r\n");
    for request in [patch.form(&fields), multipart] {
        let changed = request.send().await.unwrap();
        let prefs = json!({ "theme": "dark", "list": ["a", "b"] });
        assert_eq!(json_of(changed).await["prefs"], prefs);
    }
}

#[tokio::test]
async fn addresses_are_checked_as_php_checks_them() {
    let server = start().await;
    for (email, good) in [
        ("ada@example.123", false),
        ("ada@127.0.0.1", false),
        ("ada@[127.0.0.1]", true),
        ("ada@[IPv6:::1]", true),
        ("\"a,b\"@example.com", true),
        ("\"a b\"@example.com", false),
        ("ada@localhost", false),
    ] {
        let body = json!({ "userId": "unique()", "email": email });
        let made = by_key(&server, Method::POST, "/users", body).await;
        assert_eq!(made.status(), if good { 201 } else { 400 }, "{email}");
    }
}

#[tokio::test]
async fn a_targets_identifier_has_to_fit_its_type() {
    let server = start().await;
    create(&server, json!({ "userId": "ada" })).await;
    for (kind, identifier, provider, expected) in [
        ("email", "ada@", None, Some((400, "general_invalid_email"))),
        (
            "sms",
            "15551234567",
            None,
            Some((400, "general_invalid_phone")),
        ),
        ("push", "anything", None, None),
        ("email", "ada@example.com", Some("nosuch"), None),
    ] {
        let body = json!({
            "targetId": "unique()",
            "providerType": kind,
            "identifier": identifier,
            "providerId": provider,
        });
        let made = by_key(&server, Method::POST, "/users/ada/targets", body).await;
        match expected {
            Some((status, error)) => assert_eq!(error_of(made).await, (status, error.to_owned())),
            None => assert_eq!(json_of(made).await["providerId"], Value::Null),
        }
    }
    let targets = by_key(&server, Method::GET, "/users/ada/targets", Value::Null).await;
    let targets = json_of(targets).await;
    let path = format!(
        "/users/ada/targets/{}",
        targets["targets"][0]["$id"].as_str().unwrap()
    );
    let refused = by_key(
        &server,
        Method::PATCH,
        &path,
        json!({ "providerId": "nosuch" }),
    )
    .await;
    assert_eq!(error_of(refused).await, (404, "provider_not_found".into()));
    let refused = by_key(&server, Method::PATCH, &path, json!({ "name": "" })).await;
    assert_eq!(
        error_of(refused).await,
        (400, "general_argument_invalid".into())
    );
}

#[tokio::test]
async fn scrypts_parameters_are_numbers_of_32_bits() {
    let server = start().await;
    let good = json!({
        "userId": "unique()",
        "email": "ada@example.com",
        "password": "password-1",
        "passwordSalt": "salt",
        "passwordCpu": 8,
        "passwordMemory": 14,
        "passwordParallel": 1,
        "passwordLength": 64,
    });
    let range =
        "Value must be a valid signed 32-bit integer between -2,147,483,648 and 2,147,483,647";
    for (name, value, rule) in [
        ("passwordCpu", json!("8"), range),
        ("passwordMemory", json!(2_147_483_648_u64), range),
        ("passwordLength", json!(null), range),
        (
            "password",
            json!("short"),
            "Password must be between 8 and 256 characters long.",
        ),
        (
            "passwordSalt",
            json!(""),
            "Value must be a valid string and at least 1 chars and no longer than 128 chars",
        ),
    ] {
        let mut body = good.clone();
        body[name] = value;
        let refused = by_key(&server, Method::POST, "/users/scrypt", body).await;
        let expected = format!("Invalid `{name}` param: {rule}");
        assert_eq!(message_of(refused).await, expected);
    }
    let made = by_key(&server, Method::POST, "/users/scrypt", good).await;
    assert_eq!(made.status(), 201);
}

#[tokio::test]
async fn somebody_elses_target_does_not_keep_an_address_from_its_owner() {
    let server = start().await;
    create(&server, json!({ "userId": "bob" })).await;
    let target = json!({
        "targetId": "unique()",
        "providerType": "email",
        "identifier": "ada@example.com",
    });
    by_key(&server, Method::POST, "/users/bob/targets", target).await;
    sign_up(&server, "ada@example.com").await;
    let session = sign_in(&server, "ada@example.com").await;
    let headers = [("x-appwrite-session", session.as_str())];
    let account = call(&server, Method::GET, "/account", &headers, Value::Null).await;
    assert_eq!(json_of(account).await["targets"], json!([]));
}

#[tokio::test]
async fn who_may_act_as_others_may_look_them_up() {
    let server = start().await;
    let session = sign_up(&server, "ada@example.com").await;
    create(
        &server,
        json!({ "userId": "bob", "email": "bob@example.com" }),
    )
    .await;
    let headers = [("x-appwrite-session", session.as_str())];
    let account = call(&server, Method::GET, "/account", &headers, Value::Null).await;
    let path = format!(
        "/users/{}/impersonator",
        json_of(account).await["$id"].as_str().unwrap()
    );
    let as_bob = [headers[0], ("x-appwrite-impersonate-user-id", "bob")];
    for (may, status) in [(true, 200), (false, 401)] {
        by_key(
            &server,
            Method::PATCH,
            &path,
            json!({ "impersonator": may }),
        )
        .await;
        for headers in [&headers[..], &as_bob[..]] {
            let found = call(&server, Method::GET, "/users/bob", headers, Value::Null).await;
            assert_eq!(found.status(), status, "{headers:?}");
        }
        let changed = json!({ "name": "Bob" });
        let path = "/users/bob/name";
        let refused = call(&server, Method::PATCH, path, &headers, changed).await;
        assert_eq!(refused.status(), 401);
    }
}
