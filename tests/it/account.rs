//! The account's pages: each change, and each reason why one isn't made.

use std::{
    future::ready,
    sync::{Arc, Mutex},
};

use appwrite_local::Settings;

use crate::support::{
    EXTENDED_COOKIE, TestApp, Upstream, appwrite_error,
    forms::{self, NEW_PASSWORD, PASSWORD},
    json, texts,
};

#[tokio::test]
async fn the_sections_link_to_each_other() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let sections = [
        ("/account", "Profile"),
        ("/account/security", "Security"),
        ("/account/sessions", "Sessions"),
        ("/account/identities", "Linked accounts"),
        ("/account/preferences", "Preferences"),
        ("/account/activity", "Activity"),
    ];
    for (path, title) in sections {
        let page = ada.get(path).await;
        page.shows(
            200,
            &[
                &format!("<h1>{title}</h1>"),
                &format!("<title>{title} · "),
                &format!(r#"<a href="{path}" aria-current="page">"#),
            ],
        );
        for (other, _) in sections {
            page.shows(200, &[&format!(r#"<a href="{other}""#)]);
        }
    }
}

#[tokio::test]
async fn a_name_can_be_changed_but_not_removed() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.get("/account/name").await.shows(200, &["Your name"]);
    ada.post("/account/name", &[("name", "  Ada <Lovelace> ")])
        .await
        .leads_to("/account?flash=name-changed");
    let page = ada.get("/account").await;
    page.shows(
        200,
        &["Name saved.", "Ada &lt;Lovelace&gt;", r#"role="status""#],
    );

    let long = "n".repeat(129);
    let page = ada.post("/account/name", &[("name", &long)]).await;
    page.shows(422, &["Use at most 128 characters.", &long]);
    ada.post("/account/name", &[("name", "")])
        .await
        .shows(422, &["Enter your name."]);
}

#[tokio::test]
async fn changing_the_address_takes_the_password() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.signed_up("taken@example.com").await;
    for (email, password, error) in [
        (
            "new@example.com",
            "wrong-password",
            texts::PASSWORD_NOT_YOURS,
        ),
        // Too short to be anybody's.
        ("new@example.com", "x", texts::PASSWORD_NOT_YOURS),
        ("new@example.com", "", texts::PASSWORD_MISSING),
        (
            "Taken@example.com",
            PASSWORD,
            "Another account already uses this address.",
        ),
        ("Ada@example.com", PASSWORD, "This is your address already."),
        ("new", PASSWORD, texts::EMAIL_MALFORMED),
        ("", PASSWORD, texts::EMAIL_MISSING),
    ] {
        let form = forms::change_email(email, password);
        let page = ada.post("/account/email", &form).await;
        page.shows(422, &[error, texts::INVALID, &texts::value(email)]);
        page.hides(&[&texts::value("wrong-password"), &texts::value(PASSWORD)]);
    }
    ada.get("/account").await.shows(200, &["ada@example.com"]);

    ada.post(
        "/account/email",
        &forms::change_email("New@example.com", PASSWORD),
    )
    .await
    .leads_to("/account?flash=email-changed");
    ada.get("/account").await.shows(
        200,
        &[
            "new@example.com",
            "Verify the new address next.",
            texts::NOT_VERIFIED,
        ],
    );
    app.signed_in("new@example.com").await;
}

#[tokio::test]
async fn changing_the_number_takes_the_password() {
    let app = TestApp::start().await;
    let mut bob = app.signed_up("bob@example.com").await;
    bob.post(
        "/account/phone",
        &forms::change_phone("+15550100100", PASSWORD),
    )
    .await
    .leads_to("/account/phone/verify");
    let mut ada = app.signed_up("ada@example.com").await;
    for (phone, password, error) in [
        ("+15550100199", "wrong-password", texts::PASSWORD_NOT_YOURS),
        ("+15550100199", "x", texts::PASSWORD_NOT_YOURS),
        ("+15550100199", "", texts::PASSWORD_MISSING),
        (
            "+15550100100",
            PASSWORD,
            "Another account already uses this number.",
        ),
        ("5550100", PASSWORD, texts::PHONE_MALFORMED),
        ("", PASSWORD, texts::PHONE_MISSING),
    ] {
        let form = forms::change_phone(phone, password);
        ada.post("/account/phone", &form)
            .await
            .shows(422, &[error, texts::INVALID, &texts::value(phone)]);
    }
    ada.post(
        "/account/phone",
        &forms::change_phone("0044 20 7946 0018", PASSWORD),
    )
    .await
    .leads_to("/account/phone/verify");
    ada.get("/account/phone/verify")
        .await
        .shows(200, &["+442079460018"]);
    ada.post(
        "/account/phone",
        &forms::change_phone("+44 20 7946 0018", PASSWORD),
    )
    .await
    .shows(422, &["This is your number already."]);
}

/// In another tab, somebody has done what a form is for.
#[tokio::test]
async fn a_form_that_is_no_longer_needed_leads_on_whatever_was_typed() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.post("/account/upgrade", &forms::sign_up("ada", "short"))
        .await
        .leads_to("/account");
    ada.post("/account/password/new", &forms::choose_password("short"))
        .await
        .leads_to("/account/password");
    let form = forms::change_phone("+15550100199", PASSWORD);
    ada.post("/account/phone", &form)
        .await
        .leads_to("/account/phone/verify");
    let code = [("code", &app.newest_code("+15550100199").await[..])];
    let mut here = ada.clone();
    ada.post("/account/phone/verify", &code)
        .await
        .leads_to("/account?flash=phone-verified");
    here.post("/account/phone/verify", &[("code", "x")])
        .await
        .leads_to("/account?flash=phone-verified");
}

#[tokio::test]
async fn changing_the_password_ends_the_other_sessions() {
    let settings = Settings {
        auth_password_history: 5,
        auth_password_dictionary: true,
        auth_personal_data_check: true,
        ..Settings::default()
    };
    let app = TestApp::start_with_settings(settings).await;
    let (old, new) = ("kW8-first-vXq2", "kW8-second-vXq2");
    let mut ada = app.browser();
    let form = forms::sign_up("lovelace@example.com", old);
    ada.post("/signup", &form)
        .await
        .leads_to(&texts::link_sent("lovelace@example.com"));
    let mut elsewhere = app.browser();
    let form = forms::sign_in("lovelace@example.com", old);
    elsewhere.post("/signin", &form).await.leads_to("/account");

    ada.get("/account/security")
        .await
        .shows(200, &[r#"href="/account/password""#]);
    for (password, new_password, error) in [
        ("wrong-password", new, texts::PASSWORD_NOT_YOURS),
        ("x", new, texts::PASSWORD_NOT_YOURS),
        ("", new, texts::PASSWORD_MISSING),
        (old, "", texts::PASSWORD_NOT_CHOSEN),
        (old, "short-7", texts::PASSWORD_TOO_SHORT),
        (old, "password", texts::PASSWORD_WEAK),
        (old, old, texts::PASSWORD_USED_BEFORE),
        (old, "kW8-lovelace-vXq2", texts::PASSWORD_PERSONAL),
    ] {
        let form = forms::change_password(password, new_password);
        let page = ada.post("/account/password", &form).await;
        page.shows(422, &[error, texts::INVALID]);
        for typed in [password, new_password] {
            // An empty value gives nothing away.
            if !typed.is_empty() {
                page.hides(&[&texts::value(typed)]);
            }
        }
    }
    assert!(elsewhere.is_signed_in().await);
    ada.post("/account/password", &forms::change_password(old, new))
        .await
        .leads_to("/account/security?flash=password-changed");
    ada.get("/account/security")
        .await
        .shows(200, &["Password changed."]);
    assert!(!elsewhere.is_signed_in().await);
    for (password, status) in [(old, 401), (new, 303)] {
        let form = forms::sign_in("lovelace@example.com", password);
        let answer = app.browser().post("/signin", &form).await;
        answer.shows(status, &[]);
    }
}

#[tokio::test]
async fn an_account_without_a_password_gets_its_first() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    ada.post("/signin/magic-url", &[("email", "ada@example.com")])
        .await;
    let link = app.newest_link("ada@example.com").await;
    ada.post(&link, &[]).await.leads_to("/account");
    ada.get("/account/security")
        .await
        .shows(200, &["Not set", r#"href="/account/password/new""#]);
    app.confirm_by_email(&mut ada, "ada@example.com").await;
    for (password, error) in [
        ("", texts::PASSWORD_NOT_CHOSEN),
        ("short-7", texts::PASSWORD_TOO_SHORT),
    ] {
        ada.post("/account/password/new", &forms::choose_password(password))
            .await
            .shows(422, &[error]);
    }
    ada.post("/account/password/new", &forms::choose_password(PASSWORD))
        .await
        .leads_to("/account/security?flash=password-changed");
    app.signed_in("ada@example.com").await;
    // From now on a change takes the password.
    ada.post(
        "/account/password/new",
        &forms::choose_password(NEW_PASSWORD),
    )
    .await
    .leads_to("/account/password");
    app.signed_in("ada@example.com").await;
}

#[tokio::test]
async fn deactivating_the_account_takes_the_word_for_it() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.confirm_password().await;
    ada.get("/account/deactivate")
        .await
        .shows(200, &["to confirm"]);
    for word in ["", "delete", "deactivat"] {
        ada.post("/account/deactivate", &[("confirmation", word)])
            .await
            .shows(422, &[r#"Type "deactivate" to confirm."#]);
        assert!(ada.is_signed_in().await);
    }
    let mut elsewhere = app.signed_in("ada@example.com").await;
    // The guard extends the session with this request; the page that ends it has the last word.
    ada.forget(EXTENDED_COOKIE);
    ada.post("/account/deactivate", &[("confirmation", " Deactivate ")])
        .await
        .leads_to("/signin?flash=deactivated");
    assert!(!ada.has_session());
    ada.get("/signin")
        .await
        .shows(200, &["Your account is deactivated"]);
    ada.post("/signin", &forms::sign_in("ada@example.com", PASSWORD))
        .await
        .shows(403, &[texts::ACCOUNT_BLOCKED]);
    // The other sessions have ended, so they aren't back either if somebody restores the account.
    elsewhere
        .get("/account")
        .await
        .leads_to("/signin?next=/account");
}

#[tokio::test]
async fn an_account_is_not_blocked_before_its_other_sessions_have_ended() {
    let called = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&called);
    let upstream = Upstream::answering(move |request| {
        let call = format!("{} {}", request.method(), request.uri().path());
        let answer = match call.as_str() {
            "GET /v1/account" => json(200, r#"{"$id":"u1"}"#),
            "GET /v1/account/mfa/factors" => json(200, "{}"),
            "GET /v1/account/sessions" => json(
                200,
                r#"{"sessions":[{"$id":"s1","expire":"2031-02-03T04:05:06.000+00:00"}]}"#,
            ),
            "DELETE /v1/account/sessions/s1" => appwrite_error(500, "general_unknown"),
            _ => json(
                200,
                r#"{"$id":"s2","expire":"2031-02-03T04:05:06.000+00:00"}"#,
            ),
        };
        log.lock().unwrap().push(call);
        ready(answer)
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let answer = app
        .browser_with_session()
        .post("/account/deactivate", &forms::DEACTIVATE)
        .await;
    answer.shows(503, &[]);
    let called = called.lock().unwrap();
    assert!(called.contains(&"DELETE /v1/account/sessions/s1".to_owned()));
    assert!(!called.iter().any(|call| call.starts_with("PATCH")));
}

#[tokio::test]
async fn forms_that_change_the_account_stand_in_its_section() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    for (path, section) in [
        ("/account/name", "/account"),
        ("/account/email", "/account"),
        ("/account/phone", "/account"),
        ("/account/password", "/account/security"),
    ] {
        let current = format!(r#"<a href="{section}" aria-current="page">"#);
        ada.get(path).await.shows(200, &[&current, "Back to "]);
    }
    // So does one with a mistake in it, which is said once.
    let page = ada.post("/account/name", &[("name", "")]).await;
    page.shows(422, &["aria-current", texts::INVALID]);
    page.hides(&[texts::CHECK]);
    let form = forms::change_email("ada", "");
    let page = ada.post("/account/email", &form).await;
    page.shows(422, &[texts::CHECK]);
}

#[tokio::test]
async fn pages_for_what_is_not_there_lead_where_it_belongs() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.get("/account/phone/verify")
        .await
        .leads_to("/account/phone");
    ada.get("/account/upgrade").await.leads_to("/account");
}

#[tokio::test]
async fn an_address_is_no_password() {
    let app = TestApp::start().await;
    let email = "ada.lovelace@example.com";
    for password in [email, "Ada.Lovelace"] {
        app.browser()
            .post("/signup", &forms::sign_up(email, password))
            .await
            .shows(422, &[texts::PASSWORD_PERSONAL, texts::INVALID]);
    }
    let mut ada = app.signed_up(email).await;
    let page = ada.get("/account/password").await;
    // So that password managers save the two together.
    page.shows(200, &[r#"autocomplete="username""#]);
    let form = forms::change_password(PASSWORD, email);
    ada.post("/account/password", &form)
        .await
        .shows(422, &[texts::PASSWORD_PERSONAL]);
}

/// Whoever looks at the account in between would take it for a stranger's.
#[tokio::test]
async fn a_new_number_or_address_is_noted_before_the_account_has_it() {
    let (app, gate) = TestApp::start_behind_a_gate().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let phone = forms::change_phone("+15550100199", PASSWORD);
    let email = forms::change_email("ada@example.org", PASSWORD);
    for (path, form, call) in [
        ("/account/phone", phone, "PATCH /account/phone"),
        ("/account/email", email, "PATCH /account/email"),
    ] {
        let before = gate.calls("PATCH /account/prefs");
        gate.refuse_calls(call);
        ada.post(path, &form).await.shows(503, &[]);
        assert_eq!(gate.calls("PATCH /account/prefs"), before + 1, "{path}");
        gate.refuse(false);
        ada.post(path, &form).await.shows(303, &[]);
    }
}
