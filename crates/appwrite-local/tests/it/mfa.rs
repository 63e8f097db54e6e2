//! The second factor, as far as no recording shows it.

use crate::support::{KEY, call, error_of, json_of, messages, sign_up, start};
use appwrite_local::Server;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use totp_rs::{Algorithm, Secret, TOTP};

/// The code that an authenticator app shows now.
fn code(secret: &str) -> String {
    let secret = Secret::Encoded(secret.to_owned()).to_bytes().unwrap();
    let totp = TOTP::new(Algorithm::SHA1, 6, 0, 30, secret, None, String::new()).unwrap();
    totp.generate_current().unwrap()
}

/// Asks for a factor and returns the challenge's ID.
async fn challenge(server: &Server, session: &str, factor: &str) -> Value {
    let headers = [("x-appwrite-session", session)];
    let body = json!({ "factor": factor });
    let asked = call(
        server,
        Method::POST,
        "/account/mfa/challenges",
        &headers,
        body,
    )
    .await;
    assert_eq!(asked.status(), 201, "{factor}");
    json_of(asked).await["$id"].take()
}

async fn answer(server: &Server, session: &str, challenge: &Value, otp: &str) -> Response {
    let headers = [("x-appwrite-session", session)];
    let body = json!({ "challengeId": challenge, "otp": otp });
    call(
        server,
        Method::PUT,
        "/account/mfa/challenges",
        &headers,
        body,
    )
    .await
}

#[tokio::test]
async fn an_authenticator_that_is_not_confirmed_answers_challenges() {
    let server = start().await;
    let session = sign_up(&server, "ada@example.com").await;
    let headers = [("x-appwrite-session", session.as_str())];
    let path = "/account/mfa/authenticators/totp";
    let app = json_of(call(&server, Method::POST, path, &headers, Value::Null).await).await;
    let secret = app["secret"].as_str().unwrap();
    assert_eq!(secret.len(), 103, "64 bytes in base32");
    let asked = challenge(&server, &session, "totp").await;
    let wrong = answer(&server, &session, &asked, "abcdef").await;
    assert_eq!(error_of(wrong).await, (401, "user_invalid_token".into()));
    // A code ends with its half minute, so the first one may be too late.
    let mut answered = answer(&server, &session, &asked, &code(secret)).await;
    if answered.status() == 401 {
        answered = answer(&server, &session, &asked, &code(secret)).await;
    }
    assert_eq!(
        json_of(answered).await["factors"],
        json!(["password", "totp"])
    );
}

#[tokio::test]
async fn a_challenge_without_an_authenticator_is_made_but_has_no_answer() {
    let server = start().await;
    let session = sign_up(&server, "ada@example.com").await;
    for factor in ["totp", "recoveryCode"] {
        let asked = challenge(&server, &session, factor).await;
        let refused = answer(&server, &session, &asked, "123456").await;
        assert_eq!(
            error_of(refused).await,
            (401, "user_invalid_token".into()),
            "{factor}"
        );
    }
}

#[tokio::test]
async fn a_factor_works_only_as_it_is_spelled() {
    let server = start().await;
    let session = sign_up(&server, "ada@example.com").await;
    let headers = [("x-appwrite-session", session.as_str())];
    let path = "/account/mfa/recovery-codes";
    let codes = json_of(call(&server, Method::POST, path, &headers, Value::Null).await).await;
    let recovery_code = codes["recoveryCodes"][0].as_str().unwrap();
    // The SDKs' own constant is the first of these.
    for (factor, status) in [
        ("recoverycode", 401),
        ("RECOVERYCODE", 401),
        ("recoveryCode", 200),
    ] {
        let asked = challenge(&server, &session, factor).await;
        let answered = answer(&server, &session, &asked, recovery_code).await;
        assert_eq!(answered.status(), status, "{factor}");
    }
    challenge(&server, &session, "EMAIL").await;
    assert_eq!(messages(&server, "ada@example.com").await.len(), 0);
    let body = json!({ "factor": "custom" });
    let path = "/account/mfa/challenges";
    let refused = call(&server, Method::POST, path, &headers, body).await;
    let rule = "Value must be one of (email, phone, totp, recoverycode)";
    let message = &json_of(refused).await["message"];
    assert_eq!(*message, format!("Invalid `factor` param: {rule}"));
}

#[tokio::test]
async fn no_email_address_is_no_factor() {
    let server = start().await;
    let session = sign_up(&server, "ada@example.com").await;
    let headers = [("x-appwrite-session", session.as_str())];
    let account = call(&server, Method::GET, "/account", &headers, Value::Null).await;
    let id = json_of(account).await["$id"].as_str().unwrap().to_owned();
    let key = [("x-appwrite-key", KEY)];
    for (path, body) in [
        ("email", json!({ "email": "" })),
        ("verification", json!({ "emailVerification": true })),
    ] {
        let path = format!("/users/{id}/{path}");
        let changed = call(&server, Method::PATCH, &path, &key, body).await;
        assert_eq!(changed.status(), 200, "{path}");
    }
    let body = json!({ "factor": "email" });
    let path = "/account/mfa/challenges";
    let refused = call(&server, Method::POST, path, &headers, body).await;
    assert_eq!(
        error_of(refused).await,
        (400, "user_email_not_found".into())
    );
}
