//! The second step of signing in: setting it up, taking it, and what nobody can do without it.

use crate::support::{
    Authenticator, FLOW_COOKIE, TestApp,
    forms::{self, PASSWORD},
    texts,
};

#[tokio::test]
async fn an_authenticator_app_counts_from_its_first_code() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let page = ada.get("/account/security").await;
    page.shows(
        200,
        &[
            "/account/security/totp/begin",
            "To turn it on, set up an authenticator app",
        ],
    );
    page.hides(&["Turn on"]);
    // Nothing is being set up yet.
    ada.get("/account/security/totp")
        .await
        .leads_to("/account/security");

    ada.post("/account/security/totp/begin", &[])
        .await
        .leads_to("/account/security/totp");
    let page = ada.get("/account/security/totp").await;
    page.shows(
        200,
        &[
            r#"href="otpauth://totp/"#,
            "<svg",
            "secret=",
            "ada%40example.com",
        ],
    );
    let secret = page.authenticator_secret();
    let authenticator = Authenticator::new(&secret);
    page.shows(200, &[&format!("secret={secret}")]);
    for (code, error) in [
        (authenticator.wrong_code().as_str(), texts::CODE_WRONG),
        ("", texts::CODE_MISSING),
        ("?", texts::CODE_WRONG),
    ] {
        // It's still the same secret, so nobody has to scan another.
        let page = ada.post("/account/security/totp", &[("code", code)]).await;
        page.shows(422, &[error, &format!("secret={secret}")]);
    }
    ada.get("/account/security")
        .await
        .shows(200, &["/account/security/totp/begin"]);
    authenticator
        .post_code(&mut ada, "/account/security/totp")
        .await
        .leads_to("/account/security?flash=totp-added");
    let page = ada.get("/account/security").await;
    page.shows(
        200,
        &[
            "Authenticator app added.",
            "/account/security/totp/remove",
            "Turn on",
        ],
    );
    // The secret isn't shown again.
    ada.get("/account/security/totp")
        .await
        .leads_to("/account/security");
}

#[tokio::test]
async fn an_authenticator_app_is_set_up_in_one_browser() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.post("/account/security/totp/begin", &[]).await;
    let mut there = app.signed_in("ada@example.com").await;
    there
        .get("/account/security/totp")
        .await
        .leads_to("/account/security");
}

#[tokio::test]
async fn half_a_session_opens_the_second_step_and_nothing_else() {
    let app = TestApp::start().await;
    let (first, _) = app.signed_up_with_mfa("ada@example.com").await;
    assert!(
        first.is_signed_in().await,
        "switching it on counts as the second step"
    );

    let mut half = app.browser();
    half.post(
        "/signin?next=/account/sessions",
        &forms::sign_in("ada@example.com", PASSWORD),
    )
    .await
    .leads_to("/account/sessions");
    for (path, location) in [
        ("/", "/mfa?next=/"),
        ("/account", "/mfa?next=/account"),
        ("/account/sessions", "/mfa?next=/account/sessions"),
        (
            "/account/none?a=1&b=2",
            "/mfa?next=/account/none%3Fa%3D1%26b%3D2",
        ),
        ("/recover", "/mfa"),
        ("/signin", "/mfa"),
        ("/signup", "/mfa"),
        ("/signin/code", "/mfa"),
    ] {
        half.get(path).await.leads_to(location);
    }
    half.get("/healthz").await.shows(200, &["ok"]);
    let page = half.get("/mfa/totp").await;
    page.shows(200, &["Confirm it's you", "Not you?"]);
    page.hides(&["ada@example.com"]);

    half.post("/signout", &[])
        .await
        .leads_to("/signin?flash=signed-out");
    assert!(!half.has_session());
    assert!(first.is_signed_in().await);
}

#[tokio::test]
async fn a_code_from_the_authenticator_app_completes_the_sign_in() {
    let app = TestApp::start().await;
    let (_, authenticator) = app.signed_up_with_mfa("ada@example.com").await;
    let mut ada = app.signed_in("ada@example.com").await;
    ada.get("/account/sessions")
        .await
        .leads_to("/mfa?next=/account/sessions");
    ada.get("/mfa?next=/account/sessions")
        .await
        .leads_to("/mfa/totp?next=/account/sessions");
    let step = "/mfa/totp?next=/account/sessions";
    ada.get(step)
        .await
        .shows(200, &["from your authenticator app"]);
    for (code, error) in [
        (authenticator.wrong_code().as_str(), texts::CODE_WRONG),
        ("", texts::CODE_MISSING),
        ("123-456-?", texts::CODE_WRONG),
    ] {
        let page = ada.post(step, &[("code", code)]).await;
        page.shows(422, &[error, texts::INVALID]);
        assert!(!ada.is_signed_in().await);
    }
    authenticator
        .post_code(&mut ada, step)
        .await
        .leads_to("/account/sessions");
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn the_second_step_leads_on_to_this_site_only() {
    let app = TestApp::start().await;
    let (_, authenticator) = app.signed_up_with_mfa("ada@example.com").await;
    for next in [
        "//evil.example",
        "https://evil.example",
        "/mfa/totp",
        "/signout",
    ] {
        let mut ada = app.signed_in("ada@example.com").await;
        let step = format!("/mfa/totp?next={next}");
        authenticator
            .post_code(&mut ada, &step)
            .await
            .leads_to("/account");
    }
}

#[tokio::test]
async fn a_code_by_email_completes_the_sign_in() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    ada.get("/account/security").await.shows(200, &["Turn on"]);
    ada.switch_on_mfa().await;

    let mut half = app.signed_in("ada@example.com").await;
    let page = half.get("/mfa?next=/account/sessions").await;
    page.shows(
        200,
        &[
            "Email me a code",
            r#"name="next" value="/account/sessions""#,
        ],
    );
    page.hides(&["Text me a code", "authenticator app", "recovery code"]);
    // Nobody has asked for a code yet.
    half.get("/mfa/code").await.leads_to("/mfa");
    half.post("/mfa/code", &[("code", "123456")])
        .await
        .leads_to("/mfa");

    let form = [("factor", "email"), ("next", "/account/sessions")];
    half.post("/mfa/send", &form).await.leads_to("/mfa/code");
    half.get("/mfa/code")
        .await
        .shows(200, &["Send another email"]);
    let mail = app.newest("ada@example.com").await;
    assert!(
        mail.subject.contains("Verification Code"),
        "{}",
        mail.subject
    );
    let page = half.post("/mfa/code", &[("code", mail.wrong_code())]).await;
    page.shows(422, &[texts::CODE_WRONG, "Send another email"]);
    half.post("/mfa/code", &[("code", mail.code())])
        .await
        .leads_to("/account/sessions");
    assert!(half.is_signed_in().await);
    assert_eq!(half.cookie(FLOW_COOKIE), None);
}

#[tokio::test]
async fn a_code_by_text_message_completes_the_sign_in() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let form = forms::change_phone("+15550100199", PASSWORD);
    ada.post("/account/phone", &form)
        .await
        .leads_to("/account?flash=phone-changed");
    ada.post("/account/phone/send", &[])
        .await
        .leads_to("/account/phone/verify");
    let message = app.newest("+15550100199").await;
    ada.post("/account/phone/verify", &[("code", message.code())])
        .await
        .leads_to("/account?flash=phone-verified");
    ada.switch_on_mfa().await;

    let mut half = app.signed_in("ada@example.com").await;
    half.get("/mfa").await.shows(200, &["Text me a code"]);
    half.post("/mfa/send", &[("factor", "phone")])
        .await
        .leads_to("/mfa/code");
    half.get("/mfa/code")
        .await
        .shows(200, &["your phone", "Send another text"]);
    let message = app.newest("+15550100199").await;
    half.post("/mfa/code", &[("code", message.code())])
        .await
        .leads_to("/account");
    assert!(half.is_signed_in().await);
}

#[tokio::test]
async fn a_recovery_code_completes_the_sign_in_once() {
    let app = TestApp::start().await;
    let (mut ada, _) = app.signed_up_with_mfa("ada@example.com").await;
    let page = ada.get("/account/security/recovery-codes").await;
    page.shows(200, &["Create recovery codes"]);
    let codes = ada.make_recovery_codes().await;
    assert!(codes.len() > 1, "{codes:?}");
    // They aren't shown again.
    ada.get("/account/security/recovery-codes")
        .await
        .hides(&codes.iter().map(String::as_str).collect::<Vec<_>>());
    ada.get("/account/security")
        .await
        .shows(200, &["Created", "Replace"]);

    let mut half = app.signed_in("ada@example.com").await;
    half.get("/mfa/totp?next=/account/sessions").await.shows(
        200,
        &[r#"href="/mfa/recovery-code?next=/account/sessions""#],
    );
    let step = "/mfa/recovery-code?next=/account/sessions";
    half.get(step).await.shows(200, &["Each works once."]);
    let wrong = forms::recovery_code("0000000000");
    half.post(step, &wrong)
        .await
        .shows(422, &[texts::CODE_WRONG, texts::INVALID]);
    half.post(step, &forms::recovery_code(""))
        .await
        .shows(422, &[texts::CODE_MISSING]);
    // The way people write it down.
    let grouped = format!(" {}-{} ", &codes[0][..5], &codes[0][5..]);
    half.post(step, &forms::recovery_code(&grouped))
        .await
        .leads_to("/account/sessions");
    assert!(half.is_signed_in().await);

    let mut again = app.signed_in("ada@example.com").await;
    let form = forms::recovery_code(codes[0].as_str());
    again
        .post(step, &form)
        .await
        .shows(422, &[texts::CODE_WRONG]);
    let form = forms::recovery_code(codes[1].as_str());
    again.post(step, &form).await.leads_to("/account/sessions");
}

#[tokio::test]
async fn a_sensitive_change_takes_a_fresh_second_step() {
    let app = TestApp::start().await;
    let (mut ada, authenticator) = app.signed_up_with_mfa("ada@example.com").await;
    // The first codes don't take one, but replacing them does.
    let old = ada.make_recovery_codes().await;
    let codes = "/account/security/recovery-codes";
    ada.post(codes, &[])
        .await
        .leads_to(&format!("/mfa?next={codes}"));
    ada.post("/account/security/totp/remove", &[])
        .await
        .leads_to("/mfa?next=/account/security");
    ada.post("/api/mfa/totp/remove", &[])
        .await
        .shows(200, &["/mfa?next=/account/security"]);
    ada.post("/api/mfa/recovery-codes", &[])
        .await
        .is_error(403, "ChallengeRequired");

    let step = format!("/mfa/totp?next={codes}");
    ada.get(&format!("/mfa?next={codes}")).await.leads_to(&step);
    authenticator
        .post_code(&mut ada, &step)
        .await
        .leads_to(&format!("{codes}?flash=proved"));
    ada.get(codes)
        .await
        .shows(200, &["Thanks, that", "Replace recovery codes"]);
    let new = ada.make_recovery_codes().await;
    assert!(new.iter().all(|code| !old.contains(code)));
    ada.post("/account/security/totp/remove", &[])
        .await
        .leads_to("/account/security?flash=totp-removed");
    let page = ada.get("/account/security").await;
    page.shows(
        200,
        &["Authenticator app removed.", "/account/security/totp/begin"],
    );
    // It's fine to remove it twice.
    ada.post("/account/security/totp/remove", &[])
        .await
        .leads_to("/account/security?flash=totp-removed");
}

#[tokio::test]
async fn without_mfa_one_step_is_enough_again() {
    let app = TestApp::start().await;
    let (mut ada, _) = app.signed_up_with_mfa("ada@example.com").await;
    ada.get("/account/security").await.shows(200, &["Turn off"]);
    ada.post("/account/security/mfa", &[("on", "false")])
        .await
        .leads_to("/account/security?flash=mfa-off");
    ada.get("/account/security")
        .await
        .shows(200, &["Two-step verification is off.", "Turn on"]);
    let there = app.signed_in("ada@example.com").await;
    assert!(there.is_signed_in().await);
}

#[tokio::test]
async fn a_code_is_sent_only_for_factors_that_send_one() {
    let app = TestApp::start().await;
    app.signed_up_with_mfa("ada@example.com").await;
    let mut half = app.signed_in("ada@example.com").await;
    for factor in ["totp", "recoveryCode", "custom", ""] {
        let answer = half.post("/mfa/send", &[("factor", factor)]).await;
        answer.shows(400, &[]);
    }
    half.post("/account/security/mfa", &[("on", "perhaps")])
        .await
        .leads_to("/mfa");
    app.browser().get("/mfa").await.leads_to("/signin");
    app.browser()
        .post("/mfa/totp", &[("code", "123456")])
        .await
        .leads_to("/signin");
}
