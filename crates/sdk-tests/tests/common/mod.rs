//! What every suite uses: clients, people, codes, and the inbox of the local Appwrite.
//!
//! The SDK's clients share what is set on them with their clones, so each credential has a client
//! made for it.

#![allow(dead_code, reason = "each suite uses its own part of this")]

use std::time::{Duration, Instant};

use appwrite::{
    Client,
    enums::AuthenticatorType,
    error::Result,
    id::ID,
    models::Session,
    services::{Account, Users},
};
use serde_json::Value;
use totp_rs::{Algorithm, Secret, TOTP};

pub const PASSWORD: &str = "password-1";

fn given(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test sdk`"))
}

pub fn guest() -> Client {
    Client::new()
        .set_endpoint(given("CONTRACT_ENDPOINT"))
        .set_project(given("CONTRACT_PROJECT"))
}

pub fn admin() -> Client {
    guest().set_key(given("CONTRACT_KEY"))
}

/// The account as the owner of a session sees it.
pub fn visiting(secret: &str) -> Account {
    Account::new(&guest().set_session(secret))
}

pub fn users() -> Users {
    Users::new(&admin())
}

pub fn an_email() -> String {
    format!("{}@example.com", ID::unique())
}

/// No area has the code 555, so this is nobody's number.
pub fn a_phone() -> String {
    let id = ID::unique_with_padding(16);
    let digits = id
        .bytes()
        .rev()
        .take(7)
        .map(|byte| char::from(b'0' + byte % 10));
    format!("+1555{}", digits.collect::<String>())
}

/// Signs in with a password.
pub async fn sign_in(email: &str, password: &str) -> Result<Session> {
    Account::new(&admin())
        .create_email_password_session(email, password, None)
        .await
}

/// Somebody who has an account and is signed in to it.
pub struct Somebody {
    pub id: String,
    pub email: String,
    pub session: Session,
    pub account: Account,
}

pub async fn somebody() -> Somebody {
    let email = an_email();
    let user = users()
        .create(
            ID::unique(),
            Some(&email),
            None,
            Some(PASSWORD),
            Some("Ada"),
        )
        .await
        .unwrap();
    let session = sign_in(&email, PASSWORD).await.unwrap();
    Somebody {
        id: user.id,
        email,
        account: visiting(&session.secret),
        session,
    }
}

/// Status and type of the error that a call must end in.
#[track_caller]
pub fn refused<T>(outcome: Result<T>) -> (u16, String) {
    match outcome {
        Ok(_) => panic!("the call was answered"),
        Err(error) => (error.code, error.error_type.unwrap_or(error.message)),
    }
}

pub fn status_and_type(status: u16, name: &str) -> (u16, String) {
    (status, name.to_owned())
}

/// An authenticator app with this secret.
pub fn authenticator(secret: &str) -> TOTP {
    let secret = Secret::Encoded(secret.to_owned()).to_bytes().unwrap();
    TOTP::new_unchecked(Algorithm::SHA1, 6, 1, 30, secret)
}

/// The code that the authenticator shows. One that is about to change is waited out, so that it
/// is still the one when it arrives.
pub async fn shown(authenticator: &TOTP) -> String {
    while authenticator.ttl().unwrap() < 5 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    authenticator.generate_current().unwrap()
}

/// Sets an authenticator up and turns MFA on.
pub async fn enrol(account: &Account) -> TOTP {
    let made = account
        .create_mfa_authenticator(AuthenticatorType::Totp)
        .await
        .unwrap();
    let totp = authenticator(&made.secret);
    account
        .update_mfa_authenticator(AuthenticatorType::Totp, shown(&totp).await)
        .await
        .unwrap();
    assert!(account.update_mfa(true).await.unwrap().mfa);
    totp
}

/// The newest mail or text message to this address.
pub async fn message(to: &str) -> Value {
    let endpoint = given("CONTRACT_ENDPOINT");
    let url = format!("{}/_local/inbox.json", endpoint.trim_end_matches("/v1"));
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let asked = reqwest::Client::new().get(&url).query(&[("to", to)]);
        let inbox: Value = asked.send().await.unwrap().json().await.unwrap();
        if let Some(newest) = inbox["messages"].get(0) {
            return newest.clone();
        }
        assert!(Instant::now() < deadline, "nothing came for {to}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The value of a parameter in the link of a message.
pub fn parameter(message: &Value, name: &str) -> String {
    let link = reqwest::Url::parse(message["link"].as_str().unwrap()).unwrap();
    let (_, value) = link.query_pairs().find(|(key, _)| key == name).unwrap();
    value.into_owned()
}
