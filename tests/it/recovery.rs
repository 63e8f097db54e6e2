//! A new password for people who forgot theirs.

use appwrite_local::Settings;

use crate::support::{
    TestApp,
    forms::{self, NEW_PASSWORD, PASSWORD},
    query_of, texts,
};

#[tokio::test]
async fn a_link_sets_a_new_password_and_ends_every_session() {
    let app = TestApp::start().await;
    let elsewhere = app.signed_up("ada@example.com").await;
    let mut here = app.signed_in("ada@example.com").await;
    here.get("/recover")
        .await
        .shows(200, &["Forgot your password?"]);
    here.post("/recover", &[("email", " Ada@example.com")])
        .await
        .leads_to("/recover/sent");
    here.get("/recover/sent")
        .await
        .shows(200, &["If that address has an account"]);

    let mail = app.newest("ada@example.com").await;
    assert!(
        mail.link()
            .starts_with(&format!("{}/recover/confirm?", app.url))
    );
    here.get(mail.link()).await.shows(
        200,
        &[
            "need to sign in again on your other devices",
            r#"type="password""#,
            r#"value="ada@example.com" autocomplete="username""#,
        ],
    );
    assert!(elsewhere.is_signed_in().await, "a GET changes nothing");

    here.post(mail.link(), &forms::choose_password(NEW_PASSWORD))
        .await
        .leads_to("/signin?flash=password-reset&provider=ada@example.com");
    assert!(!here.has_session());
    // This browser has asked for the link, so it knows whose it was.
    here.get("/signin").await.shows(
        200,
        &[
            "Password changed. Sign in with your new password.",
            &texts::value("ada@example.com"),
        ],
    );
    here.get("/signin")
        .await
        .hides(&[&texts::value("ada@example.com")]);
    assert!(!elsewhere.is_signed_in().await);
    for (password, status) in [(PASSWORD, 401), (NEW_PASSWORD, 303)] {
        let form = forms::sign_in("ada@example.com", password);
        here.post("/signin", &form).await.shows(status, &[]);
    }
}

#[tokio::test]
async fn the_answer_does_not_tell_who_has_an_account() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    let mut blocked = app.signed_up("bob@example.com").await;
    blocked.confirm_password().await;
    blocked
        .post("/account/deactivate", &forms::DEACTIVATE)
        .await
        .leads_to("/signin?flash=deactivated");
    let mut cookie_length = None;
    for (email, mails) in [
        ("ada@example.com", 1),
        ("bob@example.com", 0),
        ("eve@example.com", 0),
    ] {
        let before = app.inbox(email).await.len();
        let answer = app.browser().post("/recover", &[("email", email)]).await;
        answer.leads_to("/recover/sent");
        let cookies = answer.set_cookies();
        let lengths: Vec<usize> = cookies.iter().map(|cookie| cookie.len()).collect();
        assert_eq!(lengths.len(), 1, "{email}");
        assert_eq!(
            *cookie_length.get_or_insert(lengths[0]),
            lengths[0],
            "{email}"
        );
        let inbox = app.inbox(email).await;
        assert_eq!(inbox.len() - before, mails, "{email}");
    }
}

#[tokio::test]
async fn a_link_works_once_and_a_new_one_is_offered() {
    let app = TestApp::start().await;
    let ada = app.signed_up("ada@example.com").await;
    let id = ada.account_id().await;
    app.browser()
        .post("/recover", &[("email", "ada@example.com")])
        .await;
    let link = app.newest_link("ada@example.com").await;
    let form = forms::choose_password(NEW_PASSWORD);
    app.browser()
        .post(&link, &form)
        .await
        .leads_to("/signin?flash=password-reset");
    for dead in [
        link.as_str(),
        &format!("/recover/confirm?userId={id}&secret=abc"),
        "/recover/confirm?userId=nobody&secret=abc",
        "/recover/confirm?userId=&secret=",
    ] {
        let page = app.browser().post(dead, &form).await;
        page.shows(
            410,
            &[texts::LINK_DEAD, "Send a new link", r#"href="/recover""#],
        );
        page.hides(&[r#"type="password""#]);
    }
    for cut_off in ["/recover/confirm", "/recover/confirm?userId=a"] {
        let page = app.browser().get(cut_off).await;
        page.shows(410, &["Send a new link"]);
    }
}

#[tokio::test]
async fn a_refused_password_is_a_field_error_and_the_link_still_works() {
    let settings = Settings {
        auth_password_history: 5,
        auth_password_dictionary: true,
        auth_personal_data_check: true,
        ..Settings::default()
    };
    let app = TestApp::start_with_settings(settings).await;
    let form = forms::sign_up("lovelace@example.com", "kW8-first-vXq2");
    app.browser()
        .post("/signup", &form)
        .await
        .leads_to(&texts::link_sent("lovelace@example.com"));
    app.browser()
        .post("/recover", &[("email", "lovelace@example.com")])
        .await;
    let link = app.newest_link("lovelace@example.com").await;
    let mut ada = app.browser();
    for (password, error) in [
        ("", texts::PASSWORD_NOT_CHOSEN),
        ("short-7", texts::PASSWORD_TOO_SHORT),
        ("password", texts::PASSWORD_WEAK),
        ("kW8-first-vXq2", texts::PASSWORD_USED_BEFORE),
        ("kW8-lovelace-vXq2", texts::PASSWORD_PERSONAL),
    ] {
        let page = ada.post(&link, &forms::choose_password(password)).await;
        page.shows(422, &[error, texts::INVALID]);
        if !password.is_empty() {
            page.hides(&[&texts::value(password)]);
        }
        page.hides(&[&query_of(&link, "secret")]);
    }
    ada.post(&link, &forms::choose_password("kW8-second-vXq2"))
        .await
        .leads_to("/signin?flash=password-reset");
}

#[tokio::test]
async fn a_malformed_address_comes_back_with_its_error() {
    let app = TestApp::start().await;
    for (email, error) in [("", texts::EMAIL_MISSING), ("ada", texts::EMAIL_MALFORMED)] {
        let page = app.browser().post("/recover", &[("email", email)]).await;
        page.shows(422, &[error, &texts::value(email)]);
    }
}

#[tokio::test]
async fn an_outage_is_no_secret() {
    let mut app = TestApp::start().await;
    app.end_appwrite().await;
    let page = app
        .browser()
        .post("/recover", &[("email", "ada@example.com")])
        .await;
    page.shows(
        503,
        &["reach the service", &texts::value("ada@example.com")],
    );
    assert_ne!(page.header("retry-after"), "");
}
