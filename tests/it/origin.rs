//! Pages of this site at an address that `SITE_URL` doesn't name.

use crate::support::{Log, TestApp, forms, forms::PASSWORD};

const SITE: &str = "https://app.example.com";

#[tokio::test]
async fn signing_in_where_no_cookie_holds_is_explained_at_once() {
    let log = Log::start();
    let app = TestApp::start_with(&[("SITE_URL", SITE)]).await;
    let mut here = app.browser().with_header("origin", &app.url);
    let form = forms::sign_in("ada@example.com", PASSWORD);
    let page = here.post("/signin", &form).await;
    page.shows(
        403,
        &[
            "come from this site's own address",
            r#"href="https://app.example.com""#,
            "Open https://app.example.com",
        ],
    );
    assert!(page.set_cookies().is_empty());
    log.shows(&format!("set SITE_URL={}", app.url));
    here.post("/api/auth/sign-in", &form)
        .await
        .is_error(403, "Forbidden");
}

#[tokio::test]
async fn what_another_site_sends_is_refused_with_its_reason_in_the_log() {
    let log = Log::start();
    let app = TestApp::start().await;
    let mut there = app
        .browser()
        .on_another_site()
        .with_header("origin", "https://evil.example");
    let page = there.post("/signin/anonymous", &[]).await;
    page.shows(403, &["Request refused", &format!("Open {}", app.url)]);
    log.shows("no setting allows it");
}
