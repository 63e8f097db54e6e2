//! Signing in to an account that somebody else has made with one's address.

mod hashing;
mod owed;
mod provider;
mod two_devices;

use appwrite_local::Settings;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    ADA_AT_PROVIDER, Answer, Browser, Gate, TestApp,
    forms::{self, NEW_PASSWORD, PASSWORD},
    query_of, texts,
};

/// What a code that doesn't open an account is called, and what else the page says.
const CODE_WRONG: &[&str] = &["incorrect or has expired", "never verified here"];

/// Where somebody is led who is told that a stranger had a way in.
const TOLD: &str = "/account?flash=others-ended";

/// What the key has to be allowed for Appwrite to forget a password.
const SCOPES: &[&str] = &["sessions.write", "users.write"];

/// The app, whose key may have passwords forgotten.
async fn start() -> TestApp {
    TestApp::start_with_scopes(SCOPES).await
}

async fn start_behind_a_gate(settings: Settings) -> (TestApp, Gate) {
    TestApp::start_behind_a_gate_as(settings, SCOPES).await
}

/// Sets a new password with a link.
async fn set_new_password(app: &TestApp, browser: &mut Browser) -> Answer {
    let email = [("email", "ada@example.com")];
    browser
        .post("/recover", &email)
        .await
        .leads_to("/recover/sent");
    let link = app.newest_link("ada@example.com").await;
    let form = forms::choose_password(NEW_PASSWORD);
    browser.post(&link, &form).await
}

/// Asks for a code. Returns the page where it's entered, and the code.
async fn ask_for_code(app: &TestApp, browser: &mut Browser) -> (String, String) {
    let page = browser
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/code");
    (page, app.newest_code("ada@example.com").await)
}

/// Asks for a code and enters it, and returns the answer.
async fn enter_code(app: &TestApp, browser: &mut Browser) -> Answer {
    let (page, code) = ask_for_code(app, browser).await;
    browser.post(&page, &[("code", &code)]).await
}

/// Signs in with a code by email.
async fn by_code(app: &TestApp, browser: &mut Browser, then: &str) {
    enter_code(app, browser).await.leads_to(then);
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
    for way in ["code", "link", "provider"] {
        let app = start().await;
        let mallory = app.signed_up("ada@example.com").await;
        let also_mallory = app.signed_in("ada@example.com").await;
        let mut ada = app.browser();
        match way {
            "code" => by_code(&app, &mut ada, TOLD).await,
            "link" => by_link(&app, &mut ada, TOLD).await,
            _ => by_provider(&app, &mut ada, TOLD).await,
        }
        assert!(!mallory.is_signed_in().await, "{way}");
        assert!(!also_mallory.is_signed_in().await, "{way}");
        assert_eq!(password_answers(&app, PASSWORD).await, 401, "{way}");
        ada.get("/account").await.shows(
            200,
            &["a password or linked account from before no longer works"],
        );
        let sessions = ada.get("/account/sessions").await;
        sessions.hides(&["End all other sessions"]);

        // Appwrite keeps the date of a password that it has forgotten.
        ada.get("/account/security").await.shows(200, &["Not set"]);
        ada.get("/account/email")
            .await
            .leads_to("/account/password/new?next=/account/email&flash=password-first");
        ada.get("/account/password/new")
            .await
            .shows(200, &["Email me a link", "ada@example.com"]);
        ada.post("/account/password/new", &[("password", NEW_PASSWORD)])
            .await
            .leads_to("/account/password/new");
        set_new_password(&app, &mut ada).await.shows(303, &[]);
        assert_eq!(password_answers(&app, PASSWORD).await, 401, "{way}");
        assert_eq!(password_answers(&app, NEW_PASSWORD).await, 303, "{way}");
        let mut ada = app.browser();
        ada.post("/signin", &forms::sign_in("ada@example.com", NEW_PASSWORD))
            .await;
        let security = ada.get("/account/security").await;
        security.shows(200, &["<dd>Set</dd>"]);
    }
}

/// With the scopes that the app needs, it can't have Appwrite forget a password.
#[tokio::test]
async fn where_no_password_can_be_forgotten_a_new_one_comes_first() {
    for through_provider in [false, true] {
        let app = TestApp::start().await;
        let mut mallory = app.signed_up("ada@example.com").await;
        let mut ada = app.browser();
        let answer = if through_provider {
            let leaving = ada.post("/signin/oauth2", &[("provider", "github")]).await;
            let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;
            ada.get(&back).await
        } else {
            enter_code(&app, &mut ada).await
        };
        answer.shows(403, &["Set a new password", r#"href="/recover""#]);
        assert!(!ada.has_session());
        // Until then, the account is whose it was.
        assert!(mallory.is_signed_in().await);
        assert_eq!(password_answers(&app, PASSWORD).await, 303);
        mallory.get("/account/sessions").await.shows(200, &[]);

        set_new_password(&app, &mut ada)
            .await
            .leads_to("/signin?flash=password-reset&provider=ada@example.com");
        assert!(!mallory.is_signed_in().await);
        assert_eq!(password_answers(&app, PASSWORD).await, 401);
        assert_eq!(password_answers(&app, NEW_PASSWORD).await, 303);
        by_code(&app, &mut app.browser(), "/account").await;
        by_provider(&app, &mut app.browser(), "/account").await;
        assert_eq!(password_answers(&app, NEW_PASSWORD).await, 303);
    }
}

/// Whoever has a session writes the account's preferences.
#[tokio::test]
async fn a_password_that_its_owner_calls_forgotten_is_forgotten_nonetheless() {
    let app = start().await;
    let mallory = app.signed_up("ada@example.com").await;
    let account = app.call_appwrite(&mallory, Method::GET, "/account");
    let account: Value = account.send().await.unwrap().json().await.unwrap();
    let prefs = json!({ "forgottenPassword": account["passwordUpdate"] });
    app.replace_preferences(&mallory, &prefs).await;
    by_code(&app, &mut app.browser(), TOLD).await;
    assert_eq!(password_answers(&app, PASSWORD).await, 401);
    assert!(!mallory.is_signed_in().await);
}

/// Whoever has had a session for a moment may have linked an account of theirs.
#[tokio::test]
async fn a_new_password_by_link_unlinks_accounts_that_were_never_confirmed_here() {
    let app = start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    by_provider(&app, &mut app.browser(), "/account").await;
    let mallory = ADA_AT_PROVIDER.replace("ada", "mallory");
    let mallory = app.link_past(ada.clone(), "google", &mallory).await;
    assert_eq!(app.identities(&mallory).await.len(), 2);
    set_new_password(&app, &mut app.browser())
        .await
        .leads_to("/signin?flash=password-reset&provider=ada@example.com");
    let form = forms::sign_in("ada@example.com", NEW_PASSWORD);
    ada.post("/signin", &form).await.leads_to("/account");
    let linked = app.identities(&ada).await;
    assert_eq!(linked.len(), 1);
    assert_eq!(linked[0].1, "ada@example.com");
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

/// What a stranger can add to an account that they made with somebody else's address. The mailbox alone
/// mustn't open it: its owner would share the account with the stranger.
#[tokio::test]
async fn an_account_with_more_than_a_password_is_not_opened_by_the_mailbox_alone() {
    for more in ["second step", "app", "phone", "address"] {
        let app = TestApp::start().await;
        let mut mallory = if more == "address" {
            app.signed_up("mallory@example.com").await
        } else {
            app.signed_up("ada@example.com").await
        };
        match more {
            "second step" => {
                mallory.confirm_password().await;
                mallory.set_up_authenticator().await;
                mallory.switch_on_mfa().await;
            }
            "app" => {
                mallory.confirm_password().await;
                mallory.set_up_authenticator().await;
            }
            "phone" => {
                let form = [("phone", "+15550100199"), ("password", PASSWORD)];
                mallory.post("/account/phone", &form).await;
            }
            _ => {
                let form = [("email", "ada@example.com"), ("password", PASSWORD)];
                mallory.post("/account/email", &form).await;
            }
        }
        let mut ada = app.browser();
        // As if the code were wrong.
        let answer = enter_code(&app, &mut ada).await;
        answer.shows(422, CODE_WRONG);
        assert!(!ada.has_session(), "{more}");
        ada.post("/signin/magic-url", &[("email", "ada@example.com")])
            .await;
        let link = app.newest_link("ada@example.com").await;
        let answer = ada.post(&link, &[]).await;
        answer.shows(403, &["hasn't been verified here"]);
        assert!(!ada.has_session(), "{more}");
        // Appwrite has seen neither of them, so the address isn't the stranger's either.
        let profile = mallory.get("/account").await;
        profile.shows(200, &["not verified"]);
        // Whoever is signed in to the account verifies it.
        let answer = enter_code(&app, &mut mallory).await;
        assert_eq!(answer.status, 303, "{more}");
    }
}

#[tokio::test]
async fn a_first_proof_that_fails_halfway_is_taken_up_by_the_next_sign_in() {
    for call in [
        "POST /users",
        "PATCH /users",
        "POST /account/sessions/token",
        "PATCH /account/prefs",
        // Of the sessions, both the one that looked and all of them.
        "DELETE /users",
    ] {
        let (app, gate) = start_behind_a_gate(Settings::default()).await;
        let mallory = app.signed_up("ada@example.com").await;
        let mut ada = app.browser();
        gate.refuse_calls(call);
        let answer = enter_code(&app, &mut ada).await;
        assert_eq!(answer.status, 503, "{call}");
        assert!(!ada.has_session(), "{call}");
        gate.refuse(false);
        enter_code(&app, &mut ada).await.leads_to(TOLD);
        assert!(!mallory.is_signed_in().await, "{call}");
        assert_eq!(password_answers(&app, PASSWORD).await, 401, "{call}");
    }
}

/// Who comes may have had an account over there with this address, until somebody unlinked it.
#[tokio::test]
async fn an_account_elsewhere_with_another_address_does_not_open_an_unproved_one() {
    let app = TestApp::start().await;
    let at_provider = async |browser: &mut Browser| {
        let leaving = browser
            .post("/signin/oauth2", &[("provider", "github")])
            .await;
        let mallory = ADA_AT_PROVIDER.replace("ada", "mallory");
        let back = app.through_provider(&leaving, &mallory).await;
        browser.get(&back).await
    };
    let mut mallory = app.browser();
    at_provider(&mut mallory).await.leads_to("/account");
    app.set_password(&mallory).await;
    app.change_address(&mallory, "ada@example.com").await;
    let mut again = app.browser();
    at_provider(&mut again)
        .await
        .shows(403, &["hasn't been verified here"]);
    assert!(!again.has_session());
    // With the password they're in, and once the address is verified, that way too.
    app.change_address(&mallory, "mallory@home.example.com")
        .await;
    let mut mallory = app.signed_in_past("mallory@home.example.com").await;
    app.verify_email(&mut mallory, "mallory@home.example.com")
        .await;
    at_provider(&mut app.browser()).await.leads_to("/account");
}

/// Appwrite takes what was sent to an address for any other that the account has by then.
#[tokio::test]
async fn what_was_sent_to_another_address_proves_nothing() {
    let app = TestApp::start().await;
    let mut mallory = app.signed_up("mallory@example.com").await;
    mallory.post("/account/email/verify", &[]).await;
    let verification = app.newest_link("mallory@example.com").await;
    let mut links = Vec::new();
    for path in ["/signin/magic-url", "/recover"] {
        app.browser()
            .post(path, &[("email", "mallory@example.com")])
            .await;
        links.push(app.newest_link("mallory@example.com").await);
    }
    let mut waiting = app.browser();
    let code_page = waiting
        .post("/signin/email-otp", &[("email", "mallory@example.com")])
        .await
        .leads_to_flow("/signin/code");
    let code = app.newest_code("mallory@example.com").await;
    let form = [("email", "ada@example.com"), ("password", PASSWORD)];
    mallory
        .post("/account/email", &form)
        .await
        .leads_to("/account?flash=email-changed");

    mallory.post(&verification, &[]).await.shows(410, &[]);
    for link in links {
        let form = forms::choose_password(NEW_PASSWORD);
        app.browser().post(&link, &form).await.shows(410, &[]);
    }
    let answer = waiting.post(&code_page, &[("code", &code)]).await;
    answer.shows(422, CODE_WRONG);
    // A link for the new address is only in its mailbox.
    mallory.get("/account").await.shows(200, &["not verified"]);
}

#[tokio::test]
async fn a_new_password_by_link_makes_the_account_its_owners() {
    let app = TestApp::start().await;
    let mut mallory = app.signed_up("ada@example.com").await;
    let mut ada = app.browser();
    ada.post("/recover", &[("email", "ada@example.com")]).await;
    let link = app.newest_link("ada@example.com").await;
    ada.post(&link, &forms::choose_password(NEW_PASSWORD))
        .await
        .leads_to("/signin?flash=password-reset&provider=ada@example.com");
    assert!(!mallory.is_signed_in().await);
    assert_eq!(password_answers(&app, PASSWORD).await, 401);
    // That was the first proof: a code is only another way to sign in now.
    by_code(&app, &mut app.browser(), "/account").await;

    // With more to the account, the link alone doesn't open it.
    let app = TestApp::start().await;
    mallory = app.signed_up("ada@example.com").await;
    let phone = [("phone", "+15550100199"), ("password", PASSWORD)];
    mallory.post("/account/phone", &phone).await;
    ada = app.browser();
    ada.post("/recover", &[("email", "ada@example.com")]).await;
    let link = app.newest_link("ada@example.com").await;
    ada.post(&link, &forms::choose_password(NEW_PASSWORD))
        .await
        .shows(403, &["hasn't been verified here"]);
    assert!(mallory.is_signed_in().await);
    assert_eq!(password_answers(&app, PASSWORD).await, 303);
}

#[tokio::test]
async fn full_preferences_do_not_stop_the_first_proof() {
    let app = start().await;
    let mallory = app.signed_up("ada@example.com").await;
    let full = "x".repeat(65_500);
    app.call_appwrite(&mallory, Method::PATCH, "/account/prefs")
        .json(&json!({ "prefs": { "full": full } }))
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    by_code(&app, &mut app.browser(), TOLD).await;
    assert_eq!(password_answers(&app, PASSWORD).await, 401);
}

#[tokio::test]
async fn an_account_at_a_provider_that_a_stranger_has_linked_is_proved_when_its_owner_comes() {
    let app = start().await;
    let mallory = app.signed_up("ada@example.com").await;
    // Ada means to link her account over there to another one of hers. Appwrite links it here.
    let mut ada = app.signed_up("ada@home.example.com").await;
    let leaving = ada
        .post("/account/identities/link", &[("provider", "github")])
        .await;
    let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;
    ada.get(&back)
        .await
        .leads_to("/account/identities?flash=identity-of-another&provider=github");
    by_provider(&app, &mut app.browser(), TOLD).await;
    assert!(!mallory.is_signed_in().await);
    assert_eq!(password_answers(&app, PASSWORD).await, 401);
}

/// Appwrite takes any secret of an account's where it takes one.
#[tokio::test]
async fn a_code_by_text_message_proves_no_address() {
    let app = TestApp::start().await;
    let mut mallory = app.signed_up("ada@example.com").await;
    let form = [("phone", "+15550100199"), ("password", PASSWORD)];
    mallory.post("/account/phone", &form).await;
    let page = app
        .browser()
        .post("/signin/phone", &[("phone", "+15550100199")])
        .await
        .leads_to_flow("/signin/code");
    assert!(!page.is_empty());
    let code = app.newest_code("+15550100199").await;
    let page = mallory
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/code");
    mallory
        .post(&page, &[("code", &code)])
        .await
        .shows(410, &[]);
    // So the mailbox alone still doesn't open the account.
    let answer = enter_code(&app, &mut app.browser()).await;
    answer.shows(422, CODE_WRONG);
}

#[tokio::test]
async fn the_way_back_from_a_provider_takes_no_link() {
    let app = TestApp::start().await;
    app.browser()
        .post("/signin/magic-url", &[("email", "ada@example.com")])
        .await;
    let link = app.newest_link("ada@example.com").await;
    let mut mallory = app.browser();
    let leaving = mallory
        .post("/signin/oauth2", &[("provider", "github")])
        .await;
    let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;
    let (user, secret) = (query_of(&link, "userId"), query_of(&link, "secret"));
    let state = query_of(&back, "state");
    let forged = format!("/signin/oauth2/callback?state={state}&userId={user}&secret={secret}");
    let answer = mallory.get(&forged).await;
    assert!(answer.status >= 400, "{}", answer.status);
    assert!(!mallory.has_session());
}

/// The mail is read on a phone, where nobody is signed in.
#[tokio::test]
async fn a_link_that_verifies_an_address_counts_in_any_browser() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let form = [("phone", "+15550100199"), ("password", PASSWORD)];
    ada.post("/account/phone", &form).await;
    ada.post("/account/email/verify", &[]).await;
    let link = app.newest_link("ada@example.com").await;
    app.browser()
        .post(&link, &[])
        .await
        .leads_to("/signin?flash=email-verified");
    by_code(&app, &mut app.browser(), "/account").await;
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn a_target_that_was_deleted_hides_no_change_of_address() {
    let app = TestApp::start().await;
    let mut mallory = app.signed_up("mallory@example.com").await;
    let account = app.call_appwrite(&mallory, Method::GET, "/account");
    let account: Value = account.send().await.unwrap().json().await.unwrap();
    let target = account["targets"][0]["$id"].as_str().unwrap();
    let path = format!("/account/targets/{target}/push");
    app.call_appwrite(&mallory, Method::DELETE, &path)
        .send()
        .await
        .unwrap();
    let form = [("email", "ada@example.com"), ("password", PASSWORD)];
    mallory.post("/account/email", &form).await;
    let answer = enter_code(&app, &mut app.browser()).await;
    answer.shows(422, CODE_WRONG);
    // Nor does one for pushed messages with the new address.
    app.call_appwrite(&mallory, Method::POST, "/account/targets/push")
        .json(&json!({ "targetId": "unique()", "identifier": "ada@example.com" }))
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    let answer = enter_code(&app, &mut app.browser()).await;
    answer.shows(422, CODE_WRONG);
}

/// Appwrite may send a link to an address that the account got after the link was made.
#[tokio::test]
async fn a_link_made_for_one_address_and_sent_to_another_proves_neither() {
    let app = TestApp::start().await;
    let mut mallory = app.signed_up("mallory@example.com").await;
    app.change_address(&mallory, "ada@example.com").await;
    mallory.post("/account/email/verify", &[]).await;
    let made = app.newest_link("ada@example.com").await;
    app.change_address(&mallory, "mallory@example.com").await;
    mallory.post("/account/email/verify", &[]).await;
    let sent = app.newest_link("mallory@example.com").await;
    app.change_address(&mallory, "ada@example.com").await;
    let forged = sent.replace(&query_of(&sent, "to"), &query_of(&made, "to"));
    assert_ne!(forged, sent);
    for link in [forged, sent] {
        app.browser().post(&link, &[]).await.shows(410, &[]);
        mallory.post(&link, &[]).await.shows(410, &[]);
    }
    let answer = enter_code(&app, &mut app.browser()).await;
    answer.shows(422, CODE_WRONG);
}

#[tokio::test]
async fn what_is_remembered_of_a_session_proves_nothing() {
    let app = TestApp::start_with(&[("VISITOR_CACHE_SECONDS", "60")]).await;
    let mut mallory = app.signed_up("ada@example.com").await;
    mallory.get("/account").await.shows(200, &[]);
    let page = mallory
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/code");
    app.change_address(&mallory, "mallory@example.com").await;
    app.browser()
        .post("/signin/email-otp", &[("email", "mallory@example.com")])
        .await
        .leads_to_flow("/signin/code");
    let code = app.newest_code("mallory@example.com").await;
    mallory
        .post(&page, &[("code", &code)])
        .await
        .shows(422, CODE_WRONG);
    app.change_address(&mallory, "ada@example.com").await;
    let answer = enter_code(&app, &mut app.browser()).await;
    answer.shows(422, CODE_WRONG);
}

#[tokio::test]
async fn an_address_that_changes_while_another_is_verified_is_not_proved() {
    let (app, gate) = TestApp::start_behind_a_gate().await;
    let mut mallory = app.signed_up("mallory@example.com").await;
    let link = app.newest_link("mallory@example.com").await;
    gate.close_to("PUT /account/verifications/email");
    let mut elsewhere = app.browser();
    let verified = tokio::spawn(async move { elsewhere.post(&link, &[]).await });
    gate.holds_one().await;
    let form = [("email", "ada@example.com"), ("password", PASSWORD)];
    mallory
        .post("/account/email", &form)
        .await
        .leads_to("/account?flash=email-changed");
    gate.open();
    verified
        .await
        .unwrap()
        .leads_to("/signin?flash=email-verified");
    let answer = enter_code(&app, &mut app.browser()).await;
    answer.shows(422, CODE_WRONG);
}

#[tokio::test]
async fn a_password_that_a_stranger_sets_while_their_sessions_end_opens_nothing() {
    let settings = Settings {
        auth_invalidate_sessions: false,
        ..Settings::default()
    };
    let (app, gate) = start_behind_a_gate(settings).await;
    let (mut mallory, mut also_mallory) = (app.browser(), app.browser());
    by_provider(&app, &mut mallory, "/account").await;
    by_provider(&app, &mut also_mallory, "/account").await;
    let linked = app.call_appwrite(&mallory, Method::GET, "/account/identities");
    let linked: Value = linked.send().await.unwrap().json().await.unwrap();
    let path = format!(
        "/account/identities/{}",
        linked["identities"][0]["$id"].as_str().unwrap()
    );
    let unlinked = app.call_appwrite(&mallory, Method::DELETE, &path);
    unlinked.send().await.unwrap().error_for_status().unwrap();

    let mut ada = app.browser();
    let (page, code) = ask_for_code(&app, &mut ada).await;
    gate.close_to("DELETE /account/sessions/");
    let signed_in = tokio::spawn(async move { ada.post(&page, &[("code", &code)]).await });
    gate.holds_one().await;
    // One of the two sessions is left.
    let mut set = 0;
    for browser in [&mallory, &also_mallory] {
        let password = app.call_appwrite(browser, Method::PATCH, "/account/password");
        let password = password.json(&json!({ "password": PASSWORD }));
        set += u32::from(password.send().await.unwrap().status().is_success());
    }
    assert_eq!(set, 1);
    gate.open();
    signed_in.await.unwrap().leads_to(TOLD);
    assert_eq!(password_answers(&app, PASSWORD).await, 401);
    assert!(!mallory.is_signed_in().await && !also_mallory.is_signed_in().await);
}

/// After a new API key, nobody's address is noted as proved.
#[tokio::test]
async fn a_verified_address_without_a_note_is_proved_again_by_a_code() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    let form = [("phone", "+15550100199"), ("password", PASSWORD)];
    ada.post("/account/phone", &form).await;
    app.call_appwrite(&ada, Method::PATCH, "/account/prefs")
        .json(&json!({ "prefs": { "theme": "dark" } }))
        .send()
        .await
        .unwrap();
    let answer = enter_code(&app, &mut app.browser()).await;
    answer.shows(422, CODE_WRONG);
    let page = ada
        .post("/account/email/verify", &[])
        .await
        .leads_to_flow("/account/confirm/code");
    let code = app.newest_code("ada@example.com").await;
    ada.post(&page, &[("code", &code)])
        .await
        .leads_to("/account?flash=proved");
    by_code(&app, &mut app.browser(), "/account").await;
    assert!(ada.is_signed_in().await);
}

/// Appwrite would take its codes as soon as there's a second step.
#[tokio::test]
async fn an_app_that_a_stranger_has_begun_to_set_up_is_forgotten() {
    for way in ["code", "link", "reset"] {
        let app = start().await;
        let mut mallory = app.signed_up("ada@example.com").await;
        let (_, begun) = mallory.begin_authenticator().await;
        let mut ada = app.browser();
        match way {
            "code" => by_code(&app, &mut ada, TOLD).await,
            "link" => by_link(&app, &mut ada, TOLD).await,
            _ => {
                set_new_password(&app, &mut ada).await.shows(303, &[]);
                ada = app
                    .signed_in_past_with("ada@example.com", NEW_PASSWORD)
                    .await;
            }
        }
        let call = app.call_appwrite(&ada, Method::PUT, "/account/mfa/authenticators/totp");
        let answer = call.json(&json!({ "otp": begun.code() })).send().await;
        assert_eq!(answer.unwrap().status(), 401, "{way}");
    }
}
