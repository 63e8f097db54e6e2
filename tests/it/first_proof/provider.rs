//! An account that changes while somebody comes to it through a provider.
//!
//! Appwrite has let them in by then, and doesn't say by which of the linked accounts. Whoever else has a
//! session can move the account to another address in the meantime, and unlink what they came by.

use appwrite_local::Settings;
use reqwest::Method;
use serde_json::json;

use super::{REPLACE, by_provider, password_answers};
use crate::support::{
    ADA_AT_PROVIDER, Browser, TestApp,
    forms::{self, NEW_PASSWORD, PASSWORD},
    texts,
};

const CALLBACK_EXPIRED: &[&str] = &[texts::START_AGAIN];

/// Comes back from the provider, but not to the app yet. Returns where that is.
async fn on_the_way(app: &TestApp, browser: &mut Browser, name: &str, action: &str) -> String {
    let leaving = browser.post(action, &[("provider", "github")]).await;
    let decision = ADA_AT_PROVIDER.replace("ada", name);
    app.through_provider(&leaving, &decision).await
}

async fn signs_in(app: &TestApp, browser: &mut Browser, name: &str) -> String {
    on_the_way(app, browser, name, "/signin/oauth2").await
}

/// Somebody who came through a provider, has set a password, and has taken another's address.
async fn came_by_provider(app: &TestApp) -> Browser {
    let mut mallory = app.browser();
    let back = signs_in(app, &mut mallory, "mallory").await;
    mallory.get(&back).await.leads_to("/account");
    app.set_password(&mallory).await;
    app.change_address(&mallory, "ada@example.com").await;
    app.signed_in_past("ada@example.com").await
}

/// Somebody who signed up, has verified their address, and has taken another's.
async fn verified(app: &TestApp) -> Browser {
    let mut mallory = app.signed_up("mallory@example.com").await;
    app.verify_email(&mut mallory, "mallory@example.com").await;
    app.change_address(&mallory, "ada@example.com").await;
    mallory
}

/// Ada comes once more, and the account is hers.
async fn is_taken_over(app: &TestApp, mallory: &Browser) {
    let mut ada = app.browser();
    by_provider(app, &mut ada, REPLACE).await;
    ada.get(REPLACE)
        .await
        .shows(200, &["Somebody set a password for", "ada@example.com"]);
    assert!(!mallory.is_signed_in().await);
    assert_eq!(password_answers(app, PASSWORD).await, 403);
    let linked = app.identities(&ada).await;
    assert_eq!(linked.len(), 1);
    assert_eq!(linked[0].1, "ada@example.com");
}

#[tokio::test]
async fn linking_another_account_there_does_not_prove_the_one_that_has_just_come() {
    for action in ["/account/identities/link", "/signin/oauth2"] {
        let app = TestApp::start().await;
        let mut mallory = came_by_provider(&app).await;
        let mallorys = on_the_way(&app, &mut mallory, "mallory", action).await;
        let mut ada = app.browser();
        let back = signs_in(&app, &mut ada, "ada").await;
        // Hers is linked to his account by now.
        mallory.get(&mallorys).await;
        let answer = ada.get(&back).await;
        assert_ne!(answer.header("location"), "/account", "{action}");
        assert!(!mallory.is_signed_in().await);
        is_taken_over(&app, &mallory).await;
    }
}

#[tokio::test]
async fn an_account_there_that_somebody_else_links_later_is_not_proved() {
    for moves in [false, true] {
        let app = TestApp::start().await;
        let mut mallory = if moves {
            verified(&app).await
        } else {
            came_by_provider(&app).await
        };
        // Ada means to link hers to her own account. Appwrite links it to his.
        let mut ada = app.signed_up("ada@home.example.com").await;
        let action = "/account/identities/link";
        let back = on_the_way(&app, &mut ada, "ada", action).await;
        ada.get(&back)
            .await
            .leads_to("/account/identities?flash=identity-of-another&provider=github");
        if moves {
            // Whose address is proved.
            app.change_address(&mallory, "mallory@example.com").await;
        }
        let back = on_the_way(&app, &mut mallory, "mallory", action).await;
        mallory.get(&back).await;
        if moves {
            app.change_address(&mallory, "ada@example.com").await;
        }
        let mut ada = app.browser();
        let back = signs_in(&app, &mut ada, "ada").await;
        let answer = ada.get(&back).await;
        assert_ne!(answer.header("location"), "/account", "{moves}");
        is_taken_over(&app, &mallory).await;
    }
}

/// The one that's proved says nothing about whoever comes by another.
#[tokio::test]
async fn an_account_that_is_at_another_address_for_a_moment_is_not_known() {
    for came in [true, false] {
        let app = TestApp::start().await;
        let mallory = if came {
            came_by_provider(&app).await
        } else {
            verified(&app).await
        };
        if came {
            // Nothing is noted, so nobody can say whose it is that's linked.
            app.replace_preferences(&mallory, &json!({ "theme": "dark" }))
                .await;
        }
        let mut ada = app.browser();
        let back = signs_in(&app, &mut ada, "ada").await;
        app.change_address(&mallory, "mallory@example.com").await;
        ada.get(&back).await.shows(410, CALLBACK_EXPIRED);
        assert!(!ada.has_session());
        app.change_address(&mallory, "ada@example.com").await;
        is_taken_over(&app, &mallory).await;
    }
}

#[tokio::test]
async fn an_account_that_moves_back_after_somebody_has_come_is_not_theirs() {
    let app = TestApp::start().await;
    let mallory = came_by_provider(&app).await;
    let mut ada = app.browser();
    let back = signs_in(&app, &mut ada, "ada").await;
    app.change_address(&mallory, "mallory@example.com").await;
    for (id, email) in app.identities(&mallory).await {
        if email == "ada@example.com" {
            app.unlink(&mallory, &id).await;
        }
    }
    // What's left looks as if he had come.
    ada.get(&back).await.leads_to("/account");
    ada.get("/account")
        .await
        .shows(200, &["mallory@example.com"]);
    app.change_address(&mallory, "ada@example.com").await;
    ada.get("/account")
        .await
        .leads_to("/signin?next=/account&flash=address-moved");
    assert!(!ada.is_signed_in().await);
    is_taken_over(&app, &mallory).await;
}

#[tokio::test]
async fn a_decision_is_open_at_another_address_and_with_another_password() {
    // Otherwise Appwrite ends hers with the password.
    let app = TestApp::start_with_settings(Settings {
        auth_invalidate_sessions: false,
        ..Settings::default()
    })
    .await;
    verified(&app).await;
    let mut ada = app.browser();
    by_provider(&app, &mut ada, REPLACE).await;
    let mallory = app.signed_in_past("ada@example.com").await;
    app.change_address(&mallory, "mallory@example.com").await;
    app.call_appwrite(&mallory, Method::PATCH, "/account/password")
        .json(&json!({ "password": NEW_PASSWORD, "oldPassword": PASSWORD }))
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    ada.get("/account").await.leads_to(REPLACE);
    ada.get(REPLACE)
        .await
        .shows(200, &["Somebody set a password for", "mallory@example.com"]);
    ada.post("/account/password/replace/without", &[])
        .await
        .leads_to("/account");
    let form = forms::sign_in("mallory@example.com", NEW_PASSWORD);
    app.browser().post("/signin", &form).await.shows(403, &[]);
}

/// Somebody who changes their own address stays signed in.
#[tokio::test]
async fn an_address_that_its_owner_changes_ends_no_session_of_theirs() {
    let app = TestApp::start().await;
    let mut ada = app.signed_in_at_provider().await;
    app.confirm_by_email(&mut ada, "ada@example.com").await;
    ada.post(
        "/account/password/new",
        &[("password", PASSWORD), ("next", "/account")],
    )
    .await
    .shows(303, &[]);
    let form = [("email", "ada@home.example.com"), ("password", PASSWORD)];
    ada.post("/account/email", &form)
        .await
        .leads_to("/account?flash=email-changed");
    ada.get("/account")
        .await
        .shows(200, &["ada@home.example.com"]);
    // Once it's verified, the other ones go on, too.
    app.browser()
        .post("/signin", &forms::sign_in("ada@home.example.com", PASSWORD))
        .await
        .leads_to("/account");
}

/// Who has signed up here with a password and links an account later is only asked as long as the address
/// isn't verified.
#[tokio::test]
async fn an_account_there_with_a_verified_address_is_only_another_way_to_sign_in() {
    for verifies in [true, false] {
        let app = TestApp::start().await;
        let mut ada = app.signed_up("ada@example.com").await;
        if verifies {
            app.verify_email(&mut ada, "ada@example.com").await;
        }
        app.link(&mut ada, "github").await;
        let then = if verifies { "/account" } else { REPLACE };
        by_provider(&app, &mut app.browser(), then).await;
        assert_eq!(ada.is_signed_in().await, verifies);
    }
}
