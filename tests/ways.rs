//! The ways in that a site offers, and that what is off is off.

#![cfg(feature = "ssr")]
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod common;

use common::{PASSWORD, TestApp};

/// Each way but the password: its name in `AUTH_METHODS`, what stands on the sign-in page for it,
/// its page if it has one, where it is posted to, and what.
type Way = (
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
    (&'static str, &'static str),
);

const WAYS: [Way; 5] = [
    (
        "magic-url",
        r#"href="/signin/magic-url""#,
        Some("/signin/magic-url"),
        "/signin/magic-url",
        ("email", "ada@example.com"),
    ),
    (
        "email-otp",
        r#"href="/signin/email-otp""#,
        Some("/signin/email-otp"),
        "/signin/email-otp",
        ("email", "ada@example.com"),
    ),
    (
        "phone",
        r#"href="/signin/phone""#,
        Some("/signin/phone"),
        "/signin/phone",
        ("phone", "+15550100199"),
    ),
    (
        "anonymous",
        r#"action="/signin/anonymous""#,
        None,
        "/signin/anonymous",
        ("next", ""),
    ),
    (
        "oauth2",
        r#"action="/signin/oauth2""#,
        None,
        "/signin/oauth2",
        ("provider", "github"),
    ),
];

#[tokio::test]
async fn a_way_that_is_off_has_no_button_no_page_and_no_answer() {
    let app = TestApp::start_with(&[("AUTH_METHODS", "password")]).await;
    for page in ["/signin", "/signup"] {
        let page = app.browser().get(page).await;
        page.shows(200, &[r#"type="password""#]);
        page.hides(&[r#"class="or""#]);
        for (_, button, ..) in WAYS {
            page.hides(&[button]);
        }
    }
    for (name, _, page, target, field) in WAYS {
        if let Some(page) = page {
            app.browser().get(page).await.shows(501, &["Not offered"]);
        }
        let mut browser = app.browser();
        let answer = browser.post(target, &[field]).await;
        answer.shows(501, &["not offered here"]);
        assert!(browser.cookies().is_empty(), "{name}");
    }
    assert!(app.inbox("ada@example.com", "").await.is_empty());
    // The server functions behind them answer alike.
    for (path, form) in [
        ("/api/auth/magic-url", ("email", "ada@example.com")),
        ("/api/auth/email-otp", ("email", "ada@example.com")),
        ("/api/auth/phone-otp", ("phone", "+15550100199")),
        ("/api/auth/anonymous", ("next", "")),
        ("/api/auth/oauth2", ("provider", "github")),
    ] {
        let answer = app.browser().send(app.post(path).form(&[form])).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (501, r#""SwitchedOff""#),
            "{path}"
        );
    }
    // Nor is there an account to link.
    let mut ada = app.signed_up("ada@example.com").await;
    ada.get("/account/identities")
        .await
        .hides(&["/account/identities/link"]);
    let form = [("provider", "github")];
    ada.post("/account/identities/link", &form)
        .await
        .shows(501, &["Not offered"]);
}

#[tokio::test]
async fn each_way_can_be_the_only_one() {
    for (name, button, _, target, field) in WAYS {
        let app = TestApp::start_with(&[("AUTH_METHODS", name)]).await;
        let page = app.browser().get("/signin").await;
        page.shows(200, &[button]);
        page.hides(&[
            r#"type="password""#,
            r#"href="/signup"#,
            r#"class="or""#,
            "/recover",
        ]);
        for (other, other_button, ..) in WAYS {
            if other != name {
                page.hides(&[other_button]);
            }
        }
        let answer = app.browser().post(target, &[field]).await;
        assert!(
            matches!(answer.status, 200 | 303),
            "{name}: {}",
            answer.status
        );
        // No password signs in or up.
        let form = [
            ("email", "ada@example.com"),
            ("password", PASSWORD),
            ("new-password", PASSWORD),
        ];
        app.browser()
            .get("/signup")
            .await
            .shows(501, &["Not offered"]);
        for path in ["/signin", "/signup"] {
            let answer = app.browser().post(path, &form).await;
            assert_eq!(answer.status, 501, "{name} {path}");
            assert!(answer.set_cookies().is_empty());
        }
    }
}

#[tokio::test]
async fn all_of_them_stand_side_by_side_and_keep_where_to_go() {
    let app = TestApp::start().await;
    let next = "/account/sessions";
    for page in ["/signin", "/signup"] {
        let page = app.browser().get(&format!("{page}?next={next}")).await;
        page.shows(200, &[r#"class="or""#, r#"type="password""#]);
        for link in ["magic-url", "email-otp", "phone"] {
            page.shows(200, &[&format!(r#"href="/signin/{link}?next={next}""#)]);
        }
        for provider in ["github", "google", "mock"] {
            page.shows(200, &[&format!(r#"name="provider" value="{provider}""#)]);
        }
        let kept = format!(r#"name="next" value="{next}""#);
        let forms = page.text.matches(&kept).count();
        assert_eq!(forms, 4, "three providers and the guest");
    }
    // Not a word that would lead elsewhere is followed, whichever page it stands on.
    let page = app.browser().get("/signin?next=%22%3E%3Cscript%3E").await;
    page.hides(&[r#""><script>"#]);
}
