//! Our own limits: who tries too often waits, and nobody else does.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use common::{Answer, Browser, PASSWORD, TestApp};

/// It is refused for now, says for how long, and still is a page.
#[track_caller]
fn is_refused(answer: &Answer) {
    answer.shows(429, &["Too many attempts."]);
    let seconds: u32 = answer.header("retry-after").parse().unwrap();
    assert!((1..=3600).contains(&seconds), "{seconds}");
}

/// Tries to sign in with a password that is wrong, and cannot be anybody's.
async fn guess(browser: &mut Browser<'_>, email: &str) -> Answer {
    let form = [("email", email), ("password", "x")];
    browser.post("/signin", &form).await
}

#[tokio::test]
async fn the_eleventh_guess_at_an_account_is_refused_and_no_other_accounts() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let mut mallory = app.browser();
    for _ in 0..10 {
        guess(&mut mallory, "ada@example.com").await.shows(401, &[]);
    }
    // However it is written, and with the right password too.
    let form = [("email", " ADA@example.com"), ("password", PASSWORD)];
    let refused = mallory.post("/signin", &form).await;
    is_refused(&refused);
    refused.shows(429, &[r#"value=" ADA@example.com""#, r#"name="password""#]);
    refused.hides(&[PASSWORD]);
    let answer = mallory
        .send(app.post("/api/auth/sign-in").form(&form))
        .await;
    assert_eq!(answer.status, 429);
    assert!(
        answer.text.starts_with(r#"{"RateLimited":"#),
        "{}",
        answer.text
    );
    assert_ne!(answer.header("retry-after"), "");

    app.sign_up("bob@example.com").await;
    app.signed_in("bob@example.com").await;
}

#[tokio::test]
async fn a_success_gives_an_account_its_guesses_back() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let mut browser = app.browser();
    for _ in 0..2 {
        for _ in 0..9 {
            guess(&mut browser, "ada@example.com").await.shows(401, &[]);
        }
        app.signed_in("ada@example.com").await;
    }
}

#[tokio::test]
async fn an_address_has_sixty_guesses_whatever_it_claims_to_be() {
    let app = TestApp::start().await;
    for number in 0..=60 {
        let email = format!("person-{number}@example.com");
        let form = [("email", email.as_str()), ("password", "x")];
        let request = app
            .post("/signin")
            .header("x-forwarded-for", format!("203.0.113.{number}"));
        let answer = app.browser().send(request.form(&form)).await;
        if number < 60 {
            answer.shows(401, &[]);
        } else {
            is_refused(&answer);
        }
    }
}

#[tokio::test]
async fn a_trusted_proxy_says_who_it_is() {
    let app = TestApp::start_with(&[("TRUSTED_PROXIES", "127.0.0.0/8")]).await;
    let guess_from = async |forwarded: &str, email: &str| {
        let form = [("email", email), ("password", "x")];
        let request = app.post("/signin").header("x-forwarded-for", forwarded);
        app.browser().send(request.form(&form)).await
    };
    for number in 0..60 {
        let email = format!("person-{number}@example.com");
        // What stands on the left of the proxy's own entry is the visitor's invention.
        let forwarded = format!("198.51.100.{number}, 203.0.113.7");
        guess_from(&forwarded, &email).await.shows(401, &[]);
    }
    is_refused(&guess_from("198.51.100.99, 203.0.113.7", "new@example.com").await);
    guess_from("203.0.113.8", "new@example.com")
        .await
        .shows(401, &[]);
    // Somebody's IPv6 addresses are one place, as many as they may be.
    for number in 0..60 {
        let email = format!("other-{number}@example.com");
        let forwarded = format!("2001:db8:1:2::{number:x}");
        guess_from(&forwarded, &email).await.shows(401, &[]);
    }
    is_refused(&guess_from("2001:db8:1:2:ffff::1", "newer@example.com").await);
    guess_from("2001:db8:1:3::1", "newer@example.com")
        .await
        .shows(401, &[]);
}

#[tokio::test]
async fn five_messages_go_to_an_address_or_a_number() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    for (path, field, to, other) in [
        (
            "/signin/magic-url",
            "email",
            "a@example.com",
            "b@example.com",
        ),
        (
            "/signin/email-otp",
            "email",
            "c@example.com",
            "d@example.com",
        ),
        ("/signin/phone", "phone", "+15550100199", "+15550100198"),
        ("/recover", "email", "ada@example.com", "e@example.com"),
    ] {
        for _ in 0..5 {
            let answer = app.browser().post(path, &[(field, to)]).await;
            assert_eq!(answer.status, 303, "{path}");
        }
        let refused = app.browser().post(path, &[(field, to)]).await;
        is_refused(&refused);
        refused.shows(429, &[&format!(r#"value="{to}""#)]);
        assert_eq!(app.inbox(to, "").await.len(), 5, "{path}");
        let answer = app.browser().post(path, &[(field, other)]).await;
        assert_eq!(answer.status, 303, "{path}");
    }
}

#[tokio::test]
async fn the_ways_to_send_something_to_an_address_count_together() {
    let app = TestApp::start().await;
    let form = [("email", "ada@example.com")];
    let ways = ["/signin/magic-url", "/signin/email-otp", "/recover"];
    for path in ways.iter().cycle().take(5) {
        assert_eq!(app.browser().post(path, &form).await.status, 303);
    }
    for path in ways {
        is_refused(&app.browser().post(path, &form).await);
    }
}

#[tokio::test]
async fn a_proof_is_sent_five_times() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    for _ in 0..5 {
        ada.post("/account/email/verify", &[])
            .await
            .leads_to("/account?notice=verification-sent");
    }
    is_refused(&ada.post("/account/email/verify", &[]).await);
    assert_eq!(app.inbox("ada@example.com", "").await.len(), 5);
}

#[tokio::test]
async fn a_code_is_guessed_ten_times() {
    let app = TestApp::start().await;
    let mut mallory = app.browser();
    mallory
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to("/signin/code");
    let mail = app.newest("ada@example.com").await;
    let wrong = [("code", mail.wrong_code())];
    for _ in 0..10 {
        mallory.post("/signin/code", &wrong).await.shows(422, &[]);
    }
    let refused = mallory.post("/signin/code", &[("code", mail.code())]).await;
    is_refused(&refused);
    refused.shows(429, &["ada@example.com", r#"name="code""#]);
    // Asking for another code gives no further guesses.
    mallory
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to("/signin/code");
    is_refused(&mallory.post("/signin/code", &wrong).await);
}

#[tokio::test]
async fn the_second_step_is_guessed_ten_times_however_often_the_first_is_taken() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.post("/account/email/verify", &[]).await;
    let link = app.newest("ada@example.com").await.link().to_owned();
    ada.post(&link, &[])
        .await
        .leads_to("/account?notice=email-verified");
    ada.post("/account/security/mfa", &[("on", "true")])
        .await
        .leads_to("/account/security?notice=mfa-on");
    let mut last = None;
    for _ in 0..2 {
        let mut half = app.signed_in("ada@example.com").await;
        half.post("/mfa/send", &[("factor", "email")])
            .await
            .leads_to("/mfa/code");
        let mail = app.newest("ada@example.com").await;
        for _ in 0..5 {
            half.post("/mfa/code", &[("code", mail.wrong_code())])
                .await
                .shows(422, &[]);
        }
        last = Some((half, mail));
    }
    let (mut half, mail) = last.unwrap();
    is_refused(&half.post("/mfa/code", &[("code", mail.code())]).await);
    let mut half = app.signed_in("ada@example.com").await;
    let form = [("recovery-code", "0123456789")];
    is_refused(&half.post("/mfa/recovery-code", &form).await);
}

#[tokio::test]
async fn the_password_is_guessed_ten_times_by_who_is_signed_in_too() {
    let app = TestApp::start().await;
    let mut mallory = app.signed_up("ada@example.com").await;
    let forms = [
        ("/account/email", "email", "new@example.com"),
        ("/account/phone", "phone", "+15550100199"),
        ("/account/password", "new-password", "another-password-2"),
    ];
    for (path, field, value) in forms.iter().cycle().take(10) {
        let form = [("password", "wrong-password"), (*field, *value)];
        mallory
            .post(path, &form)
            .await
            .shows(422, &["This is not your password."]);
    }
    for (path, field, value) in forms {
        let form = [("password", PASSWORD), (field, value)];
        is_refused(&mallory.post(path, &form).await);
    }
}

#[tokio::test]
async fn a_links_secret_is_guessed_ten_times() {
    for path in ["/signin/link", "/recover/confirm", "/verify"] {
        let app = TestApp::start().await;
        let ada = app.signed_up("ada@example.com").await;
        let id = ada.clone().account_id().await;
        let link = format!("{path}?userId={id}&secret=abc");
        let form = [("new-password", "another-password-2")];
        for _ in 0..10 {
            app.browser().post(&link, &form).await.shows(410, &[]);
        }
        is_refused(&app.browser().post(&link, &form).await);
    }
}

#[tokio::test]
async fn thirty_accounts_come_from_an_address() {
    let app = TestApp::start().await;
    for number in 0..30 {
        if number % 2 == 0 {
            app.browser()
                .post("/signin/anonymous", &[])
                .await
                .leads_to("/account");
        } else {
            app.sign_up(&format!("person-{number}@example.com")).await;
        }
    }
    is_refused(&app.browser().post("/signin/anonymous", &[]).await);
    let form = [
        ("name", "Ada"),
        ("email", "ada@example.com"),
        ("new-password", PASSWORD),
    ];
    let refused = app.browser().post("/signup", &form).await;
    is_refused(&refused);
    refused.shows(429, &[r#"value="Ada""#, r#"value="ada@example.com""#]);
    refused.hides(&[PASSWORD]);
    // Who has an account signs in.
    app.signed_in("person-1@example.com").await;
}
