//! What no page and no log line holds: the secrets of links, codes and sessions.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use base64::{Engine, engine::general_purpose::STANDARD};
use common::{Answer, KEY, Log, PASSWORD, SESSION, TestApp, query_of};
use leptos_appwrite::model::{Field, Form, Typed};

#[track_caller]
fn holds_none(text: &str, secrets: &[String]) {
    for secret in secrets {
        // A test that looks for nothing would find nothing.
        assert!(secret.len() >= 6);
        assert!(!text.contains(secret.as_str()), "{secret} is in {text}");
    }
}

/// What the answer says, but for its cookies.
fn said(answer: &Answer) -> String {
    let mut headers = answer.headers.clone();
    headers.remove("set-cookie");
    format!("{headers:?} {}", answer.text)
}

/// The secret inside of a session's cookie, and the cookie.
fn of_session(cookie: &str) -> [String; 2] {
    let json = String::from_utf8(STANDARD.decode(cookie).unwrap()).unwrap();
    let inner = json.split('"').nth(7).unwrap().to_owned();
    [cookie.to_owned(), inner]
}

#[tokio::test]
async fn a_links_secret_stays_in_its_address() {
    let log = Log::start();
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mut secrets = Vec::new();
    let mut links = Vec::new();
    for (path, email) in [
        ("/signin/magic-url", "ada@example.com"),
        ("/recover", "ada@example.com"),
    ] {
        app.browser().post(path, &[("email", email)]).await;
        links.push(app.newest(email).await.link().to_owned());
    }
    ada.post("/account/email/verify", &[])
        .await
        .leads_to("/account?notice=verification-sent");
    links.push(app.newest("ada@example.com").await.link().to_owned());
    for link in &links {
        secrets.push(query_of(link, "secret"));
    }
    let wrong = [("new-password", "short-7")];
    for link in &links {
        let mut browser = app.browser();
        holds_none(&said(&browser.get(link).await), &secrets);
        // One that is refused, for whatever reason, is shown again or not.
        holds_none(&said(&browser.post(link, &wrong).await), &secrets);
        holds_none(&said(&browser.post(link, &wrong).await), &secrets);
        // A program that asks for JSON is told no more.
        let path = link.strip_prefix(&app.url).unwrap();
        let request = app.post(path).header("accept", "application/json");
        holds_none(&said(&browser.send(request.form(&wrong)).await), &secrets);
        holds_none(
            &said(&browser.get(&format!("{link}&x=%ff")).await),
            &secrets,
        );
    }
    assert!(log.text().contains("answered"), "the log is there");
    holds_none(&log.text(), &secrets);
}

#[tokio::test]
async fn half_signed_in_a_link_does_not_come_onto_a_page_either() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.post("/account/email/verify", &[]).await;
    let link = app.newest("ada@example.com").await.link().to_owned();
    ada.post(&link, &[])
        .await
        .leads_to("/account?notice=email-verified");
    ada.post("/account/security/mfa", &[("on", "true")]).await;
    let mut half = app.signed_in("ada@example.com").await;
    app.browser()
        .post("/recover", &[("email", "ada@example.com")])
        .await;
    let link = app.newest("ada@example.com").await.link().to_owned();
    let secrets = [query_of(&link, "secret")];
    let answer = half.get(&link).await;
    holds_none(&answer.text, &secrets);
    if answer.status == 303 {
        let second_step = half.get(answer.header("location")).await;
        holds_none(&second_step.text, &secrets);
    }
}

#[tokio::test]
async fn neither_sessions_nor_codes_nor_passwords_are_on_any_page_or_in_the_log() {
    let log = Log::start();
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mut secrets = vec![KEY.to_owned(), PASSWORD.to_owned()];
    secrets.extend(of_session(ada.cookie(SESSION).unwrap()));
    for path in [
        "/",
        "/account",
        "/account/name",
        "/account/email",
        "/account/phone",
        "/account/password",
        "/account/security",
        "/account/security/recovery-codes",
        "/account/sessions",
        "/account/identities",
        "/account/preferences",
        "/account/activity",
        "/account/deactivate",
        "/mfa",
        "/signout",
        "/recover",
        "/verify",
        "/nowhere",
        "/api/account",
        "/api/account/sessions",
        "/api/account/identities",
        "/api/account/events",
        "/api/mfa/factors",
    ] {
        holds_none(&said(&ada.get(path).await), &secrets);
    }
    for (form, field, password) in [
        (Form::UpdateEmail, Field::Email, Field::Password),
        (Form::UpdatePhone, Field::Phone, Field::Password),
        (Form::UpdatePassword, Field::NewPassword, Field::Password),
        (Form::SignIn, Field::Email, Field::Password),
        (Form::SignUp, Field::Email, Field::NewPassword),
    ] {
        let typed = [(field.name(), "x"), (password.name(), PASSWORD)];
        let page = ada.post(form.path(), &typed).await;
        assert_eq!(page.status, 422, "{form:?}");
        holds_none(&said(&page), &secrets);
        // What the islands get.
        let typed = Typed::default().with(field, "x").with(password, PASSWORD);
        let request = app.post("/api/form");
        let request = request.json(&serde_json::json!({ "form": form, "typed": typed }));
        let answer = ada.send(request).await;
        assert_eq!(answer.status, 422, "{form:?}");
        holds_none(&said(&answer), &secrets);
    }

    let mut code = app.browser();
    code.post("/signin/email-otp", &[("email", "ada@example.com")])
        .await;
    let mail = app.newest("ada@example.com").await;
    secrets.push(mail.code().to_owned());
    holds_none(&code.get("/signin/code").await.text, &secrets);
    let page = code
        .post("/signin/code", &[("code", mail.wrong_code())])
        .await;
    holds_none(&page.text, &[mail.wrong_code().to_owned()]);
    code.post("/signin/code", &[("code", mail.code())])
        .await
        .leads_to("/account");
    secrets.extend(of_session(code.cookie(SESSION).unwrap()));
    holds_none(&said(&code.get("/account/sessions").await), &secrets);

    let text = log.text();
    assert!(text.contains("answered"), "the log is there");
    // Six digits can stand in a log by chance: in an id or a time.
    let long: Vec<String> = secrets.into_iter().filter(|it| it.len() > 6).collect();
    holds_none(&text, &long);
}

#[tokio::test]
async fn an_outage_tells_no_secret_either() {
    let log = Log::start();
    let mut app = TestApp::start().await;
    let cookies = app.sign_up("ada@example.com").await;
    app.end_appwrite().await;
    let session = cookies
        .split("; ")
        .find_map(|pair| pair.strip_prefix(&format!("{SESSION}=")))
        .unwrap();
    let mut secrets = vec![KEY.to_owned(), PASSWORD.to_owned()];
    secrets.extend(of_session(session));
    for path in ["/", "/account", "/signin", "/nowhere", "/api/account"] {
        let request = app.get(path).header("cookie", &cookies);
        holds_none(&said(&app.browser().send(request).await), &secrets);
    }
    let form = [("email", "ada@example.com"), ("password", PASSWORD)];
    for path in ["/signin", "/api/auth/sign-in"] {
        let request = app.post(path).header("cookie", &cookies).form(&form);
        let answer = app.browser().send(request).await;
        assert_eq!(answer.status, 503, "{path}");
        holds_none(&said(&answer), &secrets);
    }
    assert!(
        log.text().contains("appwrite unavailable"),
        "the log is there"
    );
    holds_none(&log.text(), &secrets);
}

#[tokio::test]
async fn what_oauth2_brings_stays_in_its_address() {
    let log = Log::start();
    let app = TestApp::start().await;
    let mut ada = app.browser();
    let leaving = ada.post("/signin/oauth2", &[("provider", "github")]).await;
    let decision = "&decision=allow&email=ada@example.com&name=Ada&verified=1";
    let back = app.at_provider(&leaving, decision).await;
    let mut secrets = vec![query_of(&back, "secret")];
    let mut stranger = app.browser();
    holds_none(&said(&stranger.get(&back).await), &secrets);
    let answer = ada.get(&back).await;
    holds_none(&said(&answer), &secrets);
    answer.leads_to("/account");
    secrets.extend(of_session(ada.cookie(SESSION).unwrap()));
    holds_none(&said(&ada.get(&back).await), &secrets);
    holds_none(&log.text(), &secrets);
}
