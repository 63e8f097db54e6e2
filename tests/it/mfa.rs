//! The second step of signing in: setting it up, taking it, and what nobody can do without it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Authenticator, Browser, TestApp,
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

    ada.confirm_password().await;
    let set_up = ada
        .post("/account/security/totp/begin", &[])
        .await
        .leads_to_flow("/account/security/totp");
    let page = ada.get(&set_up).await;
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
        (
            authenticator.code_of_a_wrong_clock().as_str(),
            texts::CLOCK_WRONG,
        ),
        (authenticator.wrong_code().as_str(), texts::APP_CODE_WRONG),
        ("", texts::CODE_MISSING),
        ("?", texts::CODE_WRONG),
    ] {
        // It's still the same secret, so nobody has to scan another.
        let page = ada.post(&set_up, &[("code", code)]).await;
        page.shows(422, &[error, &format!("secret={secret}")]);
    }
    ada.get("/account/security")
        .await
        .shows(200, &["/account/security/totp/begin"]);
    authenticator
        .post_code(&mut ada, &set_up)
        .await
        .leads_to("/account/security/recovery-codes?flash=totp-added");
    let page = ada.get("/account/security").await;
    page.shows(
        200,
        &[
            "Authenticator app added.",
            "/account/security/totp/remove",
            "Turn on",
        ],
    );
    // The secret isn't shown again. Going back to it leads on, and so does its form.
    let done = "/account/security?flash=totp-there";
    ada.get(&set_up).await.leads_to(done);
    ada.post(&set_up, &[("code", "123456")])
        .await
        .leads_to(done);
}

#[tokio::test]
async fn the_set_up_leads_from_the_app_over_saved_codes_to_on() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let page = ada.get("/account/security").await;
    page.shows(200, &["Set up with an app", "Recommended"]);
    let authenticator = ada.set_up_authenticator().await;
    let codes = "/account/security/recovery-codes";
    ada.get(codes)
        .await
        .shows(200, &["One more step", "Create recovery codes"]);
    // Without codes, or another factor, it can't be turned on.
    let on = [("on", "true")];
    for path in ["/account/security/mfa", "/api/mfa/update"] {
        let answer = ada.post(path, &on).await;
        assert!(answer.without_cookies().contains(codes), "{path}");
    }
    app.signed_in("ada@example.com").await;
    let page = ada.post(codes, &[]).await;
    page.shows(
        200,
        &[
            "saved these codes, turn it on",
            r#"action="/account/security/mfa""#,
            r#"name="on" value="true""#,
        ],
    );
    ada.post("/account/security/mfa", &on)
        .await
        .leads_to("/account/security?flash=mfa-on");
    let page = ada.get("/account/security").await;
    page.shows(200, &[">on<"]);
    page.hides(&["Create recovery codes."]);
    // Now that it's on, codes are only replaced.
    authenticator
        .post_code(&mut ada, "/mfa/totp?next=/account/security")
        .await
        .leads_to("/account/security?flash=proved");
    let page = ada.post(codes, &[]).await;
    page.shows(200, &["saved these codes"]);
    page.hides(&["turn it on"]);
}

#[tokio::test]
async fn each_dead_end_of_the_second_step_has_its_way_out() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.get("/account/security").await.shows(
        200,
        &[
            r#"action="/account/email/verify""#,
            r#"href="/account/phone""#,
        ],
    );
    let mut guest = app.browser();
    guest.post("/signin/anonymous", &[]).await;
    let page = guest.get("/account/security").await;
    page.shows(200, &[r#"href="/account/upgrade""#]);
    page.hides(&["Set up with an app"]);
}

#[tokio::test]
async fn an_authenticator_app_is_set_up_in_one_browser() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.confirm_password().await;
    let set_up = ada
        .post("/account/security/totp/begin", &[])
        .await
        .leads_to_flow("/account/security/totp");
    let mut there = app.signed_in("ada@example.com").await;
    there.get(&set_up).await.leads_to("/account/security");
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
        (authenticator.wrong_code().as_str(), texts::APP_CODE_WRONG),
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
    page.hides(&["Text me a code", "authenticator app"]);
    // Nobody has asked for a code yet.
    half.get("/mfa/code").await.leads_to("/mfa");
    half.post("/mfa/code", &[("code", "123456")])
        .await
        .leads_to("/mfa");

    let form = [("factor", "email"), ("next", "/account/sessions")];
    let code_page = half
        .post("/mfa/send", &form)
        .await
        .leads_to_flow("/mfa/code");
    half.get(&code_page)
        .await
        .shows(200, &["Send another email"]);
    let mail = app.newest("ada@example.com").await;
    assert!(
        mail.subject.contains("Verification Code"),
        "{}",
        mail.subject
    );
    let page = half.post(&code_page, &[("code", mail.wrong_code())]).await;
    page.shows(422, &[texts::CODE_WRONG, "Send another email"]);
    half.post(&code_page, &[("code", mail.code())])
        .await
        .leads_to("/account/sessions");
    assert!(half.is_signed_in().await);
    // Going back to it leads on.
    half.get(&code_page).await.leads_to("/account/sessions");
}

#[tokio::test]
async fn a_code_by_text_message_completes_the_sign_in() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_number(&mut ada, "+15550100199").await;
    ada.switch_on_mfa().await;

    let mut half = app.signed_in("ada@example.com").await;
    half.get("/mfa").await.shows(200, &["Text me a code"]);
    let code_page = half
        .post("/mfa/send", &[("factor", "phone")])
        .await
        .leads_to_flow("/mfa/code");
    half.get(&code_page)
        .await
        .shows(200, &["your phone", "Send another text"]);
    let message = app.newest("+15550100199").await;
    half.post(&code_page, &[("code", message.code())])
        .await
        .leads_to("/account");
    assert!(half.is_signed_in().await);
}

#[tokio::test]
async fn a_recovery_code_completes_the_sign_in_once() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.set_up_authenticator().await;
    let codes = ada.make_recovery_codes().await;
    ada.switch_on_mfa().await;
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
    let grouped = format!(" {}-{} ", &codes[0][..5], &codes[0][5..]).to_uppercase();
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
    let mut ada = app.signed_up("ada@example.com").await;
    let authenticator = ada.set_up_authenticator().await;
    // The first codes don't take one, but replacing them does.
    let old = ada.make_recovery_codes().await;
    ada.switch_on_mfa().await;
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
        .leads_to("/account/security?flash=totp-removed-mfa-off");
    let page = ada.get("/account/security").await;
    page.shows(
        200,
        &[
            "Two-step verification is off, too.",
            "/account/security/totp/begin",
        ],
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
        .leads_to("/mfa?flash=nothing-saved&next=/account/security/mfa");
    app.browser().get("/mfa").await.leads_to("/signin");
    app.browser()
        .post("/mfa/totp", &[("code", "123456")])
        .await
        .leads_to("/signin?flash=nothing-saved");
}

/// The browser of Ada, who has signed in with a link and has no password.
async fn signed_in_by_link(app: &TestApp) -> Browser {
    let mut ada = app.browser();
    ada.post("/signin/magic-url", &[("email", "ada@example.com")])
        .await;
    let link = app.newest_link("ada@example.com").await;
    ada.post(&link, &[]).await.leads_to("/account");
    ada
}

#[tokio::test]
async fn two_step_verification_is_not_turned_on_where_nobody_could_sign_in() {
    let app = TestApp::start().await;
    let mut ada = signed_in_by_link(&app).await;
    let page = ada.get("/account/security").await;
    page.shows(200, &["set up an authenticator app or set a password"]);
    page.hides(&["Turn on"]);
    app.confirm_by_email(&mut ada, "ada@example.com").await;
    let security = "/account/security?flash=mfa-not-yet";
    ada.post("/account/security/mfa", &[("on", "true")])
        .await
        .leads_to(security);
    ada.get(security)
        .await
        .shows(200, &["has to differ from how you sign in", ">off<"]);

    ada.post("/account/password/new", &forms::choose_password(PASSWORD))
        .await
        .leads_to("/account/security?flash=password-changed");
    ada.get("/account/security").await.shows(200, &["Turn on"]);
    ada.switch_on_mfa().await;
}

#[tokio::test]
async fn a_second_step_like_the_first_says_which_way_works() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    ada.switch_on_mfa().await;

    let mut half = signed_in_by_link(&app).await;
    for path in ["/mfa/code", "/api/mfa/code"] {
        let sent = half
            .post("/mfa/send", &[("factor", "email")])
            .await
            .leads_to_flow("/mfa/code");
        let code = app.newest_code("ada@example.com").await;
        let flow = sent.rsplit_once('=').unwrap().1;
        let answer = half.post(path, &[("code", &code), ("flow", flow)]).await;
        assert_eq!(answer.status, 403);
        if path == "/mfa/code" {
            let text =
                "an email can't be your second step. Sign out, then sign in with your password.";
            answer.shows(403, &[text, r#"action="/signout""#]);
        } else {
            assert_eq!(answer.text, r#"{"SameFactor":"email"}"#);
        }
        assert!(!half.is_signed_in().await);
    }
    half.post("/signout", &[]).await;

    let mut half = app.signed_in("ada@example.com").await;
    half.post("/mfa/send", &[("factor", "email")]).await;
    let code = app.newest_code("ada@example.com").await;
    half.post("/mfa/code", &[("code", &code)])
        .await
        .leads_to("/account");
    assert!(half.is_signed_in().await);
}

#[tokio::test]
async fn a_text_message_is_no_second_step_after_a_text_message() {
    let app = TestApp::start().await;
    let number = "+15550100199";
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_number(&mut ada, number).await;
    ada.switch_on_mfa().await;
    let mut half = app.browser();
    half.post("/signin/phone", &[("phone", number)]).await;
    let code = app.newest_code(number).await;
    half.post("/signin/code", &[("code", &code)])
        .await
        .leads_to("/account");
    half.post("/mfa/send", &[("factor", "phone")])
        .await
        .leads_to("/mfa/code");
    let code = app.newest_code(number).await;
    half.post("/mfa/code", &[("code", &code)]).await.shows(
        403,
        &["Sign out, then sign in with your email or password."],
    );
    assert!(!half.is_signed_in().await);
}

#[tokio::test]
async fn removing_the_app_leaves_nobody_locked_out() {
    let app = TestApp::start().await;
    let mut ada = signed_in_by_link(&app).await;
    app.confirm_by_email(&mut ada, "ada@example.com").await;
    ada.post("/account/security/totp/begin", &[]).await;
    let page = ada.get("/account/security/totp").await;
    let authenticator = Authenticator::new(&page.authenticator_secret());
    authenticator
        .post_code(&mut ada, "/account/security/totp")
        .await
        .leads_to("/account/security/recovery-codes?flash=totp-added");
    ada.switch_on_mfa().await;
    authenticator
        .post_code(&mut ada, "/mfa/totp")
        .await
        .leads_to("/account?flash=proved");
    ada.post("/account/security/totp/remove", &[])
        .await
        .leads_to("/account/security?flash=totp-removed-mfa-off");
    let again = signed_in_by_link(&app).await;
    assert!(again.is_signed_in().await);
}

#[tokio::test]
async fn the_mailbox_is_no_way_around_the_authenticator_app() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.set_up_authenticator().await;
    ada.switch_on_mfa().await;
    ada.get("/account/security")
        .await
        .shows(200, &["your password and your email aren't enough"]);

    // Resetting the password would also verify the address.
    let mut mallory = app.browser();
    let email = [("email", "ada@example.com")];
    mallory.post("/recover", &email).await;
    let link = app.newest_link("ada@example.com").await;
    mallory
        .post(&link, &forms::choose_password(PASSWORD))
        .await
        .shows(403, &["hasn't been verified here"]);
    app.verify_email(&mut ada, "ada@example.com").await;
    mallory.post("/recover", &email).await;
    let link = app.newest_link("ada@example.com").await;
    mallory
        .post(&link, &forms::choose_password(PASSWORD))
        .await
        .leads_to("/signin?flash=password-reset&provider=ada@example.com");
    let mut half = app.signed_in("ada@example.com").await;
    for path in ["/mfa/totp", "/mfa/recovery-code"] {
        half.get(path).await.hides(&["Email me a code"]);
    }
    let mails = app.inbox("ada@example.com").await.len();
    let form = [("factor", "email")];
    half.post("/mfa/send", &form).await.shows(400, &[]);
    half.post("/api/mfa/send", &form)
        .await
        .is_error(400, "BadRequest");
    assert_eq!(app.inbox("ada@example.com").await.len(), mails);
    assert!(!half.is_signed_in().await);
}

#[tokio::test]
async fn email_is_no_second_step_beside_a_phone() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    app.verify_number(&mut ada, "+15550100199").await;
    ada.switch_on_mfa().await;
    ada.get("/account/security")
        .await
        .shows(200, &["Not used, because your phone is safer"]);
    let mut half = app.signed_in("ada@example.com").await;
    let page = half.get("/mfa").await;
    page.shows(200, &["Text me a code"]);
    page.hides(&["Email me a code"]);
    half.post("/mfa/send", &[("factor", "email")])
        .await
        .shows(400, &[]);
}

#[tokio::test]
async fn a_mail_from_before_there_was_an_app_is_no_second_step() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    ada.switch_on_mfa().await;
    let mut half = app.signed_in("ada@example.com").await;
    half.post("/mfa/send", &[("factor", "email")])
        .await
        .leads_to("/mfa/code");
    let code = app.newest_code("ada@example.com").await;
    ada.post("/account/security/totp/begin", &[]).await;
    let page = ada.get("/account/security/totp").await;
    Authenticator::new(&page.authenticator_secret())
        .post_code(&mut ada, "/account/security/totp")
        .await
        .leads_to("/account/security?flash=totp-added");
    half.post("/mfa/code", &[("code", &code)])
        .await
        .shows(403, &[]);
    assert!(!half.is_signed_in().await);
}

#[tokio::test]
async fn the_badge_says_whether_a_second_step_is_asked_for() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.get("/account/security").await.shows(200, &[">off<"]);
    // Only past the app is it switched on without a factor.
    let call = app.call_appwrite(&ada, Method::PATCH, "/account/mfa");
    let answer = call.json(&json!({ "mfa": true })).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let page = ada.get("/account/security").await;
    page.shows(
        200,
        &[
            ">on, but not asked for<",
            "Turn off",
            "no second step until",
        ],
    );
    page.hides(&[">off<"]);
}

#[tokio::test]
async fn an_app_that_is_already_set_up_is_said_to_be() {
    let app = TestApp::start().await;
    let there = "/account/security?flash=totp-there";
    let mut ada = app.signed_up("ada@example.com").await;
    ada.confirm_password().await;
    ada.post("/account/security/totp/begin", &[]).await;
    // A second tab with the same page.
    let mut tab = ada.clone();
    let page = ada.get("/account/security/totp").await;
    let authenticator = Authenticator::new(&page.authenticator_secret());
    let form = "/account/security/totp";
    authenticator
        .post_code(&mut ada, form)
        .await
        .leads_to("/account/security/recovery-codes?flash=totp-added");
    // The same code twice, here and in the other tab, and one that can't be right.
    for code in ["123456", "", "?"] {
        ada.post(form, &[("code", code)]).await.leads_to(there);
    }
    for code in ["123456", ""] {
        tab.post(form, &[("code", code)]).await.leads_to(there);
    }
    tab.post("/account/security/totp/begin", &[])
        .await
        .leads_to(there);
    ada.get(there)
        .await
        .shows(200, &["Your authenticator app is already set up."]);
}

#[tokio::test]
async fn setting_up_an_app_that_was_given_up_begins_anew() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.confirm_password().await;
    for code in ["123456", ""] {
        ada.post("/account/security/totp", &[("code", code)])
            .await
            .leads_to("/account/security?flash=totp-expired");
    }
    ada.get("/account/security?flash=totp-expired").await.shows(
        200,
        &["Please start again.", "/account/security/totp/begin"],
    );
}

/// Appwrite itself takes its codes.
#[tokio::test]
async fn an_app_that_was_never_confirmed_is_no_second_step() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    let (_, begun) = ada.begin_authenticator().await;
    ada.switch_on_mfa().await;
    let mut half = app.signed_in("ada@example.com").await;
    begun.post_code(&mut half, "/mfa/totp").await;
    begun.post_code(&mut half, "/api/mfa/totp").await;
    assert!(!half.is_signed_in().await);
}

/// Appwrite takes a second step that a session has answered when it wasn't asked for one yet, codes of an app that was
/// only begun, and recovery codes whoever made them.
#[tokio::test]
async fn turning_two_steps_on_ends_what_would_pass_them() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    let mallory = app.signed_in_past("ada@example.com").await;
    let totp = app.call_appwrite(&mallory, Method::POST, "/account/mfa/authenticators/totp");
    let begun: Value = totp.send().await.unwrap().json().await.unwrap();
    let begun = Authenticator::new(begun["secret"].as_str().unwrap());
    assert_eq!(answer_past(&app, &mallory, &begun).await, 200);
    let codes = app.call_appwrite(&mallory, Method::POST, "/account/mfa/recovery-codes");
    assert_eq!(codes.send().await.unwrap().status(), 201);

    ada.confirm_password().await;
    let codes_first = ada.post("/account/security/mfa", &[("on", "true")]).await;
    codes_first.leads_to("/account/security/recovery-codes");
    // There are some, so Appwrite wants a second step before it replaces them.
    ada.post("/mfa/send", &[("factor", "email")]).await;
    let code = app.newest_code("ada@example.com").await;
    ada.post("/mfa/code", &[("code", &code)]).await;
    ada.make_recovery_codes().await;
    ada.switch_on_mfa().await;
    assert!(!mallory.is_signed_in().await);
    let again = app.signed_in_past("ada@example.com").await;
    assert_eq!(answer_past(&app, &again, &begun).await, 401);
    assert!(!again.is_signed_in().await);
    assert!(ada.is_signed_in().await);
}

/// Answers a challenge at Appwrite itself with an app's code. Returns the status of that.
async fn answer_past(app: &TestApp, browser: &Browser, with: &Authenticator) -> u16 {
    let challenge = app.call_appwrite(browser, Method::POST, "/account/mfa/challenges");
    let challenge = challenge.json(&json!({ "factor": "totp" }));
    let challenge: Value = challenge.send().await.unwrap().json().await.unwrap();
    let answer = app.call_appwrite(browser, Method::PUT, "/account/mfa/challenges");
    let answer = answer.json(&json!({ "challengeId": challenge["$id"], "otp": with.code() }));
    answer.send().await.unwrap().status().as_u16()
}
