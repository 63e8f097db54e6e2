//! Sensitive changes take a fresh proof that the account is the visitor's, whatever page they were
//! posted from.

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::http::Method;
use leptos_appwrite::server::auth::cookie::SealedCookie;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::support::{
    self, Browser, PROOF_COOKIE, TestApp, Upstream,
    forms::{self, NEW_PASSWORD, PASSWORD},
    sealed, texts,
};

const EMAIL: &str = "ada@example.com";

type Form = &'static [(&'static str, &'static str)];

/// The changes that somebody with a password proves beforehand: where it's posted, and where people
/// are led back to.
const CHANGES: [(&str, Form, &str); 6] = [
    (
        "/account/security/mfa",
        &[("on", "true")],
        "/account/security",
    ),
    (
        "/account/security/mfa",
        &[("on", "false")],
        "/account/security",
    ),
    ("/account/security/totp/begin", &[], "/account/security"),
    ("/account/security/totp/remove", &[], "/account/security"),
    (
        "/account/security/recovery-codes",
        &[],
        "/account/security/recovery-codes",
    ),
    (
        "/account/deactivate",
        &forms::DEACTIVATE,
        "/account/deactivate",
    ),
];

/// The page that asks for the proof, and then leads there.
fn confirm(back: &str) -> String {
    format!("/account/confirm?next={back}")
}

/// The account as Appwrite has it.
async fn account(app: &TestApp, browser: &Browser) -> Value {
    let call = app.call_appwrite(browser, Method::GET, "/account");
    call.send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_sensitive_change_takes_a_fresh_proof_and_then_is_one_button_away() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(EMAIL).await;
    app.verify_email(&mut ada, EMAIL).await;
    app.link(&mut ada, "github").await;
    let identity = ada.get("/account/identities").await.ids().remove(0);
    let unlink = [("id", identity.as_str())];
    let before = account(&app, &ada).await;
    for (path, form, back) in CHANGES {
        ada.post(path, form).await.leads_to(&confirm(back));
    }
    ada.post("/account/identities/unlink", &unlink)
        .await
        .leads_to(&confirm("/account/identities"));
    // The same past the pages.
    ada.post("/api/mfa/update", &[("on", "true")])
        .await
        .shows(200, &["/account/confirm"]);
    ada.post("/api/account/deactivate", &forms::DEACTIVATE)
        .await
        .shows(200, &["/account/confirm"]);
    ada.post("/api/mfa/recovery-codes", &[])
        .await
        .is_error(403, "ProofRequired");
    assert_eq!(account(&app, &ada).await, before);
    assert_eq!(
        ada.get("/account/identities").await.ids(),
        unlink.map(|(_, id)| id)
    );

    let page = confirm("/account/identities");
    ada.get(&page).await.shows(
        200,
        &[
            "Confirm it's you",
            r#"href="/account/identities""#,
            "Cancel",
        ],
    );
    for (password, error) in [
        ("", texts::PASSWORD_MISSING),
        ("x", texts::PASSWORD_NOT_YOURS),
        ("wrong-password", texts::PASSWORD_NOT_YOURS),
    ] {
        let answer = ada.post(&page, &[("password", password)]).await;
        answer.shows(422, &[error, texts::INVALID]);
    }
    assert_eq!(ada.cookie(PROOF_COOKIE), None);
    ada.post(&page, &[("password", PASSWORD)])
        .await
        .leads_to("/account/identities?flash=proved");
    ada.get("/account/identities?flash=proved")
        .await
        .shows(200, &["Thanks, that's confirmed."]);
    ada.post("/account/identities/unlink", &unlink)
        .await
        .leads_to("/account/identities?flash=identity-unlinked&provider=github");
    // It's asked once for all that follows in the next minutes.
    ada.get(&page).await.leads_to("/account/identities");
    assert!(!ada.make_recovery_codes().await.is_empty());
    ada.switch_on_mfa().await;
    ada.post("/account/deactivate", &forms::DEACTIVATE)
        .await
        .leads_to("/signin?flash=deactivated");
}

#[tokio::test]
async fn a_form_asks_before_it_is_filled_in() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(EMAIL).await;
    ada.get("/account/deactivate")
        .await
        .leads_to(&confirm("/account/deactivate"));
    // These forms ask for the password themselves.
    for path in ["/account/email", "/account/phone", "/account/password"] {
        ada.get(path).await.shows(200, &["Your password"]);
    }
}

#[tokio::test]
async fn the_proof_leads_on_to_this_site_only() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(EMAIL).await;
    let form = [("password", PASSWORD)];
    ada.post("/account/confirm?next=//evil.example", &form)
        .await
        .leads_to("/account?flash=proved");
    ada.get("/account/confirm?next=https://evil.example")
        .await
        .leads_to("/account");
}

#[tokio::test]
async fn an_account_from_a_provider_gets_no_address_and_password_without_a_proof() {
    let app = TestApp::start().await;
    let mut ada = app.signed_in_at_provider().await;
    let before = account(&app, &ada).await;
    let first = "/account/password/new?flash=password-first";
    for (path, form, next) in [
        (
            "email",
            forms::change_email("mallory@example.com", PASSWORD),
            "&next=/account/email",
        ),
        (
            "phone",
            forms::change_phone("+15550100199", PASSWORD),
            "&next=/account/phone",
        ),
        (
            "password",
            forms::change_password(PASSWORD, NEW_PASSWORD),
            "",
        ),
    ] {
        let answer = ada.post(&format!("/account/{path}"), &form).await;
        answer.leads_to(&format!("{first}{next}"));
        let answer = ada
            .post(&format!("/api/account/update-{path}"), &form)
            .await;
        answer.shows(200, &["/account/password/new"]);
        ada.get(&format!("/account/{path}"))
            .await
            .leads_to(&format!("{first}{next}"));
    }
    let form = forms::choose_password(NEW_PASSWORD);
    ada.post("/account/password/new", &form)
        .await
        .leads_to(&confirm("/account/password/new"));
    ada.post("/api/account/set-password", &form)
        .await
        .shows(200, &["/account/confirm"]);
    for (path, form, back) in CHANGES {
        ada.post(path, form).await.leads_to(&confirm(back));
    }
    // A password that isn't there proves nothing.
    let form = [("password", PASSWORD)];
    ada.post("/account/confirm", &form).await.shows(403, &[]);
    assert_eq!(account(&app, &ada).await, before);
}

#[tokio::test]
async fn a_code_by_email_proves_it_and_leads_back() {
    let app = TestApp::start().await;
    let mut ada = app.signed_in_at_provider().await;
    let form = "/account/password/new?next=/account/email";
    let answer = ada.get(form).await;
    let page = answer.header("location").to_owned();
    assert!(page.starts_with("/account/confirm?next="), "{page}");
    let asked = ada.get(&page).await;
    asked.shows(
        200,
        &["We'll send a code to", EMAIL, "Email me a code", "Cancel"],
    );
    asked.hides(&["Your password"]);
    // Nobody has asked for a code yet.
    ada.get("/account/confirm/code")
        .await
        .leads_to("/account/confirm");
    ada.post("/account/confirm/code", &[("code", "123456")])
        .await
        .shows(403, &[r#"href="/account/confirm""#]);

    ada.post("/account/confirm/send", &[("next", form)])
        .await
        .leads_to("/account/confirm/code");
    let mail = app.newest(EMAIL).await;
    let page = ada.get("/account/confirm/code").await;
    page.shows(200, &[EMAIL, "Cancel"]);
    assert!(mail.text.contains(page.security_phrase()), "{}", mail.text);
    for (code, error) in [
        ("", texts::CODE_MISSING),
        (mail.wrong_code(), texts::CODE_WRONG),
    ] {
        ada.post("/account/confirm/code", &[("code", code)])
            .await
            .shows(422, &[error]);
    }
    assert_eq!(ada.cookie(PROOF_COOKIE), None);
    ada.post("/account/confirm/code", &[("code", mail.code())])
        .await
        .leads_to(&format!("{form}&flash=proved"));
    ada.post(form, &forms::choose_password(PASSWORD))
        .await
        .leads_to("/account/email");
    ada.post(
        "/account/email",
        &forms::change_email("new@example.com", PASSWORD),
    )
    .await
    .leads_to("/account?flash=email-changed");
    // The session that the code was exchanged for is gone.
    assert_eq!(ada.get("/account/sessions").await.ids().len(), 0);
    app.signed_in("new@example.com").await;
}

#[tokio::test]
async fn an_account_with_only_a_number_proves_it_by_text_message() {
    let app = TestApp::start().await;
    let number = "+15550100199";
    let mut bob = app.browser();
    bob.post("/signin/phone", &[("phone", number)]).await;
    let code = app.newest_code(number).await;
    bob.post("/signin/code", &[("code", &code)])
        .await
        .leads_to("/account");
    bob.get("/account/confirm")
        .await
        .shows(200, &[number, "Text me a code"]);
    bob.post("/account/confirm/send", &[("next", "/account/deactivate")])
        .await
        .leads_to("/account/confirm/code");
    let code = app.newest_code(number).await;
    bob.post("/account/confirm/code", &[("code", &code)])
        .await
        .leads_to("/account/deactivate?flash=proved");
    bob.get("/account/deactivate").await.shows(200, &[]);
}

#[tokio::test]
async fn a_guest_has_nothing_to_prove() {
    let app = TestApp::start().await;
    let mut guest = app.browser();
    guest.post("/signin/anonymous", &[]).await;
    guest.get("/account/confirm").await.leads_to("/account");
    guest
        .post("/account/deactivate", &forms::DEACTIVATE)
        .await
        .leads_to("/signin?flash=deactivated");
}

#[tokio::test]
async fn an_account_that_cannot_prove_it_verifies_its_address_first() {
    let upstream = Upstream::answering(|request| {
        ready(match request.uri().path() {
            "/v1/account" => support::json(200, r#"{"$id":"u1","email":"ada@example.com"}"#),
            "/v1/account/mfa/factors" => support::json(200, "{}"),
            _ => support::json(
                200,
                r#"{"$id":"s1","expire":"2031-02-03T04:05:06.000+00:00"}"#,
            ),
        })
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let mut ada = app.browser_with_session();
    ada.get("/account/confirm").await.shows(
        200,
        &["Verify your email address first", "/account/email/verify"],
    );
    ada.post("/account/confirm/send", &[])
        .await
        .leads_to("/account/confirm?next=/account");
}

#[tokio::test]
async fn where_there_is_a_second_factor_the_password_is_not_enough() {
    let app = TestApp::start().await;
    let (mut ada, authenticator) = app.signed_up_with_mfa(EMAIL).await;
    // Setting it up was proved; that was long ago.
    ada.forget(PROOF_COOKIE);
    let before = account(&app, &ada).await;
    for (path, form, back) in CHANGES {
        // There's an app already, so this one changes nothing.
        if path != "/account/security/totp/begin" {
            ada.post(path, form).await.leads_to(&confirm(back));
        }
    }
    let number = forms::change_phone("+15550100199", PASSWORD);
    ada.post("/account/phone", &number)
        .await
        .leads_to(&confirm("/account/phone"));
    ada.get("/account/phone")
        .await
        .leads_to(&confirm("/account/phone"));
    let passwords = [
        ("password", PASSWORD),
        ("new_password", "another-password-1"),
    ];
    ada.post("/account/password", &passwords)
        .await
        .leads_to(&confirm("/account/password"));
    ada.get("/account/password")
        .await
        .leads_to(&confirm("/account/password"));
    let form = [("password", PASSWORD)];
    ada.post("/account/confirm", &form).await.shows(403, &[]);
    ada.post("/account/confirm/send", &[])
        .await
        .leads_to("/account/confirm?next=/account");
    assert_eq!(account(&app, &ada).await, before);

    let step = "/mfa?next=/account/security";
    ada.get(&confirm("/account/security")).await.leads_to(step);
    let page = "/mfa/totp?next=/account/security";
    ada.get(step).await.leads_to(page);
    let asked = ada.get(page).await;
    asked.shows(200, &[r#"href="/account/security""#, "Cancel"]);
    asked.hides(&["Not you?"]);
    authenticator
        .post_code(&mut ada, page)
        .await
        .leads_to("/account/security?flash=proved");
    ada.post("/account/security/mfa", &[("on", "false")])
        .await
        .leads_to("/account/security?flash=mfa-off");
}

#[tokio::test]
async fn a_proof_is_for_one_session_and_for_some_minutes() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(EMAIL).await;
    ada.confirm_password().await;
    let proof = ada.cookie(PROOF_COOKIE).unwrap().to_owned();
    let mut there = app.signed_in(EMAIL).await.with_cookie(PROOF_COOKIE, &proof);
    let mut bob = app.signed_up("bob@example.com").await;
    bob = bob.with_cookie(PROOF_COOKIE, &proof);
    let deactivate = "/account/deactivate";
    ada.get(deactivate).await.shows(200, &[]);
    for browser in [&mut there, &mut bob] {
        browser.get(deactivate).await.leads_to(&confirm(deactivate));
    }

    let call = app.call_appwrite(&ada, Method::GET, "/account/sessions/current");
    let session: Value = call.send().await.unwrap().json().await.unwrap();
    for (minutes, is_fresh) in [(0, true), (14, true), (16, false), (-5, false)] {
        let at = OffsetDateTime::now_utc() - Duration::minutes(minutes);
        let proof = json!({
            "user_id": session["userId"],
            "session_id": session["$id"],
            "at": at.unix_timestamp(),
        });
        let mut ada = ada
            .clone()
            .with_cookie(PROOF_COOKIE, &sealed(SealedCookie::Proof, &proof));
        let answer = ada.get(deactivate).await;
        assert_eq!(answer.status == 200, is_fresh, "{minutes} minutes");
    }
}

#[tokio::test]
async fn a_second_step_is_a_proof_for_thirty_minutes() {
    for (minutes, changes) in [(1, 1), (29, 1), (31, 0)] {
        let changed = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&changed);
        let at = OffsetDateTime::now_utc() - Duration::minutes(minutes);
        let session = json!({
            "$id": "s1",
            "expire": "2031-02-03T04:05:06.000+00:00",
            "mfaUpdatedAt": at.format(&Rfc3339).unwrap(),
        });
        let upstream = Upstream::answering(move |request| {
            if request.method() == Method::PATCH {
                counter.fetch_add(1, Ordering::SeqCst);
            }
            ready(match request.uri().path() {
                "/v1/account/mfa/factors" => support::json(200, r#"{"totp":true}"#),
                "/v1/account/sessions/current" => support::json(200, session.to_string()),
                _ => support::json(200, r#"{"$id":"u1","email":"ada@example.com","mfa":true}"#),
            })
        })
        .await;
        let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
        let mut ada = app.browser_with_session();
        ada.post("/account/security/mfa", &[("on", "false")]).await;
        assert_eq!(changed.load(Ordering::SeqCst), changes, "{minutes} minutes");
    }
}

#[tokio::test]
async fn the_proof_takes_ten_guesses() {
    let app = TestApp::start().await;
    let mut mallory = app.signed_up(EMAIL).await;
    for _ in 0..10 {
        mallory
            .post("/account/confirm", &[("password", "wrong-password")])
            .await
            .shows(422, &[texts::PASSWORD_NOT_YOURS]);
    }
    mallory
        .post("/account/confirm", &[("password", PASSWORD)])
        .await
        .is_rate_limited();
    // What counts is the account, so the other forms that ask for the password don't give more.
    let form = forms::change_email("mallory@example.com", PASSWORD);
    mallory
        .post("/account/email", &form)
        .await
        .is_rate_limited();

    let app = TestApp::start().await;
    let mut mallory = app.signed_in_at_provider().await;
    mallory.post("/account/confirm/send", &[]).await;
    let mail = app.newest(EMAIL).await;
    // Nothing says that the address is theirs, so they have the guesses of a stranger.
    for _ in 0..10 {
        mallory
            .post("/account/confirm/code", &[("code", mail.wrong_code())])
            .await
            .shows(422, &[texts::CODE_WRONG]);
    }
    mallory
        .post("/account/confirm/code", &[("code", mail.code())])
        .await
        .is_rate_limited();
}

/// Appwrite takes a code by text message whether or not it asks for one, and the phone may lie beside the
/// browser.
#[tokio::test]
async fn a_texted_code_is_no_proof_where_the_password_is_asked_for() {
    let app = TestApp::start().await;
    let number = "+15550100199";
    let mut ada = app.signed_up(EMAIL).await;
    app.verify_number(&mut ada, number).await;
    ada.post("/mfa/send", &[("factor", "phone")])
        .await
        .leads_to("/mfa/code");
    let code = app.newest_code(number).await;
    ada.post("/mfa/code", &[("code", &code)])
        .await
        .leads_to("/account?flash=proved");
    for (path, form, back) in CHANGES {
        ada.post(path, form).await.leads_to(&confirm(back));
    }
}
