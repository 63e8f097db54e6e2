//! Who may see what, what it costs to find out, and what an outage looks like.

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use futures::future::join_all;

use crate::support::{
    EXTENDED_COOKIE, SESSION_COOKIE, SOME_SECRET, TestApp, Upstream, appwrite, appwrite_error,
    extended,
    forms::{self, PASSWORD},
    json, texts,
};

#[tokio::test]
async fn without_a_session_a_guarded_page_leads_to_sign_in_and_appwrite_is_not_asked() {
    let upstream = Upstream::answering(|_| async { json(500, "{}") }).await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    for (path, location) in [
        ("/account", "/signin?next=/account"),
        (
            "/account/not/there?a=1",
            "/signin?next=/account/not/there%3Fa%3D1",
        ),
    ] {
        app.browser().get(path).await.leads_to(location);
    }
    for (cookie, value) in [
        (SESSION_COOKIE, ""),
        (SESSION_COOKIE, "garbage"),
        ("other", "1"),
    ] {
        let mut browser = app.browser().with_cookie(cookie, value);
        browser
            .get("/account")
            .await
            .leads_to("/signin?next=/account");
    }
    assert_eq!(upstream.calls(), 0);
}

#[tokio::test]
async fn one_call_finds_out_who_is_asking() {
    let account = r#"{"$id":"u1","name":"Ada","email":"ada@example.com"}"#;
    let upstream = Upstream::answering(move |request| {
        ready(match request.uri().path() {
            "/v1/account" => json(200, account),
            "/v1/account/mfa/factors" => json(200, "{}"),
            "/v1/account/identities" => json(200, r#"{"total":0,"identities":[]}"#),
            "/v1/account/logs" => json(200, r#"{"total":0,"logs":[]}"#),
            _ => json(200, r#"{"total":0,"sessions":[]}"#),
        })
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    for (path, calls) in [
        ("/", 1),
        ("/account", 1),
        ("/account/name", 1),
        ("/account/preferences", 1),
        // The second call is for the page's own data.
        ("/account/security", 2),
        ("/account/sessions", 2),
        ("/account/identities", 2),
        ("/account/activity", 2),
        ("/signin", 1),
        ("/recover", 1),
        ("/verify", 1),
        ("/favicon.svg", 0),
        ("/healthz", 0),
        ("/nowhere", 0),
    ] {
        let before = upstream.calls();
        app.browser_with_session().get(path).await;
        assert_eq!(upstream.calls() - before, calls, "{path}");
    }
}

#[tokio::test]
async fn each_failure_has_its_page_and_none_signs_anybody_out() {
    let appwrite_says = |status, kind| (status, format!(r#"{{"code":{status},"type":"{kind}"}}"#));
    let no_appwrite = |status, body: &str| (status, body.to_owned());
    for ((status, body), expected, title) in [
        (appwrite_says(403, "user_blocked"), 403, "Account blocked"),
        (
            appwrite_says(429, "general_rate_limit_exceeded"),
            429,
            texts::RATE_LIMITED,
        ),
        (
            appwrite_says(500, "general_unknown"),
            503,
            texts::NOT_REACHABLE,
        ),
        (
            appwrite_says(404, "project_not_found"),
            500,
            "Something went wrong",
        ),
        (
            no_appwrite(502, "<html>Bad gateway</html>"),
            503,
            texts::NOT_REACHABLE,
        ),
        (
            no_appwrite(401, "<html>Who are you?</html>"),
            503,
            texts::NOT_REACHABLE,
        ),
        (no_appwrite(200, "[]"), 503, texts::NOT_REACHABLE),
        (no_appwrite(200, ""), 503, texts::NOT_REACHABLE),
    ] {
        let answer = body.clone();
        let upstream = Upstream::answering(move |_| ready(json(status, answer.clone()))).await;
        let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
        let page = app.browser_with_session().get("/account").await;
        page.shows(expected, &[title, page.header("x-request-id")]);
        assert!(page.set_cookies().is_empty(), "{body}");
        if expected == 503 || expected == 429 {
            assert_ne!(page.header("retry-after"), "", "{body}");
        }
    }
}

#[tokio::test]
async fn the_app_gives_up_on_a_slow_appwrite() {
    let upstream = Upstream::answering(|_| async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        json(200, "{}")
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let mut ada = app.browser_with_session();
    ada.get("/account")
        .await
        .shows(503, &[texts::NOT_REACHABLE]);
    assert!(ada.has_session());
}

#[tokio::test]
async fn without_an_appwrite_the_app_says_so() {
    let app = TestApp::in_front_of(appwrite("http://127.0.0.1:1/v1")).await;
    let mut ada = app.browser_with_session();
    ada.get("/account")
        .await
        .shows(503, &[texts::NOT_REACHABLE]);
    assert!(ada.has_session());
    ada.get("/healthz").await.shows(200, &[]);
    ada.get("/readyz").await.shows(503, &[]);
    let form = forms::sign_in("ada@example.com", PASSWORD);
    app.browser().post("/signin", &form).await.shows(
        503,
        &["reach the service", &texts::value("ada@example.com")],
    );
}

#[tokio::test]
async fn when_only_the_first_session_fails_sign_up_says_that_the_account_exists() {
    let upstream = Upstream::answering(|request| {
        ready(match request.uri().path() {
            "/v1/account" => json(201, r#"{"$id":"u1"}"#),
            _ => appwrite_error(500, "general_unknown"),
        })
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let form = forms::sign_up("ada@example.com", PASSWORD);
    let page = app.browser().post("/signup", &form).await;
    page.shows(
        page.status,
        &["Your account was created", r#"href="/signin""#],
    );
    assert!(page.set_cookies().is_empty());
}

#[tokio::test]
async fn with_an_appwrite_the_app_is_ready() {
    let app = TestApp::start().await;
    app.browser().get("/readyz").await.shows(200, &[]);
}

/// An Appwrite that knows only this session.
async fn knows_one_session() -> Upstream {
    Upstream::answering(|request| {
        let secret = request.headers().get("x-appwrite-session").cloned();
        let is_alive = secret.is_some_and(|secret| secret == SOME_SECRET);
        ready(if is_alive {
            json(200, r#"{"$id":"u1","email":"ada@example.com"}"#)
        } else {
            appwrite_error(401, "general_unauthorized_scope")
        })
    })
    .await
}

/// A session cookie of the right form that somebody made up.
fn invented(number: usize) -> String {
    STANDARD.encode(format!(r#"{{"id":"u1","secret":"{number:x}"}}"#))
}

#[tokio::test]
async fn whose_a_session_is_can_be_remembered_and_changes_count_at_once() {
    const REMEMBER: &[(&str, &str)] = &[("VISITOR_CACHE_SECONDS", "60")];
    let upstream = Upstream::answering(|_| ready(json(200, r#"{"$id":"u1"}"#))).await;
    for (vars, calls) in [(&[][..], 3), (REMEMBER, 1)] {
        let app = TestApp::in_front_of_with(upstream.appwrite.clone(), vars).await;
        let before = upstream.calls();
        for _ in 0..3 {
            app.browser_with_session()
                .get("/account")
                .await
                .shows(200, &[]);
        }
        assert_eq!(upstream.calls() - before, calls, "{vars:?}");
    }

    let app = TestApp::start_with(REMEMBER).await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mut there = app.signed_in("ada@example.com").await;
    let mut bea = app.signed_up("bea@example.com").await;
    for browser in [&mut ada, &mut there] {
        let page = browser.get("/account").await;
        page.shows(200, &["ada@example.com"]);
        page.hides(&["bea@example.com"]);
    }
    bea.get("/account").await.shows(200, &["bea@example.com"]);
    ada.post("/account/name", &[("name", "Countess")]).await;
    for browser in [&mut ada, &mut there] {
        browser.get("/account").await.shows(200, &["Countess"]);
    }
    // A link that verifies the address, in a browser without a session.
    ada.post("/account/email/verify", &[]).await;
    let link = app.newest_link("ada@example.com").await;
    app.browser().post(&link, &[]).await;
    ada.get("/account").await.shows(200, &[texts::VERIFIED]);
    ada.post("/account/sessions/end-others", &[]).await;
    there
        .get("/account")
        .await
        .leads_to("/signin?next=/account");
    let old = ada.clone();
    ada.post("/signout", &[]).await;
    assert!(!old.is_signed_in().await);
    assert!(bea.is_signed_in().await);
}

#[tokio::test]
async fn an_invented_session_costs_one_call_and_a_live_one_goes_on() {
    let upstream = knows_one_session().await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    app.browser_with_session()
        .get("/account")
        .await
        .shows(200, &[]);
    let with = |secret: &str| app.browser().with_cookie(SESSION_COOKIE, secret);

    let before = upstream.calls();
    for _ in 0..5 {
        let mut mallory = with(&invented(0));
        mallory
            .get("/account")
            .await
            .leads_to("/signin?next=/account");
        let mut mallory = with(&invented(0));
        let answer = mallory
            .post("/api/account/update-name", &[("name", "Ada")])
            .await;
        answer.is_error(401, "SignedOut");
    }
    assert_eq!(upstream.calls() - before, 1);

    // notes: begin
    // Nothing is loaded for it meanwhile.
    let answer = with(&invented(1)).get("/notes").await;
    answer.leads_to("/signin?next=/notes");
    assert_eq!(upstream.calls() - before, 2);
    // notes: end
    // Another secret each time helps for a while.
    for number in 1..60 {
        with(&invented(number)).get("/").await.shows(200, &[]);
    }
    assert_eq!(upstream.calls() - before, 60);
    for number in 60..70 {
        let mut mallory = with(&invented(number));
        mallory.get("/").await.is_rate_limited();
        // Nobody has said that it isn't alive.
        assert!(mallory.has_session());
        // notes: begin
        // So what was typed with it stays.
        let fields = [("id", "n1"), ("title", "Mine"), ("text", "Long")];
        for path in ["/notes/new", "/notes/n1/edit"] {
            let answer = mallory.post(path, &fields).await;
            answer.is_rate_limited();
            answer.shows(429, &[&texts::value("Mine"), ">\nLong<"]);
        }
        // notes: end
    }
    assert_eq!(upstream.calls() - before, 60);
    app.browser_with_session()
        .get("/account")
        .await
        .shows(200, &[]);
}

/// After a start, nothing has been seen alive yet. What the app has noted in a browser still says so.
#[tokio::test]
async fn a_noted_session_goes_on_where_an_address_has_brought_too_many_invented_ones() {
    let upstream = knows_one_session().await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    for number in 0..60 {
        let mut mallory = app.browser().with_cookie(SESSION_COOKIE, &invented(number));
        mallory.get("/").await.shows(200, &[]);
    }
    let mut ada = app.browser().with_cookie(SESSION_COOKIE, SOME_SECRET);
    ada.get("/account").await.is_rate_limited();
    let mut ada = ada.with_cookie(EXTENDED_COOKIE, &extended(SOME_SECRET, 0));
    ada.get("/account").await.shows(200, &[]);
}

#[tokio::test]
async fn appwrite_is_asked_once_at_a_time_whether_it_answers() {
    let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let asking = Arc::new((now, most));
    let seen = Arc::clone(&asking);
    let upstream = Upstream::answering(move |_| {
        let asking = Arc::clone(&seen);
        async move {
            let (now, most) = &*asking;
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            now.fetch_sub(1, Ordering::SeqCst);
            json(200, r#"{"version":"1.9.6"}"#)
        }
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let asked = (0..50).map(|_| {
        let mut browser = app.browser();
        async move { browser.get("/readyz").await }
    });
    for answer in join_all(asked).await {
        answer.shows(200, &[]);
    }
    assert_eq!(asking.1.load(Ordering::SeqCst), 1);
    assert!(upstream.calls() < 50, "an answer is shared");
}

#[tokio::test]
async fn trying_again_after_an_outage_leads_to_what_was_tried() {
    let upstream = Upstream::answering(|_| async { appwrite_error(503, "general_unknown") }).await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    for (path, again) in [
        ("/signin/link?userId=u&secret=s", ""),
        ("/recover/confirm?userId=u&secret=s", ""),
        ("/verify?userId=u&secret=s", ""),
        ("/account/email", "/account"),
        ("/account/sessions/end", "/account"),
        ("/mfa/send", "/mfa"),
        ("/signin/anonymous", "/signin"),
    ] {
        let page = app.browser_with_session().post(path, &[]).await;
        let link = format!(r#"<a href="{again}" class="button button-primary">Try again"#);
        page.shows(503, &[&link]);
        page.hides(&["secret=s"]);
        // Going back to this page as the browser kept it leads there, too.
        page.shows(503, &[&format!("replace(\"{again}\")")]);
    }
}
