//! Signing in with an account elsewhere, and linking one.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use appwrite_local::Settings;
use common::{Answer, Browser, SESSION, TestApp, query_of};

const STATE: &str = "appwrite-session-oauth2";

/// Somebody at a provider who lets the app know who they are.
const ADA: &str = "&decision=allow&email=ada@example.com&name=Ada&verified=1";
const DENY: &str = "&decision=deny";

/// Begins a sign-in, as the button does.
async fn begin(browser: &mut Browser<'_>, provider: &str, next: &str) -> Answer {
    let form = [("provider", provider), ("next", next)];
    browser.post("/signin/oauth2", &form).await
}

/// Signs in from the button to the end, and returns where the app leads then.
async fn sign_in(app: &TestApp, browser: &mut Browser<'_>, decision: &str) -> Answer {
    let leaving = begin(browser, "github", "").await;
    let back = app.at_provider(&leaving, decision).await;
    browser.get(&back).await
}

#[tokio::test]
async fn who_allows_it_is_signed_in_and_led_on() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    let page = ada.get("/signin?next=/account/identities").await;
    page.shows(
        200,
        &[
            "Continue with GitHub",
            "Continue with Google",
            r#"name="provider" value="github""#,
            r#"name="next" value="/account/identities""#,
        ],
    );
    let leaving = begin(&mut ada, "github", "/account/identities").await;
    // The page leaves by itself, and has a link for a browser that does not.
    let address = leaving.header("refresh").strip_prefix("0;url=").unwrap();
    let address = address.replace('&', "&amp;");
    leaving.shows(200, &["Go to GitHub", &format!(r#"href="{address}""#)]);
    assert_eq!(leaving.header("cache-control"), "private, no-store");

    let back = app.at_provider(&leaving, ADA).await;
    let answer = ada.get(&back).await;
    answer.leads_to("/account/identities");
    assert_eq!(ada.cookie(STATE), None, "the state is used up");
    let page = ada.get("/account/identities").await;
    page.shows(200, &["ada@example.com", "GitHub", "Link Google"]);
    page.hides(&["Link GitHub"]);
    ada.get("/account").await.shows(200, &[">verified<", "Ada"]);
}

#[tokio::test]
async fn the_same_person_comes_back_to_the_same_account() {
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let mut ada = app.browser();
        sign_in(&app, &mut ada, ADA).await.leads_to("/account");
        ids.push(ada.account_id().await);
    }
    assert_eq!(ids[0], ids[1]);
    // A provider that asks nobody works as well.
    let mut mock = app.browser();
    let leaving = begin(&mut mock, "mock", "").await;
    let back = app.at_provider(&leaving, "").await;
    mock.get(&back).await.leads_to("/account");
    assert_ne!(mock.account_id().await, ids[0]);
}

#[tokio::test]
async fn only_paths_of_this_site_are_gone_on_to() {
    let app = TestApp::start().await;
    for next in ["//evil.example", "https://evil.example", "/signin", "/mfa"] {
        let mut ada = app.browser();
        let leaving = begin(&mut ada, "github", next).await;
        let back = app.at_provider(&leaving, ADA).await;
        ada.get(&back).await.leads_to("/account");
    }
}

#[tokio::test]
async fn who_denies_it_is_told_that_nobody_is_signed_in_and_can_go_on_another_way() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    let leaving = begin(&mut ada, "github", "/account/sessions").await;
    let back = app.at_provider(&leaving, DENY).await;
    let sign_in = "/signin?notice=oauth2-failed&next=/account/sessions";
    ada.get(&back).await.leads_to(sign_in);
    assert_eq!((ada.cookie(STATE), ada.cookie(SESSION)), (None, None));
    ada.get(sign_in).await.shows(
        200,
        &[
            "That did not sign you in.",
            "note-bad",
            r#"name="next" value="/account/sessions""#,
        ],
    );
}

#[tokio::test]
async fn a_state_that_is_not_this_browsers_signs_nobody_in() {
    let app = TestApp::start().await;
    let mut mallory = app.browser();
    let leaving = begin(&mut mallory, "github", "").await;
    let back = app.at_provider(&leaving, ADA).await;

    // A browser that began nothing, as when somebody is sent the link.
    let mut victim = app.browser();
    victim.get(&back).await.shows(410, &["Start again"]);
    // One that began another sign-in.
    begin(&mut victim, "github", "").await.shows(200, &[]);
    victim.get(&back).await.shows(410, &["Start again"]);
    assert_eq!(victim.cookie(SESSION), None);

    // Another state than the cookie's, or none.
    let state = query_of(&back, "state");
    for changed in [
        back.replace(&state, &"0".repeat(state.len())),
        back.replace(&format!("state={state}"), "state="),
        back.replace("state=", "stat="),
    ] {
        let mut copy = mallory.clone();
        copy.get(&changed).await.shows(410, &["Start again"]);
        assert_eq!((copy.cookie(SESSION), copy.cookie(STATE)), (None, None));
    }
    // What it was brought is good all the same.
    mallory.get(&back).await.leads_to("/account");
}

#[tokio::test]
async fn a_state_works_once() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    let leaving = begin(&mut ada, "github", "").await;
    let back = app.at_provider(&leaving, ADA).await;
    let mut copy = ada.clone();
    ada.get(&back).await.leads_to("/account");
    ada.get(&back).await.shows(410, &["Start again"]);
    assert!(ada.is_signed_in().await, "an old address signs nobody out");
    // With the old cookie it is Appwrite that knows the secret to be used.
    copy.get(&back).await.shows(410, &[]);
    assert_eq!(copy.cookie(SESSION), None);
}

#[tokio::test]
async fn two_sign_ins_have_two_states_that_nobody_guesses() {
    let app = TestApp::start().await;
    let mut states = Vec::new();
    for _ in 0..2 {
        let leaving = begin(&mut app.browser(), "github", "").await;
        let back = app.at_provider(&leaving, ADA).await;
        states.push(query_of(&back, "state"));
    }
    assert_eq!(states[0].len(), 32);
    assert_ne!(states[0], states[1]);
}

#[tokio::test]
async fn a_provider_that_is_off_is_not_led_to() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    for provider in ["discord", "", "../github", "github?x=1"] {
        let answer = begin(&mut app.browser(), provider, "").await;
        answer.shows(501, &["Not offered"]);
        assert_eq!(answer.header("refresh"), "", "{provider}");
        let form = [("provider", provider)];
        let answer = ada.post("/account/identities/link", &form).await;
        answer.shows(501, &["Not offered"]);
    }
    // On here, but off at Appwrite.
    let settings = Settings {
        oauth_providers: vec!["google".to_owned()],
        ..Settings::default()
    };
    let app = TestApp::start_on(settings, &[]).await;
    let answer = begin(&mut app.browser(), "github", "").await;
    answer.shows(501, &["Not offered"]);
    begin(&mut app.browser(), "google", "")
        .await
        .shows(200, &["Go to Google"]);
}

#[tokio::test]
async fn an_address_that_the_provider_has_not_verified_opens_no_account() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let unverified = "&decision=allow&email=ada@example.com&name=Ada";
    let mut mallory = app.browser();
    let answer = sign_in(&app, &mut mallory, unverified).await;
    answer.leads_to("/signin?notice=oauth2-address-taken&next=/account");
    assert_eq!(mallory.cookie(SESSION), None);
    mallory
        .get("/signin?notice=oauth2-address-taken")
        .await
        .shows(
            200,
            &["There is an account with that e-mail address already."],
        );
}

#[tokio::test]
async fn a_blocked_account_is_told_so() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    sign_in(&app, &mut ada, ADA).await.leads_to("/account");
    ada.post("/account/deactivate", &[("confirmation", "deactivate")])
        .await
        .leads_to("/signin?notice=deactivated");
    let answer = sign_in(&app, &mut ada, ADA).await;
    answer.leads_to("/signin?notice=oauth2-blocked&next=/account");
    ada.get("/signin?notice=oauth2-blocked")
        .await
        .shows(200, &["is blocked"]);
}

#[tokio::test]
async fn signing_in_ends_the_session_before() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up("bob@example.com").await;
    let mut old = browser.clone();
    sign_in(&app, &mut browser, ADA).await.leads_to("/account");
    browser
        .get("/account")
        .await
        .shows(200, &["ada@example.com"]);
    assert!(!old.is_signed_in().await);
}

/// Links what the provider says to the account that is signed in.
async fn link(app: &TestApp, browser: &mut Browser<'_>, decision: &str) -> Answer {
    let form = [("provider", "github")];
    let leaving = browser.post("/account/identities/link", &form).await;
    let back = app.at_provider(&leaving, decision).await;
    browser.get(&back).await
}

#[tokio::test]
async fn an_account_with_the_same_address_is_linked() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let id = ada.account_id().await;
    let page = ada.get("/account/identities").await;
    page.shows(
        200,
        &["Link GitHub", "No account elsewhere signs you in here."],
    );
    link(&app, &mut ada, ADA)
        .await
        .leads_to("/account/identities?notice=identity-linked");
    let page = ada.get("/account/identities?notice=identity-linked").await;
    page.shows(
        200,
        &["signs you in here from now on", "GitHub", "ada@example.com"],
    );
    assert_eq!(ada.account_id().await, id);
    // The session before it has ended, so that there is still one.
    ada.get("/account/sessions")
        .await
        .hides(&["End all other sessions"]);

    let mut there = app.browser();
    sign_in(&app, &mut there, ADA).await.leads_to("/account");
    assert_eq!(there.account_id().await, id);
}

#[tokio::test]
async fn an_account_with_another_address_is_not_linked_and_its_session_ends() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let id = ada.account_id().await;
    let bob = "&decision=allow&email=bob@example.com&name=Bob&verified=1";
    let before = ada.cookie(SESSION).unwrap().to_owned();
    link(&app, &mut ada, bob)
        .await
        .leads_to("/account/identities?notice=identity-of-another");
    assert_eq!(ada.cookie(SESSION), Some(before.as_str()));
    let page = ada
        .get("/account/identities?notice=identity-of-another")
        .await;
    page.shows(
        200,
        &["was not linked", "No account elsewhere signs you in here."],
    );
    assert_eq!(ada.account_id().await, id);

    // The account that it belongs to has no session but the one that Bob begins now.
    let mut bobs = app.browser();
    sign_in(&app, &mut bobs, bob).await.leads_to("/account");
    let sessions = bobs.get("/account/sessions").await;
    sessions.shows(200, &["this device"]);
    sessions.hides(&["End all other sessions"]);
}

#[tokio::test]
async fn what_goes_wrong_with_linking_is_said_where_it_began() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.sign_up("bob@example.com").await;
    link(&app, &mut ada, DENY)
        .await
        .leads_to("/account/identities?notice=oauth2-failed");
    let unverified = "&decision=allow&email=bob@example.com&name=Bob";
    link(&app, &mut ada, unverified)
        .await
        .leads_to("/account/identities?notice=oauth2-address-taken");
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn who_signed_out_on_the_way_links_nothing() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let form = [("provider", "github")];
    let leaving = ada.post("/account/identities/link", &form).await;
    let back = app.at_provider(&leaving, ADA).await;
    ada.post("/signout", &[])
        .await
        .leads_to("/signin?notice=signed-out");
    ada.get(&back)
        .await
        .leads_to("/account/identities?notice=identity-of-another");
    assert_eq!(ada.cookie(SESSION), None);
}

/// Somebody signs up at a provider, and gives the account another address. The one at the provider
/// still signs in to it.
async fn sign_up_and_move_on(app: &TestApp) {
    let mut ada = app.browser();
    sign_in(app, &mut ada, ADA).await.leads_to("/account");
    let form = [
        ("email", "ada@elsewhere.example"),
        ("password", "password-1"),
    ];
    ada.post("/account/email", &form)
        .await
        .leads_to("/account?notice=email-changed");
}

#[tokio::test]
async fn an_address_that_a_provider_knows_is_not_free() {
    let app = TestApp::start().await;
    sign_up_and_move_on(&app).await;
    let form = [("email", "ada@example.com"), ("new-password", "password-1")];
    app.browser()
        .post("/signup", &form)
        .await
        .shows(409, &["There is an account with this e-mail already."]);
}

#[tokio::test]
async fn an_address_that_only_a_provider_knows_is_answered_as_any_other() {
    let app = TestApp::start().await;
    sign_up_and_move_on(&app).await;
    let unknown = "grace@example.com";
    for (path, then) in [
        ("/signin/magic-url", "/signin/sent"),
        ("/signin/email-otp", "/signin/code"),
    ] {
        let mut pages = Vec::new();
        for email in ["ada@example.com", unknown] {
            let mut stranger = app.browser();
            stranger
                .post(path, &[("email", email)])
                .await
                .leads_to(then);
            let page = stranger.get(then).await;
            page.shows(200, &[email, "Try another way in"]);
            let phrase = page.between("it is not ours.</span><strong>", "<");
            assert_eq!(phrase.split(' ').count(), 2, "{phrase}");
            let mut text = page.text.replace(phrase, "").replace(email, "");
            if then == "/signin/code" {
                text = text.replace(page.between("nonce=\"", "\""), "");
                let code = match email {
                    "ada@example.com" => "123456",
                    _ => app.newest(email).await.wrong_code(),
                };
                let answer = stranger.post(then, &[("code", code)]).await;
                answer.shows(422, &["This code is wrong"]);
            }
            pages.push(text);
        }
        assert_eq!(pages[0], pages[1]);
    }
}
