//! A second step that hides an account from the app while it looks, and is gone afterwards.

use appwrite_local::Settings;

use super::{
    CODE_WRONG, ask_for_code, by_code, by_link, by_provider, enter_code, password_answers,
    set_new_password, start,
};
use crate::support::{
    ADA_AT_PROVIDER, Browser, TestApp,
    forms::{self, NEW_PASSWORD, PASSWORD},
};

/// Where somebody is led whose second step is gone.
const SIGN_IN: &str = "/signin?next=/account&flash=second-step-gone";

/// Half a session, whose second step a stranger then turns off.
async fn half_of_a_stranger(app: &TestApp) -> (Browser, Browser) {
    let (mallory, _) = app.signed_up_with_mfa("ada@example.com").await;
    let mut ada = app.browser();
    by_provider(app, &mut ada, "/account").await;
    app.set_mfa(&mallory, false).await;
    (ada, mallory)
}

#[tokio::test]
async fn a_provider_looks_again_when_the_second_step_is_gone() {
    let app = TestApp::start().await;
    let (mut ada, mallory) = half_of_a_stranger(&app).await;
    ada.get("/account").await.leads_to(SIGN_IN);
    ada.get("/signin?next=/account")
        .await
        .shows(200, &["Two-step verification was turned off"]);
    assert!(!ada.is_signed_in().await);
    // Her session has really ended.
    ada.forget("appwrite-session-ended");
    assert!(!ada.is_signed_in().await);
    // There's the stranger's app.
    let leaving = ada.post("/signin/oauth2", &[("provider", "github")]).await;
    let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;
    ada.get(&back)
        .await
        .shows(403, &["hasn't been verified here"]);
    assert!(!ada.is_signed_in().await);
    assert!(mallory.is_signed_in().await);
    assert_eq!(password_answers(&app, PASSWORD).await, 303);
}

#[tokio::test]
async fn nothing_is_done_with_a_session_whose_second_step_is_gone() {
    for path in [
        "/api/account/update-name",
        "/api/account/update-avatar-color",
        "/account/name",
        "/mfa/send",
    ] {
        let app = TestApp::start().await;
        let (mut ada, mut mallory) = half_of_a_stranger(&app).await;
        let form = [("name", "Hers"), ("color", "rose"), ("factor", "email")];
        let answer = ada.post(path, &form).await;
        if path.starts_with("/api") {
            answer.is_error(401, "SignedOut");
        } else {
            let next = if path == "/account/name" {
                "&next=/account/name"
            } else {
                ""
            };
            answer.leads_to(&format!("/signin?flash=nothing-saved{next}"));
        }
        let profile = mallory.get("/account").await;
        profile.hides(&["Hers", r#"data-color="rose""#]);
        assert!(!ada.is_signed_in().await, "{path}");
    }
}

#[tokio::test]
async fn a_session_whose_second_step_is_gone_proves_no_address() {
    let app = TestApp::start().await;
    let (mut ada, mallory) = half_of_a_stranger(&app).await;
    // In another tab. The page of this form is open since before.
    let mut tab = app.browser();
    let (page, code) = ask_for_code(&app, &mut tab).await;
    for name in tab.flows() {
        ada = ada.with_cookie(name, tab.cookie(name).unwrap());
    }
    // The account has an app, so the mailbox alone doesn't open it.
    ada.post(&page, &[("code", &code)])
        .await
        .shows(422, CODE_WRONG);
    assert!(mallory.is_signed_in().await);
    let answer = enter_code(&app, &mut app.browser()).await;
    answer.shows(422, CODE_WRONG);
}

#[tokio::test]
async fn a_code_looks_again_when_the_second_step_is_gone() {
    for answers in [false, true] {
        let app = TestApp::start().await;
        let mallory = app
            .signed_up_elsewhere("mallory@example.com", "ada@example.com")
            .await;
        app.set_mfa(&mallory, true).await;
        let mut ada = app.browser();
        by_code(&app, &mut ada, "/account").await;
        ada.get("/account").await.leads_to("/mfa?next=/account");
        if answers {
            // What she came by is no second step.
            let page = ada
                .post("/mfa/send", &[("factor", "email")])
                .await
                .leads_to_flow("/mfa/code");
            let code = app.newest_code("ada@example.com").await;
            let answer = ada.post(&page, &[("code", &code)]).await;
            assert!(answer.status >= 400, "{}", answer.status);
        }
        app.set_mfa(&mallory, false).await;
        ada.get("/account").await.leads_to(SIGN_IN);
        // The account has had her address for less than an hour.
        enter_code(&app, &mut ada).await.shows(422, CODE_WRONG);
    }
}

#[tokio::test]
async fn the_owner_of_the_second_step_has_nothing_else_to_do() {
    let app = TestApp::start().await;
    let (ada, authenticator) = app.signed_up_with_mfa("ada@example.com").await;
    let mut there = app.browser();
    by_provider(&app, &mut there, "/account").await;
    there.get("/account").await.leads_to("/mfa?next=/account");
    // The answer to another request may not have arrived.
    let mut other_tab = there.clone();
    authenticator
        .post_code(&mut there, "/mfa/totp?next=/account")
        .await
        .leads_to("/account");
    other_tab.get("/account").await.shows(200, &[]);
    there.get("/account").await.shows(200, &[]);
    let cookies = there.cookies();
    assert!(!cookies.contains("-owed"), "{cookies}");
    app.set_mfa(&ada, false).await;
    assert!(there.is_signed_in().await && other_tab.is_signed_in().await);
    assert!(ada.is_signed_in().await);
}

/// Ada's number, which somebody else has made the second step of an account with her address.
const HERS: &str = "+15550100199";

/// Where somebody is led whose answer to the second step isn't enough.
const UNPROVEN: &str = "/signin?next=/account&flash=address-unproven";

/// Signs up, and hides the account behind Ada's number.
async fn hidden_by_her_phone(app: &TestApp) -> Browser {
    let mallory = app.signed_up("mallory@example.com").await;
    app.hide_with_phone(&mallory, HERS).await;
    app.take_address(&mallory, "mallory@example.com", "ada@example.com")
        .await;
    app.set_mfa(&mallory, true).await;
    assert!(mallory.is_signed_in().await);
    mallory
}

/// Answers the second step with a text message to Ada's number.
async fn by_text(app: &TestApp, browser: &mut Browser) {
    let page = browser
        .post("/mfa/send", &[("factor", "phone")])
        .await
        .leads_to_flow("/mfa/code");
    let code = app.newest_code(HERS).await;
    browser
        .post(&page, &[("code", &code)])
        .await
        .shows(303, &[]);
}

/// Signs in with a password, which leads to the second step.
async fn with_password(browser: &mut Browser, password: &str) {
    let form = forms::sign_in("ada@example.com", password);
    browser.post("/signin", &form).await.leads_to("/account");
    browser.get("/account").await.leads_to("/mfa?next=/account");
}

/// Somebody else can have given the account a second step that only its owner passes: their own number.
#[tokio::test]
async fn a_phone_as_the_second_step_makes_no_account_its_owners() {
    for way in ["code", "link", "provider"] {
        let app = start().await;
        let mallory = hidden_by_her_phone(&app).await;
        let mut ada = app.browser();
        match way {
            "code" => by_code(&app, &mut ada, "/account").await,
            "link" => by_link(&app, &mut ada, "/account").await,
            _ => by_provider(&app, &mut ada, "/account").await,
        }
        by_text(&app, &mut ada).await;
        ada.get("/account").await.leads_to(UNPROVEN);
        assert!(!ada.is_signed_in().await, "{way}");
        assert!(mallory.is_signed_in().await, "{way}");
    }
}

#[tokio::test]
async fn whoever_has_a_session_cannot_hide_what_somebody_came_by() {
    for noted in [false, true] {
        let app = start().await;
        let mallory = hidden_by_her_phone(&app).await;
        if noted {
            // Another account at the same provider is known to be the owner's.
            app.change_address(&mallory, "mallory@example.com").await;
            let mut mallory = mallory.clone();
            app.verify_email(&mut mallory, "mallory@example.com").await;
            let mut there = app.browser();
            let leaving = there
                .post("/signin/oauth2", &[("provider", "github")])
                .await;
            let decision = ADA_AT_PROVIDER.replace("ada", "mallory");
            let back = app.through_provider(&leaving, &decision).await;
            there.get(&back).await.leads_to("/account");
            app.take_address(&mallory, "mallory@example.com", "ada@example.com")
                .await;
        }
        let mut ada = app.browser();
        by_provider(&app, &mut ada, "/account").await;
        for (id, address) in app.identities(&mallory).await {
            if address == "ada@example.com" {
                app.unlink(&mallory, &id).await;
            }
        }
        by_text(&app, &mut ada).await;
        ada.get("/account").await.leads_to(UNPROVEN);
        assert!(!ada.is_signed_in().await);
    }
}

#[tokio::test]
async fn an_account_that_has_moved_back_to_its_owners_address_is_not_known_by_another() {
    let app = start().await;
    let mut mallory = app.signed_up("mallory@example.com").await;
    app.verify_email(&mut mallory, "mallory@example.com").await;
    app.hide_with_phone(&mallory, HERS).await;
    app.take_address(&mallory, "mallory@example.com", "ada@example.com")
        .await;
    app.set_mfa(&mallory, true).await;
    let mut ada = app.browser();
    by_code(&app, &mut ada, "/account").await;
    app.change_address(&mallory, "mallory@example.com").await;
    by_text(&app, &mut ada).await;
    ada.get("/account").await.leads_to(UNPROVEN);
    assert!(!ada.is_signed_in().await);
    assert!(mallory.is_signed_in().await);
}

/// A link sets a new password for an account that hides, and whoever made it may still have a way in.
#[tokio::test]
async fn a_new_password_and_a_phone_leave_nobody_else_a_way_in() {
    for comes_meanwhile in [false, true] {
        let app = start().await;
        let mallory = app.signed_up("mallory@example.com").await;
        let mallory = app
            .link_past(
                mallory,
                "github",
                &ADA_AT_PROVIDER.replace("ada", "mallory"),
            )
            .await;
        app.hide_with_phone(&mallory, HERS).await;
        app.take_address(&mallory, "mallory@example.com", "ada@example.com")
            .await;
        app.set_mfa(&mallory, true).await;
        let mut ada = app.browser();
        set_new_password(&app, &mut ada)
            .await
            .leads_to("/signin?flash=password-reset&provider=ada@example.com");
        assert!(!mallory.is_signed_in().await);
        let mut mallory = app.browser();
        if comes_meanwhile {
            // Appwrite lets whoever comes through a provider past the second step.
            mallory = app
                .link_past(
                    mallory,
                    "github",
                    &ADA_AT_PROVIDER.replace("ada", "mallory"),
                )
                .await;
            assert!(mallory.is_signed_in().await);
            for (id, _) in app.identities(&mallory).await {
                app.unlink(&mallory, &id).await;
            }
        }
        with_password(&mut ada, NEW_PASSWORD).await;
        by_text(&app, &mut ada).await;
        ada.get("/account").await.shows(200, &["ada@example.com"]);
        assert!(!mallory.is_signed_in().await);
        assert_eq!(app.identities(&ada).await, []);
        let cookies = ada.cookies();
        assert!(!cookies.contains("-owed"), "{cookies}");
        // Her other browser stays signed in when she comes again.
        let mut also_ada = app.browser();
        with_password(&mut also_ada, NEW_PASSWORD).await;
        by_text(&app, &mut also_ada).await;
        assert!(also_ada.is_signed_in().await && ada.is_signed_in().await);
    }
}

/// A code for the earlier address and the app are a way in as long as the code is good.
#[tokio::test]
async fn a_strangers_app_is_waited_for() {
    let app = start().await;
    let mut mallory = app.signed_up("mallory@example.com").await;
    mallory.set_up_authenticator().await;
    app.hide_with_phone(&mallory, HERS).await;
    app.take_address(&mallory, "mallory@example.com", "ada@example.com")
        .await;
    app.set_mfa(&mallory, true).await;
    let mut ada = app.browser();
    set_new_password(&app, &mut ada)
        .await
        .leads_to("/signin?flash=password-reset&provider=ada@example.com");
    with_password(&mut ada, NEW_PASSWORD).await;
    by_text(&app, &mut ada).await;
    ada.get("/account").await.leads_to(UNPROVEN);
    app.an_hour_passes().await;
    with_password(&mut ada, NEW_PASSWORD).await;
    by_text(&app, &mut ada).await;
    ada.get("/account").await.shows(200, &["ada@example.com"]);
}

#[tokio::test]
async fn a_password_is_asked_for_again_when_the_second_step_is_gone() {
    let app = TestApp::start().await;
    let (ada, _) = app.signed_up_with_mfa("ada@example.com").await;
    let mut there = app.browser();
    with_password(&mut there, PASSWORD).await;
    app.set_mfa(&ada, false).await;
    there.get("/account").await.leads_to(SIGN_IN);
    assert!(!there.is_signed_in().await);
    let form = forms::sign_in("ada@example.com", PASSWORD);
    there.post("/signin", &form).await.leads_to("/account");
    assert!(there.is_signed_in().await);
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_of_an_account_that_hides() {
    for turns_off in [false, true] {
        let settings = Settings {
            auth_invalidate_sessions: false,
            ..Settings::default()
        };
        let (app, gate) = TestApp::start_behind_a_gate_with(settings).await;
        let mallory = app
            .signed_up_elsewhere("mallory@example.com", "ada@example.com")
            .await;
        app.set_mfa(&mallory, true).await;
        let mut ada = app.browser();
        ada.post("/recover", &[("email", "ada@example.com")]).await;
        let link = app.newest_link("ada@example.com").await;
        gate.close_to("PUT /account/recovery");
        let set =
            tokio::spawn(
                async move { ada.post(&link, &forms::choose_password(NEW_PASSWORD)).await },
            );
        gate.holds_one().await;
        if turns_off {
            app.set_mfa(&mallory, false).await;
        }
        gate.open();
        let answer = set.await.unwrap();
        if turns_off {
            answer.shows(403, &["hasn't been verified here"]);
        } else {
            answer.leads_to("/signin?flash=password-reset&provider=ada@example.com");
        }
        assert!(!mallory.is_signed_in().await);
        app.browser()
            .post("/signin", &forms::sign_in("ada@example.com", PASSWORD))
            .await
            .shows(401, &[]);
    }
}
