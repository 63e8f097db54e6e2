//! Who says what becomes of a password that may be a stranger's, and that it's done then.

use serde_json::json;

use super::{REPLACE, by_code, by_provider, keep, password_answers};
use crate::support::{Browser, TestApp, forms::PASSWORD};

const WITHOUT: &str = "/account/password/replace/without";
const NEXT: &[(&str, &str)] = &[("next", "/account")];
const SESSIONS: &[&str] = &["sessions.write"];
const USERS: &[&str] = &["sessions.write", "users.write"];

/// Ways to prove an address.
const WAYS: [bool; 2] = [false, true];

async fn come(app: &TestApp, browser: &mut Browser, through_provider: bool, then: &str) {
    if through_provider {
        by_provider(app, browser, then).await;
    } else {
        by_code(app, browser, then).await;
    }
}

#[tokio::test]
async fn whoever_has_only_the_password_does_not_decide_about_it() {
    for (way, scopes) in [(false, SESSIONS), (true, SESSIONS), (false, USERS)] {
        let app = TestApp::start_with_scopes(scopes).await;
        app.signed_up("ada@example.com").await;
        let mut ada = app.browser();
        come(&app, &mut ada, way, REPLACE).await;
        let mut mallory = app.signed_in_past("ada@example.com").await;
        mallory.get("/account").await.leads_to(REPLACE);
        let page = mallory.get(REPLACE).await;
        page.shows(200, &["sign in again with a code", "Sign out"]);
        page.hides(&["It's mine, keep it", "Continue without a password"]);
        for mark in [true, false] {
            if !mark {
                let mut prefs = app.preferences(&mallory).await;
                prefs["undecidedPassword"] = "".into();
                app.replace_preferences(&mallory, &prefs).await;
            }
            keep(&mut mallory, PASSWORD).await;
            mallory.post(WITHOUT, NEXT).await;
            mallory.get("/account").await.leads_to(REPLACE);
            assert_eq!(password_answers(&app, PASSWORD).await, 403, "{way} {mark}");
        }
        // She's still asked, and what she says counts.
        ada.get("/account").await.leads_to(REPLACE);
        ada.post(WITHOUT, NEXT).await.leads_to("/account");
        ada.get("/account").await.shows(200, &[]);
        let forgets = scopes.contains(&"users.write");
        let status = if forgets { 401 } else { 403 };
        assert_eq!(password_answers(&app, PASSWORD).await, status, "{way}");
        come(&app, &mut app.browser(), way, "/account").await;
    }
}

#[tokio::test]
async fn whoever_has_come_is_asked_whatever_is_noted_meanwhile() {
    for way in WAYS {
        for wiped in ["the mark", "everything"] {
            let app = TestApp::start().await;
            app.signed_up("ada@example.com").await;
            let mut ada = app.browser();
            come(&app, &mut ada, way, REPLACE).await;
            let mallory = app.signed_in_past("ada@example.com").await;
            let mut prefs = app.preferences(&mallory).await;
            prefs["undecidedPassword"] = "".into();
            if wiped == "everything" {
                prefs = json!({ "theme": "dark" });
            }
            app.replace_preferences(&mallory, &prefs).await;
            ada.get("/account").await.leads_to(REPLACE);
            ada.get(REPLACE)
                .await
                .shows(200, &["Somebody set a password for"]);
            // A wrong one isn't kept.
            keep(&mut ada, "password-2").await.shows(422, &[]);
            ada.get("/account").await.leads_to(REPLACE);
            ada.post(WITHOUT, NEXT).await.leads_to("/account");
            assert_eq!(password_answers(&app, PASSWORD).await, 403, "{way} {wiped}");
            ada.get("/account").await.shows(200, &[]);
            come(&app, &mut app.browser(), way, "/account").await;
            assert!(ada.is_signed_in().await);
        }
    }
}

/// The decision isn't made by coming once more in the same browser.
#[tokio::test]
async fn another_proof_in_the_same_browser_is_no_decision() {
    for way in WAYS {
        let app = TestApp::start().await;
        app.signed_up("ada@example.com").await;
        let mut ada = app.browser();
        come(&app, &mut ada, way, REPLACE).await;
        come(&app, &mut ada, !way, REPLACE).await;
        come(&app, &mut ada, way, REPLACE).await;
        ada.get("/account").await.leads_to(REPLACE);
        assert_eq!(password_answers(&app, PASSWORD).await, 403, "{way}");
        keep(&mut ada, PASSWORD).await.leads_to("/account");
        ada.get("/account").await.shows(200, &[]);
        assert_eq!(password_answers(&app, PASSWORD).await, 303, "{way}");
    }
}

#[tokio::test]
async fn a_decision_that_fails_halfway_is_made_by_pressing_again() {
    for keeps in [true, false] {
        let (app, gate) = TestApp::start_behind_a_gate().await;
        app.signed_up("ada@example.com").await;
        let mut ada = app.browser();
        by_code(&app, &mut ada, REPLACE).await;
        for fails in [true, false] {
            if fails {
                gate.refuse_calls("PATCH /account/prefs");
            } else {
                gate.refuse(false);
            }
            let answer = if keeps {
                keep(&mut ada, PASSWORD).await
            } else {
                ada.post(WITHOUT, NEXT).await
            };
            if fails {
                answer.shows(503, &[]);
                ada.get("/account").await.leads_to(REPLACE);
            } else {
                answer.leads_to("/account");
            }
        }
        // Mark and note are one call.
        assert_eq!(gate.calls("PATCH /account/prefs"), 2);
        by_code(&app, &mut app.browser(), "/account").await;
        assert!(ada.is_signed_in().await);
        let status = if keeps { 303 } else { 403 };
        assert_eq!(password_answers(&app, PASSWORD).await, status);
    }
}

// notes: begin
/// The form is open in a tab while its owner signs in in another one, and is asked there.
#[tokio::test]
async fn a_long_form_is_shown_again_while_somebody_has_to_decide() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    let mut ada = app.browser();
    by_code(&app, &mut ada, REPLACE).await;
    let long = "A text that took an hour. ".repeat(150);
    let form = [("title", "Mine"), ("text", long.as_str())];
    let answer = ada.post("/notes/new", &form).await;
    answer.shows(403, &["Set a new password", &long]);
    keep(&mut ada, PASSWORD).await;
    ada.get("/notes").await.hides(&["Mine"]);
    ada.post("/notes/new", &form).await.shows(303, &[]);
}
// notes: end
