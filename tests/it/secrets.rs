//! What no page, no answer and no log line contains: keys, passwords, and the secrets of sessions,
//! links and codes.

use base64::{Engine, engine::general_purpose::STANDARD};

use leptos_appwrite::server::appwrite::Id;

use crate::support::{
    ADA_AT_PROVIDER, Browser, KEY, Log, SESSION_COOKIE, TestApp,
    forms::{self, PASSWORD},
    project::{self, DATABASE, Project, THINGS},
    query_of,
};

#[track_caller]
fn contains_none(text: &str, secrets: &[String]) {
    for secret in secrets {
        // A test that looks for nothing would find nothing.
        assert!(secret.len() >= 6);
        assert!(!text.contains(secret.as_str()), "{secret} is in {text}");
    }
}

/// The value of the session cookie, and the secret inside it.
fn session_secrets(browser: &Browser) -> [String; 2] {
    let cookie = browser.cookie(SESSION_COOKIE).unwrap();
    let json = String::from_utf8(STANDARD.decode(cookie).unwrap()).unwrap();
    let inner = json.split('"').nth(7).unwrap().to_owned();
    [cookie.to_owned(), inner]
}

#[tokio::test]
async fn a_links_secret_stays_in_its_address() {
    let log = Log::start();
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mut links = Vec::new();
    for path in ["/signin/magic-url", "/recover"] {
        app.browser()
            .post(path, &[("email", "ada@example.com")])
            .await;
        links.push(app.newest_link("ada@example.com").await);
    }
    ada.post("/account/email/verify", &[])
        .await
        .leads_to("/account?flash=verification-sent&provider=ada@example.com");
    links.push(app.newest_link("ada@example.com").await);
    let secrets: Vec<String> = links.iter().map(|link| query_of(link, "secret")).collect();
    let refused = forms::choose_password("short-7");
    for link in &links {
        let mut browser = app.browser();
        let opened = browser.get(link).await;
        contains_none(&opened.without_cookies(), &secrets);
        // The first post uses the link up, or is refused and shows the form again.
        for _ in 0..2 {
            let posted = browser.post(link, &refused).await;
            contains_none(&posted.without_cookies(), &secrets);
        }
        let mut program = browser.with_header("accept", "application/json");
        let answer = program.post(link, &refused).await;
        contains_none(&answer.without_cookies(), &secrets);
        let odd = app.browser().get(&format!("{link}&x=%ff")).await;
        contains_none(&odd.without_cookies(), &secrets);
    }
    log.shows("answered");
    contains_none(&log.text(), &secrets);
}

#[tokio::test]
async fn the_second_step_does_not_carry_a_links_secret_along() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    ada.switch_on_mfa().await;
    let mut half = app.signed_in("ada@example.com").await;
    app.browser()
        .post("/recover", &[("email", "ada@example.com")])
        .await;
    let link = app.newest_link("ada@example.com").await;
    let secrets = [query_of(&link, "secret")];
    let answer = half.get(&link).await;
    contains_none(&answer.without_cookies(), &secrets);
    if answer.status == 303 {
        let second_step = half.get(answer.header("location")).await;
        contains_none(&second_step.without_cookies(), &secrets);
    }
}

/// Every page that somebody who is signed in can open, and every answer a script can get.
const READABLE: [&str; 19] = [
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
    "/api/account/update-name",
];

#[tokio::test]
async fn no_page_answer_or_log_line_contains_a_session_or_a_key() {
    let log = Log::start();
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mut secrets = vec![KEY.to_owned(), PASSWORD.to_owned()];
    secrets.extend(session_secrets(&ada));
    for path in READABLE {
        contains_none(&ada.get(path).await.without_cookies(), &secrets);
    }
    log.shows("answered");
    contains_none(&log.text(), &secrets);
}

#[tokio::test]
async fn no_log_line_or_error_of_a_call_about_rows_contains_a_session_or_a_key() {
    let log = Log::start();
    let project = Project::start().await;
    let ada = project.site.signed_up("ada@example.com").await;
    let mut secrets = vec![KEY.to_owned(), PASSWORD.to_owned()];
    secrets.extend(session_secrets(&ada));
    let (client, admin) = (project.client(&ada).await, project.admin_client().await);
    let nowhere = Id::from_static("nowhere");
    for tables in [client.tables_db(), admin.tables_db()] {
        let row = project::create(&tables, "One").await;
        contains_none(&format!("{row:?}"), &secrets);
        let transaction = tables.create_transaction(None).await.unwrap();
        contains_none(&format!("{transaction:?}"), &secrets);
        let errors = [
            tables.delete_row(&DATABASE, &THINGS, &nowhere).await,
            tables.delete_row(&DATABASE, &nowhere, &row.id).await,
            tables.delete_transaction(&nowhere).await,
        ];
        for error in errors.map(Result::unwrap_err) {
            contains_none(&format!("{error} {error:?}"), &secrets);
        }
    }
    // The libraries under the calls log too, in full detail.
    log.shows("hyper_util::client");
    contains_none(&log.text(), &secrets);
}

#[tokio::test]
async fn a_refused_form_never_repeats_the_password() {
    let log = Log::start();
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let secrets = [PASSWORD.to_owned()];
    for (page, form, function, arguments) in [
        (
            "/account/email",
            &forms::change_email("x", PASSWORD)[..],
            "/api/account/update-email",
            &[("email", "x"), ("password", PASSWORD)][..],
        ),
        (
            "/account/phone",
            &forms::change_phone("x", PASSWORD),
            "/api/account/update-phone",
            &[("phone", "x"), ("password", PASSWORD)],
        ),
        (
            "/account/password",
            &forms::change_password(PASSWORD, "x"),
            "/api/account/update-password",
            &[("password", PASSWORD), ("new_password", "x")],
        ),
        (
            "/signin",
            &forms::sign_in("x", PASSWORD),
            "/api/auth/sign-in",
            &[("email", "x"), ("password", PASSWORD)],
        ),
        (
            "/signup",
            &forms::sign_up("x", PASSWORD),
            "/api/auth/sign-up",
            &[("email", "x"), ("password", PASSWORD)],
        ),
    ] {
        for (path, form) in [(page, form), (function, arguments)] {
            let answer = ada.post(path, form).await;
            assert_eq!(answer.status, 422, "{path}: {}", answer.text);
            contains_none(&answer.without_cookies(), &secrets);
        }
    }
    log.shows("answered");
    contains_none(&log.text(), &secrets);
}

#[tokio::test]
async fn a_code_is_on_no_page() {
    let log = Log::start();
    let app = TestApp::start().await;
    let mut ada = app.browser();
    let code_page = ada
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/code");
    let mail = app.newest("ada@example.com").await;
    let page = ada.get(&code_page).await;
    contains_none(&page.without_cookies(), &[mail.code().to_owned()]);
    let page = ada.post(&code_page, &[("code", mail.wrong_code())]).await;
    contains_none(&page.without_cookies(), &[mail.wrong_code().to_owned()]);
    ada.post(&code_page, &[("code", mail.code())])
        .await
        .leads_to("/account");
    // The log is not searched for the code: six digits can be in it by chance.
    log.shows("answered");
    contains_none(&log.text(), &session_secrets(&ada));
}

#[tokio::test]
async fn an_outage_gives_no_secret_away() {
    let log = Log::start();
    let mut app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.end_appwrite().await;
    let mut secrets = vec![KEY.to_owned(), PASSWORD.to_owned()];
    secrets.extend(session_secrets(&ada));
    for path in ["/", "/account", "/signin", "/nowhere"] {
        contains_none(&ada.get(path).await.without_cookies(), &secrets);
    }
    for path in ["/signin", "/api/auth/sign-in"] {
        let form = forms::sign_in("ada@example.com", PASSWORD);
        let answer = ada.post(path, &form).await;
        answer.shows(503, &[]);
        contains_none(&answer.without_cookies(), &secrets);
    }
    log.shows("Appwrite is not reachable");
    contains_none(&log.text(), &secrets);
}

#[tokio::test]
async fn what_oauth2_brings_stays_in_its_address() {
    let log = Log::start();
    let app = TestApp::start().await;
    let mut ada = app.browser();
    let leaving = ada.post("/signin/oauth2", &[("provider", "github")]).await;
    let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;
    let mut secrets = vec![query_of(&back, "secret")];
    let stranger = app.browser().get(&back).await;
    contains_none(&stranger.without_cookies(), &secrets);
    let answer = ada.get(&back).await;
    contains_none(&answer.without_cookies(), &secrets);
    answer.leads_to("/account");
    secrets.extend(session_secrets(&ada));
    contains_none(&ada.get(&back).await.without_cookies(), &secrets);
    log.shows("answered");
    contains_none(&log.text(), &secrets);
}
