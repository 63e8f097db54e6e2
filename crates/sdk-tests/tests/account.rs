//! An account, its sessions and its settings, as their owner reaches them.

mod common;

use appwrite::{id::ID, services::Account};
use common::{
    PASSWORD, a_phone, admin, an_email, guest, message, parameter, refused, sign_in, somebody,
    status_and_type, users, visiting,
};
use serde_json::json;

#[tokio::test]
async fn a_guest_makes_an_account_and_signs_in() {
    let email = an_email();
    let account = Account::new(&guest());
    let made = account
        .create(ID::unique(), &email, PASSWORD, Some("Ada"))
        .await
        .unwrap();
    assert_eq!(
        (made.email.as_str(), made.name.as_str()),
        (email.as_str(), "Ada")
    );
    assert!(made.status && !made.email_verification && !made.mfa);
    assert_eq!(made.targets[0].identifier, email);
    assert_eq!(made.password, None, "an owner does not see the hash");
    let taken = account.create(ID::unique(), &email, PASSWORD, None).await;
    assert_eq!(refused(taken), status_and_type(409, "user_already_exists"));
    let seen = account.create_email_password_session(&email, PASSWORD, None);
    assert_eq!(
        seen.await.unwrap().secret,
        "",
        "only a key sees a session's secret"
    );
    let session = sign_in(&email, PASSWORD).await.unwrap();
    assert_eq!(
        (session.provider.as_str(), &session.factors[..]),
        ("email", &["password".to_owned()][..])
    );
    assert_eq!(visiting(&session.secret).get().await.unwrap().id, made.id);
}

#[tokio::test]
async fn wrong_credentials_read_alike() {
    let ada = somebody().await;
    let expected = status_and_type(401, "user_invalid_credentials");
    assert_eq!(refused(sign_in(&ada.email, "password-2").await), expected);
    assert_eq!(refused(sign_in(&an_email(), PASSWORD).await), expected);
    let scope = status_and_type(401, "general_unauthorized_scope");
    assert_eq!(refused(Account::new(&guest()).get().await), scope);
    assert_eq!(refused(Account::new(&admin()).get().await), scope);
}

#[tokio::test]
async fn its_owner_changes_an_account() {
    let ada = somebody().await;
    let account = &ada.account;
    assert_eq!(account.update_name("Ada L.").await.unwrap().name, "Ada L.");
    let prefs = json!({ "theme": "dark", "list": [1, null], "nested": { "a": "ä" } });
    account.update_prefs(prefs.clone()).await.unwrap();
    assert_eq!(json!(account.get_prefs().await.unwrap().data), prefs);

    let email = an_email();
    let wrong = account.update_email(&email, "password-2").await;
    assert_eq!(
        refused(wrong),
        status_and_type(401, "user_invalid_credentials")
    );
    assert_eq!(
        account.update_email(&email, PASSWORD).await.unwrap().email,
        email
    );
    let phone = a_phone();
    assert_eq!(
        account.update_phone(&phone, PASSWORD).await.unwrap().phone,
        phone
    );

    let wrong = account
        .update_password("password-2", Some("password-3"))
        .await;
    assert_eq!(
        refused(wrong),
        status_and_type(401, "user_invalid_credentials")
    );
    account
        .update_password("password-2", Some(PASSWORD))
        .await
        .unwrap();
    assert!(sign_in(&email, PASSWORD).await.is_err());
    sign_in(&email, "password-2").await.unwrap();

    assert!(!account.update_status().await.unwrap().status);
    assert_eq!(
        refused(account.get().await),
        status_and_type(403, "user_blocked")
    );
}

#[tokio::test]
async fn sessions_are_listed_extended_and_ended() {
    let ada = somebody().await;
    let other = sign_in(&ada.email, PASSWORD).await.unwrap();
    let list = ada.account.list_sessions(None).await.unwrap();
    assert_eq!(list.total, 2);
    let current: Vec<&str> = list
        .sessions
        .iter()
        .filter(|session| session.current)
        .map(|session| session.id.as_str())
        .collect();
    assert_eq!(current, [ada.session.id.as_str()]);
    assert!(
        list.sessions
            .iter()
            .all(|session| session.secret.is_empty())
    );
    let extended = ada.account.update_session("current").await.unwrap();
    // Appwrite writes this one like its database: with a space, and without the offset.
    let before = ada.session.expire.replace('T', " ");
    assert!(extended.expire.as_str() >= before.trim_end_matches("+00:00"));

    ada.account.delete_session(&other.id).await.unwrap();
    let gone = status_and_type(401, "general_unauthorized_scope");
    assert_eq!(refused(visiting(&other.secret).get().await), gone);
    let unknown = ada.account.delete_session(&other.id).await;
    assert_eq!(
        refused(unknown),
        status_and_type(404, "user_session_not_found")
    );
    sign_in(&ada.email, PASSWORD).await.unwrap();
    ada.account.delete_sessions(None).await.unwrap();
    assert_eq!(refused(ada.account.get().await), gone);
    assert_eq!(users().list_sessions(&ada.id, None).await.unwrap().total, 0);
}

#[tokio::test]
async fn a_jwt_opens_the_account_until_its_session_ends() {
    let ada = somebody().await;
    let jwt = users()
        .create_jwt(&ada.id, Some(&ada.session.id), None)
        .await
        .unwrap()
        .jwt;
    let by_jwt = Account::new(&guest().set_jwt(jwt));
    assert_eq!(by_jwt.get().await.unwrap().id, ada.id);
    ada.account.delete_session("current").await.unwrap();
    assert_eq!(refused(by_jwt.get().await).0, 401);
}

#[tokio::test]
async fn a_guests_session_becomes_an_account() {
    let session = Account::new(&admin())
        .create_anonymous_session()
        .await
        .unwrap();
    let account = visiting(&session.secret);
    assert_eq!(account.get().await.unwrap().email, "");
    account.update_prefs(json!({ "kept": true })).await.unwrap();
    let email = an_email();
    let full = account.update_email(&email, PASSWORD).await.unwrap();
    assert_eq!(
        (full.id.as_str(), full.email.as_str()),
        (session.user_id.as_str(), email.as_str())
    );
    assert_eq!(json!(full.prefs.data), json!({ "kept": true }));
    sign_in(&email, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_once() {
    let ada = somebody().await;
    let account = Account::new(&guest());
    let unknown = account
        .create_recovery(an_email(), "http://localhost/reset")
        .await;
    assert_eq!(refused(unknown), status_and_type(404, "user_not_found"));
    let asked = account
        .create_recovery(&ada.email, "http://localhost/reset")
        .await
        .unwrap();
    assert_eq!(
        (asked.user_id.as_str(), asked.secret.as_str()),
        (ada.id.as_str(), "")
    );
    let secret = parameter(&message(&ada.email).await, "secret");
    account
        .update_recovery(&ada.id, &secret, "password-2")
        .await
        .unwrap();
    sign_in(&ada.email, "password-2").await.unwrap();
    let again = account
        .update_recovery(&ada.id, &secret, "password-3")
        .await;
    assert_eq!(refused(again), status_and_type(401, "user_invalid_token"));
}

#[tokio::test]
async fn an_e_mail_and_a_phone_are_verified() {
    let ada = somebody().await;
    ada.account
        .create_email_verification("http://localhost/verify")
        .await
        .unwrap();
    let secret = parameter(&message(&ada.email).await, "secret");
    let account = Account::new(&guest());
    account
        .update_email_verification(&ada.id, &secret)
        .await
        .unwrap();
    assert!(ada.account.get().await.unwrap().email_verification);
    let again = account.update_email_verification(&ada.id, &secret).await;
    assert_eq!(refused(again), status_and_type(401, "user_invalid_token"));

    let phone = a_phone();
    ada.account.update_phone(&phone, PASSWORD).await.unwrap();
    ada.account.create_phone_verification().await.unwrap();
    let sms = message(&phone).await;
    let code = sms["code"].as_str().unwrap();
    ada.account
        .update_phone_verification(&ada.id, code)
        .await
        .unwrap();
    assert!(ada.account.get().await.unwrap().phone_verification);
}
