//! Links in emails, whoever opens them: they say whose they are, and nobody loses one.

use std::future::ready;

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Browser, DENIED, SESSION_COOKIE, TestApp, Upstream, appwrite_error,
    forms::{self, NEW_PASSWORD, PASSWORD},
    query_of, texts,
};

const NOT_ASKED_FOR: &str = "This browser didn't ask for this link.";

/// Has a link of each kind sent to Ada, who is signed in: to sign in, to verify her address and to
/// reset her password. She asks from another browser.
async fn links(app: &TestApp, ada: &mut Browser) -> [String; 3] {
    let form = [("email", "ada@example.com")];
    app.browser().post("/signin/magic-url", &form).await;
    let sign_in = app.newest_link("ada@example.com").await;
    ada.post("/account/email/verify", &[]).await;
    let verify = app.newest_link("ada@example.com").await;
    app.browser().post("/recover", &form).await;
    let recover = app.newest_link("ada@example.com").await;
    [sign_in, verify, recover]
}

#[tokio::test]
async fn a_link_for_another_account_names_who_is_signed_in_before_anything_changes() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mut bob = app.signed_up("bob@example.com").await;
    let [sign_in, verify, recover] = links(&app, &mut ada).await;
    for (link, then, is_trap) in [
        (&sign_in, "signs you out of yours", true),
        (&verify, "You stay signed in to yours", true),
        (&recover, "signs you out of yours", false),
    ] {
        let page = bob.get(link).await;
        page.shows(
            200,
            &[
                "signed in as <strong>bob@example.com</strong>",
                "This link is for another account",
                then,
            ],
        );
        assert_eq!(page.text.contains(NOT_ASKED_FOR), is_trap, "{link}");
        // The link may be anybody's, so nobody's address is read from it.
        page.hides(&["ada@example.com"]);
        // Whose it is sees nothing of this.
        let page = ada.get(link).await;
        page.shows(200, &[]);
        page.hides(&[NOT_ASKED_FOR, "signed in as"]);
    }
    assert!(bob.is_signed_in().await);
}

#[tokio::test]
async fn a_link_that_this_browser_asked_for_is_named_and_not_warned_of() {
    let app = TestApp::start().await;
    let mut bob = app.signed_up("bob@example.com").await;
    bob.post("/signin/magic-url", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/sent");
    let link = app.newest_link("ada@example.com").await;
    let page = bob.get(&link).await;
    page.shows(
        200,
        &["bob@example.com", "for <strong>ada@example.com</strong>"],
    );
    page.hides(&[NOT_ASKED_FOR]);
    // In a browser that has never been here, it's only warned of.
    let page = app.browser().get(&link).await;
    page.shows(200, &[NOT_ASKED_FOR]);
    page.hides(&["signed in as"]);

    // The same for an address to verify, for whoever has changed accounts in between.
    let mut grace = app.signed_up("grace@example.com").await;
    grace.post("/account/email/verify", &[]).await;
    let link = app.newest_link("grace@example.com").await;
    grace
        .post("/signin", &forms::sign_in("bob@example.com", PASSWORD))
        .await
        .leads_to("/account");
    let page = grace.get(&link).await;
    page.shows(200, &["for <strong>grace@example.com</strong>"]);
    page.hides(&[NOT_ASKED_FOR]);
}

#[tokio::test]
async fn verifying_an_address_stays_signed_in_as_who_one_was() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mut bob = app.signed_up("bob@example.com").await;
    let [_, verify, _] = links(&app, &mut ada).await;
    let session = bob.cookie(SESSION_COOKIE).map(str::to_owned);
    let answer = bob.post(&verify, &[]).await;
    answer.leads_to("/account?flash=other-email-verified");
    assert_eq!(bob.cookie(SESSION_COOKIE).map(str::to_owned), session);
    let page = bob.get(answer.header("location")).await;
    page.shows(200, &["That address is verified.", "bob@example.com"]);
    page.shows(200, &[texts::NOT_VERIFIED]);
    ada.get("/account").await.shows(200, &[texts::VERIFIED]);
}

#[tokio::test]
async fn links_open_for_people_who_owe_their_second_step() {
    let app = TestApp::start().await;
    let (mut ada, _) = app.signed_up_with_mfa("ada@example.com").await;
    let half = app.signed_in("ada@example.com").await;
    let [sign_in, verify, recover] = links(&app, &mut ada).await;
    for link in [&sign_in, &verify, &recover] {
        half.clone().get(link).await.shows(200, &[]);
    }
    half.clone().get("/recover").await.shows(200, &["Forgot"]);
    half.clone()
        .post(&verify, &[])
        .await
        .leads_to("/signin?flash=email-verified");
    half.clone().post(&sign_in, &[]).await.leads_to("/account");
    half.clone()
        .post(&recover, &forms::choose_password(NEW_PASSWORD))
        .await
        .leads_to("/signin?flash=password-reset");
}

#[tokio::test]
async fn links_open_for_people_who_are_blocked() {
    let app = TestApp::start().await;
    let mut bob = app.signed_up("bob@example.com").await;
    let elsewhere = bob.clone();
    bob.post("/account/deactivate", &forms::DEACTIVATE).await;
    let mut blocked = elsewhere;
    let mut ada = app.signed_up("ada@example.com").await;
    for link in links(&app, &mut ada).await {
        blocked.get(&link).await.shows(200, &[]);
    }
    blocked.get("/recover").await.shows(200, &["Forgot"]);
}

#[tokio::test]
async fn people_who_have_to_reset_their_password_can() {
    let upstream =
        Upstream::answering(|_| ready(appwrite_error(412, "user_password_reset_required"))).await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let mut ada = app.browser_with_session();
    ada.get("/account")
        .await
        .shows(403, &[r#"href="/recover""#]);
    ada.get("/recover").await.shows(200, &["Forgot"]);
    for path in ["/recover/confirm", "/signin/link", "/verify"] {
        let link = format!("{path}?userId=u1&secret={}", "a".repeat(64));
        ada.get(&link).await.shows(200, &[]);
    }
    ada.get("/recover/sent").await.shows(200, &[]);
}

#[tokio::test]
async fn an_expired_link_says_so_at_once() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    for link in links(&app, &mut ada).await {
        ada.get(&link).await.shows(200, &[]);
        let expire = query_of(&link, "expire");
        let (address, query) = link.split_once('?').unwrap();
        let with = |expire: &str| {
            let pairs = url::form_urlencoded::parse(query.as_bytes());
            let query = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(pairs.filter(|(name, _)| name != "expire"))
                .append_pair("expire", expire)
                .finish();
            format!("{address}?{query}")
        };
        for past in [
            expire.replacen("20", "19", 1).as_str(),
            "2020-01-02 03:04:05.678",
        ] {
            ada.get(&with(past)).await.shows(410, &[texts::LINK_DEAD]);
        }
        // What says nothing stops nobody.
        for nothing in ["", "soon", "2020"] {
            ada.get(&with(nothing))
                .await
                .shows(200, &["Link not working?"]);
        }
    }
}

#[tokio::test]
async fn a_provider_that_failed_says_so_to_people_who_are_signed_in_too() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let form = [("provider", "github"), ("next", "/account/sessions")];
    let leaving = ada.post("/signin/oauth2", &form).await;
    let back = app.through_provider(&leaving, DENIED).await;
    let answer = ada.get(&back).await;
    let answer = ada.get(answer.header("location")).await;
    assert_eq!(answer.status, 303);
    ada.get(answer.header("location"))
        .await
        .shows(200, &["GitHub sign-in was cancelled or failed."]);
    // Nor does anybody else's text come along.
    ada.get("/signin?flash=oauth2-failed&provider=a%26b%0d%0a")
        .await
        .leads_to("/account");
}

#[tokio::test]
async fn a_guest_whose_address_is_taken_gets_to_sign_in() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    let mut guest = app.browser();
    guest.post("/signin/anonymous", &[]).await;
    let form = forms::sign_up("ada@example.com", PASSWORD);
    guest
        .post("/account/upgrade", &form)
        .await
        .shows(422, &["Another account already uses this address."]);
    let page = guest.get("/signin").await;
    page.shows(200, &["here as a guest", r#"name="password""#]);
    page.hides(&["Continue as a guest"]);
    let mut form = forms::sign_in("ada@example.com", PASSWORD).to_vec();
    form.push(("shown_to", page.shown_to()));
    guest.post("/signin", &form).await.leads_to("/account");
    guest.get("/account").await.shows(200, &["ada@example.com"]);
}

#[tokio::test]
async fn a_form_posted_with_a_dead_session_comes_back_and_says_that_nothing_was_saved() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.clone().post("/signout", &[]).await;
    let answer = ada.post("/account/name", &[("name", "Countess")]).await;
    let sign_in = "/signin?next=/account/name&flash=nothing-saved";
    answer.leads_to(sign_in);
    ada.get(sign_in).await.shows(200, &["nothing was changed"]);
    let kept = ada.clone();
    ada.post(sign_in, &forms::sign_in("ada@example.com", PASSWORD))
        .await
        .leads_to("/account/name");
    // It's back once, for whom it was typed by, and where.
    ada.get("/account/email").await.hides(&["Countess"]);
    ada.get("/account/name")
        .await
        .shows(200, &[r#"value="Countess""#]);
    ada.get("/account/name").await.hides(&["Countess"]);
    let mut bob = kept;
    bob.post("/signup", &forms::sign_up("bob@example.com", PASSWORD))
        .await
        .leads_to(&texts::link_sent("bob@example.com"));
    bob.get("/account/name").await.hides(&["Countess"]);
    // From a button, which has no page, the way back leads to the page that it's on.
    let answer = app.browser().post("/account/sessions/end", &[]).await;
    let sign_in = "/signin?next=/account/sessions/end&flash=nothing-saved";
    answer.leads_to(sign_in);
    ada.post("/signin", &forms::sign_in("ada@example.com", PASSWORD))
        .await
        .leads_to("/account");
    ada.get("/account/sessions/end")
        .await
        .leads_to("/account/sessions");
}

#[tokio::test]
async fn what_was_typed_is_kept_without_passwords_and_codes() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.clone().post("/signout", &[]).await;
    let form = [("email", "countess@example.com"), ("password", PASSWORD)];
    ada.post("/account/email", &form).await;
    ada.post("/signin", &forms::sign_in("ada@example.com", PASSWORD))
        .await
        .leads_to("/account");
    let page = ada.get("/account/email").await;
    page.shows(200, &[r#"value="countess@example.com""#]);
    page.hides(&[PASSWORD]);
}

#[tokio::test]
async fn nothing_is_kept_for_a_session_that_never_was_one() {
    let app = TestApp::start().await;
    let ada = app.signed_up("ada@example.com").await;
    let secret = ada.cookie(SESSION_COOKIE).unwrap();
    let secret: Value = serde_json::from_slice(&STANDARD.decode(secret).unwrap()).unwrap();
    let invented = STANDARD.encode(json!({ "id": secret["id"], "secret": "00" }).to_string());
    let mut mallory = app.browser().with_cookie(SESSION_COOKIE, &invented);
    let form = [("email", "evil@example.com"), ("password", PASSWORD)];
    let refused = mallory.post("/account/email", &form).await;
    refused.shows(303, &[]);
    let cookies = refused.set_cookies();
    assert!(
        !cookies.iter().any(|cookie| cookie.contains("-typed=")),
        "{cookies:?}"
    );
}

#[tokio::test]
async fn options_are_no_visit() {
    let app = TestApp::start().await;
    for path in ["/", "/signin"] {
        let mut browser = app.browser();
        let options = browser.request(Method::OPTIONS, path);
        let options = browser.send(options).await;
        assert_eq!(options.status, 405, "{path}");
    }
}

#[tokio::test]
async fn a_browser_that_keeps_no_cookies_is_told_so_after_signing_in() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    for from in ["/signin", "/signin/code?flow=1", "/signup"] {
        let from = [&app.url, from].concat();
        let mut without_cookies = app.browser().with_header("referer", &from);
        let page = without_cookies.get("/account").await;
        page.shows(403, &["Cookies are blocked", r#"href="/signin""#]);
    }
    // Whoever goes back after signing out keeps them, and is just signed out.
    let from = [&app.url, "/signin"].concat();
    let ada = app.signed_in("ada@example.com").await;
    let mut ada = ada.with_header("referer", &from);
    ada.post("/signout", &[])
        .await
        .leads_to("/signin?flash=signed-out");
    ada.get("/signin").await.shows(200, &["You're signed out."]);
    ada.get("/account").await.leads_to("/signin?next=/account");
    // Whoever comes from elsewhere just isn't signed in.
    let from = [&app.url, "/"].concat();
    let mut stranger = app.browser().with_header("referer", &from);
    stranger
        .get("/account")
        .await
        .leads_to("/signin?next=/account");
}
