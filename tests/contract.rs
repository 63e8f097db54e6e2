//! The app's own clients against an Appwrite: the local one always, and the one that
//! `APPWRITE_TEST_ENDPOINT`, `APPWRITE_TEST_PROJECT_ID` and `APPWRITE_TEST_KEY` name, if they do.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use common::{TestApp, cookie, header};
use leptos_appwrite::server::config::{ApiKey, Appwrite};

async fn main_flow(app: &TestApp) {
    let id: u64 = rand::random();
    let email = format!("contract-{id:016x}@example.com");
    let form = [
        ("email", email.as_str()),
        ("new-password", "a-long-password-9"),
        ("name", "Contract"),
    ];
    let response = app.post("/signup").form(&form).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), header(&response, "location")),
        (303, "/account")
    );
    let first = cookie(&response).unwrap();

    let again = app.post("/signup").form(&form).send().await.unwrap();
    assert_eq!(again.status(), 409, "the e-mail is taken");
    let wrong = [("email", email.as_str()), ("password", "another-password")];
    let refused = app.post("/signin").form(&wrong).send().await.unwrap();
    assert_eq!(refused.status(), 401);

    let right = [("email", email.as_str()), ("password", "a-long-password-9")];
    let response = app.post("/signin").form(&right).send().await.unwrap();
    let second = cookie(&response).unwrap();
    for (path, shown) in [
        ("/account", email.as_str()),
        ("/account/sessions", "this device"),
    ] {
        let page = app.get(path).header("cookie", &second).send();
        let page = page.await.unwrap().text().await.unwrap();
        assert!(page.contains(shown), "{path}");
    }

    for session in [&second, &first] {
        let out = app
            .post("/signout")
            .header("cookie", session)
            .send()
            .await
            .unwrap();
        assert_eq!(header(&out, "location"), "/signin?notice=signed-out");
        let gone = app
            .get("/account")
            .header("cookie", session)
            .send()
            .await
            .unwrap();
        assert_eq!(gone.status(), 303);
    }
}

#[tokio::test]
async fn the_local_appwrite_keeps_the_contract() {
    main_flow(&TestApp::start().await).await;
}

#[tokio::test]
async fn a_given_appwrite_keeps_the_contract() {
    #[expect(clippy::disallowed_methods, reason = "it is this test's own setting")]
    let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let names = [
        "APPWRITE_TEST_ENDPOINT",
        "APPWRITE_TEST_PROJECT_ID",
        "APPWRITE_TEST_KEY",
    ];
    let [Some(endpoint), Some(project_id), Some(key)] = names.map(var) else {
        // Nothing is given; the test above has made the same calls to the local one.
        return;
    };
    let appwrite = Appwrite {
        endpoint: endpoint.parse().unwrap(),
        project_id,
        key: ApiKey::new(key),
    };
    main_flow(&TestApp::in_front_of(appwrite).await).await;
}
