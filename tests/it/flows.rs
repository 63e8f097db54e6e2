//! Flows of several pages: a few of them live side by side in one browser.

use crate::support::{
    ADA_AT_PROVIDER, Authenticator, Browser, DENIED, TestApp,
    forms::{self, PASSWORD},
    texts,
};

/// Asks for a code by email, and returns the page where it's entered.
async fn ask_for_code(browser: &mut Browser, email: &str) -> String {
    browser
        .post("/signin/email-otp", &[("email", email)])
        .await
        .leads_to_flow("/signin/code")
}

#[tokio::test]
async fn codes_for_two_addresses_work_each_in_its_own_tab() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let adas = ask_for_code(&mut browser, "ada@example.com").await;
    let bobs = ask_for_code(&mut browser, "bob@example.com").await;
    browser.get(&adas).await.shows(200, &["ada@example.com"]);
    browser.get(&bobs).await.shows(200, &["bob@example.com"]);
    for (page, email) in [(adas, "ada@example.com"), (bobs, "bob@example.com")] {
        let code = app.newest_code(email).await;
        browser
            .post(&page, &[("code", &code)])
            .await
            .leads_to("/account");
        browser.get("/account").await.shows(200, &[email]);
    }
}

#[tokio::test]
async fn a_code_still_works_after_a_link_was_asked_for() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    let page = ask_for_code(&mut ada, "ada@example.com").await;
    let code = app.newest_code("ada@example.com").await;
    let sent = ada
        .post("/signin/magic-url", &[("email", "bob@example.com")])
        .await
        .leads_to_flow("/signin/sent");
    ada.get(&sent).await.shows(200, &["bob@example.com"]);
    ada.post(&page, &[("code", &code)])
        .await
        .leads_to("/account");
}

#[tokio::test]
async fn a_code_that_has_signed_in_leads_on_instead_of_failing() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    let page = ada
        .post(
            "/signin/email-otp?next=/account/sessions",
            &[("email", "ada@example.com")],
        )
        .await
        .leads_to_flow("/signin/code");
    let code = app.newest_code("ada@example.com").await;
    for _ in 0..2 {
        ada.post(&page, &[("code", &code)])
            .await
            .leads_to("/account/sessions");
    }
    ada.get(&page).await.leads_to("/account");
    // So does one that this browser knows nothing of, and it says why.
    ada.post("/signin/code?flow=none", &[("code", &code)])
        .await
        .leads_to("/account?flash=already-signed-in");
    ada.get("/account?flash=already-signed-in")
        .await
        .shows(200, &["already signed in."]);
}

#[tokio::test]
async fn a_link_that_has_signed_in_leads_on_instead_of_failing() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    ada.post("/signin/magic-url", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/sent");
    let link = app.newest_link("ada@example.com").await;
    ada.post(&link, &[]).await.leads_to("/account");
    ada.post(&link, &[])
        .await
        .leads_to("/account?flash=already-signed-in");
    let mut bob = app.signed_up("bob@example.com").await;
    bob.post(&link, &[]).await.shows(410, &[texts::LINK_DEAD]);
}

/// Begins a sign-in at a provider, and returns the address that it leads back to.
async fn through_provider(app: &TestApp, browser: &mut Browser, path: &str) -> String {
    let leaving = browser.post(path, &[("provider", "github")]).await;
    app.through_provider(&leaving, ADA_AT_PROVIDER).await
}

#[tokio::test]
async fn two_sign_ins_at_a_provider_both_come_back() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    let first = through_provider(&app, &mut ada, "/signin/oauth2").await;
    let second = through_provider(&app, &mut ada, "/signin/oauth2").await;
    ada.get(&first).await.leads_to("/account");
    ada.get(&second).await.leads_to("/account");
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn two_tabs_that_link_an_account_both_do() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let path = "/account/identities/link";
    let first = through_provider(&app, &mut ada, path).await;
    let second = through_provider(&app, &mut ada, path).await;
    let linked = "/account/identities?flash=identity-linked&provider=github";
    for back in [&first, &second] {
        ada.get(back).await.leads_to(linked);
    }
    // Loading it again or going back to it leads there once more.
    ada.get(&first).await.leads_to("/account/identities");
}

#[tokio::test]
async fn setting_up_an_app_survives_another_flow_and_a_second_set_up_replaces_it() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    ada.confirm_password().await;
    let mut pages = Vec::new();
    for _ in 0..2 {
        let page = ada
            .post("/account/security/totp/begin", &[])
            .await
            .leads_to_flow("/account/security/totp");
        pages.push(page);
    }
    // Appwrite knows only the newest secret, so nobody is shown an older one.
    ada.get(&pages[0]).await.leads_to("/account/security");
    ada.post("/mfa/send", &[("factor", "email")])
        .await
        .leads_to_flow("/mfa/code");
    let secret = ada.get(&pages[1]).await.authenticator_secret();
    Authenticator::new(&secret)
        .post_code(&mut ada, &pages[1])
        .await
        .leads_to("/account/security/recovery-codes?flash=totp-added");
}

#[tokio::test]
async fn what_an_account_is_in_the_middle_of_is_not_shown_to_another_one() {
    let app = TestApp::start().await;
    app.signed_up("bob@example.com").await;
    let mut browser = app.signed_up("ada@example.com").await;
    browser.confirm_password().await;
    let page = browser
        .post("/account/security/totp/begin", &[])
        .await
        .leads_to_flow("/account/security/totp");
    browser
        .post("/signin", &forms::sign_in("bob@example.com", PASSWORD))
        .await
        .leads_to("/account");
    browser.get(&page).await.leads_to("/account/security");
}

#[tokio::test]
async fn a_browser_keeps_the_newest_flows_in_less_than_four_kilobytes() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut pages = Vec::new();
    for number in 0..7 {
        let email = format!("person-{number}@example.com");
        pages.push(ask_for_code(&mut browser, &email).await);
    }
    assert_eq!(browser.flows().len(), 5);
    browser.get(&pages[0]).await.leads_to("/signin");
    let page = browser.get(&pages[6]).await;
    page.shows(200, &["person-6@example.com"]);

    // A long way back takes up more room.
    let next = format!("/account?{}", "a".repeat(1000));
    for _ in 0..5 {
        let path = format!("/signin/email-otp?next={next}");
        browser
            .post(&path, &[("email", "ada@example.com")])
            .await
            .leads_to_flow("/signin/code");
        assert!(!browser.flows().is_empty());
        assert!(browser.cookies().len() < 4096, "{}", browser.cookies());
    }
}

#[tokio::test]
async fn a_sign_in_at_a_provider_begins_where_it_can_end() {
    let app = TestApp::start().await;
    let elsewhere = app.url.replace("127.0.0.1", "localhost");
    let mut ada = app.browser().with_header("origin", &elsewhere);
    let form = [("provider", "github"), ("next", "/account/sessions")];
    let leaving = ada.post("/signin/oauth2", &form).await;
    let address = format!("{}/signin?next=/account/sessions", app.url);
    assert_eq!(leaving.header("refresh"), format!("0;url={address}"));
    leaving.shows(200, &[&app.url, "Choose GitHub again there."]);
    assert!(ada.flows().is_empty());
    // There it's the usual way.
    let mut ada = ada.with_header("origin", &app.url);
    let leaving = ada.post("/signin/oauth2", &form).await;
    let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;
    ada.get(&back).await.leads_to("/account/sessions");
}

#[tokio::test]
async fn a_sign_in_that_was_denied_in_one_tab_works_in_another() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    let back = through_provider(&app, &mut ada, "/signin/oauth2").await;
    let leaving = ada.post("/signin/oauth2", &[("provider", "github")]).await;
    let denied = app.through_provider(&leaving, DENIED).await;
    ada.get(&denied)
        .await
        .leads_to("/signin?next=/account&flash=oauth2-failed&provider=github");
    ada.get(&back).await.leads_to("/account");
}
