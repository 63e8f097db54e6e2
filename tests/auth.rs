//! Signing up, in and out, as a browser without script does it.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use common::{TestApp, cookie, header};

#[tokio::test]
async fn sign_up_leads_to_the_account_and_sign_out_ends_it() {
    let app = TestApp::start().await;
    let session = app.sign_up("ada@example.com").await;
    let page = app
        .get("/account")
        .header("cookie", &session)
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(header(&page, "cache-control"), "private, no-store");
    let page = page.text().await.unwrap();
    for shown in ["ada@example.com", "not verified"] {
        assert!(page.contains(shown), "{shown}");
    }
    let page = app.get("/account/sessions").header("cookie", &session);
    let page = page.send().await.unwrap().text().await.unwrap();
    for shown in ["e-mail and password", "this device"] {
        assert!(page.contains(shown), "{shown}");
    }

    let out = app
        .post("/signout")
        .header("cookie", &session)
        .send()
        .await
        .unwrap();
    assert_eq!(out.status(), 303);
    assert_eq!(header(&out, "location"), "/signin?notice=signed-out");
    assert!(header(&out, "set-cookie").contains("Expires=Thu, 01 Jan 1970"));

    let after = app
        .get("/account")
        .header("cookie", &session)
        .send()
        .await
        .unwrap();
    assert_eq!(header(&after, "location"), "/signin?next=/account");
    assert!(
        header(&after, "set-cookie").contains("Expires=Thu, 01 Jan 1970"),
        "a dead cookie goes"
    );
}

#[tokio::test]
async fn the_cookie_lives_as_long_as_the_session() {
    let app = TestApp::start().await;
    let form = [("email", "ada@example.com"), ("new-password", "password-1")];
    let response = app.post("/signup").form(&form).send().await.unwrap();
    let set_cookies: Vec<&str> = response
        .headers()
        .get_all("set-cookie")
        .iter()
        .map(|value| value.to_str().unwrap())
        .collect();
    let [set_cookie, extended] = set_cookies[..] else {
        panic!("{set_cookies:?}");
    };
    assert!(set_cookie.starts_with("appwrite-session="), "{set_cookie}");
    let next_year = time::OffsetDateTime::now_utc() + time::Duration::days(365);
    assert!(
        set_cookie.contains(&format!(" {} ", next_year.year())),
        "{set_cookie}"
    );
    for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(set_cookie.contains(part), "{part}");
    }
    let expires = |cookie: &str| cookie.split("Expires=").nth(1).unwrap().to_owned();
    assert!(extended.starts_with("appwrite-session-extended="));
    assert_eq!(expires(extended), expires(set_cookie));
}

#[tokio::test]
async fn signing_in_ends_the_session_that_the_cookie_held() {
    let app = TestApp::start().await;
    let old = app.sign_up("ada@example.com").await;
    let form = [
        ("email", " ADA@example.com"),
        ("password", "password-1"),
        ("next", "/account?x=1"),
    ];
    let response = app
        .post("/signin")
        .header("cookie", &old)
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(header(&response, "location"), "/account?x=1");
    let new = cookie(&response).unwrap();
    assert_eq!(
        app.get("/account")
            .header("cookie", &new)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    assert_eq!(
        app.get("/account")
            .header("cookie", &old)
            .send()
            .await
            .unwrap()
            .status(),
        303
    );
}

#[tokio::test]
async fn another_sites_address_is_no_way_to_go_on() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let form = [
        ("email", "ada@example.com"),
        ("password", "password-1"),
        ("next", "//evil.example"),
    ];
    let response = app.post("/signin").form(&form).send().await.unwrap();
    assert_eq!(header(&response, "location"), "/account");
}

#[tokio::test]
async fn wrong_input_is_shown_again_without_the_password() {
    let app = TestApp::start().await;
    let form = [
        ("name", "A<b>"),
        ("email", "nope"),
        ("new-password", "short-7"),
        ("next", "/account"),
    ];
    let response = app.post("/signup").form(&form).send().await.unwrap();
    assert_eq!(response.status(), 422);
    assert_eq!(header(&response, "cache-control"), "private, no-store");
    assert!(cookie(&response).is_none());
    let page = response.text().await.unwrap();
    assert!(page.contains("Enter an e-mail address like name@example.com."));
    assert!(page.contains("The password needs at least 8 characters."));
    assert!(page.contains(r#"value="nope""#));
    assert!(page.contains(r#"value="A&lt;b&gt;""#));
    assert!(!page.contains("short-7"));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_e_mail_are_answered_alike() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let mut answers = Vec::new();
    for (email, password) in [
        ("ada@example.com", "password-2"),
        ("bob@example.com", "password-2"),
        // Too short to be anybody's; not worth a word of its own.
        ("ada@example.com", "x"),
    ] {
        let form = [("email", email), ("password", password)];
        let response = app.post("/signin").form(&form).send().await.unwrap();
        let status = response.status();
        let page = response.text().await.unwrap();
        assert!(page.contains("The e-mail or the password is wrong."));
        answers.push(status);
    }
    assert_eq!(answers, [401, 401, 401]);
}

#[tokio::test]
async fn an_e_mail_that_is_taken_is_a_conflict() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let form = [("email", "Ada@Example.com"), ("new-password", "password-1")];
    let response = app.post("/signup").form(&form).send().await.unwrap();
    assert_eq!(response.status(), 409);
}

#[tokio::test]
async fn the_devices_page_shows_the_persons_browser() {
    let app = TestApp::start().await;
    let form = [("email", "ada@example.com"), ("new-password", "password-1")];
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let response = app
        .post("/signup")
        .header("user-agent", firefox)
        .form(&form)
        .send()
        .await
        .unwrap();
    let session = cookie(&response).unwrap();
    let page = app
        .get("/account/sessions")
        .header("cookie", session)
        .send()
        .await
        .unwrap();
    assert!(
        page.text()
            .await
            .unwrap()
            .contains("Firefox 140 on GNU/Linux")
    );
}

#[tokio::test]
async fn an_appwrite_that_is_down_does_not_keep_anybody_signed_in() {
    let mut app = TestApp::start().await;
    let session = app.sign_up("ada@example.com").await;
    app.end_appwrite().await;
    let out = app
        .post("/signout")
        .header("cookie", &session)
        .send()
        .await
        .unwrap();
    assert_eq!(
        header(&out, "location"),
        "/signin?notice=signed-out-here-only"
    );
    assert!(header(&out, "set-cookie").contains("Expires=Thu, 01 Jan 1970"));
    let page = app
        .get("/signin?notice=signed-out-here-only")
        .send()
        .await
        .unwrap();
    assert!(page.text().await.unwrap().contains("could not be reached"));
}
