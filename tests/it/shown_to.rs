//! What a page sends is for the account that the page was shown to, whoever has signed in since in another
//! tab.

use reqwest::Method;

use crate::support::{
    Answer, Browser, TestApp,
    forms::{self, PASSWORD},
};

const SWITCHED: &str = "You switched accounts";

/// The fields of a form, and those that its page adds.
fn with_hidden<'a>(page: &'a Answer, fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let hidden = [("once", page.form_key()), ("shown_to", page.shown_to())];
    [&hidden, fields].concat()
}

/// Ada's page of this path, from before Bob signed in in another tab of the same browser, and the
/// browser.
async fn old_page(app: &TestApp, path: &str) -> (Answer, Browser) {
    let page = app.signed_up("ada@example.com").await.get(path).await;
    (page, app.signed_up("bob@example.com").await)
}

#[tokio::test]
async fn a_form_for_one_account_changes_no_other() {
    let app = TestApp::start().await;
    let (page, mut bob) = old_page(&app, "/account/name").await;
    let form = with_hidden(&page, &[("name", "Countess")]);
    let refused = bob.post("/account/name", &form).await;
    refused.shows(409, &[SWITCHED, "Countess"]);
    bob.get("/account").await.hides(&["Countess"]);
    // They were told, and send it once more.
    let form = with_hidden(&refused, &[("name", "Countess")]);
    bob.post("/account/name", &form)
        .await
        .leads_to("/account?flash=name-changed");
    bob.get("/account").await.shows(200, &["Countess"]);
}

#[tokio::test]
async fn a_button_for_one_account_does_nothing_to_another() {
    let app = TestApp::start().await;
    let (page, mut bob) = old_page(&app, "/account/name").await;
    let elsewhere = app.signed_in("bob@example.com").await;
    bob.post("/account/sessions/end-others", &with_hidden(&page, &[]))
        .await
        .shows(409, &[SWITCHED]);
    assert!(bob.is_signed_in().await);
    assert!(elsewhere.is_signed_in().await);
}

// notes: begin
#[tokio::test]
async fn a_note_goes_to_whom_its_form_was_shown() {
    let app = TestApp::start().await;
    let (page, mut bob) = old_page(&app, "/notes").await;
    let form = with_hidden(&page, &[("title", "Hers")]);
    bob.post("/notes", &form)
        .await
        .shows(409, &[SWITCHED, "Hers"]);
    bob.get("/notes").await.shows(200, &["No notes"]);
}

#[tokio::test]
async fn what_was_typed_into_a_note_of_one_account_can_become_a_new_one_of_another() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let made = ada.post("/notes/new", &[("title", "Hers")]).await;
    let id = made
        .header("location")
        .split_once('#')
        .unwrap()
        .1
        .to_owned();
    let edit = format!("/notes/{id}/edit");
    let page = ada.get(&edit).await;
    let mut bob = app.signed_up("bob@example.com").await;
    let form = with_hidden(&page, &[("id", &id), ("title", "Changed")]);
    let refused = bob.post(&edit, &form).await;
    refused.shows(
        409,
        &["signed in to before", "Save as a new note", "Changed"],
    );
    refused.hides(&["deleted"]);
    let form = with_hidden(&refused, &[("title", "Changed")]);
    assert_eq!(bob.post("/notes/new", &form).await.status, 303);
    bob.get("/notes").await.shows(200, &["Changed"]);
    ada.get("/notes").await.hides(&["Changed"]);
}
// notes: end

#[tokio::test]
async fn a_call_for_one_account_changes_no_other() {
    let app = TestApp::start().await;
    let (page, mut bob) = old_page(&app, "/account/name").await;
    let ada = page.shown_to();
    let rename = [("name", "Countess")];
    bob.post(&format!("/for/{ada}/api/account/update-name"), &rename)
        .await
        .is_error(409, "OtherAccount");
    bob.get("/account").await.hides(&["Countess"]);
    // An ID is the same in any case.
    let own = bob.account_id().await.to_uppercase();
    bob.post(&format!("/for/{own}/api/account/update-name"), &rename)
        .await
        .shows(200, &["\"/account\""]);
    bob.get("/account").await.shows(200, &["Countess"]);
}

// notes: begin
#[tokio::test]
async fn a_draft_shown_again_without_a_session_stays_its_authors() {
    let app = TestApp::start().await;
    let (page, mut bob) = old_page(&app, "/notes/new").await;
    let form = with_hidden(&page, &[("title", "Hers")]);
    let again = app.browser().post("/notes/new", &form).await;
    again.shows(401, &["Hers"]);
    let form = with_hidden(&again, &[("title", "Hers")]);
    bob.post("/notes/new", &form)
        .await
        .shows(409, &[SWITCHED, "Hers"]);
}
// notes: end

#[tokio::test]
async fn only_calls_have_a_path_that_names_an_account() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let id = ada.account_id().await;
    for path in ["/account", "/healthz", "/pkg/app.css"] {
        let path = format!("/for/{id}{path}");
        assert_eq!(ada.get(&path).await.status, 404, "{path}");
        let posted = ada.request(Method::POST, &path);
        assert!(ada.send(posted).await.status >= 400, "{path}");
    }
    // From another site it's refused as any other call is.
    let path = format!("/for/{id}/api/account/update-name");
    let mut elsewhere = ada.clone().on_another_site();
    elsewhere
        .post(&path, &[("name", "Eve")])
        .await
        .is_error(403, "Forbidden");
}

#[tokio::test]
async fn a_tab_of_somebody_else_ends_no_session() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    for (page, action) in [
        ("/account", "/signout"),
        ("/signout", "/signout"),
        ("/signout", "/signout/everywhere"),
    ] {
        let page = ada.get(page).await;
        let form = [("shown_to", page.shown_to())];
        let mut guest = app.guest().await;
        guest.post(action, &form).await.shows(409, &[SWITCHED]);
        assert!(guest.is_signed_in().await, "{action}");
    }
}

#[tokio::test]
async fn a_page_for_a_second_step_signs_nobody_else_out() {
    let app = TestApp::start().await;
    app.signed_up_with_mfa("ada@example.com").await;
    let mut ada = app.signed_in("ada@example.com").await;
    let page = ada.get("/mfa/totp").await;
    assert_eq!(page.text.matches(r#"name="shown_to""#).count(), 3);
    let mut guest = app.guest().await;
    guest
        .post("/signout", &with_hidden(&page, &[]))
        .await
        .shows(409, &[SWITCHED]);
    assert!(guest.is_signed_in().await);
}

// notes: begin
/// The other account owes its second step.
#[tokio::test]
async fn a_note_of_one_account_is_shown_again_to_half_a_session_of_another() {
    let app = TestApp::start().await;
    let page = app.signed_up("ada@example.com").await;
    let page = page.clone().get("/notes/new").await;
    app.signed_up_with_mfa("bob@example.com").await;
    let mut bob = app.signed_in("bob@example.com").await;
    bob.get("/mfa").await;
    let form = with_hidden(&page, &[("title", "Hers")]);
    bob.post("/notes/new", &form)
        .await
        .shows(409, &[SWITCHED, "Hers"]);
}
// notes: end

#[tokio::test]
async fn what_was_typed_for_one_account_is_not_kept_for_another() {
    let app = TestApp::start().await;
    let page = app
        .signed_up("ada@example.com")
        .await
        .get("/account/name")
        .await;
    let (mut bob, authenticator) = app.signed_up_with_mfa("bob@example.com").await;
    bob.post("/signout", &[]).await;
    bob.post("/signin", &forms::sign_in("bob@example.com", PASSWORD))
        .await
        .leads_to("/account");
    // Once the app has seen this session, it keeps what's typed with it.
    bob.get("/mfa").await;
    let form = with_hidden(&page, &[("name", "Countess")]);
    bob.post("/account/name", &form)
        .await
        .leads_to("/mfa?flash=nothing-saved&next=/account/name");
    authenticator.post_code(&mut bob, "/mfa/totp").await;
    bob.get("/account/name").await.hides(&["Countess"]);
}

/// In another tab.
#[tokio::test]
async fn a_page_from_before_somebody_was_a_guest_costs_them_no_account() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    let sign_in = forms::sign_in("ada@example.com", PASSWORD);
    let sign_up = forms::sign_up("new@example.com", PASSWORD);
    let mut guest = app.guest().await;
    for (path, form) in [
        ("/signin", &sign_in[..]),
        ("/signup", &sign_up),
        ("/signin/oauth2", &[("provider", "github")]),
    ] {
        guest.post(path, form).await.shows(409, &[SWITCHED]);
    }
    guest
        .post("/api/auth/sign-in", &sign_in)
        .await
        .is_error(409, "OtherAccount");
    assert!(guest.is_signed_in().await);
    // What doesn't sign in is done.
    guest
        .post("/api/auth/recovery", &[("email", "ada@example.com")])
        .await
        .shows(200, &[]);
    // The page that's shown again says what becomes of the account.
    let again = guest.post("/signin", &sign_in).await;
    again.shows(409, &["leaves the guest account behind", "ada@example.com"]);
    let form = with_hidden(&again, &sign_in);
    let mut ada = guest.clone();
    ada.post("/signin", &form).await.leads_to("/account");
    assert!(!guest.is_signed_in().await);
    ada.get("/account").await.shows(200, &["ada@example.com"]);
}

#[tokio::test]
async fn pages_for_signing_in_are_for_whoever_signs_in_there() {
    let app = TestApp::start().await;
    for path in ["/signin", "/signup", "/recover"] {
        app.browser().get(path).await.hides(&["shown_to"]);
    }
}
