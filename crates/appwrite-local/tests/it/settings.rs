//! What the project's settings do.

use crate::support::{
    KEY, PASSWORD, call, config, error_of, http_client, json_of, messages, sign_in, sign_up, start,
};
use appwrite_local::{Config, Data, MockNumber, Server, Settings};
use reqwest::Method;
use serde_json::{Value, json};

async fn start_with(change: impl FnOnce(&mut Settings)) -> Server {
    let mut settings = Settings::default();
    change(&mut settings);
    let config = Config {
        settings,
        ..config(Data::Ephemeral)
    };
    Server::start(config).await.unwrap()
}

/// Changes the password. The error is the status and type.
async fn new_password(
    server: &Server,
    secret: &str,
    old: &str,
    new: &str,
) -> Result<(), (u16, String)> {
    let session = [("x-appwrite-session", secret)];
    let body = json!({ "password": new, "oldPassword": old });
    let path = "/account/password";
    let changed = call(server, Method::PATCH, path, &session, body).await;
    if changed.status() == 200 {
        return Ok(());
    }
    Err(error_of(changed).await)
}

#[tokio::test]
async fn a_project_has_no_more_users_than_allowed() {
    let server = start_with(|settings| settings.auth_limit = 1).await;
    sign_up(&server, "ada@example.com").await;
    let body = json!({ "userId": "unique()", "email": "bea@example.com", "password": PASSWORD });
    let refused = call(&server, Method::POST, "/account", &[], body).await;
    let expected = (400, "user_count_exceeded".to_owned());
    assert_eq!(error_of(refused).await, expected);
}

#[tokio::test]
async fn the_project_decides_how_long_and_how_many_sessions_are() {
    let server = start_with(|settings| {
        settings.auth_duration = 3600;
        settings.auth_sessions_limit = 2;
    })
    .await;
    let first = sign_up(&server, "ada@example.com").await;
    sign_in(&server, "ada@example.com").await;
    let secret = sign_in(&server, "ada@example.com").await;
    let session = [("x-appwrite-session", secret.as_str())];
    let path = "/account/sessions";
    let list = json_of(call(&server, Method::GET, path, &session, Value::Null).await).await;
    assert_eq!(list["total"], 2, "a third session ends the oldest");
    let oldest = [("x-appwrite-session", first.as_str())];
    let gone = call(&server, Method::GET, "/account", &oldest, Value::Null).await;
    assert_eq!(gone.status(), 401);
    let hour = |date: &Value| date.as_str().unwrap()[11..13].parse::<i32>().unwrap();
    let newest = &list["sessions"][1];
    let lived = hour(&newest["expire"]) - hour(&newest["$createdAt"]);
    assert_eq!(lived.rem_euclid(24), 1, "{newest}");
}

#[tokio::test]
async fn recent_passwords_cannot_be_reused() {
    let server = start_with(|settings| settings.auth_password_history = 2).await;
    let secret = sign_up(&server, "ada@example.com").await;
    let used = Err((400, "password_recently_used".to_owned()));
    for (old, new, expected) in [
        (PASSWORD, PASSWORD, &used),
        (PASSWORD, "password-2", &Ok(())),
        ("password-2", PASSWORD, &used),
        ("password-2", "password-3", &Ok(())),
        ("password-3", "password-4", &Ok(())),
        ("password-4", PASSWORD, &Ok(())),
    ] {
        let changed = new_password(&server, &secret, old, new).await;
        assert_eq!(&changed, expected, "{old} to {new}");
    }
}

#[tokio::test]
async fn common_and_personal_passwords_are_refused() {
    let server = start_with(|settings| {
        settings.auth_password_dictionary = true;
        settings.auth_personal_data_check = true;
    })
    .await;
    for (password, expected) in [
        ("football", (400, "general_argument_invalid")),
        ("my-ada-lovelace-1", (400, "password_personal_data")),
    ] {
        let body = json!({
            "userId": "unique()",
            "email": "ada-lovelace@example.com",
            "password": password,
        });
        let refused = call(&server, Method::POST, "/account", &[], body).await;
        let (status, kind) = error_of(refused).await;
        assert_eq!((status, kind.as_str()), expected, "{password}");
    }
}

#[tokio::test]
async fn an_email_tells_about_a_new_session() {
    for alerts in [true, false] {
        let server = start_with(|settings| settings.auth_session_alerts = alerts).await;
        sign_up(&server, "ada@example.com").await;
        let first = messages(&server, "ada@example.com").await.len();
        sign_in(&server, "ada@example.com").await;
        let then = messages(&server, "ada@example.com").await.len();
        assert_eq!((first, then), (0, usize::from(alerts)));
    }
}

#[tokio::test]
async fn a_new_password_ends_other_sessions_if_the_project_wants_it() {
    for (invalidate, status) in [(true, 401), (false, 200)] {
        let server = start_with(|settings| settings.auth_invalidate_sessions = invalidate).await;
        let other = sign_up(&server, "ada@example.com").await;
        let secret = sign_in(&server, "ada@example.com").await;
        let changed = new_password(&server, &secret, PASSWORD, "password-2").await;
        assert_eq!(changed, Ok(()));
        for (secret, status) in [(other, status), (secret, 200)] {
            let session = [("x-appwrite-session", secret.as_str())];
            let account = call(&server, Method::GET, "/account", &session, Value::Null).await;
            assert_eq!(account.status(), status, "invalidate: {invalidate}");
        }
    }
}

#[tokio::test]
async fn a_mock_number_has_a_fixed_code_and_gets_no_message() {
    let number = MockNumber::new("+15005550006", "123456").unwrap();
    let server = start_with(|settings| settings.auth_mock_numbers.push(number)).await;
    let body = json!({ "userId": "unique()", "phone": "+15005550006" });
    let token = call(&server, Method::POST, "/account/tokens/phone", &[], body).await;
    let user_id = json_of(token).await["userId"].clone();
    assert_eq!(messages(&server, "+15005550006").await.len(), 0);
    let body = json!({ "userId": user_id, "secret": "123456" });
    let path = "/account/sessions/token";
    let session = call(&server, Method::POST, path, &[], body).await;
    assert_eq!(session.status(), 201);
}

#[tokio::test]
async fn a_mock_numbers_code_is_good_for_each_of_its_uses() {
    let number = MockNumber::new("+15005550006", "123456").unwrap();
    let server = start_with(|settings| settings.auth_mock_numbers.push(number)).await;
    let key = [("x-appwrite-key", KEY)];
    let body = json!({ "userId": "ada", "phone": "+15005550006" });
    call(&server, Method::POST, "/users", &key, body.clone()).await;
    let session = call(
        &server,
        Method::POST,
        "/users/ada/sessions",
        &key,
        Value::Null,
    )
    .await;
    let session = json_of(session).await;
    let headers = [("x-appwrite-session", session["secret"].as_str().unwrap())];
    // Both codes are the same.
    call(&server, Method::POST, "/account/tokens/phone", &[], body).await;
    let path = "/account/verifications/phone";
    call(&server, Method::POST, path, &headers, Value::Null).await;
    let body = json!({ "userId": "ada", "secret": "123456" });
    let verified = call(&server, Method::PUT, path, &headers, body.clone()).await;
    assert_eq!(verified.status(), 200);
    let path = "/account/sessions/token";
    let session = call(&server, Method::POST, path, &[], body).await;
    assert_eq!(session.status(), 201);
}

#[tokio::test]
async fn recovering_tells_nothing_of_earlier_passwords_without_the_link() {
    let server = start_with(|settings| settings.auth_password_history = 2).await;
    sign_up(&server, "ada@example.com").await;
    let key = [("x-appwrite-key", KEY)];
    let body = json!({ "email": "ada@example.com", "url": "http://localhost/r" });
    let token = call(&server, Method::POST, "/account/recovery", &key, body).await;
    let token = json_of(token).await;
    for (secret, expected) in [
        (&json!("wrong"), (401, "user_invalid_token")),
        (&token["secret"], (400, "password_recently_used")),
    ] {
        let body = json!({ "userId": token["userId"], "secret": secret, "password": PASSWORD });
        let refused = call(&server, Method::PUT, "/account/recovery", &[], body).await;
        let (status, kind) = error_of(refused).await;
        assert_eq!((status, kind.as_str()), expected);
    }
}

#[tokio::test]
async fn a_way_to_sign_in_can_be_switched_off() {
    let email = json!({ "userId": "unique()", "email": "ada@example.com", "password": PASSWORD });
    let phone = json!({ "userId": "unique()", "phone": "+15005550007" });
    type Off = fn(&mut Settings);
    let ways: [(Off, &str, &Value); 6] = [
        (|it| it.auth_email_password = false, "/account", &email),
        (
            |it| it.auth_email_password = false,
            "/account/sessions/email",
            &email,
        ),
        (
            |it| it.auth_users_auth_magic_url = false,
            "/account/tokens/magic-url",
            &email,
        ),
        (
            |it| it.auth_email_otp = false,
            "/account/tokens/email",
            &email,
        ),
        (|it| it.auth_phone = false, "/account/tokens/phone", &phone),
        (
            |it| it.auth_anonymous = false,
            "/account/sessions/anonymous",
            &Value::Null,
        ),
    ];
    for (off, path, body) in ways {
        let server = start_with(off).await;
        let refused = call(&server, Method::POST, path, &[], body.clone()).await;
        let expected = (501, "user_auth_method_unsupported".to_owned());
        assert_eq!(error_of(refused).await, expected, "{path}");
        let on = start().await;
        let answered = call(&on, Method::POST, path, &[], body.clone()).await;
        assert_ne!(
            answered.status(),
            501,
            "{path} is refused even when it is on"
        );
    }
    let server = start_with(|settings| settings.auth_jwt = false).await;
    let secret = sign_up(&server, "ada@example.com").await;
    let session = [("x-appwrite-session", secret.as_str())];
    let refused = call(&server, Method::POST, "/account/jwts", &session, json!({})).await;
    let expected = (501, "user_auth_method_unsupported".to_owned());
    assert_eq!(error_of(refused).await, expected);
}

#[tokio::test]
async fn a_provider_can_be_switched_off() {
    let server = start_with(|it| it.oauth_providers = vec!["github".to_owned()]).await;
    for (provider, status) in [("github", 301), ("google", 412)] {
        let path = format!("/account/tokens/oauth2/{provider}?project=local");
        let url = format!("{}{path}", server.endpoint());
        let answer = http_client().get(url).send().await.unwrap();
        assert_eq!(answer.status(), status, "{provider}");
        if status == 412 {
            let page = answer.text().await.unwrap();
            assert!(page.contains("project_provider_disabled"), "{page}");
        }
    }
}

#[tokio::test]
async fn emails_carry_the_projects_name() {
    let server = start_with(|settings| settings.name = "Rockets & Co".to_owned()).await;
    let key = [("x-appwrite-key", KEY)];
    let body = json!({ "userId": "unique()", "email": "ada@example.com" });
    call(&server, Method::POST, "/account/tokens/email", &key, body).await;
    let sent = messages(&server, "ada@example.com").await;
    let text = sent[0]["text"].as_str().unwrap();
    assert!(text.contains("Rockets & Co"), "{text}");
}
