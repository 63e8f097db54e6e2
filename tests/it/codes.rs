//! Signing in with a code by email or text message.

use leptos_appwrite::server::auth::{
    cookie::SealedCookie,
    flow::{Channel, Flow, Made},
};
use serde_json::json;
use time::{Duration, OffsetDateTime};

use crate::support::{FLOW_COOKIE, TestApp, forms, query_of, sealed, texts};

/// How a code can be sent: the page, its field, an address as typed, and where the code goes.
const CHANNELS: [(&str, &str, &str, &str); 2] = [
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
    for (path, field, typed, to) in CHANNELS {
        let mut ada = app.browser();
        let page = format!("{path}?next=/account/sessions");
        ada.get(&page)
            .await
            .shows(200, &[&format!(r#"name="{field}""#)]);
        let code_page = ada
            .post(&page, &[(field, typed)])
            .await
            .leads_to_flow("/signin/code");
        ada.get(&code_page)
            .await
            .shows(200, &[to, &format!(r#"href="{page}""#)]);
        let code = app.newest_code(to).await;
        // The way people copy it.
        let code = format!(" {} {} ", &code[..3], &code[3..]);
        ada.post(&code_page, &[("code", &code)])
            .await
            .leads_to("/account/sessions");
        let account = ada.get("/account").await;
        account.shows(200, &[to, texts::VERIFIED]);
    }
}

#[tokio::test]
async fn a_mail_has_the_pages_security_phrase_and_a_text_message_has_none() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    let code_page = ada
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/code");
    let page = ada.get(&code_page).await;
    let phrase = page.security_phrase().to_owned();
    assert!(phrase.split(' ').count() > 1, "{phrase}");
    let mail = app.newest("ada@example.com").await;
    assert_eq!(mail.kind, "email");
    assert!(mail.text.contains(&format!("Security phrase: {phrase}")));
    // A wrong code doesn't lose it.
    let again = ada.post(&code_page, &[("code", mail.wrong_code())]).await;
    again.shows(422, &[&phrase, "ada@example.com"]);

    let code_page = ada
        .post("/signin/phone", &[("phone", "+15550100199")])
        .await
        .leads_to_flow("/signin/code");
    ada.get(&code_page).await.hides(&["don't trust it."]);
    assert_eq!(app.newest("+15550100199").await.kind, "sms");
}

#[tokio::test]
async fn a_wrong_code_is_a_field_error_and_the_right_one_still_works() {
    let app = TestApp::start().await;
    for (path, field, typed, to) in CHANNELS {
        let mut ada = app.browser();
        let code_page = ada
            .post(path, &[(field, typed)])
            .await
            .leads_to_flow("/signin/code");
        let message = app.newest(to).await;
        for (code, error) in [
            (message.wrong_code(), texts::CODE_WRONG),
            ("not a code!", texts::CODE_WRONG),
            ("", texts::CODE_MISSING),
        ] {
            let page = ada.post(&code_page, &[("code", code)]).await;
            page.shows(422, &[error, texts::INVALID, to]);
            page.hides(&[r#"value="123456""#, r#"value="654321""#]);
            assert!(!ada.has_session());
        }
        ada.post(&code_page, &[("code", message.code())])
            .await
            .leads_to("/account");
    }
}

#[tokio::test]
async fn a_code_works_once() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    let code_page = ada
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/code");
    let mut other = ada.clone();
    let code = app.newest_code("ada@example.com").await;
    ada.post(&code_page, &[("code", &code)])
        .await
        .leads_to("/account");
    let again = other.post(&code_page, &[("code", &code)]).await;
    again.shows(422, &[texts::CODE_WRONG]);
}

#[tokio::test]
async fn a_code_works_only_in_the_browser_that_asked_for_it() {
    let app = TestApp::start().await;
    let code_page = app
        .browser()
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/code");
    let code = app.newest_code("ada@example.com").await;
    let mut other = app.browser();
    other.get(&code_page).await.leads_to("/signin");
    let answer = other.post(&code_page, &[("code", &code)]).await;
    answer.shows(410, &[texts::START_AGAIN]);
    // A made-up flow doesn't help.
    let made_up = format!("{FLOW_COOKIE}{}", query_of(&code_page, "flow"));
    let mut other = other.with_cookie(&made_up, "e30");
    other.get(&code_page).await.leads_to("/signin");
    assert!(!other.has_session());
}

#[tokio::test]
async fn somebody_elses_code_signs_nobody_in() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    app.browser()
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await;
    let code_of_ada = app.newest_code("ada@example.com").await;
    let mut bob = app.browser();
    let code_page = bob
        .post("/signin/email-otp", &[("email", "bob@example.com")])
        .await
        .leads_to_flow("/signin/code");
    if app.newest("bob@example.com").await.code() == code_of_ada {
        // Once in a million times they have the same code, which shows nothing.
        return;
    }
    let answer = bob.post(&code_page, &[("code", &code_of_ada)]).await;
    answer.shows(422, &[]);
}

#[tokio::test]
async fn a_malformed_address_or_number_comes_back_with_its_error() {
    let app = TestApp::start().await;
    for (path, field, typed, error) in [
        ("/signin/email-otp", "email", "", texts::EMAIL_MISSING),
        ("/signin/email-otp", "email", "ada", texts::EMAIL_MALFORMED),
        ("/signin/phone", "phone", "", texts::PHONE_MISSING),
        ("/signin/phone", "phone", "555 0199", texts::PHONE_MALFORMED),
    ] {
        let page = app.browser().post(path, &[(field, typed)]).await;
        page.shows(422, &[error, &texts::value(typed)]);
        assert!(page.set_cookies().is_empty());
    }
}

#[tokio::test]
async fn a_code_for_a_blocked_account_says_that_it_is_blocked() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.confirm_password().await;
    ada.post("/account/deactivate", &forms::DEACTIVATE)
        .await
        .leads_to("/signin?flash=deactivated");
    let code_page = ada
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/code");
    let code = app.newest_code("ada@example.com").await;
    let page = ada.post(&code_page, &[("code", &code)]).await;
    page.shows(403, &[texts::ACCOUNT_BLOCKED]);
    assert!(!ada.has_session());
}

#[tokio::test]
async fn another_code_is_one_press_away_and_so_is_another_address() {
    let app = TestApp::start().await;
    for (path, field, to, change) in [
        (
            "/signin/email-otp",
            "email",
            "ada@example.com",
            "Change address",
        ),
        ("/signin/phone", "phone", "+15550100199", "Change number"),
    ] {
        let mut ada = app.browser();
        let asked = format!("{path}?next=/account/sessions");
        let first = ada
            .post(&asked, &[(field, to)])
            .await
            .leads_to_flow("/signin/code");
        let page = ada.get(&first).await;
        page.shows(
            200,
            &[
                &format!(r#"<form method="post" action="{path}">"#),
                &format!(r#"name="{field}" value="{to}""#),
                r#"name="next" value="/account/sessions""#,
                "Send again",
                &format!(r#"href="{path}?next=/account/sessions">{change}"#),
                // Nothing else is to be done here first, and scripts send it with the last digit.
                "autofocus",
                "requestSubmit",
            ],
        );
        let again = [(field, to), ("next", "/account/sessions")];
        let second = ada.post(path, &again).await.leads_to_flow("/signin/code");
        assert_ne!(first, second);
        let code = app.newest_code(to).await;
        ada.post(&second, &[("code", &code)])
            .await
            .leads_to("/account/sessions");
    }
}

#[tokio::test]
async fn a_recovery_code_is_not_sent_by_itself() {
    let app = TestApp::start().await;
    let (_, _) = app.signed_up_with_mfa("ada@example.com").await;
    let mut half = app.signed_in("ada@example.com").await;
    half.get("/mfa/recovery-code")
        .await
        .hides(&["requestSubmit"]);
}

#[tokio::test]
async fn the_wait_for_another_code_goes_on_whatever_is_done_meanwhile() {
    let app = TestApp::start().await;
    let id = "0123456789abcdef0123456789abcdef";
    let page = format!("/signin/code?flow={id}");
    let sent = |ago: Duration| {
        let at = OffsetDateTime::now_utc() - ago;
        let flow = Flow::Code {
            sent_by: Channel::Email,
            user_id: "ada".to_owned(),
            to: "ada@example.com".to_owned(),
            phrase: String::new(),
            next: "/account".to_owned(),
            made: Made::Before,
        };
        let kept = json!({"began": at.unix_timestamp() * 1000, "flow": flow});
        let cookie = sealed(SealedCookie::Flow(id), &kept);
        app.browser()
            .with_cookie(&format!("{FLOW_COOKIE}{id}"), &cookie)
    };
    let mut ada = sent(Duration::seconds(12));
    for answer in [
        ada.get(&page).await,
        ada.post(&page, &[("code", "")]).await,
        ada.get(&page).await,
    ] {
        let left: u32 = answer.between(".again{--wait:", "}").parse().unwrap();
        assert!(left <= 18, "{left}");
    }
    // After that, there's nothing to wait for.
    let answer = sent(Duration::seconds(31)).get(&page).await;
    answer.shows(200, &["Send again"]);
    answer.hides(&["--wait", "countdown"]);
}
