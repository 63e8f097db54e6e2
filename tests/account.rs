//! The account's pages: each change, and each reason why one is not made.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use appwrite_local::Settings;
use axum::http::Method;
use common::{
    Answer, Browser, PASSWORD, SESSION, SOME_COOKIE, TestApp, Upstream, json, just_extended,
};

const WRONG_PASSWORD: &str = "This is not your password.";

/// Gets a page of an app in front of a made-up Appwrite, as somebody who is signed in.
async fn get_from(upstream: &Upstream, path: &str) -> Answer {
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let request = app.get(path).header("cookie", just_extended(SOME_COOKIE));
    app.browser().send(request).await
}

#[tokio::test]
async fn the_sections_lead_to_each_other() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let sections = [
        ("/account", "Profile"),
        ("/account/security", "Security"),
        ("/account/sessions", "Sessions"),
        ("/account/identities", "Linked accounts"),
        ("/account/preferences", "Preferences"),
        ("/account/activity", "Activity"),
    ];
    for (path, title) in sections {
        let page = ada.get(path).await;
        page.shows(
            200,
            &[
                &format!("<h1>{title}</h1>"),
                &format!("<title>{title} · "),
                &format!(r#"<a href="{path}" aria-current="page">"#),
            ],
        );
        for (other, _) in sections {
            page.shows(200, &[&format!(r#"<a href="{other}""#)]);
        }
        app.browser()
            .get(path)
            .await
            .leads_to(&format!("/signin?next={path}"));
    }
}

#[tokio::test]
async fn the_name_is_changed_and_not_taken_away() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.get("/account/name").await.shows(200, &["Your name"]);
    let form = [("name", "  Ada <Lovelace> ")];
    ada.post("/account/name", &form)
        .await
        .leads_to("/account?notice=name-changed");
    let page = ada.get("/account?notice=name-changed").await;
    page.shows(
        200,
        &[
            "Your name is saved.",
            "Ada &lt;Lovelace&gt;",
            r#"role="status""#,
        ],
    );

    let long = "n".repeat(129);
    let page = ada.post("/account/name", &[("name", &long)]).await;
    page.shows(422, &["The name can have at most 128 characters.", &long]);
    ada.post("/account/name", &[("name", "")])
        .await
        .shows(422, &["Enter a name."]);
}

#[tokio::test]
async fn a_message_that_something_is_done_can_be_put_away_and_others_stay() {
    let app = TestApp::start().await;
    let browser = &mut app.browser();
    let page = browser
        .get("/signin?next=/account/sessions&notice=signed-out&x=a%20b")
        .await;
    let dismiss = r#"href="/signin?next=%2Faccount%2Fsessions&amp;x=a+b" aria-label="Dismiss""#;
    page.shows(200, &["You are signed out.", dismiss]);
    let page = browser.get("/signin?notice=signed-out").await;
    page.shows(200, &[r#"href="/signin" aria-label="Dismiss""#]);
    for name in ["oauth2-failed", "signed-out-here-only"] {
        let page = browser.get(&format!("/signin?notice={name}")).await;
        page.shows(200, &[r#"role="status""#]);
        page.hides(&["Dismiss"]);
    }
}

#[tokio::test]
async fn the_address_is_changed_with_the_password() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.sign_up("taken@example.com").await;
    for (email, password, error) in [
        ("new@example.com", "wrong-password", WRONG_PASSWORD),
        // Too short to be anybody's.
        ("new@example.com", "x", WRONG_PASSWORD),
        ("new@example.com", "", "Enter your password."),
        (
            "Taken@example.com",
            PASSWORD,
            "This address belongs to an account already.",
        ),
        (
            "new",
            PASSWORD,
            "Enter an e-mail address like name@example.com.",
        ),
        ("", PASSWORD, "Enter your e-mail address."),
    ] {
        let form = [("email", email), ("password", password)];
        let page = ada.post("/account/email", &form).await;
        page.shows(
            422,
            &[
                error,
                r#"aria-invalid="true""#,
                &format!(r#"value="{email}""#),
            ],
        );
        page.hides(&[r#"value="wrong-password""#, r#"value="password-1""#]);
    }
    ada.get("/account").await.shows(200, &["ada@example.com"]);

    let form = [("email", "New@example.com"), ("password", PASSWORD)];
    ada.post("/account/email", &form)
        .await
        .leads_to("/account?notice=email-changed");
    let page = ada.get("/account?notice=email-changed").await;
    page.shows(
        200,
        &[
            "new@example.com",
            "It still has to be verified.",
            "not verified",
        ],
    );
    app.signed_in("new@example.com").await;
}

#[tokio::test]
async fn the_number_is_changed_with_the_password() {
    let app = TestApp::start().await;
    let mut bob = app.signed_up("bob@example.com").await;
    let form = [("phone", "+15550100100"), ("password", PASSWORD)];
    bob.post("/account/phone", &form)
        .await
        .leads_to("/account?notice=phone-changed");
    let mut ada = app.signed_up("ada@example.com").await;
    for (phone, password, error) in [
        ("+15550100199", "wrong-password", WRONG_PASSWORD),
        ("+15550100199", "x", WRONG_PASSWORD),
        ("+15550100199", "", "Enter your password."),
        (
            "+15550100100",
            PASSWORD,
            "This number belongs to an account already.",
        ),
        ("5550100", PASSWORD, "Enter a number with its country code"),
        ("", PASSWORD, "Enter your phone number."),
    ] {
        let form = [("phone", phone), ("password", password)];
        let page = ada.post("/account/phone", &form).await;
        page.shows(
            422,
            &[
                error,
                r#"aria-invalid="true""#,
                &format!(r#"value="{phone}""#),
            ],
        );
    }
    let form = [("phone", "0044 20 7946 0018"), ("password", PASSWORD)];
    ada.post("/account/phone", &form)
        .await
        .leads_to("/account?notice=phone-changed");
    ada.get("/account?notice=phone-changed")
        .await
        .shows(200, &["+442079460018", "Your phone number is saved."]);
}

#[tokio::test]
async fn the_password_is_changed_and_the_other_sessions_end() {
    let settings = Settings {
        auth_password_history: 5,
        auth_password_dictionary: true,
        auth_personal_data_check: true,
        ..Settings::default()
    };
    let app = TestApp::start_on(settings, &[]).await;
    let (old, new) = ("kW8-first-vXq2", "kW8-second-vXq2");
    let form = [
        ("name", "Lovelace"),
        ("email", "ada@example.com"),
        ("new-password", old),
    ];
    let mut ada = app.browser();
    ada.post("/signup", &form).await.leads_to("/account");
    let mut elsewhere = app.browser();
    let form = [("email", "ada@example.com"), ("password", old)];
    elsewhere.post("/signin", &form).await.leads_to("/account");

    ada.get("/account/security")
        .await
        .shows(200, &[r#"href="/account/password""#]);
    for (password, new_password, error) in [
        ("wrong-password", new, WRONG_PASSWORD),
        ("x", new, WRONG_PASSWORD),
        ("", new, "Enter your password."),
        (old, "", "Choose a password."),
        (old, "short-7", "The password needs at least 8 characters."),
        (old, "password", "This password is too common or too weak."),
        (old, old, "You had this password before."),
        (
            old,
            "kW8-lovelace-vXq2",
            "must not contain your name, e-mail or phone number.",
        ),
    ] {
        let form = [("password", password), ("new-password", new_password)];
        let page = ada.post("/account/password", &form).await;
        page.shows(422, &[error, r#"aria-invalid="true""#]);
        for typed in [password, new_password] {
            // An empty value says nothing.
            if !typed.is_empty() {
                page.hides(&[&format!(r#"value="{typed}""#)]);
            }
        }
    }
    assert!(elsewhere.is_signed_in().await);
    let form = [("password", old), ("new-password", new)];
    ada.post("/account/password", &form)
        .await
        .leads_to("/account/security?notice=password-changed");
    ada.get("/account/security?notice=password-changed")
        .await
        .shows(200, &["Your password is changed."]);
    assert!(!elsewhere.is_signed_in().await);
    for (password, status) in [(old, 401), (new, 303)] {
        let form = [("email", "ada@example.com"), ("password", password)];
        assert_eq!(app.browser().post("/signin", &form).await.status, status);
    }
}

#[tokio::test]
async fn an_account_without_a_password_gets_its_first() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    ada.post("/signin/magic-url", &[("email", "ada@example.com")])
        .await;
    let link = app.newest("ada@example.com").await.link().to_owned();
    ada.post(&link, &[]).await.leads_to("/account");
    ada.get("/account/security")
        .await
        .shows(200, &["Not set", r#"href="/account/password/new""#]);
    for (password, error) in [
        ("", "Choose a password."),
        ("short-7", "The password needs at least 8 characters."),
    ] {
        ada.post("/account/password/new", &[("new-password", password)])
            .await
            .shows(422, &[error]);
    }
    ada.post("/account/password/new", &[("new-password", PASSWORD)])
        .await
        .leads_to("/account/security?notice=password-changed");
    app.signed_in("ada@example.com").await;
    // Who has one must know it to change it.
    let form = [("new-password", "another-password-2")];
    ada.post("/account/password/new", &form)
        .await
        .leads_to("/account/password");
    app.signed_in("ada@example.com").await;
}

#[tokio::test]
async fn an_account_is_given_up_with_the_word_for_it() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    // As if not extended for a day, so that the answer says two things of the session's cookie.
    ada.set_cookie("appwrite-session-extended", None);
    ada.get("/account/deactivate")
        .await
        .shows(200, &["Type the word deactivate"]);
    for word in ["", "delete", "deactivat"] {
        let page = ada
            .post("/account/deactivate", &[("confirmation", word)])
            .await;
        page.shows(422, &["Type the word deactivate."]);
        assert!(ada.is_signed_in().await);
    }
    let mut elsewhere = app.signed_in("ada@example.com").await;
    ada.set_cookie("appwrite-session-extended", None);
    ada.post("/account/deactivate", &[("confirmation", " Deactivate ")])
        .await
        .leads_to("/signin?notice=deactivated");
    assert_eq!(ada.cookie(SESSION), None);
    ada.get("/signin?notice=deactivated")
        .await
        .shows(200, &["Your account is deactivated"]);
    let form = [("email", "ada@example.com"), ("password", PASSWORD)];
    ada.post("/signin", &form)
        .await
        .shows(403, &["This account is blocked."]);
    // Another browser is told, and may sign out.
    elsewhere
        .get("/account")
        .await
        .shows(403, &["Account blocked", r#"action="/signout""#]);
    elsewhere.post("/signout", &[]).await;
    assert_eq!(elsewhere.cookie(SESSION), None);
}

#[tokio::test]
async fn sessions_end_one_by_one_or_together() {
    let app = TestApp::start().await;
    let mut here = app.signed_up("ada@example.com").await;
    let page = here.get("/account/sessions").await;
    page.shows(200, &["this device", "Sign out everywhere"]);
    page.hides(&[
        "End all other sessions",
        r#"action="/account/sessions/end""#,
    ]);

    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(app.signed_in("ada@example.com").await);
    }
    let bob = app.signed_up("bob@example.com").await;
    let page = here.get("/account/sessions").await;
    page.shows(200, &["End all other sessions"]);
    let ids: Vec<&str> = page
        .text
        .split(r#"name="id" value=""#)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(ids.len(), 3, "each but this one");

    let end = "/account/sessions/end";
    here.post(end, &[("id", ids[0])])
        .await
        .leads_to("/account/sessions?notice=session-ended");
    here.get("/account/sessions?notice=session-ended")
        .await
        .shows(200, &["That session has ended."]);
    assert_eq!(signed_in(&mut others).await, 2);
    // One that is not there any more is no trouble, and one that cannot be is not our trouble.
    for id in [ids[0], "none"] {
        let answer = here.post(end, &[("id", id)]).await;
        answer.leads_to("/account/sessions?notice=session-ended");
    }
    let answer = here.post(end, &[("id", "../../account")]).await;
    assert!(answer.status < 500, "{}", answer.status);
    assert_eq!(signed_in(&mut others).await, 2);
    assert_eq!(here.post(end, &[]).await.status, 400);

    here.post("/account/sessions/end-others", &[])
        .await
        .leads_to("/account/sessions?notice=other-sessions-ended");
    assert_eq!(signed_in(&mut others).await, 0);
    assert!(here.is_signed_in().await);
    assert!(bob.clone().is_signed_in().await, "nobody else's");
}

async fn signed_in(browsers: &mut [Browser<'_>]) -> usize {
    let mut count = 0;
    for browser in browsers {
        // Each a copy, since a dead cookie goes.
        count += usize::from(browser.clone().is_signed_in().await);
    }
    count
}

#[tokio::test]
async fn nobody_ends_somebody_elses_session() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mut there = app.signed_in("ada@example.com").await;
    let page = there.get("/account/sessions").await;
    let id = page.between(r#"name="id" value=""#, "\"").to_owned();
    let mut bob = app.signed_up("bob@example.com").await;
    bob.post("/account/sessions/end", &[("id", &id)]).await;
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let app = TestApp::start().await;
    let mut here = app.signed_up("ada@example.com").await;
    let mut there = app.signed_in("ada@example.com").await;
    here.post("/signout/everywhere", &[])
        .await
        .leads_to("/signin?notice=signed-out-everywhere");
    assert_eq!(here.cookie(SESSION), None);
    here.get("/signin?notice=signed-out-everywhere")
        .await
        .shows(200, &["You are signed out, here and everywhere else."]);
    assert!(!there.is_signed_in().await);
    // Who is signed out already is told the same.
    app.browser()
        .post("/signout/everywhere", &[])
        .await
        .leads_to("/signin?notice=signed-out-everywhere");
}

#[tokio::test]
async fn an_outage_signs_out_here_only() {
    let mut app = TestApp::start().await;
    let cookies = app.sign_up("ada@example.com").await;
    app.end_appwrite().await;
    let request = app.post("/signout/everywhere").header("cookie", cookies);
    let answer = app.browser().send(request).await;
    answer.leads_to("/signin?notice=signed-out-here-only");
    assert!(
        answer
            .header("set-cookie")
            .contains("Expires=Thu, 01 Jan 1970")
    );
}

/// Links the provider's account with the same address.
async fn link(app: &TestApp, browser: &mut Browser<'_>, provider: &str) {
    let form = [("provider", provider)];
    let leaving = browser.post("/account/identities/link", &form).await;
    let decision = "&decision=allow&email=ada@example.com&name=Ada&verified=1";
    let back = app.at_provider(&leaving, decision).await;
    browser
        .get(&back)
        .await
        .leads_to("/account/identities?notice=identity-linked");
}

#[tokio::test]
async fn identities_are_unlinked() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    link(&app, &mut ada, "github").await;
    link(&app, &mut ada, "google").await;
    let page = ada.get("/account/identities").await;
    page.shows(200, &["GitHub", "Google", "Link Mock"]);
    page.hides(&["your only way in"]);
    let id = page.between(r#"name="id" value=""#, "\"").to_owned();
    let unlink = "/account/identities/unlink";
    ada.post(unlink, &[("id", &id)])
        .await
        .leads_to("/account/identities?notice=identity-unlinked");
    let page = ada
        .get("/account/identities?notice=identity-unlinked")
        .await;
    page.shows(200, &["That account does not sign you in any more."]);
    page.hides(&[&id]);
    // One that is gone is no trouble.
    ada.post(unlink, &[("id", &id)])
        .await
        .leads_to("/account/identities?notice=identity-unlinked");
    assert_eq!(ada.post(unlink, &[]).await.status, 400);
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let deleted = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&deleted);
    let upstream = Upstream::answering(move |request| {
        if request.method() == Method::DELETE {
            counter.fetch_add(1, Ordering::SeqCst);
        }
        ready(match request.uri().path() {
            "/v1/account" => json(200, r#"{"$id":"u1","email":"ada@example.com"}"#),
            _ => json(
                200,
                r#"{"total":1,"identities":[{"$id":"i1","provider":"github"}]}"#,
            ),
        })
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let mut ada = app.browser();
    let request = app.get("/account/identities");
    let request = request.header("cookie", just_extended(SOME_COOKIE));
    let page = ada.send(request).await;
    page.shows(200, &["GitHub", "your only way in"]);
    page.hides(&["/account/identities/unlink"]);
    let request = app.post("/account/identities/unlink").form(&[("id", "i1")]);
    let request = request.header("cookie", just_extended(SOME_COOKIE));
    let page = ada.send(request).await;
    page.shows(409, &["This is the only way into your account."]);
    assert_eq!(deleted.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn preferences_are_kept_and_applied_and_those_of_others_stay() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mine = r#"{"prefs":{"list":[1,2],"theme":"neon"}}"#;
    let request = app.call_as(&ada, Method::PATCH, "/account/prefs");
    let request = request
        .header("content-type", "application/json")
        .body(mine);
    assert_eq!(request.send().await.unwrap().status(), 200);
    // A word that is none of ours is the default.
    let page = ada.get("/account/preferences").await;
    page.hides(&["data-theme"]);
    assert!(page.between(r#"value="device""#, ">").contains("checked"));

    for (theme, locale, date) in [
        ("dark", "de", "."),
        ("light", "en-US", ", 20"),
        ("device", "en-GB", " 20"),
        ("neon", "klingon", " 20"),
    ] {
        let form = [("theme", theme), ("locale", locale)];
        ada.post("/account/preferences", &form)
            .await
            .leads_to("/account/preferences?notice=preferences-saved");
        let page = ada
            .get("/account/preferences?notice=preferences-saved")
            .await;
        page.shows(200, &["Your preferences are saved."]);
        if ["dark", "light"].contains(&theme) {
            page.shows(200, &[&format!(r#"data-theme="{theme}""#)]);
            assert!(
                page.between(&format!(r#"value="{theme}""#), ">")
                    .contains("checked")
            );
            assert!(
                page.between(&format!(r#"value="{locale}""#), ">")
                    .contains("selected")
            );
        } else {
            page.hides(&["data-theme"]);
        }
        // On every page, and from another browser too.
        let mut there = app.signed_in("ada@example.com").await;
        let home = there.get("/").await;
        assert_eq!(
            home.text.contains("data-theme"),
            page.text.contains("data-theme")
        );
        let account = there.get("/account").await;
        let since = account
            .between("<time", "</time>")
            .split('>')
            .nth(1)
            .unwrap()
            .to_owned();
        assert!(since.contains(date), "{locale}: {since}");
    }
    let request = app.call_as(&ada, Method::GET, "/account/prefs");
    let prefs = request.send().await.unwrap().text().await.unwrap();
    assert!(prefs.contains(r#""list":[1,2]"#), "{prefs}");
    assert_eq!(ada.post("/account/preferences", &[]).await.status, 400);
    // Nobody's pages are as their device says.
    app.browser().get("/").await.hides(&["data-theme"]);
}

#[tokio::test]
async fn activity_is_shown_where_appwrite_keeps_a_log() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.get("/account/activity")
        .await
        .shows(200, &["Account created", "Sign-in"]);

    let account = r#"{"$id":"u1","email":"ada@example.com"}"#;
    let log = r#"{"total":2,"logs":[
        {"event":"session.create","time":"2026-08-21T12:00:00.000+00:00","ip":"203.0.113.7",
         "clientName":"Firefox","clientVersion":"140.0","osName":"GNU/Linux","countryName":"Unknown"},
        {"event":"of.the.future","time":"2026-08-20T12:00:00.000+00:00","ip":null}]}"#;
    let none = r#"{"message":"","code":404,"type":"general_route_not_found"}"#;
    let trouble = r#"{"message":"","code":500,"type":"general_unknown"}"#;
    for (status, body, expected, shown) in [
        (
            200,
            log,
            200,
            &[
                "Sign-in",
                "21 August 2026",
                "Firefox 140 · GNU/Linux · 203.0.113.7",
                "of.the.future",
            ][..],
        ),
        (
            404,
            none,
            200,
            &["keeps no log of what happens to accounts"],
        ),
        (500, trouble, 503, &["Not reachable right now"]),
    ] {
        let upstream = Upstream::answering(move |request| {
            ready(match request.uri().path() {
                "/v1/account" => json(200, account),
                _ => json(status, body),
            })
        })
        .await;
        get_from(&upstream, "/account/activity")
            .await
            .shows(expected, shown);
    }
}
