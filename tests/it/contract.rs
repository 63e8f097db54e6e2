//! The main flow against an Appwrite: the local one always, and the real one that
//! `APPWRITE_TEST_ENDPOINT`, `APPWRITE_TEST_PROJECT_ID` and `APPWRITE_TEST_KEY` name, if they're set.

use leptos_appwrite::server::config::{ApiKey, Appwrite};

use crate::support::{
    TestApp,
    forms::{self, NEW_PASSWORD, PASSWORD},
};

async fn main_flow(app: &TestApp) {
    let id: u64 = rand::random();
    let email = format!("contract-{id:016x}@example.com");
    let first = app.signed_up(&email).await;
    app.browser()
        .post("/signup", &forms::sign_up(&email, PASSWORD))
        .await
        .shows(409, &[]);
    app.browser()
        .post("/signin", &forms::sign_in(&email, NEW_PASSWORD))
        .await
        .shows(401, &[]);
    let mut second = app.signed_in(&email).await;
    second.get("/account").await.shows(200, &[&email]);
    second
        .get("/account/sessions")
        .await
        .shows(200, &["this device"]);
    for mut browser in [second, first] {
        let copy = browser.clone();
        browser
            .post("/signout", &[])
            .await
            .leads_to("/signin?flash=signed-out");
        assert!(!copy.is_signed_in().await);
    }
}

#[tokio::test]
async fn the_local_appwrite_does_what_the_app_needs() {
    main_flow(&TestApp::start().await).await;
}

#[tokio::test]
async fn a_given_appwrite_does_what_the_app_needs() {
    #[expect(clippy::disallowed_methods, reason = "it is this test's own setting")]
    let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let names = [
        "APPWRITE_TEST_ENDPOINT",
        "APPWRITE_TEST_PROJECT_ID",
        "APPWRITE_TEST_KEY",
    ];
    let [Some(endpoint), Some(project_id), Some(key)] = names.map(var) else {
        // None is given; the test above has made the same calls to the local one.
        return;
    };
    let appwrite = Appwrite {
        endpoint: endpoint.parse().unwrap(),
        project_id,
        key: ApiKey::new(key),
    };
    main_flow(&TestApp::in_front_of(appwrite).await).await;
}
