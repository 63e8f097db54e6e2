//! Proving whose an e-mail address or a phone number is.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use common::{PASSWORD, TestApp};

#[tokio::test]
async fn an_address_is_verified_in_another_browser_without_a_session() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.get("/account")
        .await
        .shows(200, &["not verified", r#"action="/account/email/verify""#]);
    ada.post("/account/email/verify", &[])
        .await
        .leads_to("/account?notice=verification-sent");
    ada.get("/account?notice=verification-sent")
        .await
        .shows(200, &["A mail is on its way."]);
    let mail = app.newest("ada@example.com").await;
    assert!(mail.link().starts_with(&format!("{}/verify?", app.url)));

    let mut phone = app.browser();
    phone
        .get(mail.link())
        .await
        .shows(200, &["Verify my address"]);
    ada.get("/account").await.shows(200, &["not verified"]);
    phone
        .post(mail.link(), &[])
        .await
        .leads_to("/signin?notice=email-verified");
    assert!(phone.cookies().is_empty(), "it signs nobody in");
    phone
        .get("/signin?notice=email-verified")
        .await
        .shows(200, &["Your e-mail address is verified."]);

    let page = ada.get("/account").await;
    page.shows(200, &[">verified<"]);
    page.hides(&["not verified", "/account/email/verify"]);
    // There is nothing more to prove.
    ada.post("/account/email/verify", &[])
        .await
        .leads_to("/account?notice=email-verified");
}

#[tokio::test]
async fn a_link_works_once() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let id = ada.account_id().await;
    ada.post("/account/email/verify", &[]).await;
    let link = app.newest("ada@example.com").await.link().to_owned();
    ada.post(&link, &[])
        .await
        .leads_to("/account?notice=email-verified");
    for dead in [
        link.as_str(),
        &format!("/verify?userId={id}&secret=abc"),
        "/verify?userId=nobody&secret=abc",
        "/verify",
    ] {
        let page = ada.post(dead, &[]).await;
        page.shows(
            410,
            &[
                "This link has been used, or is too old.",
                "Send a new link from your account",
            ],
        );
    }
    ada.get("/verify?userId=a")
        .await
        .shows(410, &["has been used"]);
}

#[tokio::test]
async fn a_new_address_has_to_be_verified_again() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.post("/account/email/verify", &[]).await;
    let link = app.newest("ada@example.com").await.link().to_owned();
    ada.post(&link, &[])
        .await
        .leads_to("/account?notice=email-verified");
    let form = [("email", "lovelace@example.com"), ("password", PASSWORD)];
    ada.post("/account/email", &form)
        .await
        .leads_to("/account?notice=email-changed");
    ada.get("/account")
        .await
        .shows(200, &["lovelace@example.com", "not verified"]);
}

#[tokio::test]
async fn a_number_is_verified_with_a_code() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let form = [("phone", "+1 (555) 010-0199"), ("password", PASSWORD)];
    ada.post("/account/phone", &form)
        .await
        .leads_to("/account?notice=phone-changed");
    ada.get("/account")
        .await
        .shows(200, &["+15550100199", r#"action="/account/phone/send""#]);
    ada.post("/account/phone/send", &[])
        .await
        .leads_to("/account/phone/verify");
    ada.get("/account/phone/verify")
        .await
        .shows(200, &["Type the code", r#"action="/account/phone/send""#]);
    let message = app.newest("+15550100199").await;
    for (code, error) in [
        (message.wrong_code(), "This code is wrong, used or too old."),
        ("", "Enter the code."),
    ] {
        ada.post("/account/phone/verify", &[("code", code)])
            .await
            .shows(422, &[error]);
    }
    let form = [("code", message.code())];
    ada.post("/account/phone/verify", &form)
        .await
        .leads_to("/account?notice=phone-verified");
    let page = ada.get("/account?notice=phone-verified").await;
    page.shows(200, &["Your phone number is verified.", ">verified<"]);
    page.hides(&["/account/phone/send"]);
    // The code is used, and there is nothing more to prove.
    let page = ada.post("/account/phone/verify", &form).await;
    assert_eq!(page.status, 422);
    ada.post("/account/phone/send", &[])
        .await
        .leads_to("/account?notice=phone-verified");
}

#[tokio::test]
async fn only_who_is_signed_in_asks_for_a_proof() {
    let app = TestApp::start().await;
    for path in [
        "/account/email/verify",
        "/account/phone/send",
        "/account/phone/verify",
    ] {
        app.browser()
            .post(path, &[("code", "123456")])
            .await
            .leads_to("/signin");
    }
}
