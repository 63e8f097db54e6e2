//! Our own rate limits: whoever tries too often has to wait, and nobody else.

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use appwrite_local::Settings;
use reqwest::Method;
use serde_json::json;

use crate::support::{
    self, ADA_AT_PROVIDER, Answer, Browser, DEVICE_COOKIE, TestApp, Upstream, appwrite_error,
    forms::{self, NEW_PASSWORD, PASSWORD},
    local_appwrite_with, texts,
};

/// An app behind a proxy, so that a browser can be at any address.
async fn behind_a_proxy() -> TestApp {
    TestApp::start_with(&[("TRUSTED_PROXIES", "127.0.0.0/8")]).await
}

/// The same, with a key that may have passwords forgotten.
async fn behind_a_proxy_with_users_write() -> TestApp {
    let scopes = ["sessions.write", "users.write"];
    let appwrite = local_appwrite_with(Settings::default(), &scopes).await;
    TestApp::start_on(appwrite, &[("TRUSTED_PROXIES", "127.0.0.0/8")]).await
}

/// A browser that has never been here, at the address with this number.
fn stranger(app: &TestApp, number: usize) -> Browser {
    let addr = format!("198.51.100.{number}");
    app.browser().with_header("x-forwarded-for", &addr)
}

/// Tries to sign in with a password that is too short to be anybody's.
async fn guess(browser: &mut Browser, email: &str) -> Answer {
    let form = forms::sign_in(email, "x");
    browser.post("/signin", &form).await
}

#[tokio::test]
async fn the_eleventh_guess_at_an_account_is_refused_and_other_accounts_are_not_affected() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    let mut mallory = app.browser();
    for _ in 0..10 {
        guess(&mut mallory, "ada@example.com").await.shows(401, &[]);
    }
    // However the address is written, and even with the right password.
    let form = forms::sign_in(" ADA@example.com", PASSWORD);
    let refused = mallory.post("/signin", &form).await;
    refused.is_rate_limited();
    refused.shows(
        429,
        &[&texts::value(" ADA@example.com"), r#"type="password""#],
    );
    refused.hides(&[PASSWORD]);
    let answer = mallory.post("/api/auth/sign-in", &form).await;
    answer.shows(429, &[r#"{"RateLimited":"#]);
    assert_ne!(answer.header("retry-after"), "");

    app.signed_up("bob@example.com").await;
    app.signed_in("bob@example.com").await;
}

#[tokio::test]
async fn a_success_gives_an_account_its_guesses_back() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    let mut browser = app.browser();
    for _ in 0..2 {
        for _ in 0..9 {
            guess(&mut browser, "ada@example.com").await.shows(401, &[]);
        }
        app.signed_in("ada@example.com").await;
    }
}

#[tokio::test]
async fn a_client_has_sixty_guesses_whatever_address_it_claims() {
    let app = TestApp::start().await;
    for number in 0..=60 {
        let email = format!("person-{number}@example.com");
        let claimed = format!("203.0.113.{number}");
        let mut browser = app.browser().with_header("x-forwarded-for", &claimed);
        let answer = guess(&mut browser, &email).await;
        if number < 60 {
            answer.shows(401, &[]);
        } else {
            answer.is_rate_limited();
        }
    }
}

#[tokio::test]
async fn a_trusted_proxy_says_which_client_it_is() {
    let app = TestApp::start_with(&[("TRUSTED_PROXIES", "127.0.0.0/8")]).await;
    let guess_from = async |forwarded: &str, email: &str| {
        let mut browser = app.browser().with_header("x-forwarded-for", forwarded);
        guess(&mut browser, email).await
    };
    for number in 0..60 {
        let email = format!("person-{number}@example.com");
        // Whatever is left of the proxy's own entry is the client's invention.
        let forwarded = format!("198.51.100.{number}, 203.0.113.7");
        guess_from(&forwarded, &email).await.shows(401, &[]);
    }
    guess_from("198.51.100.99, 203.0.113.7", "new@example.com")
        .await
        .is_rate_limited();
    guess_from("203.0.113.8", "new@example.com")
        .await
        .shows(401, &[]);
    // All IPv6 addresses of one network count as one client.
    for number in 0..60 {
        let email = format!("other-{number}@example.com");
        let forwarded = format!("2001:db8:1:2::{number:x}");
        guess_from(&forwarded, &email).await.shows(401, &[]);
    }
    guess_from("2001:db8:1:2:ffff::1", "newer@example.com")
        .await
        .is_rate_limited();
    guess_from("2001:db8:1:3::1", "newer@example.com")
        .await
        .shows(401, &[]);
}

#[tokio::test]
async fn an_address_or_a_number_gets_five_messages() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
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
        let before = app.inbox(to).await.len();
        for _ in before..5 {
            let answer = app.browser().post(path, &[(field, to)]).await;
            answer.shows(303, &[]);
        }
        let refused = app.browser().post(path, &[(field, to)]).await;
        refused.is_rate_limited();
        refused.shows(429, &[&texts::value(to)]);
        assert_eq!(app.inbox(to).await.len(), 5, "{path}");
        let answer = app.browser().post(path, &[(field, other)]).await;
        answer.shows(303, &[]);
    }
}

#[tokio::test]
async fn all_kinds_of_mail_to_an_address_count_together() {
    let app = TestApp::start().await;
    let form = [("email", "ada@example.com")];
    let kinds = ["/signin/magic-url", "/signin/email-otp", "/recover"];
    for path in kinds.iter().cycle().take(5) {
        app.browser().post(path, &form).await.shows(303, &[]);
    }
    for path in kinds {
        app.browser().post(path, &form).await.is_rate_limited();
    }
}

#[tokio::test]
async fn a_verification_mail_is_sent_five_times() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    // The first one is sent by signing up.
    for _ in 1..5 {
        ada.post("/account/email/verify", &[])
            .await
            .leads_to("/account?flash=verification-sent&provider=ada@example.com");
    }
    ada.post("/account/email/verify", &[])
        .await
        .is_rate_limited();
    assert_eq!(app.inbox("ada@example.com").await.len(), 5);
}

/// Any number of accounts can have had an address or a number, one after the other.
#[tokio::test]
async fn new_accounts_do_not_add_to_the_messages_that_an_address_or_a_number_gets() {
    const PHONE: &str = "+15550100199";
    let app = behind_a_proxy().await;
    for number in 0..17 {
        let mut mallory = stranger(&app, number);
        let form = forms::sign_up("ada@example.com", PASSWORD);
        mallory.post("/signup", &form).await.shows(303, &[]);
        let form = [("phone", PHONE), ("password", PASSWORD)];
        mallory.post("/account/phone", &form).await.shows(303, &[]);
        for (path, what, another) in [
            ("/account/email", "email", format!("m-{number}@example.com")),
            ("/account/phone", "phone", format!("+155501002{number:02}")),
        ] {
            app.call_appwrite(&mallory, Method::PATCH, path)
                .json(&json!({ what: another, "password": PASSWORD }))
                .send()
                .await
                .unwrap()
                .error_for_status()
                .unwrap();
        }
    }
    assert_eq!(app.inbox("ada@example.com").await.len(), 15);
    assert_eq!(app.inbox(PHONE).await.len(), 15);
    // Nor do guests who become full accounts.
    let mut guest = stranger(&app, 20);
    guest.post("/signin/anonymous", &[]).await;
    let form = forms::sign_up("ada@example.com", PASSWORD);
    guest
        .post("/account/upgrade", &form)
        .await
        .leads_to("/account?flash=upgraded");
    assert_eq!(app.inbox("ada@example.com").await.len(), 15);
}

/// Nor do accounts that only claim to have the address, and send it codes for their second step.
#[tokio::test]
async fn codes_for_the_second_step_count_for_who_gets_them() {
    let app = behind_a_proxy().await;
    for number in 0..4 {
        let first = format!("mallory-{number}@example.com");
        let mut mallory = stranger(&app, number);
        let form = forms::sign_up(&first, PASSWORD);
        mallory.post("/signup", &form).await.shows(303, &[]);
        app.take_address(&mallory, &first, "ada@example.com").await;
        for attempt in 0..6 {
            mallory.forget(DEVICE_COOKIE);
            let sent = mallory.post("/mfa/send", &[("factor", "email")]).await;
            if number < 3 && attempt < 5 {
                sent.leads_to_flow("/mfa/code");
            } else {
                assert_eq!(sent.status, 429, "{number} {attempt}");
            }
        }
        app.change_address(&mallory, &first).await;
    }
    assert_eq!(app.inbox("ada@example.com").await.len(), 15);
}

/// Appwrite sends it to whatever address the account has by then.
#[tokio::test]
async fn a_verification_mail_counts_for_the_address_that_got_it() {
    let moved = Arc::new(AtomicBool::new(false));
    let account = Arc::new(AtomicU32::new(0));
    let number = Arc::clone(&account);
    let upstream = Upstream::answering(move |request| {
        let route = (request.method().as_str(), request.uri().path());
        ready(match route {
            ("GET", "/v1/account") => {
                // It's moved back at once.
                let who = if moved.swap(false, Ordering::SeqCst) {
                    "ada"
                } else {
                    "mallory"
                };
                let id = number.load(Ordering::SeqCst);
                let account = format!(r#"{{"$id":"u{id}","email":"{who}@example.com"}}"#);
                support::json(200, account)
            }
            ("POST", "/v1/account/verifications/email") => {
                moved.store(true, Ordering::SeqCst);
                support::json(201, "{}")
            }
            ("POST", "/v1/account/recovery") => support::json(201, r#"{"$id":"t1"}"#),
            _ => appwrite_error(404, "user_not_found"),
        })
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    for id in 0..5 {
        account.store(id, Ordering::SeqCst);
        // Who plays such tricks has no more of them for now.
        for status in [303, 429] {
            let mut mallory = app.browser_with_session();
            let sent = mallory.post("/account/email/verify", &[]).await;
            assert_eq!(sent.status, status, "{id}");
        }
    }
    let form = [("email", "ada@example.com")];
    app.browser()
        .post("/recover", &form)
        .await
        .is_rate_limited();
}

/// Whoever has a session may change the account's address as often as they like.
#[tokio::test]
async fn an_account_sends_five_verification_mails_to_however_many_addresses() {
    let app = TestApp::start().await;
    let mut mallory = app.signed_up("mallory@example.com").await;
    for number in 0..6 {
        let email = format!("victim-{number}@example.com");
        app.change_address(&mallory, &email).await;
        let sent = mallory.post("/account/email/verify", &[]).await;
        // The first one of all was sent by signing up.
        assert_eq!(sent.status, if number < 4 { 303 } else { 429 }, "{number}");
    }
}

#[tokio::test]
async fn a_code_takes_ten_guesses() {
    let app = TestApp::start().await;
    let mut mallory = app.browser();
    let page = mallory
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/code");
    let mail = app.newest("ada@example.com").await;
    let wrong = [("code", mail.wrong_code())];
    for _ in 0..10 {
        mallory.post(&page, &wrong).await.shows(422, &[]);
    }
    let refused = mallory.post(&page, &[("code", mail.code())]).await;
    refused.is_rate_limited();
    refused.shows(429, &["ada@example.com", r#"name="code""#]);
    // Another code doesn't bring new guesses.
    let page = mallory
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/code");
    mallory.post(&page, &wrong).await.is_rate_limited();
}

#[tokio::test]
async fn the_second_step_takes_ten_guesses_even_with_a_new_first_step() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    ada.switch_on_mfa().await;
    let mut last = None;
    for _ in 0..2 {
        let mut half = app.signed_in("ada@example.com").await;
        let page = half
            .post("/mfa/send", &[("factor", "email")])
            .await
            .leads_to_flow("/mfa/code");
        let mail = app.newest("ada@example.com").await;
        for _ in 0..5 {
            half.post(&page, &[("code", mail.wrong_code())])
                .await
                .shows(422, &[]);
        }
        last = Some((half, page, mail));
    }
    let (mut half, page, mail) = last.unwrap();
    half.post(&page, &[("code", mail.code())])
        .await
        .is_rate_limited();
    let mut half = app.signed_in("ada@example.com").await;
    let form = forms::recovery_code("0123456789");
    half.post("/mfa/recovery-code", &form)
        .await
        .is_rate_limited();
}

#[tokio::test]
async fn a_session_does_not_allow_more_guesses_at_the_password() {
    let app = TestApp::start().await;
    let mut mallory = app.signed_up("ada@example.com").await;
    let changes = |password| {
        [
            (
                "/account/email",
                forms::change_email("new@example.com", password),
            ),
            (
                "/account/phone",
                forms::change_phone("+15550100199", password),
            ),
            (
                "/account/password",
                forms::change_password(password, NEW_PASSWORD),
            ),
        ]
    };
    for (path, form) in changes("wrong-password").iter().cycle().take(10) {
        mallory
            .post(path, form)
            .await
            .shows(422, &[texts::PASSWORD_NOT_YOURS]);
    }
    for (path, form) in changes(PASSWORD) {
        mallory.post(path, &form).await.is_rate_limited();
    }
}

#[tokio::test]
async fn a_strangers_links_use_up_nobodys_attempts() {
    let app = TestApp::start().await;
    let (mut ada, authenticator) = app.signed_up_with_mfa("ada@example.com").await;
    let id = ada.account_id().await;
    for id in [id.clone(), format!("mfa:{id}")] {
        for number in 0..10 {
            let link = format!("/verify?userId={id}&secret={number}");
            app.browser().post(&link, &[]).await.shows(410, &[]);
        }
    }
    let form = forms::change_password(PASSWORD, NEW_PASSWORD);
    ada.post("/account/password", &form)
        .await
        .leads_to("/account/security?flash=password-changed");
    let mut half = app.browser();
    half.post("/signin", &forms::sign_in("ada@example.com", NEW_PASSWORD))
        .await
        .leads_to("/account");
    authenticator
        .post_code(&mut half, "/mfa/totp")
        .await
        .leads_to("/account");
}

#[tokio::test]
async fn a_code_is_no_links_secret() {
    let app = TestApp::start().await;
    let ada = app.signed_up("ada@example.com").await;
    let id = ada.account_id().await;
    app.browser()
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/code");
    let code = app.newest_code("ada@example.com").await;
    let link = format!("/signin/link?userId={id}&secret={code}");
    let mut browser = app.browser();
    browser.post(&link, &[]).await.shows(410, &[]);
    assert!(!browser.has_session());
}

#[tokio::test]
async fn a_links_secret_takes_ten_guesses() {
    for path in ["/signin/link", "/recover/confirm", "/verify"] {
        let app = TestApp::start().await;
        let ada = app.signed_up("ada@example.com").await;
        let id = ada.account_id().await;
        let link = format!("{path}?userId={id}&secret=abc");
        let form = forms::choose_password(NEW_PASSWORD);
        for _ in 0..10 {
            app.browser().post(&link, &form).await.shows(410, &[]);
        }
        app.browser().post(&link, &form).await.is_rate_limited();
    }
}

#[tokio::test]
async fn signing_in_at_a_provider_is_no_guess() {
    let app = TestApp::start().await;
    for _ in 0..31 {
        let mut ada = app.browser();
        let leaving = ada.post("/signin/oauth2", &[("provider", "github")]).await;
        let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;
        ada.get(&back).await.leads_to("/account");
    }
    // Leaving for one and not coming back is: each costs a call.
    let form = [("provider", "github")];
    for _ in 0..60 {
        let leaving = app.browser().post("/signin/oauth2", &form).await;
        leaving.shows(200, &[]);
    }
    let refused = app.browser().post("/signin/oauth2", &form).await;
    refused.is_rate_limited();
}

#[tokio::test]
async fn coming_back_from_a_provider_again_and_again_gives_no_guesses() {
    let app = TestApp::start().await;
    let mut mallory = app.browser();
    let leaving = mallory
        .post("/signin/oauth2", &[("provider", "github")])
        .await;
    for _ in 0..5 {
        let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;
        let mut again = mallory.clone();
        again.get(&back).await.leads_to("/account");
    }
    for number in 0..60 {
        let email = format!("victim-{number}@example.com");
        let form = forms::sign_in(&email, PASSWORD);
        app.browser().post("/signin", &form).await.shows(401, &[]);
    }
    let form = forms::sign_in("ada@example.com", PASSWORD);
    app.browser().post("/signin", &form).await.is_rate_limited();
}

#[tokio::test]
async fn a_client_makes_thirty_accounts_in_whatever_way() {
    let app = TestApp::start().await;
    let send =
        async |path: &str, field: &str, to: &str| app.browser().post(path, &[(field, to)]).await;
    for number in 0..6 {
        app.signed_up(&format!("person-{number}@example.com")).await;
        app.browser()
            .post("/signin/anonymous", &[])
            .await
            .leads_to("/account");
        // Each makes an account, because the address is new.
        let email = format!("link-{number}@example.com");
        send("/signin/magic-url", "email", &email)
            .await
            .leads_to_flow("/signin/sent");
        let email = format!("code-{number}@example.com");
        send("/signin/email-otp", "email", &email)
            .await
            .leads_to_flow("/signin/code");
        let phone = format!("+1555010010{number}");
        send("/signin/phone", "phone", &phone)
            .await
            .leads_to_flow("/signin/code");
    }
    app.browser()
        .post("/signin/anonymous", &[])
        .await
        .is_rate_limited();
    // Whether the address has an account makes no difference: nobody is to learn that.
    for email in ["new@example.com", "person-1@example.com"] {
        for path in ["/signin/magic-url", "/signin/email-otp"] {
            send(path, "email", email).await.is_rate_limited();
        }
    }
    send("/signin/phone", "phone", "+15550100199")
        .await
        .is_rate_limited();
    let form = forms::sign_up("ada@example.com", PASSWORD);
    let refused = app.browser().post("/signup", &form).await;
    refused.is_rate_limited();
    refused.shows(429, &[r#"value="Ada""#, r#"value="ada@example.com""#]);
    refused.hides(&[PASSWORD]);
    // An account that exists can still be signed in to.
    app.signed_in("person-1@example.com").await;
}

#[tokio::test]
async fn strangers_keep_nobody_out_of_a_browser_that_has_signed_in_before() {
    let app = behind_a_proxy().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    ada.get("/account").await.shows(200, &[]);
    ada.post("/signout", &[])
        .await
        .leads_to("/signin?flash=signed-out");
    for number in 0..30 {
        let answer = guess(&mut stranger(&app, number), "ada@example.com").await;
        answer.shows(401, &[]);
    }
    // Strangers have used up what strangers have.
    let form = forms::sign_in("ada@example.com", PASSWORD);
    let mut mallory = stranger(&app, 100);
    mallory.post("/signin", &form).await.is_rate_limited();
    // A cookie that is made up, or that belongs to another account, makes nobody less of a stranger.
    let mut bob = app.signed_up("bob@example.com").await;
    app.verify_email(&mut bob, "bob@example.com").await;
    bob.get("/account").await.shows(200, &[]);
    for cookie in ["e30", bob.cookie(DEVICE_COOKIE).unwrap()] {
        let mut mallory = stranger(&app, 101).with_cookie(DEVICE_COOKIE, cookie);
        mallory.post("/signin", &form).await.is_rate_limited();
    }
    for _ in 0..3 {
        guess(&mut ada, "ada@example.com").await.shows(401, &[]);
    }
    ada.post("/signin", &form).await.leads_to("/account");
}

/// Appwrite calls an address verified that somebody has moved their account to with a code for another one.
#[tokio::test]
async fn whoever_has_had_an_address_for_a_moment_is_a_stranger_to_its_owner() {
    let app = behind_a_proxy().await;
    let mut mallory = app.signed_up("mallory@example.com").await;
    app.verify_email(&mut mallory, "mallory@example.com").await;
    mallory.get("/account").await.shows(200, &[texts::VERIFIED]);
    app.take_address(&mallory, "mallory@example.com", "ada@example.com")
        .await;
    mallory
        .get("/account")
        .await
        .shows(200, &[texts::NOT_VERIFIED]);
    app.change_address(&mallory, "mallory@example.com").await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    ada.get("/account").await.shows(200, &[]);
    ada.post("/signout", &[]).await.shows(303, &[]);
    for number in 0..30 {
        guess(&mut stranger(&app, number), "ada@example.com").await;
    }
    let device = mallory.cookie(DEVICE_COOKIE).unwrap();
    let mut mallory = stranger(&app, 100).with_cookie(DEVICE_COOKIE, device);
    guess(&mut mallory, "ada@example.com")
        .await
        .is_rate_limited();
    let form = forms::sign_in("ada@example.com", PASSWORD);
    ada.post("/signin", &form).await.leads_to("/account");
}

/// A browser that was signed in to an account before its owner came.
#[tokio::test]
async fn whoever_made_an_account_is_a_stranger_to_its_owner() {
    let app = behind_a_proxy_with_users_write().await;
    let mut mallory = app.signed_up("ada@example.com").await;
    mallory.get("/account").await.shows(200, &[]);
    let mut ada = app.browser();
    let page = ada
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/code");
    let code = app.newest_code("ada@example.com").await;
    ada.post(&page, &[("code", &code)]).await.shows(303, &[]);
    ada.get("/account").await.shows(200, &[]);
    ada.post("/signout", &[]).await.shows(303, &[]);

    let email = [("email", "ada@example.com")];
    let mut flow = stranger(&app, 50);
    let page = flow
        .post("/signin/email-otp", &email)
        .await
        .leads_to_flow("/signin/code");
    let wrong = app.newest("ada@example.com").await;
    let wrong = [("code", wrong.wrong_code())];
    for number in 0..30 {
        let addr = format!("198.51.100.{}", number / 10);
        let mut guessing = flow.clone().with_header("x-forwarded-for", &addr);
        guessing.post(&page, &wrong).await.shows(422, &[]);
    }
    // Strangers have used up what strangers have, and that's not Ada's.
    let device = mallory.cookie(DEVICE_COOKIE).unwrap_or_default();
    let mut guessing = stranger(&app, 4).with_cookie(DEVICE_COOKIE, device);
    for name in flow.flows() {
        guessing = guessing.with_cookie(name, flow.cookie(name).unwrap());
    }
    guessing.post(&page, &wrong).await.is_rate_limited();
    let page = ada
        .post("/signin/email-otp", &email)
        .await
        .leads_to_flow("/signin/code");
    let code = app.newest_code("ada@example.com").await;
    ada.post(&page, &[("code", &code)])
        .await
        .leads_to("/account");
}

#[tokio::test]
async fn a_browser_is_known_once_it_is_all_the_way_in() {
    let app = TestApp::start().await;
    let (mut ada, authenticator) = app.signed_up_with_mfa("ada@example.com").await;
    // Nothing says yet that the address is hers.
    assert_eq!(ada.cookie(DEVICE_COOKIE), None);
    app.verify_email(&mut ada, "ada@example.com").await;
    ada.get("/account").await.shows(200, &[]);
    assert!(ada.cookie(DEVICE_COOKIE).is_some());
    let mut half = app.signed_in("ada@example.com").await;
    half.get("/account").await.leads_to("/mfa?next=/account");
    half.get("/mfa").await;
    assert_eq!(half.cookie(DEVICE_COOKIE), None);
    authenticator
        .post_code(&mut half, "/mfa/totp")
        .await
        .leads_to("/account");
    half.get("/account").await.shows(200, &[]);
    assert!(half.cookie(DEVICE_COOKIE).is_some());
    // A guest never signs in again.
    let mut guest = app.browser();
    guest.post("/signin/anonymous", &[]).await;
    guest.get("/account").await.shows(200, &[]);
    assert_eq!(guest.cookie(DEVICE_COOKIE), None);
}

#[tokio::test]
async fn strangers_do_not_silence_the_mail_to_an_account() {
    let app = behind_a_proxy().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    ada.get("/account").await.shows(200, &[]);
    ada.post("/signout", &[])
        .await
        .leads_to("/signin?flash=signed-out");
    let form = [("email", "ada@example.com")];
    let recover = async |browser: &mut Browser| browser.post("/recover", &form).await;
    for _ in 0..5 {
        recover(&mut stranger(&app, 0))
            .await
            .leads_to("/recover/sent");
    }
    recover(&mut stranger(&app, 0)).await.is_rate_limited();
    // Another address, where Ada may be with a new browser, isn't affected.
    recover(&mut stranger(&app, 1))
        .await
        .leads_to("/recover/sent");
    for number in 2..=8 {
        recover(&mut stranger(&app, number))
            .await
            .leads_to("/recover/sent");
    }
    recover(&mut stranger(&app, 9)).await.is_rate_limited();
    // And her own browser isn't, even now.
    for path in ["/recover", "/signin/magic-url", "/signin/email-otp"] {
        ada.post(path, &form).await.shows(303, &[]);
    }
    assert_eq!(app.inbox("ada@example.com").await.len(), 15 + 3);
}

#[tokio::test]
async fn sending_again_names_the_wait() {
    let app = TestApp::start().await;
    let form = [("email", "ada@example.com")];
    for path in ["/signin/email-otp", "/signin/magic-url"] {
        for _ in 0..5 {
            app.browser().post(path, &form).await;
        }
        let refused = app.browser().post(path, &form).await;
        refused.shows(
            429,
            &["Try again in", "about 15 minutes", "ada@example.com"],
        );
    }
}

#[tokio::test]
async fn nobody_pays_for_an_outage_of_appwrite() {
    let is_down = Arc::new(AtomicBool::new(true));
    let down = Arc::clone(&is_down);
    let upstream = Upstream::answering(move |request| {
        let account = r#"{"$id":"u1","email":"ada@example.com","phone":"+15550100199",
            "passwordUpdate":"2026"}"#;
        let route = (request.method().as_str(), request.uri().path());
        ready(match route {
            ("GET", "/v1/account") => support::json(200, account),
            _ if down.load(Ordering::SeqCst) => appwrite_error(500, "general_unknown"),
            ("POST", "/v1/account/sessions/email") => {
                appwrite_error(401, "user_invalid_credentials")
            }
            _ => appwrite_error(404, "user_not_found"),
        })
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let secret = "a".repeat(64);
    let [link, reset, verify] = ["/signin/link", "/recover/confirm", "/verify"]
        .map(|path| format!("{path}?userId=u2&secret={secret}"));
    let email = [("email", "ada@example.com")];
    let sign_in = forms::sign_in("ada@example.com", PASSWORD);
    let sign_up = forms::sign_up("ada@example.com", PASSWORD);
    let new_password = forms::choose_password(NEW_PASSWORD);
    let strangers: [(&str, &[(&str, &str)]); 10] = [
        ("/signin", &sign_in),
        ("/api/auth/sign-in", &sign_in),
        ("/signup", &sign_up),
        ("/signin/anonymous", &[]),
        ("/signin/magic-url", &email),
        ("/signin/email-otp", &email),
        ("/signin/phone", &[("phone", "+15550100199")]),
        ("/recover", &email),
        (&link, &[]),
        (&reset, &new_password),
    ];
    let change = forms::change_password(PASSWORD, NEW_PASSWORD);
    let phone = forms::change_phone("+15550100198", PASSWORD);
    let owners: [(&str, &[(&str, &str)]); 7] = [
        ("/account/password", &change),
        ("/account/phone", &phone),
        ("/account/email/verify", &[]),
        ("/account/phone/verify", &[("code", "123456")]),
        ("/mfa/send", &[("factor", "email")]),
        ("/mfa/totp", &[("code", "123456")]),
        (&verify, &[]),
    ];
    for (path, form) in strangers {
        for _ in 0..31 {
            app.browser().post(path, form).await.shows(503, &[]);
        }
    }
    for (path, form) in owners {
        for _ in 0..31 {
            let answer = app.browser_with_session().post(path, form).await;
            answer.shows(503, &[]);
        }
    }
    // What is given back was counted before.
    is_down.store(false, Ordering::SeqCst);
    for _ in 0..10 {
        app.browser()
            .post("/signin", &sign_in)
            .await
            .shows(401, &[]);
    }
    app.browser()
        .post("/signin", &sign_in)
        .await
        .is_rate_limited();
}

#[tokio::test]
async fn what_must_not_tell_whether_an_account_exists_waits_and_a_success_does_not() {
    let an_hour = Duration::from_secs(60 * 60);
    let app = TestApp::start_with_floor(an_hour).await;
    app.signed_up("ada@example.com").await;
    let waiting: Vec<_> = [
        ("/signin", "ada@example.com", "x"),
        ("/signin", "ada@example.com", NEW_PASSWORD),
        ("/api/auth/sign-in", "nobody@example.com", PASSWORD),
        ("/signup", "ada@example.com", PASSWORD),
        ("/recover", "ada@example.com", ""),
        ("/recover", "nobody@example.com", ""),
        ("/signin/magic-url", "ada@example.com", ""),
        ("/api/auth/email-otp", "nobody@example.com", ""),
    ]
    .into_iter()
    .map(|(path, email, password)| {
        let mut browser = app.browser();
        tokio::spawn(async move {
            let form = forms::sign_in(email, password);
            browser.post(path, &form).await;
        })
    })
    .collect();
    // Meanwhile others are answered: a form with a mistake in it, and whoever succeeds.
    guess(&mut app.browser(), "nonsense").await.shows(422, &[]);
    for number in 0..3 {
        app.signed_up(&format!("person-{number}@example.com")).await;
    }
    for answer in waiting {
        assert!(!answer.is_finished());
        answer.abort();
    }
}

/// It tells whether an address has an account.
#[tokio::test]
async fn a_guest_who_keeps_the_account_counts_as_signing_up() {
    let app = TestApp::start().await;
    for number in 0..3 {
        let email = format!("person-{number}@example.com");
        app.signed_up(&email).await;
        let mut guest = app.browser();
        guest
            .post("/signin/anonymous", &[])
            .await
            .leads_to("/account");
        for _ in 0..8 {
            guest
                .post("/account/upgrade", &forms::sign_up(&email, PASSWORD))
                .await
                .shows(422, &["already uses this address"]);
        }
    }
    let form = forms::sign_up("new@example.com", PASSWORD);
    app.browser().post("/signup", &form).await.is_rate_limited();
}
