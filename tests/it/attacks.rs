//! What attackers try at every door: posting from their own site, coming without a session or with
//! half of one, somebody else's IDs, IDs that are paths, and the same thing twice at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use reqwest::Method;
use server_fn::axum::server_fn_paths;

use crate::support::{
    ADA_AT_PROVIDER, Answer, Browser, FLOW_COOKIE, TestApp,
    forms::{self, NEW_PASSWORD, PASSWORD},
    query_of,
};

type Form = &'static [(&'static str, &'static str)];

/// Every form that stands on a page of its own.
const FORMS: [&str; 27] = [
    "/signin",
    "/signup",
    "/signin/magic-url",
    "/signin/email-otp",
    "/signin/phone",
    "/signin/code",
    "/signin/link",
    "/signout",
    "/recover",
    "/recover/confirm",
    "/verify",
    "/mfa/totp",
    "/mfa/code",
    "/mfa/recovery-code",
    "/account/name",
    "/account/email",
    "/account/phone",
    "/account/phone/verify",
    "/account/password",
    "/account/password/new",
    "/account/upgrade",
    "/account/confirm",
    "/account/confirm/code",
    "/account/deactivate",
    "/account/preferences",
    "/account/preferences/color",
    "/account/security/totp",
];

/// Every button that posts to a path without a page.
const BUTTONS: [&str; 15] = [
    "/signin/anonymous",
    "/signin/oauth2",
    "/signout/everywhere",
    "/mfa/send",
    "/account/confirm/send",
    "/account/email/verify",
    "/account/phone/send",
    "/account/security/mfa",
    "/account/security/totp/begin",
    "/account/security/totp/remove",
    "/account/sessions/end",
    "/account/sessions/end-others",
    "/account/identities/link",
    "/account/identities/unlink",
    "/account/security/recovery-codes",
];

/// The server functions that anybody may call.
const OPEN_FUNCTIONS: [&str; 16] = [
    "/api/auth/sign-in",
    "/api/auth/sign-up",
    "/api/auth/sign-out",
    "/api/auth/sign-out-everywhere",
    "/api/auth/anonymous",
    "/api/auth/magic-url",
    "/api/auth/email-otp",
    "/api/auth/phone-otp",
    "/api/auth/code",
    "/api/auth/link",
    "/api/auth/oauth2",
    "/api/auth/recovery",
    "/api/auth/reset-password",
    "/api/auth/verify-email",
    // These two fail for want of a flow, or when it comes to its end.
    "/api/mfa/code",
    "/api/account/link-identity",
];

/// The server functions that change an account, with arguments that they accept.
const ACCOUNT_FUNCTIONS: &[(&str, Form)] = &[
    ("/api/account/update-name", &[("name", "Mallory")]),
    (
        "/api/account/update-email",
        &[("email", "mallory@example.com"), ("password", PASSWORD)],
    ),
    (
        "/api/account/update-phone",
        &[("phone", "+15550100199"), ("password", PASSWORD)],
    ),
    (
        "/api/account/update-password",
        &[("password", PASSWORD), ("new_password", NEW_PASSWORD)],
    ),
    ("/api/account/confirm", &[("password", PASSWORD)]),
    ("/api/account/confirm/send", &[]),
    ("/api/account/confirm/code", &[("code", "123456")]),
    ("/api/account/set-password", &[("password", NEW_PASSWORD)]),
    (
        "/api/account/upgrade-guest",
        &[("email", "mallory@example.com"), ("password", PASSWORD)],
    ),
    (
        "/api/account/update-preferences",
        &[("theme", "dark"), ("locale", "de")],
    ),
    ("/api/account/update-avatar-color", &[("color", "blue")]),
    ("/api/account/send-email-verification", &[]),
    ("/api/account/send-phone-verification", &[]),
    ("/api/account/verify-phone", &[("code", "123456")]),
    ("/api/account/end-session", &[("id", "s1")]),
    ("/api/account/end-other-sessions", &[]),
    ("/api/account/unlink-identity", &[("id", "i1")]),
    ("/api/account/deactivate", &[("confirmation", "deactivate")]),
    ("/api/mfa/update", &[("on", "false")]),
    ("/api/mfa/totp/begin", &[]),
    ("/api/mfa/totp/remove", &[]),
    ("/api/mfa/recovery-codes", &[]),
    ("/api/notes/create", &[("title", "a")]),
    ("/api/notes/update", &[("id", "n1"), ("title", "a")]),
    ("/api/notes/set-done", &[("id", "n1"), ("done", "true")]),
    ("/api/notes/set-pinned", &[("id", "n1"), ("pinned", "true")]),
    ("/api/notes/delete", &[("id", "n1")]),
];

/// The server functions that take the second step, and the one that prepares for it.
const SECOND_STEP_FUNCTIONS: [(&str, Form); 4] = [
    ("/api/mfa/send", &[("factor", "email")]),
    ("/api/mfa/totp", &[("code", "123456")]),
    ("/api/mfa/recovery-code", &[("code", "0123456789")]),
    ("/api/mfa/totp/add", &[("code", "123456")]),
];

#[tokio::test]
async fn no_server_function_is_missing_here() {
    let here: BTreeSet<&str> = OPEN_FUNCTIONS
        .into_iter()
        .chain(ACCOUNT_FUNCTIONS.iter().map(|(path, _)| *path))
        .chain(SECOND_STEP_FUNCTIONS.map(|(path, _)| path))
        .collect();
    let registered: BTreeSet<&str> = server_fn_paths().map(|(path, _)| path).collect();
    assert_eq!(here, registered);
    // What only reads is for pages, and no server function.
    assert!(server_fn_paths().all(|(_, method)| method == Method::POST));
}

#[tokio::test]
async fn a_post_from_another_site_is_refused() {
    let app = TestApp::start().await;
    let ada = app.signed_up("ada@example.com").await;
    let functions = ACCOUNT_FUNCTIONS.iter().chain(&SECOND_STEP_FUNCTIONS);
    let paths = FORMS
        .into_iter()
        .chain(BUTTONS)
        .chain(OPEN_FUNCTIONS)
        .chain(functions.map(|(path, _)| *path));
    let mut lured = ada.clone().on_another_site();
    for path in paths {
        let form = forms::sign_in("ada@example.com", PASSWORD);
        let answer = lured.post(path, &form).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.set_cookies().is_empty(), "{path}");
    }
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn a_get_changes_nothing() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    for path in BUTTONS {
        // This one has a page as well.
        if path != "/account/security/recovery-codes" {
            // Who is signed in is led away from the pages that sign in.
            let answer = match path.starts_with("/signin") {
                true => app.browser().get(path).await,
                false => ada.get(path).await,
            };
            answer.leads_to(path.rsplit_once('/').unwrap().0);
        }
    }
    for (path, _) in ACCOUNT_FUNCTIONS {
        ada.get(path).await.is_error(404, "NotFound");
    }
    ada.get("/signout")
        .await
        .shows(200, &["Sign out here", "Sign out everywhere"]);
    assert!(ada.is_signed_in().await);
}

/// Where a form that was posted without a session leads: to this page first, which says that nothing
/// was saved, and back to where it was posted.
fn way_back(first: &str, path: &str) -> String {
    let first = format!("{first}?flash=nothing-saved");
    if path.starts_with("/mfa") {
        return first;
    }
    format!("{first}&next={path}")
}

#[tokio::test]
async fn without_a_session_nothing_of_an_account_is_read_or_changed() {
    let app = TestApp::start().await;
    let mut stranger = app.browser();
    for path in FORMS.into_iter().chain(BUTTONS) {
        if path.starts_with("/account") || path.starts_with("/mfa") {
            let answer = stranger.post(path, &[]).await;
            answer.leads_to(&way_back("/signin", path));
        }
    }
    for (path, form) in ACCOUNT_FUNCTIONS.iter().chain(&SECOND_STEP_FUNCTIONS) {
        stranger.post(path, form).await.is_error(401, "SignedOut");
    }
}

#[tokio::test]
async fn with_half_a_session_nothing_of_an_account_is_read_or_changed() {
    let app = TestApp::start().await;
    let (mut ada, _) = app.signed_up_with_mfa("ada@example.com").await;
    let mut half = app.signed_in("ada@example.com").await;
    for path in FORMS.into_iter().chain(BUTTONS) {
        if path.starts_with("/account") {
            half.post(path, &[]).await.leads_to(&way_back("/mfa", path));
        }
    }
    for (path, form) in ACCOUNT_FUNCTIONS {
        // Half a session can end sessions, as Appwrite has it, and one that isn't there is no error.
        if *path == "/api/account/end-session" {
            continue;
        }
        let answer = half.post(path, form).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (401, r#""SignedOut""#),
            "{path}"
        );
    }
    assert!(!half.is_signed_in().await);
    let page = ada.get("/account").await;
    page.shows(200, &["ada@example.com"]);
    page.hides(&["Mallory", "data-theme", r#"data-color="blue""#]);
}

#[tokio::test]
async fn somebody_elses_ids_do_nothing() {
    let app = TestApp::start().await;
    let ada = app.signed_up("ada@example.com").await;
    let mut there = app.signed_in("ada@example.com").await;
    let session = there.get("/account/sessions").await.ids().remove(0);
    let leaving = there
        .post("/account/identities/link", &[("provider", "github")])
        .await;
    let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;
    there
        .get(&back)
        .await
        .leads_to("/account/identities?flash=identity-linked&provider=github");
    let identity = there.get("/account/identities").await.ids().remove(0);

    let mut mallory = app.signed_up("mallory@example.com").await;
    for (path, id) in [
        ("/account/sessions/end", &session),
        ("/api/account/end-session", &session),
        ("/account/identities/unlink", &identity),
        ("/api/account/unlink-identity", &identity),
    ] {
        mallory.post(path, &[("id", id)]).await;
    }
    assert!(ada.is_signed_in().await);
    let identities = there.get("/account/identities").await.ids();
    assert_eq!(identities, [identity]);
}

#[tokio::test]
async fn an_id_that_is_a_path_reaches_nothing_else() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let there = app.signed_in("ada@example.com").await;
    for id in [
        ".",
        "..",
        "../..",
        "../../account",
        "../sessions",
        "%2e%2e",
        "a/b",
        "a?b=c",
        "a#b",
        "",
    ] {
        for path in [
            "/account/sessions/end",
            "/api/account/end-session",
            "/account/identities/unlink",
            "/api/account/unlink-identity",
        ] {
            let answer = ada.post(path, &[("id", id)]).await;
            assert!(answer.status < 500, "{path} {id}: {}", answer.status);
        }
    }
    assert!(ada.is_signed_in().await);
    assert!(there.is_signed_in().await);
}

#[tokio::test]
async fn somebody_elses_challenge_does_not_complete_a_sign_in() {
    let app = TestApp::start().await;
    let mut halves = Vec::new();
    for email in ["ada@example.com", "bob@example.com"] {
        let mut browser = app.signed_up(email).await;
        app.verify_email(&mut browser, email).await;
        browser.switch_on_mfa().await;
        let mut half = app.signed_in(email).await;
        let page = half
            .post("/mfa/send", &[("factor", "email")])
            .await
            .leads_to_flow("/mfa/code");
        halves.push((half, page));
    }
    let code = app.newest_code("bob@example.com").await;
    let (adas, (bobs, page)) = (halves[0].0.clone(), &mut halves[1]);
    let flow = format!("{FLOW_COOKIE}{}", query_of(page, "flow"));
    let mut mixed = adas.with_cookie(&flow, bobs.cookie(&flow).unwrap());
    let answer = mixed.post(page, &[("code", &code)]).await;
    assert!(answer.status >= 400, "{}", answer.status);
    assert!(!mixed.is_signed_in().await);
    // It's still good for whom it was sent to.
    bobs.post(page, &[("code", &code)])
        .await
        .leads_to("/account");
}

/// Posts the same from two browsers at once, and returns both answers, the better one first.
async fn twice(browser: &Browser, path: &str, forms: [&[(&str, &str)]; 2]) -> [Answer; 2] {
    let (mut one, mut other) = (browser.clone(), browser.clone());
    let (one, other) = tokio::join!(one.post(path, forms[0]), other.post(path, forms[1]));
    let mut answers = [one, other];
    answers.sort_by_key(|answer| answer.status);
    answers
}

#[tokio::test]
async fn of_two_sign_ups_with_one_address_at_once_one_fails() {
    let app = TestApp::start().await;
    let form = forms::sign_up("ada@example.com", PASSWORD);
    let answers = twice(&app.browser(), "/signup", [&form, &form]).await;
    assert_eq!(answers.map(|answer| answer.status), [303, 409]);
}

#[tokio::test]
async fn of_two_uses_of_a_link_at_once_one_fails() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    ada.post("/account/email/verify", &[]).await;
    let mut links = vec![app.newest_link("ada@example.com").await];
    for path in ["/signin/magic-url", "/recover"] {
        app.browser()
            .post(path, &[("email", "ada@example.com")])
            .await;
        links.push(app.newest_link("ada@example.com").await);
    }
    for link in links {
        let forms = [
            forms::choose_password("first-password-2"),
            forms::choose_password("second-password-2"),
        ];
        let answers = twice(&app.browser(), &link, [&forms[0], &forms[1]]).await;
        let statuses = answers.map(|answer| answer.status);
        assert_eq!(statuses, [303, 410], "{link}");
    }
}

#[tokio::test]
async fn of_two_uses_of_a_code_at_once_one_fails() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    let code_page = ada
        .post("/signin/email-otp", &[("email", "ada@example.com")])
        .await
        .leads_to_flow("/signin/code");
    let code = app.newest_code("ada@example.com").await;
    let form = [("code", code.as_str())];
    let answers = twice(&ada, &code_page, [&form, &form]).await;
    assert_eq!(answers.map(|answer| answer.status), [303, 422]);

    let mut bob = app.signed_up("bob@example.com").await;
    bob.set_up_authenticator().await;
    let codes = bob.make_recovery_codes().await;
    bob.switch_on_mfa().await;
    let form = forms::recovery_code(&codes[0]);
    // Two sign-ins, because one that is complete needs no code.
    let mut one = app.signed_in("bob@example.com").await;
    let mut other = app.signed_in("bob@example.com").await;
    let (one, other) = tokio::join!(
        one.post("/mfa/recovery-code", &form),
        other.post("/mfa/recovery-code", &form)
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
}

/// The lines of the source where Leptos writes something into a page as it is. A line that's new here
/// mustn't write what a person typed, or has to escape it, with a test that shows it.
#[test]
fn what_is_written_into_pages_unescaped_is_known() {
    const KNOWN: &[(&str, usize)] = &[
        ("src/components/fields/frame.rs", 1),
        ("src/components/fields/multiline.rs", 2),
        ("src/components/icon.rs", 1),
        ("src/document.rs", 5),
        ("src/pages/notes/mod.rs", 1),
        ("src/pages/send_again.rs", 1),
    ];
    // The elements are those whose children Leptos doesn't escape.
    let unescaped = ["inner_html=", "<noscript", "<script", "<style", "<textarea"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeMap::new();
    let mut folders = vec![root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let is_rust = path.extension().is_some_and(|extension| extension == "rs");
            let text = if is_rust {
                fs::read_to_string(&path).unwrap()
            } else {
                String::new()
            };
            let lines = text
                .lines()
                .filter(|line| unescaped.iter().any(|it| line.contains(it)));
            let count = lines.count();
            if count > 0 {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                found.insert(name.replace('\\', "/"), count);
            }
        }
    }
    let known = KNOWN
        .iter()
        .map(|(name, count)| ((*name).to_owned(), *count));
    assert_eq!(found, known.collect());
}
