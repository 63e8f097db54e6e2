//! Proving that an email address or a phone number is one's own.

use crate::support::{
    TestApp,
    forms::{self, PASSWORD},
    query_of, texts,
};

#[tokio::test]
async fn a_link_verifies_an_address_even_in_a_browser_without_a_session() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.get("/account").await.shows(
        200,
        &[texts::NOT_VERIFIED, r#"action="/account/email/verify""#],
    );
    assert_eq!(app.inbox("ada@example.com").await.len(), 1, "signing up");
    ada.post("/account/email/verify", &[])
        .await
        .leads_to("/account?flash=verification-sent&provider=ada@example.com");
    ada.get("/account")
        .await
        .shows(200, &["We sent a link to ada@example.com."]);
    let mail = app.newest("ada@example.com").await;
    assert!(mail.link().starts_with(&format!("{}/verify?", app.url)));

    let mut phone = app.browser();
    phone.get(mail.link()).await.shows(200, &["Verify email"]);
    ada.get("/account").await.shows(200, &[texts::NOT_VERIFIED]);
    phone
        .post(mail.link(), &[])
        .await
        .leads_to("/signin?flash=email-verified");
    assert!(!phone.has_session(), "it signs nobody in");
    phone
        .get("/signin")
        .await
        .shows(200, &["address is verified."]);

    let page = ada.get("/account").await;
    page.shows(200, &[texts::VERIFIED]);
    page.hides(&[texts::NOT_VERIFIED, "/account/email/verify"]);
    // Nothing is left to prove.
    ada.post("/account/email/verify", &[])
        .await
        .leads_to("/account?flash=email-verified");
}

#[tokio::test]
async fn a_link_works_once() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let id = ada.account_id().await;
    ada.post("/account/email/verify", &[]).await;
    let link = app.newest_link("ada@example.com").await;
    ada.post(&link, &[])
        .await
        .leads_to("/account?flash=email-verified");
    let mut stranger = app.browser();
    // Its owner is told that there's nothing left to do.
    let done = "/account?flash=already-verified";
    ada.get(&link).await.leads_to(done);
    ada.post(&link, &[]).await.leads_to(done);
    ada.get("/account").await.shows(200, &["Already verified."]);
    let secret = query_of(&link, "secret");
    let to = query_of(&link, "to");
    let form = [("userId", id.as_str()), ("secret", &secret), ("to", &to)];
    ada.post("/api/auth/verify-email", &form)
        .await
        .shows(200, &["/account"]);
    for dead in [
        link.as_str(),
        &format!("/verify?userId={id}&secret=abc"),
        "/verify?userId=nobody&secret=abc",
        "/verify",
    ] {
        let page = stranger.post(dead, &[]).await;
        page.shows(
            410,
            &[texts::LINK_DEAD, "Send a new link from your account"],
        );
    }
    ada.get("/verify?userId=a")
        .await
        .shows(410, &[texts::LINK_DEAD]);
}

#[tokio::test]
async fn a_new_address_has_to_be_verified_again() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    let form = forms::change_email("lovelace@example.com", PASSWORD);
    ada.post("/account/email", &form)
        .await
        .leads_to("/account?flash=email-changed");
    ada.get("/account")
        .await
        .shows(200, &["lovelace@example.com", texts::NOT_VERIFIED]);
}

#[tokio::test]
async fn a_code_verifies_a_number() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let form = forms::change_phone("+1 (555) 010-0199", PASSWORD);
    ada.post("/account/phone", &form)
        .await
        .leads_to("/account/phone/verify");
    assert_eq!(app.inbox("+15550100199").await.len(), 1, "saving it");
    ada.get("/account")
        .await
        .shows(200, &["+15550100199", r#"action="/account/phone/send""#]);
    ada.post("/account/phone/send", &[])
        .await
        .leads_to("/account/phone/verify");
    ada.get("/account/phone/verify").await.shows(
        200,
        &[
            "+15550100199",
            "Send again",
            r#"action="/account/phone/send""#,
        ],
    );
    let message = app.newest("+15550100199").await;
    for (code, error) in [
        (message.wrong_code(), texts::CODE_WRONG),
        ("", texts::CODE_MISSING),
    ] {
        ada.post("/account/phone/verify", &[("code", code)])
            .await
            .shows(422, &[error]);
    }
    let form = [("code", message.code())];
    ada.post("/account/phone/verify", &form)
        .await
        .leads_to("/account?flash=phone-verified");
    let page = ada.get("/account").await;
    page.shows(200, &["Your phone number is verified.", texts::VERIFIED]);
    page.hides(&["/account/phone/send"]);
    // The code is used up, and nothing is left to prove.
    ada.post("/account/phone/verify", &form)
        .await
        .leads_to("/account?flash=phone-verified");
    ada.post("/account/phone/send", &[])
        .await
        .leads_to("/account?flash=phone-verified");
}

#[tokio::test]
async fn asking_for_a_proof_takes_a_session() {
    let app = TestApp::start().await;
    for path in [
        "/account/email/verify",
        "/account/phone/send",
        "/account/phone/verify",
    ] {
        let answer = app.browser().post(path, &[("code", "123456")]).await;
        answer.leads_to(&format!("/signin?next={path}&flash=nothing-saved"));
    }
}

/// After a new API key, or an outage at the wrong moment, Appwrite calls an address verified that isn't noted here.
#[tokio::test]
async fn an_address_that_is_not_noted_can_be_verified_again() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    let link = app.newest_link("ada@example.com").await;
    app.replace_preferences(&ada, &serde_json::json!({})).await;
    ada.get(&link).await.shows(200, &["Verify email"]);
    ada.post(&link, &[]).await.shows(410, &[]);
    ada.get("/account").await.shows(
        200,
        &[texts::NOT_VERIFIED, r#"action="/account/email/verify""#],
    );
    let page = ada
        .post("/account/email/verify", &[])
        .await
        .leads_to_flow("/account/confirm/code");
    let code = app.newest_code("ada@example.com").await;
    ada.post(&page, &[("code", &code)])
        .await
        .leads_to("/account?flash=proved");
    ada.get("/account").await.shows(200, &[texts::VERIFIED]);
}
