//! The sign-in methods that a site offers. What is switched off is off everywhere.

use crate::support::{
    TestApp,
    forms::{self, PASSWORD},
    texts,
};

/// Each method but the password: its name in `AUTH_METHODS`, what the sign-in page has for it, its page
/// if it has one, where its form is posted, and a field.
type Method = (
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
    (&'static str, &'static str),
);

const METHODS: [Method; 5] = [
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
async fn a_method_that_is_off_has_no_button_no_page_and_no_server_function() {
    let app = TestApp::start_with(&[("AUTH_METHODS", "password")]).await;
    for page in ["/signin", "/signup"] {
        let page = app.browser().get(page).await;
        page.shows(200, &[r#"type="password""#]);
        page.hides(&[r#"class="or""#]);
        for (_, button, ..) in METHODS {
            page.hides(&[button]);
        }
    }
    for (name, _, page, target, field) in METHODS {
        if let Some(page) = page {
            app.browser()
                .get(page)
                .await
                .shows(501, &[texts::NOT_OFFERED]);
        }
        let mut browser = app.browser();
        let answer = browser.post(target, &[field]).await;
        answer.shows(501, &["available right now"]);
        assert!(browser.cookies().is_empty(), "{name}");
    }
    assert!(app.inbox("ada@example.com").await.is_empty());
    // Their server functions answer the same.
    for (path, form) in [
        ("/api/auth/magic-url", ("email", "ada@example.com")),
        ("/api/auth/email-otp", ("email", "ada@example.com")),
        ("/api/auth/phone-otp", ("phone", "+15550100199")),
        ("/api/auth/anonymous", ("next", "")),
        ("/api/auth/oauth2", ("provider", "github")),
    ] {
        app.browser()
            .post(path, &[form])
            .await
            .is_error(501, "SwitchedOff");
    }
    // Without OAuth2 there's nothing to link.
    let mut ada = app.signed_up("ada@example.com").await;
    ada.get("/account/identities")
        .await
        .hides(&["/account/identities/link"]);
    let form = [("provider", "github")];
    ada.post("/account/identities/link", &form)
        .await
        .shows(501, &[texts::NOT_OFFERED]);
}

#[tokio::test]
async fn each_method_can_be_the_only_one() {
    for (name, button, _, target, field) in METHODS {
        let app = TestApp::start_with(&[("AUTH_METHODS", name)]).await;
        let page = app.browser().get("/signin").await;
        page.shows(200, &[button]);
        page.hides(&[
            r#"type="password""#,
            r#"href="/signup"#,
            r#"class="or""#,
            "/recover",
        ]);
        for (other, other_button, ..) in METHODS {
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
        // A password neither signs in nor up.
        app.browser()
            .get("/signup")
            .await
            .shows(501, &[texts::NOT_OFFERED]);
        let email = "ada@example.com";
        for (path, form) in [
            ("/signin", &forms::sign_in(email, PASSWORD)[..]),
            ("/signup", &forms::sign_up(email, PASSWORD)),
        ] {
            let answer = app.browser().post(path, form).await;
            answer.shows(501, &[]);
            assert!(answer.set_cookies().is_empty());
        }
    }
}

#[tokio::test]
async fn all_methods_are_offered_together_and_keep_where_to_go() {
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
        assert_eq!(forms, 2, "the providers and the guest");
    }
    // Providers come first, and what few people use opens last.
    let page = app.browser().get("/signin").await;
    let at = |text: &str| page.text.find(text).unwrap_or_else(|| panic!("no {text}"));
    let order = [
        at(r#"action="/signin/oauth2""#),
        at(r#"type="password""#),
        at("<summary>More ways</summary>"),
        at(r#"href="/signin/magic-url""#),
        at(r#"action="/signin/anonymous""#),
    ];
    assert!(order.is_sorted(), "{order:?}");
    // What isn't a path of this site is not kept.
    let page = app.browser().get("/signin?next=%22%3E%3Cscript%3E").await;
    page.hides(&[r#""><script>"#]);
}

#[tokio::test]
async fn a_provider_without_a_mark_has_the_first_letter_of_its_name() {
    let app = TestApp::start_with(&[("OAUTH_PROVIDERS", "github,discord,oidc")]).await;
    let page = app.browser().get("/signin").await;
    for (letter, name) in [("D", "Discord"), ("S", "SSO")] {
        let mark = format!(r#"data-letters="{letter}""#);
        page.shows(200, &[&mark, name]);
    }
    page.hides(&[r#"data-letters="G""#]);
}
