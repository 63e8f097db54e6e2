//! Preferences, which follow the account into every browser.

use std::future::ready;

use reqwest::Method;

use crate::support::{TestApp, Upstream, appwrite_error, json, texts};

const PREFERENCES: &str = "/account/preferences";
const SAVED: &str = "/account/preferences?flash=preferences-saved";

#[tokio::test]
async fn preferences_apply_to_every_page_in_every_browser() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    for (theme, locale, date) in [("dark", "de", "."), ("light", "en-US", ", 20")] {
        let form = [("theme", theme), ("locale", locale)];
        ada.post(PREFERENCES, &form).await.leads_to(SAVED);
        let page = ada.get(PREFERENCES).await;
        page.shows(200, &["Preferences saved."]);
        let chosen = page.between(&texts::value(theme), ">");
        assert!(chosen.contains("checked"), "{chosen}");
        let chosen = page.between(&texts::value(locale), ">");
        assert!(chosen.contains("selected"), "{chosen}");

        let mut there = app.signed_in("ada@example.com").await;
        let attribute = format!(r#"data-theme="{theme}""#);
        there.get("/").await.shows(200, &[&attribute]);
        let account = there.get("/account").await;
        let since = account.between("<time", "</time>").split('>').nth(1);
        assert!(since.unwrap().contains(date), "{locale}: {since:?}");
    }
    ada.post(PREFERENCES, &[]).await.shows(400, &[]);
    // Without an account it's the device that decides.
    app.browser().get("/").await.hides(&["data-theme"]);
}

#[tokio::test]
async fn preferences_of_other_apps_stay_and_unknown_ones_count_as_the_default() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let request = app
        .call_appwrite(&ada, Method::PATCH, "/account/prefs")
        .header("content-type", "application/json")
        .body(r#"{"prefs":{"list":[1,2],"theme":"neon"}}"#);
    assert_eq!(request.send().await.unwrap().status(), 200);
    let page = ada.get(PREFERENCES).await;
    page.hides(&["data-theme"]);
    assert!(page.between(r#"value="system""#, ">").contains("checked"));

    let unknown = [("theme", "neon"), ("locale", "klingon")];
    ada.post(PREFERENCES, &unknown).await.shows(400, &[]);
    let known = [("theme", "dark"), ("locale", "de")];
    ada.post(PREFERENCES, &known).await.leads_to(SAVED);
    ada.get(PREFERENCES)
        .await
        .shows(200, &[r#"data-theme="dark""#]);
    let request = app.call_appwrite(&ada, Method::GET, "/account/prefs");
    let prefs = request.send().await.unwrap().text().await.unwrap();
    assert!(prefs.contains(r#""list":[1,2]"#), "{prefs}");
}

#[tokio::test]
async fn the_color_of_the_avatar_is_kept_beside_the_other_preferences() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let dark = [("theme", "dark"), ("locale", "de")];
    ada.post(PREFERENCES, &dark).await.leads_to(SAVED);
    let color = "/account/preferences/color";
    ada.post(color, &[("color", "rose")])
        .await
        .leads_to("/account/preferences?flash=avatar-color-saved");
    ada.get("/account")
        .await
        .shows(200, &[r#"data-color="rose""#, r#"data-theme="dark""#]);
    ada.post(color, &[("color", "plaid")]).await.shows(400, &[]);
    // The form's own address shows the page too.
    ada.get(color).await.shows(200, &["Avatar color"]);
}

#[tokio::test]
async fn one_form_that_is_refused_leaves_the_other_as_it_was() {
    let account =
        r#"{"$id":"u1","email":"ada@example.com","prefs":{"theme":"dark","locale":"de"}}"#;
    let upstream = Upstream::answering(move |request| {
        ready(match (request.method().as_str(), request.uri().path()) {
            ("GET", "/v1/account") => json(200, account),
            ("GET", _) => json(200, "{}"),
            _ => appwrite_error(503, "general_unknown"),
        })
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let mut ada = app.browser_with_session();
    let color = [("color", "rose")];
    let page = ada.post("/account/preferences/color", &color).await;
    page.shows(503, &[r#"<option value="de" selected"#]);
    page.shows(503, &[r#"<option value="rose" selected"#]);
    assert!(page.between(r#"value="dark""#, ">").contains("checked"));
}

#[tokio::test]
async fn a_form_that_was_opened_before_a_change_elsewhere_does_not_undo_it() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let page = ada.get(PREFERENCES).await;
    let theme_was = page.between(r#"name="theme_was" value=""#, "\"").to_owned();
    let locale_was = page
        .between(r#"name="locale_was" value=""#, "\"")
        .to_owned();
    let was = [
        ("theme_was", theme_was.as_str()),
        ("locale_was", locale_was.as_str()),
    ];
    // One tab changes the one, the other tab the other.
    let theme = [("theme", "dark"), ("locale", &locale_was)];
    let form = [&theme[..], &was].concat();
    ada.post(PREFERENCES, &form).await.leads_to(SAVED);
    let locale = [("theme", theme_was.as_str()), ("locale", "de")];
    let form = [&locale[..], &was].concat();
    let call = ada.post("/api/account/update-preferences", &form).await;
    assert_eq!(call.status, 200, "{}", call.text);
    let page = ada.get(PREFERENCES).await;
    page.shows(
        200,
        &[r#"data-theme="dark""#, r#"<option value="de" selected"#],
    );
}

/// Appwrite replaces all of them at once, and what's noted of an account is among them.
#[tokio::test]
async fn changes_at_the_same_moment_do_not_undo_each_other() {
    let app = TestApp::start().await;
    let ada = app.signed_up("ada@example.com").await;
    for _ in 0..5 {
        let [mut one, mut two, mut three] = [(); 3].map(|()| ada.clone());
        let (rose, teal) = ([("color", "rose")], [("color", "teal")]);
        let theme = [("theme", "dark"), ("locale", "de")];
        tokio::join!(
            one.post("/api/account/update-avatar-color", &rose),
            two.post("/account/preferences", &theme),
            three.post("/api/account/update-avatar-color", &teal),
        );
        let page = ada.clone().get("/account").await;
        page.shows(200, &[r#"data-theme="dark""#, "data-color="]);
        let light = [("theme", "light"), ("locale", "de")];
        one.post("/account/preferences", &light).await;
    }
}
