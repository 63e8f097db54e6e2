//! One-time tokens by mail, magic link and text message, and a second factor.

mod common;

use appwrite::{
    enums::{AuthenticationFactor, AuthenticatorType},
    id::ID,
    services::Account,
};
use common::{
    PASSWORD, a_phone, admin, an_email, enrol, guest, message, parameter, refused, shown, sign_in,
    somebody, status_and_type, users, visiting,
};

fn invalid() -> (u16, String) {
    status_and_type(401, "user_invalid_token")
}

#[tokio::test]
async fn a_code_by_mail_signs_in_once() {
    let email = an_email();
    let account = Account::new(&guest());
    let token = account
        .create_email_token(ID::unique(), &email, Some(true))
        .await
        .unwrap();
    assert_eq!(token.secret, "");
    let mail = message(&email).await;
    assert!(mail["text"].as_str().unwrap().contains(&token.phrase));
    let code = mail["code"].as_str().unwrap();
    let account = Account::new(&admin());
    assert_eq!(
        refused(account.create_session(&token.user_id, "wrong").await),
        invalid()
    );
    let session = account.create_session(&token.user_id, code).await.unwrap();
    let seen = visiting(&session.secret).get().await.unwrap();
    assert_eq!(
        (seen.email.as_str(), seen.email_verification),
        (email.as_str(), true)
    );
    assert_eq!(
        refused(account.create_session(&token.user_id, code).await),
        invalid()
    );
}

#[tokio::test]
async fn a_magic_link_signs_in_once() {
    let email = an_email();
    let url = "http://localhost:3000/magic?keep=1";
    let token = Account::new(&guest())
        .create_magic_url_token(ID::unique(), &email, Some(url), None)
        .await
        .unwrap();
    let mail = message(&email).await;
    assert_eq!(parameter(&mail, "keep"), "1");
    assert_eq!(parameter(&mail, "userId"), token.user_id);
    let secret = parameter(&mail, "secret");
    let account = Account::new(&admin());
    let session = account
        .create_session(&token.user_id, &secret)
        .await
        .unwrap();
    assert_eq!(session.provider, "magic-url");
    assert_eq!(
        refused(account.create_session(&token.user_id, &secret).await),
        invalid()
    );
}

#[tokio::test]
async fn a_code_by_phone_signs_in_once() {
    let phone = a_phone();
    let token = Account::new(&guest())
        .create_phone_token(ID::unique(), &phone)
        .await
        .unwrap();
    let sms = message(&phone).await;
    let code = sms["code"].as_str().unwrap();
    let account = Account::new(&admin());
    let session = account.create_session(&token.user_id, code).await.unwrap();
    let seen = visiting(&session.secret).get().await.unwrap();
    assert_eq!(
        (seen.phone.as_str(), seen.phone_verification),
        (phone.as_str(), true)
    );
    assert_eq!(
        refused(account.create_session(&token.user_id, code).await),
        invalid()
    );
}

#[tokio::test]
async fn a_token_of_a_key_signs_in_once() {
    let ada = somebody().await;
    let token = users()
        .create_token(&ada.id, Some(8), Some(60))
        .await
        .unwrap();
    assert_eq!(token.secret.len(), 8);
    let account = Account::new(&admin());
    let session = account
        .create_session(&ada.id, &token.secret)
        .await
        .unwrap();
    assert_eq!(
        (session.user_id.as_str(), session.provider.as_str()),
        (ada.id.as_str(), "token")
    );
    assert_eq!(
        refused(account.create_session(&ada.id, &token.secret).await),
        invalid()
    );
}

#[tokio::test]
async fn an_authenticator_is_a_second_factor() {
    let ada = somebody().await;
    let totp = enrol(&ada.account).await;
    let session = sign_in(&ada.email, PASSWORD).await.unwrap();
    let account = visiting(&session.secret);
    let closed = status_and_type(401, "user_more_factors_required");
    assert_eq!(refused(account.get().await), closed);
    let factors = account.list_mfa_factors().await.unwrap();
    assert!(factors.totp && !factors.phone);
    let challenge = account
        .create_mfa_challenge(AuthenticationFactor::Totp)
        .await
        .unwrap();
    let wrong = account.update_mfa_challenge(&challenge.id, "wrong").await;
    assert_eq!(refused(wrong), invalid());
    let opened = account
        .update_mfa_challenge(&challenge.id, shown(&totp).await)
        .await
        .unwrap();
    assert_eq!(opened.factors, ["password", "totp"]);
    assert_eq!(account.get().await.unwrap().id, ada.id);
    account
        .delete_mfa_authenticator(AuthenticatorType::Totp)
        .await
        .unwrap();
    let again = sign_in(&ada.email, PASSWORD).await.unwrap();
    visiting(&again.secret).get().await.unwrap();
}

#[tokio::test]
async fn recovery_codes_are_made_once_and_shown_after_a_challenge() {
    let ada = somebody().await;
    let totp = enrol(&ada.account).await;
    let account = &ada.account;
    let codes = account.create_mfa_recovery_codes().await.unwrap();
    let codes = codes.recovery_codes;
    assert_eq!(codes.len(), 6);
    let again = account.create_mfa_recovery_codes().await;
    let there = status_and_type(409, "user_recovery_codes_already_exists");
    assert_eq!(refused(again), there);
    let challenge = status_and_type(401, "user_challenge_required");
    assert_eq!(refused(account.get_mfa_recovery_codes().await), challenge);

    let challenge = account.create_mfa_challenge(AuthenticationFactor::Totp);
    let challenge = challenge.await.unwrap();
    let answer = account.update_mfa_challenge(&challenge.id, shown(&totp).await);
    answer.await.unwrap();
    let read = account.get_mfa_recovery_codes().await.unwrap();
    assert_eq!(read.recovery_codes, codes);
    let fresh = account.update_mfa_recovery_codes().await.unwrap();
    let kept = |code| codes.contains(code);
    assert!(!fresh.recovery_codes.iter().any(kept));
}
