//! A second step that hides an account from the app while it looks, and is gone afterwards.

use appwrite_local::Settings;

use super::{
    CODE_WRONG, TOLD, ask_for_code, by_code, by_link, by_provider, enter_code, password_answers,
    set_new_password, start, start_behind_a_gate,
};
use crate::support::{
    ADA_AT_PROVIDER, Browser, TestApp,
    forms::{self, NEW_PASSWORD, PASSWORD},
};

/// Where somebody is led whose second step is gone.
pub(super) const SIGN_IN: &str = "/signin?next=/account&flash=changed-meanwhile";

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
        .shows(200, &["changed while you were signing in"]);
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

/// Somebody who signed up an hour ago. A password that's set now is another one, then.
pub(super) async fn signed_up_long_ago(app: &TestApp) -> Browser {
    let mallory = app.signed_up("mallory@example.com").await;
    app.an_hour_passes().await;
    mallory
}

/// Answers the second step with a text message to this number.
pub(super) async fn by_text(app: &TestApp, browser: &mut Browser, number: &str) {
    let page = browser
        .post("/mfa/send", &[("factor", "phone")])
        .await
        .leads_to_flow("/mfa/code");
    let code = app.newest_code(number).await;
    browser
        .post(&page, &[("code", &code)])
        .await
        .shows(303, &[]);
}

/// Signs in with a password, which leads to the second step.
pub(super) async fn with_password(browser: &mut Browser, password: &str) {
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
        by_text(&app, &mut ada, HERS).await;
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
        by_text(&app, &mut ada, HERS).await;
        // The other one was used in the same seconds.
        let told = if noted { UNPROVEN } else { SIGN_IN };
        ada.get("/account").await.leads_to(told);
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
    by_text(&app, &mut ada, HERS).await;
    ada.get("/account").await.leads_to(UNPROVEN);
    assert!(!ada.is_signed_in().await);
    assert!(mallory.is_signed_in().await);
}

/// A link sets a new password for an account that hides, and whoever made it may still have a way in.
#[tokio::test]
async fn a_new_password_and_a_phone_leave_nobody_else_a_way_in() {
    for comes_meanwhile in [false, true] {
        let app = start().await;
        let mallory = signed_up_long_ago(&app).await;
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
        by_text(&app, &mut ada, HERS).await;
        ada.get("/account").await.shows(200, &["ada@example.com"]);
        assert!(!mallory.is_signed_in().await);
        assert_eq!(app.identities(&ada).await, []);
        let cookies = ada.cookies();
        assert!(!cookies.contains("-owed"), "{cookies}");
        // Her other browser stays signed in when she comes again.
        let mut also_ada = app.browser();
        with_password(&mut also_ada, NEW_PASSWORD).await;
        by_text(&app, &mut also_ada, HERS).await;
        assert!(also_ada.is_signed_in().await && ada.is_signed_in().await);
    }
}

/// Whoever made the account can turn the second step off again, before somebody comes with their new password.
#[tokio::test]
async fn a_new_password_alone_leaves_nobody_else_a_way_in() {
    for (by, waits) in [
        ("provider", false),
        ("provider", true),
        ("phone", true),
        ("recovery codes", true),
    ] {
        let app = start().await;
        let mut mallory = signed_up_long_ago(&app).await;
        if by == "recovery codes" {
            mallory.confirm_password().await;
            mallory.make_recovery_codes().await;
        }
        let at_github = ADA_AT_PROVIDER.replace("ada", "mallory");
        let mallory = app.link_past(mallory, "github", &at_github).await;
        if by == "phone" {
            app.hide_with_phone(&mallory, "+15550100111").await;
        }
        app.take_address(&mallory, "mallory@example.com", "ada@example.com")
            .await;
        app.set_mfa(&mallory, true).await;
        let mut ada = app.browser();
        set_new_password(&app, &mut ada)
            .await
            .leads_to("/signin?flash=password-reset&provider=ada@example.com");
        assert!(!mallory.is_signed_in().await);
        let mallory = app.link_past(app.browser(), "github", &at_github).await;
        app.set_mfa(&mallory, false).await;
        if waits {
            app.an_hour_passes().await;
        }
        let form = forms::sign_in("ada@example.com", NEW_PASSWORD);
        let answer = ada.post("/signin", &form).await;
        if by != "provider" || !waits {
            // There's more to the account than can be taken away, or may be.
            answer.shows(403, &["hasn't been verified here"]);
            assert!(!ada.is_signed_in().await, "{by}");
            continue;
        }
        answer.leads_to(TOLD);
        assert!(!mallory.is_signed_in().await);
        assert_eq!(app.identities(&ada).await, []);
        // From then on, it's known.
        let mut ada = app.link_past(ada, "github", ADA_AT_PROVIDER).await;
        ada.post("/signin", &form).await.leads_to("/account");
        assert_eq!(app.identities(&ada).await.len(), 1);
    }
}

/// Appwrite has taken the link by the time that the app sees what has changed meanwhile.
#[tokio::test]
async fn a_new_password_that_came_too_late_opens_nothing() {
    let settings = Settings {
        auth_invalidate_sessions: false,
        ..Settings::default()
    };
    let (app, gate) = start_behind_a_gate(settings).await;
    let mallory = app.signed_up("ada@example.com").await;
    app.an_hour_passes().await;
    let mut ada = app.browser();
    let email = [("email", "ada@example.com")];
    ada.post("/recover", &email).await;
    let link = app.newest_link("ada@example.com").await;
    gate.close_to("PUT /account/recovery");
    let form = forms::choose_password(NEW_PASSWORD);
    let set = tokio::spawn(async move { (ada.post(&link, &form).await, ada) });
    gate.holds_one().await;
    // Asked for with the old password before, which Appwrite has been hashing since.
    app.set_phone(&mallory, "+15550100111", NEW_PASSWORD).await;
    gate.open();
    let (answer, mut ada) = set.await.unwrap();
    answer.shows(403, &["hasn't been verified here"]);
    let form = forms::sign_in("ada@example.com", NEW_PASSWORD);
    let answer = ada.post("/signin", &form).await;
    answer.shows(403, &["hasn't been verified here"]);
    assert!(!ada.is_signed_in().await);
}

/// Appwrite can be away just when the link is used up.
#[tokio::test]
async fn the_first_sign_in_with_a_new_password_closes_what_is_left() {
    let (app, gate) = start_behind_a_gate(Settings::default()).await;
    let mallory = signed_up_long_ago(&app).await;
    let at_github = ADA_AT_PROVIDER.replace("ada", "mallory");
    let mallory = app.link_past(mallory, "github", &at_github).await;
    app.take_address(&mallory, "mallory@example.com", "ada@example.com")
        .await;
    app.set_mfa(&mallory, true).await;
    app.an_hour_passes().await;
    let mut ada = app.browser();
    let email = [("email", "ada@example.com")];
    ada.post("/recover", &email).await;
    let link = app.newest_link("ada@example.com").await;
    gate.refuse_calls("DELETE /users/");
    ada.post(&link, &forms::choose_password(NEW_PASSWORD))
        .await
        .leads_to("/signin?flash=password-reset&provider=ada@example.com");
    gate.refuse(false);
    let mallory = app.link_past(app.browser(), "github", &at_github).await;
    app.set_mfa(&mallory, false).await;
    let form = forms::sign_in("ada@example.com", NEW_PASSWORD);
    ada.post("/signin", &form).await.leads_to(TOLD);
    assert!(!mallory.is_signed_in().await);
    assert_eq!(app.identities(&ada).await, []);
}

/// A number of somebody else's is a way in, even if it's no second step yet.
#[tokio::test]
async fn a_strangers_number_is_not_shared() {
    let app = start().await;
    let mallory = signed_up_long_ago(&app).await;
    app.set_phone(&mallory, "+15550100111", PASSWORD).await;
    app.take_address(&mallory, "mallory@example.com", "ada@example.com")
        .await;
    app.set_mfa(&mallory, true).await;
    let mut ada = app.browser();
    set_new_password(&app, &mut ada)
        .await
        .leads_to("/signin?flash=password-reset&provider=ada@example.com");
    with_password(&mut ada, NEW_PASSWORD).await;
    let page = ada
        .post("/mfa/send", &[("factor", "email")])
        .await
        .leads_to_flow("/mfa/code");
    let code = app.newest_code("ada@example.com").await;
    ada.post(&page, &[("code", &code)]).await.shows(303, &[]);
    ada.get("/account").await.leads_to(UNPROVEN);
    assert!(!ada.is_signed_in().await);
}

#[tokio::test]
async fn somebody_who_is_signed_in_sets_a_new_password_by_link_and_loses_nothing() {
    let app = start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.an_hour_passes().await;
    app.set_phone(&ada, "+15550100199", PASSWORD).await;
    set_new_password(&app, &mut ada)
        .await
        .leads_to("/signin?flash=password-reset&provider=ada@example.com");
    let form = forms::sign_in("ada@example.com", NEW_PASSWORD);
    let mut there = app.browser();
    there.post("/signin", &form).await.leads_to("/account");
    assert!(there.is_signed_in().await);
}

#[tokio::test]
async fn a_password_that_was_set_here_ends_nothing() {
    let app = start().await;
    // By somebody who signed up, and changed it.
    let mut ada = app.signed_up("ada@example.com").await;
    let form = forms::change_password(PASSWORD, NEW_PASSWORD);
    ada.post("/account/password", &form)
        .await
        .leads_to("/account/security?flash=password-changed");
    // By a guest who has kept the account.
    let mut bea = app.browser();
    bea.post("/signin/anonymous", &[]).await;
    let form = forms::sign_up("bea@example.com", NEW_PASSWORD);
    bea.post("/account/upgrade", &form).await;
    // By somebody who came through a provider.
    let mut cleo = app.browser();
    let leaving = cleo.post("/signin/oauth2", &[("provider", "github")]).await;
    let decision = ADA_AT_PROVIDER.replace("ada", "cleo");
    let back = app.through_provider(&leaving, &decision).await;
    cleo.get(&back).await.leads_to("/account");
    app.confirm_by_email(&mut cleo, "cleo@example.com").await;
    let form = forms::choose_password(NEW_PASSWORD);
    cleo.post("/account/password/new", &form)
        .await
        .leads_to("/account/security?flash=password-changed");
    for (browser, email) in [
        (ada, "ada@example.com"),
        (bea, "bea@example.com"),
        (cleo, "cleo@example.com"),
    ] {
        let mut there = app.browser();
        let form = forms::sign_in(email, NEW_PASSWORD);
        there.post("/signin", &form).await.leads_to("/account");
        assert!(browser.is_signed_in().await, "{email}");
        let linked = app.identities(&there).await;
        assert_eq!(linked.len(), usize::from(email.starts_with("cleo")));
    }
}

/// A code for the earlier address and the app are a way in as long as the code is good.
#[tokio::test]
async fn a_strangers_app_is_waited_for() {
    let app = start().await;
    let mut mallory = signed_up_long_ago(&app).await;
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
    by_text(&app, &mut ada, HERS).await;
    ada.get("/account").await.leads_to(UNPROVEN);
    app.an_hour_passes().await;
    with_password(&mut ada, NEW_PASSWORD).await;
    by_text(&app, &mut ada, HERS).await;
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
