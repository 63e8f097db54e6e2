//! What other cookies of the host do to the session's: nothing.

use std::future::ready;

use crate::support::{
    SESSION_COOKIE, SOME_SECRET, TestApp, Upstream, appwrite_error, forms, forms::PASSWORD, json,
};

#[tokio::test]
async fn bytes_in_another_cookie_of_the_host_sign_nobody_out() {
    let app = TestApp::start().await;
    let ada = app.signed_up("ada@example.com").await;
    for name in ["a", "z"] {
        let mut ada = ada.clone().with_cookie(name, "\u{e4}");
        ada.get("/account").await.shows(200, &["Ada"]);
        let form = [("name", "Ada L.")];
        let call = ada.post("/api/account/update-name", &form).await;
        assert_eq!(call.status, 200, "{}", call.text);
        let mut again = app.browser().with_cookie(name, "\u{e4}");
        again
            .post("/signin", &forms::sign_in("ada@example.com", PASSWORD))
            .await
            .leads_to("/account");
        again.get("/account").await.shows(200, &["Ada L."]);
    }
}

#[tokio::test]
async fn of_two_session_cookies_the_live_one_counts_on_pages_and_for_calls() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    // From then on this browser is known.
    ada.get("/account").await.shows(200, &[]);
    let live = ada.cookie(SESSION_COOKIE).unwrap().to_owned();
    let between = format!("; {SESSION_COOKIE}=");
    for (first, second) in [
        (SOME_SECRET, live.as_str()),
        (&live, SOME_SECRET),
        ("garbage", &live),
        (&[SOME_SECRET; 9].join(&between), &live),
    ] {
        let both = [first, second].join(&between);
        let mut ada = ada.clone().with_cookie(SESSION_COOKIE, &both);
        let page = ada.get("/account").await;
        page.shows(200, &["Ada"]);
        assert!(page.set_cookies().is_empty(), "{:?}", page.set_cookies());
        let name = [("name", "Ada L.")];
        let call = ada.post("/api/account/update-name", &name).await;
        assert_eq!(call.status, 200, "{}", call.text);
    }
}

#[tokio::test]
async fn only_several_session_cookies_cost_further_calls_and_never_many() {
    let upstream = Upstream::answering(|_| ready(appwrite_error(401, "user_unauthorized"))).await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let mut calls = 0;
    for (count, asked) in [(1, 1), (2, 2 + 1), (50, 3 + 1)] {
        let all = vec![SOME_SECRET; count].join(&format!("; {SESSION_COOKIE}="));
        let browser = app.browser().with_cookie(SESSION_COOKIE, &all);
        browser.clone().get("/").await.shows(200, &["Sign in"]);
        assert!(upstream.calls() - calls <= asked, "{count}");
        calls = upstream.calls();
        browser.clone().get("/pkg/app.js").await;
        assert_eq!(upstream.calls(), calls, "a file");
    }
}

#[tokio::test]
async fn an_outage_with_two_session_cookies_is_no_sign_out() {
    let upstream = Upstream::answering(|_| ready(json(502, "<html>Bad gateway</html>"))).await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let both = format!("{SOME_SECRET}; {SESSION_COOKIE}={SOME_SECRET}");
    let mut browser = app.browser().with_cookie(SESSION_COOKIE, &both);
    let page = browser.get("/account").await;
    page.shows(503, &[]);
    assert!(page.set_cookies().is_empty());
}
