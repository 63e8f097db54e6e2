//! A form that is sent twice, as by an impatient second press before the first answer is there.

use appwrite_local::Settings;
use futures::{StreamExt, stream::FuturesUnordered};
use reqwest::Method;

use crate::support::{
    ADA_AT_PROVIDER, Answer, Authenticator, Browser, Gate, SESSION_COOKIE, TestApp,
    forms::{self, NEW_PASSWORD, PASSWORD},
    texts,
};

/// What is typed into a form.
type Fields<'a> = &'a [(&'a str, &'a str)];

/// A form as its page has it, with the key.
async fn with_key<'a>(
    browser: &mut Browser,
    page: &str,
    fields: Fields<'a>,
) -> Vec<(&'a str, String)> {
    let key = browser.get(page).await.form_key().to_owned();
    let typed = fields
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()));
    typed.chain([("once", key)]).collect()
}

async fn post(browser: &mut Browser, action: &str, form: &[(&str, String)]) -> Answer {
    let form: Vec<_> = form.iter().map(|(name, it)| (*name, it.as_str())).collect();
    browser.post(action, &form).await
}

/// Opens a page and presses a button there twice. The browser gives up its first request when
/// Appwrite has done what it was for. Returns the answer to the second.
async fn press_twice(
    gate: &Gate,
    browser: &mut Browser,
    page: &str,
    action: &str,
    fields: Fields<'_>,
) -> Answer {
    let form = with_key(browser, page, fields).await;
    gate.close();
    let (mut same, there) = (browser.clone(), action.to_owned());
    let owned: Vec<_> = form
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    let first = tokio::spawn(async move {
        let form: Vec<_> = owned
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        post(&mut same, &there, &form).await
    });
    gate.holds_one().await;
    first.abort();
    assert!(first.await.is_err_and(|error| error.is_cancelled()));
    let opening = async { gate.open() };
    let (answer, ()) = tokio::join!(post(browser, action, &form), opening);
    answer
}

#[tokio::test]
async fn a_second_press_signs_in_like_the_first() {
    let (app, gate) =
        TestApp::start_behind_a_gate_as(Settings::default(), &["sessions.write", "users.write"])
            .await;
    app.signed_up("ada@example.com").await;
    let email = [("email", "ada@example.com")];

    let mut ada = app.browser();
    let form = forms::sign_in("ada@example.com", PASSWORD);
    press_twice(&gate, &mut ada, "/signin", "/signin", &form)
        .await
        .leads_to("/account");
    assert!(ada.is_signed_in().await);

    let mut ada = app.browser();
    ada.post("/signin/magic-url", &email)
        .await
        .leads_to("/signin/sent");
    let link = app.newest_link("ada@example.com").await;
    press_twice(&gate, &mut ada, &link, &link, &[])
        .await
        // A password was there before the address was proved.
        .leads_to("/account?flash=others-ended");
    assert!(ada.is_signed_in().await);

    let mut ada = app.browser();
    ada.post("/signin/email-otp", &email)
        .await
        .leads_to("/signin/code");
    let code = app.newest_code("ada@example.com").await;
    let form = [("code", code.as_str())];
    press_twice(&gate, &mut ada, "/signin/code", "/signin/code", &form)
        .await
        .leads_to("/account");
    assert!(ada.is_signed_in().await);

    let mut bob = app.browser();
    let form = forms::sign_up("bob@example.com", PASSWORD);
    press_twice(&gate, &mut bob, "/signup", "/signup", &form)
        .await
        .leads_to(&texts::link_sent("bob@example.com"));
    assert!(bob.is_signed_in().await);
}

#[tokio::test]
async fn a_second_press_of_a_links_form_finds_it_done() {
    let (app, gate) = TestApp::start_behind_a_gate().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.post("/account/email/verify", &[])
        .await
        .leads_to("/account?flash=verification-sent&provider=ada@example.com");
    let link = app.newest_link("ada@example.com").await;
    press_twice(&gate, &mut ada, &link, &link, &[])
        .await
        .leads_to("/account?flash=email-verified");

    let mut here = app.browser();
    here.post("/recover", &[("email", "ada@example.com")])
        .await
        .leads_to("/recover/sent");
    let link = app.newest_link("ada@example.com").await;
    let form = forms::choose_password(NEW_PASSWORD);
    press_twice(&gate, &mut here, &link, &link, &form)
        .await
        .leads_to("/signin?flash=password-reset&provider=ada@example.com");
}

#[tokio::test]
async fn a_second_press_changes_the_account_once() {
    let (app, gate) = TestApp::start_behind_a_gate().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let new_password = forms::change_password(PASSWORD, NEW_PASSWORD);
    let new_email = forms::change_email("lovelace@example.com", NEW_PASSWORD);
    let new_phone = forms::change_phone("+15550100199", NEW_PASSWORD);
    for (path, form, leads_to) in [
        (
            "/account/password",
            new_password,
            "/account/security?flash=password-changed",
        ),
        ("/account/email", new_email, "/account?flash=email-changed"),
        ("/account/phone", new_phone, "/account/phone/verify"),
    ] {
        press_twice(&gate, &mut ada, path, path, &form)
            .await
            .leads_to(leads_to);
    }
    press_twice(&gate, &mut ada, "/account", "/account/phone/send", &[])
        .await
        .leads_to("/account/phone/verify");
    let messages = app.inbox("+15550100199").await;
    assert_eq!(messages.len(), 2, "one for saving it");
    let form = [("code", messages[0].code())];
    let verify = "/account/phone/verify";
    press_twice(&gate, &mut ada, verify, verify, &form)
        .await
        .leads_to("/account?flash=phone-verified");

    ada.post("/account/confirm", &[("password", NEW_PASSWORD)])
        .await
        .leads_to("/account?flash=proved");
    let deactivate = "/account/deactivate";
    press_twice(&gate, &mut ada, deactivate, deactivate, &forms::DEACTIVATE)
        .await
        .leads_to("/signin?flash=deactivated");
}

#[tokio::test]
async fn a_second_press_shows_the_recovery_codes_that_count() {
    let (app, gate) = TestApp::start_behind_a_gate().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.set_up_authenticator().await;
    let path = "/account/security/recovery-codes";
    let page = press_twice(&gate, &mut ada, path, path, &[]).await;
    page.shows(200, &[r#"class="codes">"#]);
    assert_eq!(gate.calls("POST /account/mfa/recovery-codes"), 1);
    let code = page.between(r#"class="codes"><li><code>"#, "<");

    ada.switch_on_mfa().await;
    let mut half = app.signed_in("ada@example.com").await;
    let path = "/mfa/recovery-code";
    press_twice(&gate, &mut half, path, path, &forms::recovery_code(code))
        .await
        .leads_to("/account");
    assert!(half.is_signed_in().await);
}

/// Presses twice with the code that the app shows, and again if it went out of date on the way.
async fn press_code_twice(
    gate: &Gate,
    browser: &mut Browser,
    path: &str,
    authenticator: &Authenticator,
) -> Answer {
    loop {
        let code = authenticator.code();
        let form = [("code", code.as_str())];
        let answer = press_twice(gate, browser, path, path, &form).await;
        if answer.status != 422 || authenticator.code() == code {
            return answer;
        }
    }
}

#[tokio::test]
async fn a_second_press_answers_the_second_step_like_the_first() {
    let (app, gate) = TestApp::start_behind_a_gate().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.confirm_password().await;
    let page = ada
        .post("/account/security/totp/begin", &[])
        .await
        .leads_to_flow("/account/security/totp");
    let authenticator = Authenticator::new(&ada.get(&page).await.authenticator_secret());
    press_code_twice(&gate, &mut ada, &page, &authenticator)
        .await
        .leads_to("/account/security/recovery-codes?flash=totp-added");
    ada.switch_on_mfa().await;
    let mut half = app.signed_in("ada@example.com").await;
    press_code_twice(&gate, &mut half, "/mfa/totp", &authenticator)
        .await
        .leads_to("/account");
    assert!(half.is_signed_in().await);

    let mut bob = app.signed_up("bob@example.com").await;
    app.verify_email(&mut bob, "bob@example.com").await;
    bob.switch_on_mfa().await;
    let mut half = app.signed_in("bob@example.com").await;
    let page = half
        .post("/mfa/send", &[("factor", "email")])
        .await
        .leads_to_flow("/mfa/code");
    let code = app.newest_code("bob@example.com").await;
    press_twice(&gate, &mut half, &page, &page, &[("code", &code)])
        .await
        .leads_to("/account");
    assert!(half.is_signed_in().await);
}

#[tokio::test]
async fn a_second_press_sends_no_second_mail() {
    let (app, gate) = TestApp::start_behind_a_gate().await;
    let email = [("email", "ada@example.com")];
    for (path, leads_to) in [
        ("/signin/email-otp", "/signin/code"),
        ("/signin/magic-url", "/signin/sent"),
    ] {
        let before = app.inbox("ada@example.com").await.len();
        let mut ada = app.browser();
        press_twice(&gate, &mut ada, path, path, &email)
            .await
            .leads_to(leads_to);
        assert_eq!(ada.flows().len(), 1);
        assert_eq!(app.inbox("ada@example.com").await.len(), before + 1);
    }
}

#[tokio::test]
async fn a_second_press_makes_no_second_guest() {
    let (app, gate) = TestApp::start_behind_a_gate().await;
    let mut guest = app.browser();
    let form = [("next", "/account/sessions")];
    press_twice(&gate, &mut guest, "/signin", "/signin/anonymous", &form)
        .await
        .leads_to("/account/sessions");
    assert!(guest.is_signed_in().await);
    assert_eq!(gate.calls("POST /account/sessions/anonymous"), 1);

    let upgrade = "/account/upgrade";
    let form = forms::sign_up("ada@example.com", PASSWORD);
    press_twice(&gate, &mut guest, upgrade, upgrade, &form)
        .await
        .leads_to("/account?flash=upgraded&provider=ada@example.com");
}

#[tokio::test]
async fn a_corrected_form_is_another_one() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    let mut ada = app.browser();
    let wrong = forms::sign_in("ada@example.com", "not the password");
    let mut form = with_key(&mut ada, "/signin", &wrong).await;
    post(&mut ada, "/signin", &form).await.shows(401, &[]);
    // Back, with the page as it was, and so with its key.
    form[1].1 = PASSWORD.to_owned();
    post(&mut ada, "/signin", &form).await.leads_to("/account");
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn another_page_or_no_key_is_another_form() {
    let app = TestApp::start().await;
    let (mut one, mut two) = (app.browser(), app.browser());
    let form = with_key(&mut one, "/signin", &[("next", "")]).await;
    post(&mut one, "/signin/anonymous", &form)
        .await
        .leads_to("/account");
    let form = with_key(&mut two, "/signin", &[("next", "")]).await;
    post(&mut two, "/signin/anonymous", &form)
        .await
        .leads_to("/account");
    assert_ne!(one.account_id().await, two.account_id().await);

    for key in ["", "x", "00000000000000000000000000000000x"] {
        let (mut one, mut two) = (app.browser(), app.browser());
        for guest in [&mut one, &mut two] {
            guest
                .post("/signin/anonymous", &[("once", key)])
                .await
                .leads_to("/account");
        }
        assert_ne!(one.account_id().await, two.account_id().await, "{key}");
    }
}

#[tokio::test]
async fn an_outage_is_not_repeated() {
    let (app, gate) = TestApp::start_behind_a_gate().await;
    app.signed_up("ada@example.com").await;
    let mut ada = app.browser();
    let typed = forms::sign_in("ada@example.com", PASSWORD);
    let form = with_key(&mut ada, "/signin", &typed).await;
    gate.refuse(true);
    post(&mut ada, "/signin", &form).await.shows(503, &[]);
    gate.refuse(false);
    post(&mut ada, "/signin", &form).await.leads_to("/account");
}

#[tokio::test]
async fn signing_in_again_after_signing_out_begins_a_new_session() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    let mut ada = app.browser();
    let typed = forms::sign_in("ada@example.com", PASSWORD);
    let form = with_key(&mut ada, "/signin", &typed).await;
    post(&mut ada, "/signin", &form).await.leads_to("/account");
    let first = ada.cookie(SESSION_COOKIE).unwrap().to_owned();
    ada.post("/signout", &[])
        .await
        .leads_to("/signin?flash=signed-out");
    post(&mut ada, "/signin", &form).await.leads_to("/account");
    assert_ne!(ada.cookie(SESSION_COOKIE), Some(first.as_str()));
    assert!(ada.is_signed_in().await);

    // The session ends elsewhere, which the next page notices.
    app.call_appwrite(&ada, Method::DELETE, "/account/sessions/current")
        .send()
        .await
        .unwrap();
    ada.get("/account").await.leads_to("/signin?next=/account");
    post(&mut ada, "/signin", &form).await.leads_to("/account");
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn an_answer_is_only_for_the_session_that_it_was_made_for() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.confirm_password().await;
    let path = "/account/security/recovery-codes";
    let form = with_key(&mut ada, path, &[]).await;
    let codes = post(&mut ada, path, &form).await;
    codes.shows(200, &[r#"class="codes">"#]);
    assert_eq!(post(&mut ada, path, &form).await.text, codes.text);
    // Somebody has come by the key, as by going back in Ada's browser when she has signed out.
    for mut other in [app.browser(), app.signed_up("bob@example.com").await] {
        let answer = post(&mut other, path, &form).await;
        let code = codes.between(r#"class="codes"><li><code>"#, "<");
        answer.hides(&[code]);
    }
}

#[tokio::test]
async fn every_form_has_its_pages_key() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mut keys = Vec::new();
    let link = "?userId=u&secret=s";
    for (browser, paths) in [
        (
            &mut app.browser(),
            vec![
                "/signin".to_owned(),
                "/signup".to_owned(),
                "/signin/phone".to_owned(),
                "/recover".to_owned(),
                format!("/signin/link{link}"),
                format!("/recover/confirm{link}"),
                format!("/verify{link}"),
            ],
        ),
        (
            &mut ada,
            [
                "/account",
                "/account/email",
                "/account/password",
                "/account/security",
                "/account/security/recovery-codes",
                "/account/identities",
                "/account/preferences",
                "/signout",
            ]
            .map(str::to_owned)
            .to_vec(),
        ),
    ] {
        for path in paths {
            let page = browser.get(&path).await;
            page.shows(200, &[]);
            let key = page.form_key().to_owned();
            let field = format!(r#"<input type="hidden" name="once" value="{key}""#);
            let fields = page.text.matches(&field).count();
            // Signing out in the header needs none: the second time there's nothing left to do.
            let in_header = r#"action="/signout"><input type="hidden" name="shown_to""#;
            let others = page.text.matches("<form").count() - page.text.matches(in_header).count();
            assert_eq!(fields, others, "{path}");
            assert_eq!(key.len(), 32);
            keys.push(key);
        }
    }
    let all = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), all, "each page has a key of its own");
}

#[tokio::test]
async fn without_a_key_a_used_link_says_so() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    ada.post("/signin/magic-url", &[("email", "ada@example.com")])
        .await
        .leads_to("/signin/sent");
    let link = app.newest_link("ada@example.com").await;
    ada.post(&link, &[]).await.leads_to("/account");
    let again = app.browser().post(&link, &[]).await;
    again.shows(410, &[texts::LINK_DEAD, "Send a new link"]);
}

#[tokio::test]
async fn after_signing_out_no_answer_is_repeated() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.set_up_authenticator().await;
    let path = "/account/security/recovery-codes";
    let form = with_key(&mut ada, path, &[]).await;
    let page = post(&mut ada, path, &form).await;
    page.shows(200, &[r#"class="codes">"#]);
    let mut thief = ada.clone();
    ada.post("/signout", &[]).await;
    let answer = post(&mut thief, path, &form).await;
    answer.leads_to(&format!("/signin?next={path}&flash=nothing-saved"));
}

/// Reloading, or going back and forward, gives up the first request. What Appwrite has sent along is used up
/// by then.
#[tokio::test]
async fn coming_back_from_a_provider_twice_signs_in_once() {
    let (app, gate) = TestApp::start_behind_a_gate().await;
    let mut ada = app.browser();
    let leaving = ada.post("/signin/oauth2", &[("provider", "github")]).await;
    let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;
    gate.close_to("POST /account/sessions/token");
    let (mut same, there) = (ada.clone(), back.clone());
    let first = tokio::spawn(async move { same.get(&there).await });
    gate.holds_one().await;
    first.abort();
    assert!(first.await.is_err_and(|error| error.is_cancelled()));
    // Another browser isn't given what this one waits for.
    let mut mallory = app.browser();
    mallory.get(&back).await.shows(410, &[]);
    let opening = async { gate.open() };
    let (answer, ()) = tokio::join!(ada.get(&back), opening);
    answer.leads_to("/account");
    assert!(ada.is_signed_in().await);
    mallory.get(&back).await.shows(410, &[]);
    assert!(!mallory.has_session());
    assert_eq!(gate.calls("POST /account/sessions/token"), 1);
}

/// Whoever sends a form again and again takes only so many connections with it.
#[tokio::test]
async fn few_wait_for_the_same_answer() {
    let (app, gate) = TestApp::start_behind_a_gate().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let form = with_key(&mut ada, "/account/name", &[("name", "Ada L.")]).await;
    gate.close_to("PATCH /account/name");
    let send = || {
        let (mut same, form) = (ada.clone(), form.clone());
        async move { post(&mut same, "/account/name", &form).await.status }
    };
    let mut sent: FuturesUnordered<_> = (0..20).map(|_| send()).collect();
    // One does the work.
    for _ in 8..20 {
        assert_eq!(sent.next().await, Some(503));
    }
    gate.open();
    let waited: Vec<_> = sent.collect().await;
    assert_eq!(waited, [303; 8]);
    assert_eq!(gate.calls("PATCH /account/name"), 1);
}
