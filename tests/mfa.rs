//! The second step of signing in: setting it up, taking it, and what nobody can do without.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use common::{Answer, Browser, PASSWORD, SESSION, TestApp};
use hmac::{Hmac, Mac};
use sha1::Sha1;
use time::OffsetDateTime;

/// The half-minutes since 1970, by which codes of authenticator apps change.
fn half_minute() -> u64 {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    u64::try_from(now).unwrap() / 30
}

/// A code of an authenticator app (RFC 6238) with this secret, which is in base32.
fn totp(secret: &str, half_minute: u64) -> String {
    let mut bits: u64 = 0;
    let mut count = 0;
    let mut key = Vec::new();
    for letter in secret.trim_end_matches('=').bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => panic!("{secret} is not base32"),
        };
        bits = (bits << 5) | u64::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            key.push(u8::try_from((bits >> count) & 0xff).unwrap());
        }
    }
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).unwrap();
    mac.update(&half_minute.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[19] & 0xf);
    let four: [u8; 4] = hash[offset..offset + 4].try_into().unwrap();
    let number = u32::from_be_bytes(four) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

#[test]
fn codes_are_those_of_the_rfc() {
    // Appendix B, of which the last six digits count here.
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    for (time, code) in [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (20_000_000_000, "353130"),
    ] {
        assert_eq!(totp(secret, time / 30), code);
    }
}

/// Posts the code that an app shows now; again where the half-minute ended on the way.
async fn post_totp(browser: &mut Browser<'_>, path: &str, secret: &str) -> Answer {
    loop {
        let now = half_minute();
        let answer = browser.post(path, &[("code", &totp(secret, now))]).await;
        if answer.status != 422 || half_minute() == now {
            return answer;
        }
    }
}

/// Verifies the address of who is signed in.
async fn verify_email(app: &TestApp, browser: &mut Browser<'_>, email: &str) {
    browser
        .post("/account/email/verify", &[])
        .await
        .leads_to("/account?notice=verification-sent");
    let link = app.newest(email).await.link().to_owned();
    browser
        .post(&link, &[])
        .await
        .leads_to("/account?notice=email-verified");
}

/// Sets up an authenticator app and returns its secret.
async fn add_totp(browser: &mut Browser<'_>) -> String {
    browser
        .post("/account/security/totp/begin", &[])
        .await
        .leads_to("/account/security/totp");
    let page = browser.get("/account/security/totp").await;
    let secret = page
        .between(r#"<code class="secret">"#, "<")
        .replace(' ', "");
    post_totp(browser, "/account/security/totp", &secret)
        .await
        .leads_to("/account/security?notice=totp-added");
    secret
}

async fn switch_on(browser: &mut Browser<'_>) {
    browser
        .post("/account/security/mfa", &[("on", "true")])
        .await
        .leads_to("/account/security?notice=mfa-on");
}

/// Makes recovery codes and reads them off the page.
async fn recovery_codes(browser: &mut Browser<'_>) -> Vec<String> {
    let page = browser.post("/account/security/recovery-codes", &[]).await;
    page.shows(200, &["They are shown this once."]);
    codes_on(&page)
}

fn codes_on(page: &Answer) -> Vec<String> {
    let list = page.between(r#"<ul class="codes">"#, "</ul>");
    let items = list.split("<code>").skip(1);
    items
        .map(|item| item.split('<').next().unwrap().to_owned())
        .collect()
}

/// Somebody with an authenticator app and a second step; returns the app's secret.
async fn with_totp(app: &TestApp) -> (Browser<'_>, String) {
    let mut ada = app.signed_up("ada@example.com").await;
    let secret = add_totp(&mut ada).await;
    switch_on(&mut ada).await;
    (ada, secret)
}

#[tokio::test]
async fn an_authenticator_app_is_set_up_with_its_first_code() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let page = ada.get("/account/security").await;
    page.shows(
        200,
        &[
            "/account/security/totp/begin",
            "To switch it on, set up an authenticator app",
        ],
    );
    page.hides(&["Switch on"]);
    // Nothing to set up yet.
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
    let secret = page
        .between(r#"<code class="secret">"#, "<")
        .replace(' ', "");
    page.shows(200, &[&format!("secret={secret}")]);
    for (code, error) in [
        (
            totp(&secret, half_minute() + 1000).as_str(),
            "This code is wrong, used or too old.",
        ),
        ("", "Enter the code."),
        ("?", "This code is wrong, used or too old."),
    ] {
        // The same secret is shown again, so that it need not be scanned again.
        let page = ada.post("/account/security/totp", &[("code", code)]).await;
        page.shows(422, &[error, &format!("secret={secret}")]);
    }
    ada.get("/account/security")
        .await
        .shows(200, &["/account/security/totp/begin"]);
    post_totp(&mut ada, "/account/security/totp", &secret)
        .await
        .leads_to("/account/security?notice=totp-added");
    let page = ada.get("/account/security?notice=totp-added").await;
    page.shows(
        200,
        &[
            "Your authenticator app works.",
            "/account/security/totp/remove",
            "Switch on",
        ],
    );
    // The secret is not shown any more.
    ada.get("/account/security/totp")
        .await
        .leads_to("/account/security");
}

#[tokio::test]
async fn an_app_that_another_browser_sets_up_is_none_of_this_ones() {
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
async fn half_signed_in_is_the_second_step_and_nothing_else() {
    let app = TestApp::start().await;
    let (mut first, _) = with_totp(&app).await;
    assert!(
        first.is_signed_in().await,
        "who switched it on has shown it already"
    );

    let mut half = app.browser();
    let form = [("email", "ada@example.com"), ("password", PASSWORD)];
    half.post("/signin?next=/account/sessions", &form)
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
    for path in [
        "/account/name",
        "/account/security/mfa",
        "/account/security/totp/begin",
        "/account/security/totp/remove",
        "/account/security/recovery-codes",
        "/account/sessions/end-others",
        "/account/deactivate",
        "/account/preferences",
        "/account/identities/link",
    ] {
        half.post(path, &[("name", "Mallory"), ("on", "false")])
            .await
            .leads_to("/mfa");
    }
    // What the islands call, and anybody can.
    for path in [
        "/api/account",
        "/api/account/sessions",
        "/api/account/identities",
    ] {
        let answer = half.send(app.get(path)).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (403, r#""MoreFactorsRequired""#)
        );
    }
    for (path, form) in [
        ("/api/mfa/update", vec![("on", "false")]),
        ("/api/mfa/totp/remove", vec![]),
        ("/api/mfa/totp/begin", vec![]),
        ("/api/mfa/recovery-codes", vec![]),
        ("/api/account/update-name", vec![("name", "Mallory")]),
        (
            "/api/account/deactivate",
            vec![("confirmation", "deactivate")],
        ),
        ("/api/account/end-other-sessions", vec![]),
    ] {
        let answer = half.send(app.post(path).form(&form)).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (403, r#""MoreFactorsRequired""#),
            "{path}"
        );
    }
    half.get("/healthz").await.shows(200, &["ok"]);
    let page = half.get("/mfa/totp").await;
    page.shows(200, &["One more step", "Not you?"]);
    page.hides(&["ada@example.com"]);

    half.post("/signout", &[])
        .await
        .leads_to("/signin?notice=signed-out");
    assert_eq!(half.cookie(SESSION), None);
    assert!(first.is_signed_in().await);
}

#[tokio::test]
async fn a_code_of_the_app_completes_the_sign_in() {
    let app = TestApp::start().await;
    let (_, secret) = with_totp(&app).await;
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
        .shows(200, &["your authenticator app shows now"]);
    for (code, error) in [
        (
            totp(&secret, half_minute() + 1000).as_str(),
            "This code is wrong, used or too old.",
        ),
        ("", "Enter the code."),
        ("123-456-?", "This code is wrong, used or too old."),
    ] {
        let page = ada.post(step, &[("code", code)]).await;
        page.shows(422, &[error, r#"aria-invalid="true""#]);
        assert!(!ada.is_signed_in().await);
    }
    post_totp(&mut ada, step, &secret)
        .await
        .leads_to("/account/sessions");
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn only_paths_of_this_site_are_gone_on_to() {
    let app = TestApp::start().await;
    let (_, secret) = with_totp(&app).await;
    for next in [
        "//evil.example",
        "https://evil.example",
        "/mfa/totp",
        "/signout",
    ] {
        let mut ada = app.signed_in("ada@example.com").await;
        let step = format!("/mfa/totp?next={next}");
        post_totp(&mut ada, &step, &secret)
            .await
            .leads_to("/account");
    }
}

#[tokio::test]
async fn a_code_by_e_mail_completes_the_sign_in() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    verify_email(&app, &mut ada, "ada@example.com").await;
    ada.get("/account/security")
        .await
        .shows(200, &["Switch on"]);
    switch_on(&mut ada).await;

    let mut half = app.signed_in("ada@example.com").await;
    let page = half.get("/mfa?next=/account/sessions").await;
    page.shows(
        200,
        &[
            "E-mail me a code",
            r#"name="next" value="/account/sessions""#,
        ],
    );
    page.hides(&["Text me a code", "authenticator app", "recovery code"]);
    // No code was asked for yet.
    half.get("/mfa/code").await.leads_to("/mfa");
    half.post("/mfa/code", &[("code", "123456")])
        .await
        .shows(410, &["Start again"]);

    let form = [("factor", "email"), ("next", "/account/sessions")];
    half.post("/mfa/send", &form).await.leads_to("/mfa/code");
    half.get("/mfa/code")
        .await
        .shows(200, &["your e-mail address", "Send the mail again"]);
    let mail = app.newest("ada@example.com").await;
    assert!(
        mail.subject.contains("Verification Code"),
        "{}",
        mail.subject
    );
    let page = half.post("/mfa/code", &[("code", mail.wrong_code())]).await;
    page.shows(
        422,
        &[
            "This code is wrong, used or too old.",
            "Send the mail again",
        ],
    );
    half.post("/mfa/code", &[("code", mail.code())])
        .await
        .leads_to("/account/sessions");
    assert!(half.is_signed_in().await);
    assert_eq!(half.cookie("appwrite-session-flow"), None);
}

#[tokio::test]
async fn a_code_by_text_message_completes_the_sign_in() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let form = [("phone", "+15550100199"), ("password", PASSWORD)];
    ada.post("/account/phone", &form)
        .await
        .leads_to("/account?notice=phone-changed");
    ada.post("/account/phone/send", &[])
        .await
        .leads_to("/account/phone/verify");
    let message = app.newest("+15550100199").await;
    ada.post("/account/phone/verify", &[("code", message.code())])
        .await
        .leads_to("/account?notice=phone-verified");
    switch_on(&mut ada).await;

    let mut half = app.signed_in("ada@example.com").await;
    half.get("/mfa").await.shows(200, &["Text me a code"]);
    half.post("/mfa/send", &[("factor", "phone")])
        .await
        .leads_to("/mfa/code");
    half.get("/mfa/code")
        .await
        .shows(200, &["your phone", "Send the message again"]);
    let message = app.newest("+15550100199").await;
    half.post("/mfa/code", &[("code", message.code())])
        .await
        .leads_to("/account");
    assert!(half.is_signed_in().await);
}

#[tokio::test]
async fn a_recovery_code_completes_the_sign_in_once() {
    let app = TestApp::start().await;
    let (mut ada, _) = with_totp(&app).await;
    let page = ada.get("/account/security/recovery-codes").await;
    page.shows(200, &["Make recovery codes"]);
    let codes = recovery_codes(&mut ada).await;
    assert!(codes.len() > 1, "{codes:?}");
    // They are not shown again.
    ada.get("/account/security/recovery-codes")
        .await
        .hides(&codes.iter().map(String::as_str).collect::<Vec<_>>());
    ada.get("/account/security")
        .await
        .shows(200, &["Kept by you", "Renew"]);

    let mut half = app.signed_in("ada@example.com").await;
    half.get("/mfa/totp?next=/account/sessions").await.shows(
        200,
        &[r#"href="/mfa/recovery-code?next=/account/sessions""#],
    );
    let step = "/mfa/recovery-code?next=/account/sessions";
    half.get(step).await.shows(200, &["It works once."]);
    let wrong = [("recovery-code", "0000000000")];
    half.post(step, &wrong).await.shows(
        422,
        &[
            "This code is wrong, used or too old.",
            r#"aria-invalid="true""#,
        ],
    );
    half.post(step, &[]).await.shows(422, &["Enter the code."]);
    // As people write it down.
    let grouped = format!(" {}-{} ", &codes[0][..5], &codes[0][5..]);
    half.post(step, &[("recovery-code", &grouped)])
        .await
        .leads_to("/account/sessions");
    assert!(half.is_signed_in().await);

    let mut again = app.signed_in("ada@example.com").await;
    let form = [("recovery-code", codes[0].as_str())];
    again
        .post(step, &form)
        .await
        .shows(422, &["This code is wrong, used or too old."]);
    let form = [("recovery-code", codes[1].as_str())];
    again.post(step, &form).await.leads_to("/account/sessions");
}

#[tokio::test]
async fn what_matters_takes_a_second_step_that_is_fresh() {
    let app = TestApp::start().await;
    let (mut ada, secret) = with_totp(&app).await;
    // The first codes take none, new ones in their place do.
    let old = recovery_codes(&mut ada).await;
    let codes = "/account/security/recovery-codes";
    ada.post(codes, &[])
        .await
        .leads_to(&format!("/mfa?next={codes}"));
    ada.post("/account/security/totp/remove", &[])
        .await
        .leads_to("/mfa?next=/account/security%3Fnotice%3Dproved");
    let answer = ada.send(app.post("/api/mfa/totp/remove")).await;
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (403, r#""ChallengeRequired""#)
    );

    let step = format!("/mfa/totp?next={codes}");
    ada.get(&format!("/mfa?next={codes}")).await.leads_to(&step);
    post_totp(&mut ada, &step, &secret).await.leads_to(codes);
    ada.get(codes).await.shows(200, &["Make new codes"]);
    let new = recovery_codes(&mut ada).await;
    assert!(new.iter().all(|code| !old.contains(code)));
    ada.post("/account/security/totp/remove", &[])
        .await
        .leads_to("/account/security?notice=totp-removed");
    let page = ada.get("/account/security?notice=totp-removed").await;
    page.shows(
        200,
        &[
            "Your authenticator app is removed.",
            "/account/security/totp/begin",
        ],
    );
    // Removing it twice is no trouble.
    ada.post("/account/security/totp/remove", &[])
        .await
        .leads_to("/account/security?notice=totp-removed");
}

#[tokio::test]
async fn switched_off_one_step_is_enough_again() {
    let app = TestApp::start().await;
    let (mut ada, _) = with_totp(&app).await;
    ada.get("/account/security")
        .await
        .shows(200, &["Switch off"]);
    ada.post("/account/security/mfa", &[("on", "false")])
        .await
        .leads_to("/account/security?notice=mfa-off");
    ada.get("/account/security?notice=mfa-off").await.shows(
        200,
        &["Signing in takes no second step any more.", "Switch on"],
    );
    let mut there = app.signed_in("ada@example.com").await;
    assert!(there.is_signed_in().await);
}

#[tokio::test]
async fn a_factor_that_nothing_is_sent_for_is_not_understood() {
    let app = TestApp::start().await;
    with_totp(&app).await;
    let mut half = app.signed_in("ada@example.com").await;
    for factor in ["totp", "recoveryCode", "custom", ""] {
        let answer = half.post("/mfa/send", &[("factor", factor)]).await;
        assert_eq!(answer.status, 400, "{factor}");
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
