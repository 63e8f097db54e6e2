//! What people type without seeing or meaning it.

use reqwest::Method;

use crate::support::{
    TestApp,
    forms::{self, PASSWORD},
    texts,
};

#[tokio::test]
async fn a_name_that_nobody_can_see_is_refused_and_shown_as_the_address() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    for name in ["\u{200b}", "\u{3164}", "\0", "\u{202e}"] {
        ada.post("/account/name", &[("name", name)])
            .await
            .shows(422, &["Enter your name.", texts::INVALID]);
        // Another app of the project may have let it in.
        let body = serde_json::json!({ "name": name });
        let request = app.call_appwrite(&ada, Method::PATCH, "/account/name");
        let set = request
            .header("content-type", "application/json")
            .body(body.to_string());
        assert_eq!(set.send().await.unwrap().status(), 200, "{name:?}");
        let page = ada.get("/account").await;
        let shown = page.between(r#"class="account-name">"#, "<");
        assert_eq!(shown, "ada@example.com", "{name:?}");
    }
    let turned = [("name", "\u{202e}Ada\0 L.")];
    ada.post("/account/name", &turned)
        .await
        .leads_to("/account?flash=name-changed");
    let page = ada.get("/account").await;
    assert_eq!(page.between(r#"class="account-name">"#, "<"), "Ada L.");
}

#[tokio::test]
async fn numbers_and_codes_are_understood_as_phones_write_them() {
    let app = TestApp::start().await;
    let mut ada = app.browser();
    let phone = [("phone", "\u{202a}+1 555\u{2011}010\u{2011}0199\u{202c}")];
    let code_page = ada
        .post("/signin/phone", &phone)
        .await
        .leads_to_flow("/signin/code");
    let code = app.newest_code("+15550100199").await;
    let arabic = code.chars().filter_map(|digit| {
        let digit = digit.to_digit(10).unwrap();
        char::from_u32(0x660 + digit)
    });
    let code: String = arabic.collect();
    let code = format!("{}\u{2013}{}", &code[..6], &code[6..]);
    ada.post(&code_page, &[("code", &code)])
        .await
        .leads_to("/account");
}

#[tokio::test]
async fn a_password_that_is_too_long_only_in_bytes_is_told_why() {
    let app = TestApp::start().await;
    let form = |password| [("email", "ada@example.com"), ("password", password)];
    let password = "\u{e4}".repeat(129);
    app.browser()
        .post("/signup", &form(&password))
        .await
        .shows(422, &["count as 2 to 4.", texts::INVALID]);
    let password = "\u{e4}".repeat(128);
    app.browser()
        .post("/signup", &form(&password))
        .await
        .leads_to(&texts::link_sent("ada@example.com"));
}

/// Each takes more memory than it has bytes.
#[tokio::test]
async fn a_form_has_a_hundred_fields_at_most() {
    let app = TestApp::start().await;
    app.signed_up("ada@example.com").await;
    for (more, status) in [(98, 303), (99, 400), (40_000, 400)] {
        let mut form = forms::sign_in("ada@example.com", PASSWORD).to_vec();
        form.resize(2 + more, ("a", ""));
        let answer = app.browser().post("/signin", &form).await;
        assert_eq!(answer.status, status, "{more}");
    }
}
