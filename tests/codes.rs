//! Signing in with a code by e-mail or text message.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use common::{SESSION, TestApp};

/// Each way to send a code: its page, its field, an address as typed, and where it is sent.
const WAYS: [(&str, &str, &str, &str); 2] = [
    (
        "/signin/email-otp",
        "email",
        "Ada@example.com",
        "ada@example.com",
    ),
    (
        "/signin/phone",
        "phone",
        "+1 (555) 010-0199",
        "+15550100199",
    ),
];

#[tokio::test]
async fn a_code_signs_in_and_leads_on() {
    let app = TestApp::start().await;
    for (path, field, typed, to) in WAYS {
        let mut ada = app.browser();
        let page = format!("{path}?next=/account/sessions");
        ada.get(&page)
            .await
            .shows(200, &[&format!(r#"name="{field}""#)]);
        ada.post(&page, &[(field, typed)])
            .await
            .leads_to("/signin/code");
        ada.get("/signin/code")
            .await
            .shows(200, &[to, &format!(r#"href="{page}""#)]);
        let code = app.newest(to).await.code().to_owned();
        // As people copy it.
        let code = format!(" {} {} ", &code[..3], &code[3..]);
        ada.post("/signin/code", &[("code", &code)])
            .await
            .leads_to("/account/sessions");
        let account = ada.get("/account").await;
        account.shows(200, &[to, ">verified<"]);
        assert_eq!(ada.cookie("appwrite-session-flow"), None);
    }
}

#[tokio::test]
async fn mail_and_page_have_the_same_phrase_and_a_text_message_has_none() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    ada.post("/signin/email-otp", &[("email", "ada@example.com")])
        .await;
    let page = ada.get("/signin/code").await;
    let phrase = page
        .between("it is not ours.</span><strong>", "<")
        .to_owned();
    assert!(phrase.split(' ').count() > 1, "{phrase}");
    let mail = app.newest("ada@example.com").await;
    assert_eq!(mail.kind, "email");
    assert!(mail.text.contains(&format!("Security phrase: {phrase}")));
    // Typing a wrong code does not lose it.
    let again = ada
        .post("/signin/code", &[("code", mail.wrong_code())])
        .await;
    again.shows(422, &[&phrase, "ada@example.com"]);

    ada.post("/signin/phone", &[("phone", "+15550100199")])
        .await;
    ada.get("/signin/code").await.hides(&["it is not ours."]);
    assert_eq!(app.newest("+15550100199").await.kind, "sms");
}

#[tokio::test]
async fn a_wrong_code_is_a_field_error_and_the_right_one_still_works() {
    let app = TestApp::start().await;
    for (path, field, typed, to) in WAYS {
        let mut ada = app.browser();
        ada.post(path, &[(field, typed)])
            .await
            .leads_to("/signin/code");
        let message = app.newest(to).await;
        for (code, error) in [
            (message.wrong_code(), "This code is wrong, used or too old."),
            ("not a code!", "This code is wrong, used or too old."),
            ("", "Enter the code."),
        ] {
            let page = ada.post("/signin/code", &[("code", code)]).await;
            page.shows(422, &[error, r#"aria-invalid="true""#, to]);
            page.hides(&[r#"value="123456""#, r#"value="654321""#]);
            assert_eq!(ada.cookie(SESSION), None);
        }
        ada.post("/signin/code", &[("code", message.code())])
            .await
            .leads_to("/account");
    }
}

#[tokio::test]
async fn a_code_works_once() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    ada.post("/signin/email-otp", &[("email", "ada@example.com")])
        .await;
    let mut other = ada.clone();
    let code = app.newest("ada@example.com").await.code().to_owned();
    ada.post("/signin/code", &[("code", &code)])
        .await
        .leads_to("/account");
    let again = other.post("/signin/code", &[("code", &code)]).await;
    again.shows(422, &["This code is wrong, used or too old."]);
}

#[tokio::test]
async fn a_browser_that_asked_for_no_code_can_type_none() {
    let app = TestApp::start().await;
    app.browser()
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to("/signin/code");
    let code = app.newest("ada@example.com").await.code().to_owned();
    let mut other = app.browser();
    other.get("/signin/code").await.leads_to("/signin");
    let answer = other.post("/signin/code", &[("code", &code)]).await;
    answer.shows(410, &["Start again"]);
    // Nor does what it makes up count for a flow.
    other.set_cookie("appwrite-session-flow", Some("e30".to_owned()));
    other.get("/signin/code").await.leads_to("/signin");
    assert_eq!(other.cookie(SESSION), None);
}

#[tokio::test]
async fn a_code_of_somebody_else_does_not_sign_in_to_their_account() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    app.browser()
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await;
    let code_of_ada = app.newest("ada@example.com").await.code().to_owned();
    let mut bob = app.browser();
    bob.post("/signin/email-otp", &[("email", "bob@example.com")])
        .await;
    if app.newest("bob@example.com").await.code() == code_of_ada {
        // One time in a million there is nothing to be seen.
        return;
    }
    let answer = bob.post("/signin/code", &[("code", &code_of_ada)]).await;
    assert_eq!(answer.status, 422);
}

#[tokio::test]
async fn what_nothing_can_be_sent_to_is_shown_again() {
    let app = TestApp::start().await;
    for (path, field, typed, error) in [
        (
            "/signin/email-otp",
            "email",
            "",
            "Enter your e-mail address.",
        ),
        (
            "/signin/email-otp",
            "email",
            "ada",
            "Enter an e-mail address like",
        ),
        ("/signin/phone", "phone", "", "Enter your phone number."),
        (
            "/signin/phone",
            "phone",
            "555 0199",
            "Enter a number with its country code",
        ),
    ] {
        let page = app.browser().post(path, &[(field, typed)]).await;
        page.shows(422, &[error, &format!(r#"value="{typed}""#)]);
        assert!(page.set_cookies().is_empty());
    }
}

#[tokio::test]
async fn a_blocked_account_is_told_so() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.post("/account/deactivate", &[("confirmation", "deactivate")])
        .await
        .leads_to("/signin?notice=deactivated");
    ada.post("/signin/email-otp", &[("email", "ada@example.com")])
        .await;
    let code = app.newest("ada@example.com").await.code().to_owned();
    let page = ada.post("/signin/code", &[("code", &code)]).await;
    page.shows(403, &["This account is blocked."]);
    assert_eq!(ada.cookie(SESSION), None);
}
