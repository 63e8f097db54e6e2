//! Signing in with an account at a provider, and linking one.

use appwrite_local::Settings;

use crate::support::{
    ADA_AT_PROVIDER, Answer, Browser, DENIED, SESSION_COOKIE, TestApp,
    forms::{self, PASSWORD},
    query_of, texts,
};

/// Begins a sign-in with its button.
async fn begin(browser: &mut Browser, provider: &str, next: &str) -> Answer {
    let form = [("provider", provider), ("next", next)];
    browser.post("/signin/oauth2", &form).await
}

/// Signs in from the button to the end, and returns the last answer.
async fn sign_in(app: &TestApp, browser: &mut Browser, decision: &str) -> Answer {
    let leaving = begin(browser, "github", "").await;
    let back = app.through_provider(&leaving, decision).await;
    browser.get(&back).await
}

#[tokio::test]
async fn allowing_it_at_the_provider_signs_in_and_leads_on() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    let page = ada.get("/signin?next=/account/identities").await;
    page.shows(
        200,
        &[
            "Continue with </span>GitHub",
            "Continue with </span>Google",
            r#"name="provider" value="github""#,
            r#"name="next" value="/account/identities""#,
        ],
    );
    let leaving = begin(&mut ada, "github", "/account/identities").await;
    // The page leaves by itself, and has a link in case the browser doesn't.
    let address = leaving.header("refresh").strip_prefix("0;url=").unwrap();
    let address = address.replace('&', "&amp;");
    leaving.shows(
        200,
        &["Continue to GitHub", &format!(r#"href="{address}""#)],
    );
    assert_eq!(leaving.header("cache-control"), "private, no-store");

    let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;
    let answer = ada.get(&back).await;
    answer.leads_to("/account/identities");
    let page = ada.get("/account/identities").await;
    page.shows(200, &["ada@example.com", "GitHub", "Link Google"]);
    page.hides(&["Link GitHub"]);
    ada.get("/account")
        .await
        .shows(200, &[texts::VERIFIED, "Ada"]);
}

#[tokio::test]
async fn the_same_person_comes_back_to_the_same_account() {
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let mut ada = app.browser();
        sign_in(&app, &mut ada, ADA_AT_PROVIDER)
            .await
            .leads_to("/account");
        ids.push(ada.account_id().await);
    }
    assert_eq!(ids[0], ids[1]);
    // So does a provider that asks no questions.
    let mut mock = app.browser();
    let leaving = begin(&mut mock, "mock", "").await;
    let back = app.through_provider(&leaving, "").await;
    mock.get(&back).await.leads_to("/account");
    assert_ne!(mock.account_id().await, ids[0]);
}

#[tokio::test]
async fn a_sign_in_leads_on_to_this_site_only() {
    let app = TestApp::start().await;
    for next in ["//evil.example", "https://evil.example", "/signin", "/mfa"] {
        let mut ada = app.browser();
        let leaving = begin(&mut ada, "github", next).await;
        let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;
        ada.get(&back).await.leads_to("/account");
    }
}

#[tokio::test]
async fn denying_it_at_the_provider_signs_nobody_in_and_keeps_the_way_on() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    let leaving = begin(&mut ada, "github", "/account/sessions").await;
    let back = app.through_provider(&leaving, DENIED).await;
    let sign_in = "/signin?next=/account/sessions";
    ada.get(&back)
        .await
        .leads_to(&format!("{sign_in}&flash=oauth2-failed&provider=github"));
    assert!(!ada.has_session());
    ada.get(sign_in).await.shows(
        200,
        &[
            "sign-in was cancelled or failed.",
            "note-bad",
            r#"name="next" value="/account/sessions""#,
        ],
    );
}

#[tokio::test]
async fn another_browsers_state_signs_nobody_in() {
    let app = TestApp::start().await;
    let mut mallory = app.browser();
    let leaving = begin(&mut mallory, "github", "").await;
    let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;

    // A browser that began nothing: somebody was sent the link.
    let mut victim = app.browser();
    victim.get(&back).await.shows(410, &[texts::START_AGAIN]);
    // A browser that began a sign-in of its own.
    begin(&mut victim, "github", "").await.shows(200, &[]);
    victim.get(&back).await.shows(410, &[texts::START_AGAIN]);
    assert!(!victim.has_session());

    // A state that isn't the cookie's, or none.
    let state = query_of(&back, "state");
    for changed in [
        back.replace(&state, &"0".repeat(state.len())),
        back.replace(&format!("state={state}"), "state="),
        back.replace("state=", "stat="),
    ] {
        let mut copy = mallory.clone();
        copy.get(&changed).await.shows(410, &[texts::START_AGAIN]);
        assert!(!copy.has_session());
        // A wrong state spoils no right one.
        copy.get(&back.replace("&secret=", "&x="))
            .await
            .shows(303, &[]);
    }
    // All that has not spoilt the original.
    mallory.get(&back).await.leads_to("/account");
}

#[tokio::test]
async fn a_state_works_once() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    let leaving = begin(&mut ada, "github", "").await;
    let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;
    let mut copy = ada.clone();
    ada.get(&back).await.leads_to("/account");
    let session = ada.cookie(SESSION_COOKIE).map(str::to_owned);
    // Going back to it, or loading it again, leads on. It signs nobody in or out.
    ada.get(&back).await.leads_to("/account");
    assert_eq!(ada.cookie(SESSION_COOKIE), session.as_deref());
    ada.forget(SESSION_COOKIE);
    ada.get(&back).await.leads_to("/account");
    assert!(!ada.has_session());
    // Whoever has only the address gets nowhere.
    app.browser().get(&back).await.shows(410, &[]);
    // With the old cookie it's Appwrite that refuses a used secret, once the answer isn't repeated anymore.
    let again = back.replace("&secret=", "&x=1&secret=");
    copy.get(&again).await.shows(410, &[]);
    assert!(!copy.has_session());
}

#[tokio::test]
async fn every_sign_in_has_a_long_state_of_its_own() {
    let app = TestApp::start().await;
    let mut states = Vec::new();
    for _ in 0..2 {
        let leaving = begin(&mut app.browser(), "github", "").await;
        let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;
        states.push(query_of(&back, "state"));
    }
    assert_eq!(states[0].len(), 32);
    assert_ne!(states[0], states[1]);
}

#[tokio::test]
async fn a_provider_that_is_switched_off_is_not_offered() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    for provider in ["discord", "", "../github", "github?x=1"] {
        let answer = begin(&mut app.browser(), provider, "").await;
        answer.shows(501, &[texts::NOT_OFFERED]);
        assert_eq!(answer.header("refresh"), "", "{provider}");
        let form = [("provider", provider)];
        let answer = ada.post("/account/identities/link", &form).await;
        answer.shows(501, &[texts::NOT_OFFERED]);
    }
    // Switched on here, but off at Appwrite.
    let settings = Settings {
        oauth_providers: vec!["google".to_owned()],
        ..Settings::default()
    };
    let app = TestApp::start_with_settings(settings).await;
    let answer = begin(&mut app.browser(), "github", "").await;
    answer.shows(501, &[texts::NOT_OFFERED]);
    begin(&mut app.browser(), "google", "")
        .await
        .shows(200, &["Continue to Google"]);
}

#[tokio::test]
async fn an_unverified_address_at_a_provider_does_not_open_an_account() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    let unverified = "&decision=allow&email=ada@example.com&name=Ada";
    let mut mallory = app.browser();
    let answer = sign_in(&app, &mut mallory, unverified).await;
    answer.leads_to("/signin?next=/account&flash=oauth2-address-taken&provider=github");
    assert!(!mallory.has_session());
    mallory
        .get("/signin")
        .await
        .shows(200, &["An account with that email already exists"]);
}

#[tokio::test]
async fn a_blocked_account_stays_out() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    sign_in(&app, &mut ada, ADA_AT_PROVIDER)
        .await
        .leads_to("/account");
    app.confirm_by_email(&mut ada, "ada@example.com").await;
    ada.post("/account/deactivate", &forms::DEACTIVATE)
        .await
        .leads_to("/signin?flash=deactivated");
    let answer = sign_in(&app, &mut ada, ADA_AT_PROVIDER).await;
    answer.leads_to("/signin?next=/account&flash=oauth2-blocked&provider=github");
    ada.get("/signin").await.shows(200, &["is blocked"]);
}

#[tokio::test]
async fn signing_in_at_a_provider_ends_the_session_before() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up("bob@example.com").await;
    let old = browser.clone();
    sign_in(&app, &mut browser, ADA_AT_PROVIDER)
        .await
        .leads_to("/account");
    browser
        .get("/account")
        .await
        .shows(200, &["ada@example.com"]);
    assert!(!old.is_signed_in().await);
}

/// Links an account at the provider to the one that is signed in.
async fn link(app: &TestApp, browser: &mut Browser, decision: &str) -> Answer {
    let form = [("provider", "github")];
    let leaving = browser.post("/account/identities/link", &form).await;
    let back = app.through_provider(&leaving, decision).await;
    browser.get(&back).await
}

#[tokio::test]
async fn an_account_with_the_same_address_can_be_linked() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    let id = ada.account_id().await;
    let page = ada.get("/account/identities").await;
    page.shows(200, &["Link GitHub", "No linked accounts yet."]);
    link(&app, &mut ada, ADA_AT_PROVIDER)
        .await
        .leads_to("/account/identities?flash=identity-linked&provider=github");
    let page = ada.get("/account/identities").await;
    page.shows(200, &["GitHub linked.", "GitHub", "ada@example.com"]);
    assert_eq!(ada.account_id().await, id);
    // Linking has replaced the session, so there is still only one.
    ada.get("/account/sessions")
        .await
        .hides(&["Sign out all others"]);

    let mut there = app.browser();
    sign_in(&app, &mut there, ADA_AT_PROVIDER)
        .await
        .leads_to("/account");
    assert_eq!(there.account_id().await, id);
}

#[tokio::test]
async fn an_account_with_another_address_is_not_linked() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let id = ada.account_id().await;
    let bob = "&decision=allow&email=bob@example.com&name=Bob&verified=1";
    ada.get("/account").await.shows(200, &[]);
    let before = ada.cookie(SESSION_COOKIE).map(str::to_owned);
    link(&app, &mut ada, bob)
        .await
        .leads_to("/account/identities?flash=identity-of-another&provider=github");
    assert_eq!(ada.cookie(SESSION_COOKIE), before.as_deref());
    let page = ada.get("/account/identities").await;
    page.shows(200, &["needs a verified email", "No linked accounts yet."]);
    assert_eq!(ada.account_id().await, id);

    // The linking left Bob's account without a session: the only one is what he starts now.
    let mut bobs = app.browser();
    sign_in(&app, &mut bobs, bob).await.leads_to("/account");
    let sessions = bobs.get("/account/sessions").await;
    sessions.shows(200, &["this device"]);
    sessions.hides(&["Sign out all others"]);
}

#[tokio::test]
async fn a_failed_linking_ends_where_it_began() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.signed_up("bob@example.com").await;
    link(&app, &mut ada, DENIED)
        .await
        .leads_to("/account/identities?flash=oauth2-failed&provider=github");
    let unverified = "&decision=allow&email=bob@example.com&name=Bob";
    link(&app, &mut ada, unverified)
        .await
        .leads_to("/account/identities?flash=oauth2-address-taken&provider=github");
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn signing_out_on_the_way_links_nothing() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let form = [("provider", "github")];
    let leaving = ada.post("/account/identities/link", &form).await;
    let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;
    ada.post("/signout", &[])
        .await
        .leads_to("/signin?flash=signed-out");
    ada.get(&back)
        .await
        .leads_to("/account/identities?flash=identity-of-another&provider=github");
    assert!(!ada.has_session());
}

/// Ada signs up at a provider and then changes her address. The old one, which the provider knows,
/// still signs in to her account.
async fn sign_up_and_move_on(app: &TestApp) {
    let mut ada = app.signed_in_at_provider().await;
    app.confirm_by_email(&mut ada, "ada@example.com").await;
    ada.post("/account/password/new", &forms::choose_password(PASSWORD))
        .await
        .leads_to("/account/security?flash=password-changed");
    let form = forms::change_email("ada@elsewhere.example", PASSWORD);
    ada.post("/account/email", &form)
        .await
        .leads_to("/account?flash=email-changed");
}

#[tokio::test]
async fn an_address_that_a_provider_knows_is_taken() {
    let app = TestApp::start().await;
    sign_up_and_move_on(&app).await;
    let form = forms::sign_up("ada@example.com", PASSWORD);
    app.browser()
        .post("/signup", &form)
        .await
        .shows(409, &["An account with this email already exists"]);
}

#[tokio::test]
async fn an_address_that_only_a_provider_knows_gets_the_usual_answer() {
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
            let flow = stranger
                .post(path, &[("email", email)])
                .await
                .leads_to_flow(then);
            let page = stranger.get(&flow).await;
            page.shows(200, &[email, "Sign in another way"]);
            let phrase = page.security_phrase();
            assert_eq!(phrase.split(' ').count(), 2, "{phrase}");
            let nonce = page.between("nonce=\"", "\"");
            let mut text = page.text.clone();
            for differs in [phrase, email, nonce, page.form_key()] {
                text = text.replace(differs, "");
            }
            if then == "/signin/code" {
                let code = match email {
                    "ada@example.com" => "123456",
                    _ => app.newest(email).await.wrong_code(),
                };
                let answer = stranger.post(&flow, &[("code", code)]).await;
                answer.shows(422, &[texts::CODE_WRONG]);
            }
            pages.push(text);
        }
        assert_eq!(pages[0], pages[1]);
    }
}

#[tokio::test]
async fn a_code_is_not_what_a_provider_brings() {
    let app = TestApp::start().await;
    let ada = app.signed_up("ada@example.com").await;
    let id = ada.account_id().await;
    let mut mallory = app.browser();
    mallory
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/code");
    let code = app.newest_code("ada@example.com").await;
    let leaving = begin(&mut mallory, "github", "").await;
    let back = app.through_provider(&leaving, DENIED).await;
    let state = query_of(&back, "state");
    let forged = format!("/signin/oauth2/callback?state={state}&userId={id}&secret={code}");
    mallory.get(&forged).await.shows(410, &[]);
    assert!(!mallory.has_session());
}
