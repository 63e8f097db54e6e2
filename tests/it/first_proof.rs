//! Signing in to an account that somebody else has made with one's address.

use crate::support::{
    ADA_AT_PROVIDER, Browser, TestApp,
    forms::{self, NEW_PASSWORD, PASSWORD},
    texts,
};

const REPLACE: &str = "/account/password/replace?next=/account";

/// Signs in with a code by email.
async fn by_code(app: &TestApp, browser: &mut Browser, then: &str) {
    let page = browser
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/code");
    let code = app.newest_code("ada@example.com").await;
    browser.post(&page, &[("code", &code)]).await.leads_to(then);
}

/// Signs in with a link by email.
async fn by_link(app: &TestApp, browser: &mut Browser, then: &str) {
    browser
        .post("/signin/magic-url", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/sent");
    let link = app.newest_link("ada@example.com").await;
    browser.post(&link, &[]).await.leads_to(then);
}

/// Signs in at a provider.
async fn by_provider(app: &TestApp, browser: &mut Browser, then: &str) {
    let leaving = browser
        .post("/signin/oauth2", &[("provider", "github")])
        .await;
    let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;
    browser.get(&back).await.leads_to(then);
}

/// Tries the password, and returns the status of the answer.
async fn password_answers(app: &TestApp, password: &str) -> u16 {
    let form = forms::sign_in("ada@example.com", password);
    app.browser().post("/signin", &form).await.status
}

#[tokio::test]
async fn the_first_proof_of_an_address_ends_what_a_stranger_has_of_the_account() {
    for with_link in [false, true] {
        let app = TestApp::start().await;
        let mallory = app.signed_up("ada@example.com").await;
        let also_mallory = app.signed_in("ada@example.com").await;
        let mut ada = app.browser();
        if with_link {
            by_link(&app, &mut ada, REPLACE).await;
        } else {
            by_code(&app, &mut ada, REPLACE).await;
        }
        assert!(!mallory.is_signed_in().await);
        assert!(!also_mallory.is_signed_in().await);
        let page = ada.get(REPLACE).await;
        page.shows(
            200,
            &[
                "Somebody set a password for this account",
                "ada@example.com",
                "Continue without a password",
            ],
        );
        // The password opens nothing, and says what does.
        let form = forms::sign_in("ada@example.com", PASSWORD);
        let mut mallory = app.browser();
        let refused = mallory.post("/signin", &form).await;
        refused.shows(403, &["Set a new password", r#"href="/recover""#]);
        assert!(!mallory.has_session());
        let sessions = ada.get("/account/sessions").await;
        sessions.hides(&["End all other sessions"]);

        // A new password is a password again.
        ada.post("/recover", &[("email", "ada@example.com")])
            .await
            .leads_to("/recover/sent");
        let link = app.newest_link("ada@example.com").await;
        ada.post(&link, &forms::choose_password(NEW_PASSWORD)).await;
        assert_eq!(password_answers(&app, PASSWORD).await, 401);
        assert_eq!(password_answers(&app, NEW_PASSWORD).await, 303);
    }
}

#[tokio::test]
async fn a_second_proof_ends_nothing() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    by_code(&app, &mut ada, "/account").await;
    let mut there = app.browser();
    by_link(&app, &mut there, "/account").await;
    by_code(&app, &mut app.browser(), "/account").await;
    by_provider(&app, &mut ada.clone(), "/account").await;
    assert!(there.is_signed_in().await);

    // Nor does one of an address that was verified with a link.
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    by_code(&app, &mut app.browser(), "/account").await;
    by_link(&app, &mut app.browser(), "/account").await;
    assert!(ada.is_signed_in().await);
    assert_eq!(password_answers(&app, PASSWORD).await, 303);
}

#[tokio::test]
async fn a_proof_from_the_accounts_own_session_keeps_everything() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let there = app.signed_in("ada@example.com").await;
    by_link(&app, &mut ada, "/account").await;
    ada.get("/account").await.shows(200, &[texts::VERIFIED]);
    assert!(there.is_signed_in().await);
    assert_eq!(password_answers(&app, PASSWORD).await, 303);
}

#[tokio::test]
async fn a_wrong_code_changes_nothing_of_the_account() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mut mallory = app.browser();
    let page = mallory
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/code");
    let mail = app.newest("ada@example.com").await;
    mallory
        .post(&page, &[("code", mail.wrong_code())])
        .await
        .shows(422, &[]);
    // Looking at the account has left no session behind.
    let sessions = ada.get("/account/sessions").await;
    sessions.hides(&["End all other sessions"]);
    assert_eq!(password_answers(&app, PASSWORD).await, 303);
}

#[tokio::test]
async fn a_provider_that_opens_an_account_for_the_first_time_ends_its_other_sessions() {
    let app = TestApp::start().await;
    let mallory = app.signed_up("ada@example.com").await;
    let mut ada = app.browser();
    by_provider(&app, &mut ada, REPLACE).await;
    assert!(!mallory.is_signed_in().await);
    let page = ada.get(REPLACE).await;
    page.shows(200, &["If it wasn't you who set the password", "It's mine"]);
    // Nobody knows whether the address was proved before, so the password may be hers.
    let there = app.signed_in("ada@example.com").await;
    // From now on it's only another way to sign in.
    by_provider(&app, &mut app.browser(), "/account").await;
    assert!(there.is_signed_in().await);
}

#[tokio::test]
async fn a_page_about_an_old_password_is_only_for_accounts_that_have_one() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    by_code(&app, &mut ada, "/account").await;
    ada.get(REPLACE).await.leads_to("/account");
    ada.get("/account/password/replace?next=//evil.example")
        .await
        .leads_to("/account");
}
