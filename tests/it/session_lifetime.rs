//! How long a session lives: using it extends it, and a dead one is forgotten.

use std::{
    future::ready,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::http::Method;
use leptos_appwrite::server::config::Appwrite;
use time::{
    Duration, OffsetDateTime, format_description::well_known::Rfc3339, macros::format_description,
};

use crate::support::{
    Browser, DEVICE_COOKIE, EXTENDED_COOKIE, FLASH_COOKIE, SESSION_COOKIE, SIGNED_OUT_COOKIE,
    SOME_SECRET, TestApp, Upstream, appwrite_error, extended,
    forms::{self, NEW_PASSWORD, PASSWORD},
    json, texts,
};

const DAY: i64 = 24 * 60 * 60;
const ACCOUNT: &str = r#"{"$id":"u1","name":"Ada","email":"ada@example.com"}"#;

/// An Appwrite with one account that answers so when it's asked to extend a session, and how often it
/// was asked.
async fn extending(status: u16, body: &'static str) -> (Appwrite, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let upstream = Upstream::answering(move |request| {
        let extends = request.method() == Method::PATCH;
        if extends {
            assert_eq!(request.uri().path(), "/v1/account/sessions/current");
            counter.fetch_add(1, Ordering::SeqCst);
        }
        ready(if extends {
            json(status, body)
        } else {
            json(200, ACCOUNT)
        })
    })
    .await;
    (upstream.appwrite, asked)
}

/// A browser with a session, and this in the cookie that says when it was extended.
fn browser(app: &TestApp, extended: Option<&str>) -> Browser {
    let browser = app.browser().with_cookie(SESSION_COOKIE, SOME_SECRET);
    match extended {
        Some(extended) => browser.with_cookie(EXTENDED_COOKIE, extended),
        None => browser,
    }
}

#[tokio::test]
async fn using_a_session_extends_it_once_a_day() {
    let (appwrite, asked) = extending(
        200,
        r#"{"$id":"s1","expire":"2031-02-03T04:05:06.000+00:00"}"#,
    )
    .await;
    let app = TestApp::in_front_of(appwrite).await;
    for (case, last, calls) in [
        ("never", None, 1),
        (
            "more than a day ago",
            Some(extended(SOME_SECRET, DAY + 60)),
            1,
        ),
        ("in the future", Some(extended(SOME_SECRET, -3600)), 1),
        ("garbage", Some("garbage".to_owned()), 1),
        ("a moment ago", Some(extended(SOME_SECRET, 0)), 0),
        (
            "less than a day ago",
            Some(extended(SOME_SECRET, DAY - 60)),
            0,
        ),
    ] {
        let mut ada = browser(&app, last.as_deref());
        asked.store(0, Ordering::SeqCst);
        let page = ada.get("/").await;
        page.shows(200, &["Your account"]);
        assert_eq!(asked.load(Ordering::SeqCst), calls, "{case}");
        let mut set = page.set_cookies();
        set.retain(|cookie| !cookie.starts_with(DEVICE_COOKIE));
        if calls == 0 {
            assert!(set.is_empty(), "{case}: {set:?}");
            continue;
        }
        let [extended] = set[..] else {
            panic!("{case}: {set:?}");
        };
        assert!(
            extended.starts_with(&format!("{EXTENDED_COOKIE}=")),
            "{case}"
        );
        assert!(
            extended.contains("Expires=Mon, 03 Feb 2031 04:05:06 GMT"),
            "{case}"
        );
        // The next page costs nothing.
        ada.get("/").await;
        assert_eq!(asked.load(Ordering::SeqCst), 1, "{case}");
    }
}

#[tokio::test]
async fn an_expiry_without_a_time_zone_is_in_utc() {
    let (appwrite, _) = extending(200, r#"{"$id":"s1","expire":"2031-02-03 04:05:06.789"}"#).await;
    let app = TestApp::in_front_of(appwrite).await;
    let page = browser(&app, None).get("/").await;
    let set = page.set_cookies();
    let extended = set.iter().find(|it| it.starts_with(EXTENDED_COOKIE));
    let extended = extended.expect("the cookie that notes it");
    let expires = "Expires=Mon, 03 Feb 2031 04:05:06 GMT";
    assert!(extended.contains(expires), "{extended}");
}

#[tokio::test]
async fn a_session_that_cannot_be_extended_stays_as_it_is() {
    for (status, body) in [
        (401, r#"{"code":401,"type":"user_unauthorized"}"#),
        (404, r#"{"code":404,"type":"general_route_not_found"}"#),
        (429, r#"{"code":429,"type":"general_rate_limit_exceeded"}"#),
        (500, r#"{"code":500,"type":"general_unknown"}"#),
        (200, "<html>Bad gateway</html>"),
        (200, r#"{"$id":"s1","expire":"soon"}"#),
    ] {
        let (appwrite, asked) = extending(status, body).await;
        let app = TestApp::in_front_of(appwrite).await;
        let mut ada = browser(&app, None);
        for _ in 0..3 {
            ada.get("/").await.shows(200, &["Your account"]);
        }
        assert_eq!(
            asked.load(Ordering::SeqCst),
            1,
            "asked again tomorrow: {body}"
        );
        assert_eq!(ada.cookie(SESSION_COOKIE), Some(SOME_SECRET), "{body}");
    }
}

#[tokio::test]
async fn files_and_server_functions_do_not_extend_a_session() {
    let (appwrite, asked) = extending(500, "{}").await;
    let app = TestApp::in_front_of(appwrite).await;
    for path in ["/favicon.svg", "/healthz"] {
        browser(&app, None).get(path).await;
    }
    let name = [("name", "Ada")];
    browser(&app, None)
        .post("/api/account/update-name", &name)
        .await;
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn the_local_appwrite_extends_a_session() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.get("/account").await.shows(200, &[]);
    assert!(
        ada.get("/account").await.set_cookies().is_empty(),
        "it is new"
    );
    ada.forget(EXTENDED_COOKIE);
    let page = ada.get("/account").await;
    assert_eq!(page.set_cookies().len(), 1);
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn a_dead_session_is_nobodys_and_costs_one_call_a_day() {
    let upstream =
        Upstream::answering(|_| ready(appwrite_error(401, "general_unauthorized_scope"))).await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let mut ada = app.browser().with_cookie(SESSION_COOKIE, SOME_SECRET);
    ada.get("/account").await.leads_to("/signin?next=/account");
    ada.get("/mfa").await.leads_to("/signin");
    for path in ["/", "/signin", "/signup", "/recover"] {
        ada.get(path).await.shows(200, &["Sign in"]);
    }
    assert_eq!(upstream.calls(), 1);
    // That one session is dead says nothing about another.
    let other = "eyJpZCI6InUyIiwic2VjcmV0IjoieHl6In0=";
    let mut bob = ada.clone().with_cookie(SESSION_COOKIE, other);
    bob.get("/").await.shows(200, &["Sign in"]);
    assert_eq!(upstream.calls(), 2);
    // What never was a session's costs none.
    let mut garbage = app.browser().with_cookie(SESSION_COOKIE, "garbage");
    garbage.get("/").await.shows(200, &["Sign in"]);
    assert_eq!(upstream.calls(), 2);
}

#[tokio::test]
async fn a_late_answer_to_a_dead_session_does_nothing_to_what_has_begun_since() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up("ada@example.com").await;
    app.verify_email(&mut browser, "ada@example.com").await;
    browser.clone().post("/signout", &[]).await;
    let late = browser.clone().get("/account").await;
    late.leads_to("/signin?next=/account");

    // A sign-in by code has begun in another tab.
    let code_page = browser
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/code");
    browser.receive(&late);
    browser
        .get(&code_page)
        .await
        .shows(200, &["Enter your code"]);
    let code = app.newest_code("ada@example.com").await;
    browser
        .post(&code_page, &[("code", &code)])
        .await
        .leads_to("/account");
    // It's done.
    browser.receive(&late);
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn a_late_extension_does_not_bring_the_old_session_back() {
    let app = TestApp::start().await;
    app.signed_up("bob@example.com").await;
    let mut browser = app.signed_up("ada@example.com").await;
    browser.forget(EXTENDED_COOKIE);
    let late = browser.clone().get("/account").await;
    assert!(!late.set_cookies().is_empty());
    browser
        .post("/signin", &forms::sign_in("bob@example.com", PASSWORD))
        .await
        .leads_to("/account");
    browser.receive(&late);
    let page = browser.get("/account").await;
    page.shows(200, &["bob@example.com"]);
}

#[tokio::test]
async fn signing_out_leaves_no_cookie() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.confirm_password().await;
    ada.post("/account/security/totp/begin", &[]).await;
    ada.post("/signin/email-otp", &[("email", "ada@example.com")])
        .await;
    assert_eq!(ada.flows().len(), 2);
    ada.post("/signout", &[])
        .await
        .leads_to("/signin?flash=signed-out");
    // But the ones with the message, with the accounts that this browser knows, and that it keeps cookies,
    // which let nobody in.
    ada.forget(DEVICE_COOKIE);
    ada.forget(FLASH_COOKIE);
    ada.forget(SIGNED_OUT_COOKIE);
    assert_eq!(ada.cookies(), "");
}

#[tokio::test]
async fn every_sign_in_ends_the_session_before() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    let with_password = forms::sign_in("ada@example.com", PASSWORD);
    let new = forms::sign_up("new@example.com", PASSWORD);
    let link_sent = texts::link_sent("new@example.com");
    for (path, form, then) in [
        ("/signin", &with_password[..], "/account"),
        ("/signup", &new[..], &link_sent),
    ] {
        let mut browser = app.browser();
        browser
            .post("/signin/anonymous", &[])
            .await
            .leads_to("/account");
        let old = browser.clone();
        let page = browser.get("/signin").await;
        let form = [form, &[("shown_to", page.shown_to())]].concat();
        browser.post(path, &form).await.leads_to(then);
        assert!(browser.is_signed_in().await, "{path}");
        assert!(!old.is_signed_in().await, "{path}");
    }
}

#[tokio::test]
async fn a_failed_sign_in_keeps_the_session() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.forget(FLASH_COOKIE);
    let before = ada.cookies();
    let form = forms::sign_in("ada@example.com", NEW_PASSWORD);
    ada.post("/signin", &form).await.shows(401, &[]);
    assert_eq!(ada.cookies(), before);
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn the_sign_in_pages_lead_on_whoever_is_signed_in() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    for (path, location) in [
        ("/signin", "/account"),
        ("/signup?next=/account/sessions", "/account/sessions"),
        ("/signin?next=//evil.example", "/account"),
        ("/signin/magic-url", "/account"),
    ] {
        ada.get(path).await.leads_to(location);
    }
}

/// An Appwrite with a session that began so long ago, and what it was asked but for who it is.
async fn with_session_of(age: Duration, extends: bool) -> (Appwrite, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&asked);
    let created = (OffsetDateTime::now_utc() - age).format(&Rfc3339).unwrap();
    let session = format!(
        r#"{{"$id":"s1","$createdAt":"{created}","expire":"2099-02-03T04:05:06.000+00:00"}}"#
    );
    let upstream = Upstream::answering(move |request| {
        let route = format!("{} {}", request.method(), request.uri().path());
        let answer = match route.as_str() {
            "GET /v1/account" => return ready(json(200, ACCOUNT)),
            EXTENDS if !extends => json(500, "{}"),
            EXTENDS | READS => json(200, session.clone()),
            _ => json(204, ""),
        };
        noted.lock().unwrap().push(route);
        ready(answer)
    })
    .await;
    (upstream.appwrite, asked)
}

const EXTENDS: &str = "PATCH /v1/account/sessions/current";
const READS: &str = "GET /v1/account/sessions/current";
const ENDS: &str = "DELETE /v1/account/sessions/current";

#[tokio::test]
async fn a_session_is_never_extended_beyond_its_absolute_end() {
    let age = Duration::days(29) + Duration::hours(1);
    let (appwrite, asked) = with_session_of(age, true).await;
    let month = [("SESSION_MAX_DAYS", "30")];
    let app = TestApp::in_front_of_with(appwrite, &month).await;
    let mut ada = browser(&app, None);
    let page = ada.get("/account").await;
    page.shows(200, &[]);
    let end = OffsetDateTime::now_utc() + Duration::hours(23);
    let day = end.format(format_description!("[day] [month repr:short] [year]"));
    for cookie in page.set_cookies() {
        if !cookie.starts_with(DEVICE_COOKIE) {
            assert!(cookie.contains(day.as_deref().unwrap()), "{cookie}");
        }
    }
    // It's looked at again when it ends, and not before.
    ada.get("/account").await.shows(200, &[]);
    assert_eq!(*asked.lock().unwrap(), [EXTENDS]);
}

#[tokio::test]
async fn a_session_ends_for_good_when_it_is_as_old_as_it_may_get() {
    let month = [("SESSION_MAX_DAYS", "30")];
    for (path, is_page) in [("/account", true), ("/api/account/update-name", false)] {
        let (appwrite, asked) = with_session_of(Duration::days(31), true).await;
        let app = TestApp::in_front_of_with(appwrite, &month).await;
        // Whether or not somebody has removed the other cookie.
        for last in [None, Some(extended(SOME_SECRET, DAY + 60))] {
            let mut ada = browser(&app, last.as_deref());
            if is_page {
                ada.get(path).await.leads_to("/signin?next=/account");
            } else {
                ada.post(path, &[("name", "Ada")]).await;
            }
            assert_eq!(asked.lock().unwrap()[..2], [EXTENDS, ENDS], "{path}");
            asked.lock().unwrap().clear();
            // From then on it's nobody's, and that costs no call.
            ada.get("/account").await.leads_to("/signin?next=/account");
            assert_eq!(asked.lock().unwrap().len(), 0, "{path}");
        }
    }
    // It doesn't help that Appwrite doesn't extend it.
    let (appwrite, asked) = with_session_of(Duration::days(31), false).await;
    let app = TestApp::in_front_of_with(appwrite, &month).await;
    let mut ada = browser(&app, None);
    ada.get("/account").await.leads_to("/signin?next=/account");
    assert_eq!(*asked.lock().unwrap(), [EXTENDS, READS, ENDS]);
    // Without the setting, a session may get as old as it likes.
    let (appwrite, asked) = with_session_of(Duration::days(3650), true).await;
    let app = TestApp::in_front_of(appwrite).await;
    let mut ada = browser(&app, None);
    ada.get("/account").await.shows(200, &[]);
    assert_eq!(*asked.lock().unwrap(), [EXTENDS]);
    assert!(ada.has_session());
}

#[tokio::test]
async fn a_new_sessions_cookie_lasts_no_longer_than_a_session_may() {
    let app = TestApp::start_with(&[("SESSION_MAX_DAYS", "1")]).await;
    let form = forms::sign_in("ada@example.com", PASSWORD);
    app.signed_up("ada@example.com").await;
    let answer = app.browser().post("/signin", &form).await;
    let tomorrow = OffsetDateTime::now_utc() + Duration::days(1);
    let day = tomorrow.format(format_description!("[day] [month repr:short] [year]"));
    assert_eq!(answer.set_cookies().len(), 2);
    for cookie in answer.set_cookies() {
        assert!(cookie.contains(day.as_deref().unwrap()), "{cookie}");
    }
}
