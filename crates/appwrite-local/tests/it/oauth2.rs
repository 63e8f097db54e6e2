//! Signing in with an OAuth2 provider, one redirect at a time.

use crate::support::{KEY, call, error_of, http_client, json_of, sign_up, start};
use appwrite_local::Server;
use reqwest::{Method, Response, Url};
use serde_json::{Value, json};

async fn get(url: &str) -> Response {
    http_client().get(url).send().await.unwrap()
}

fn location(response: &Response) -> Url {
    let location = response.headers()["location"].to_str().unwrap();
    Url::parse(location).unwrap()
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    let (_, value) = url.query_pairs().find(|(key, _)| key == name)?;
    Some(value.into_owned())
}

/// The URL of the provider's page.
async fn provider(server: &Server, flow: &str) -> Url {
    let url = Url::parse_with_params(
        &format!("{}/account/{flow}/oauth2/github", server.endpoint()),
        [
            ("project", server.project()),
            ("success", "http://localhost/in?keep=1"),
            ("failure", "http://localhost/out"),
        ],
    );
    location(&get(url.unwrap().as_str()).await)
}

/// Where a flow ends for somebody who decides like this on the provider's page.
async fn decided(server: &Server, decision: &[(&str, &str)]) -> Url {
    let mut page = provider(server, "tokens").await;
    page.query_pairs_mut().extend_pairs(decision);
    let callback = location(&get(page.as_str()).await);
    let redirect = location(&get(callback.as_str()).await);
    location(&get(redirect.as_str()).await)
}

const ALLOWED: [(&str, &str); 3] = [
    ("decision", "allow"),
    ("email", "ada@example.com"),
    ("verified", "1"),
];

#[tokio::test]
async fn a_token_signs_in_once_no_matter_how_many_try() {
    let server = start().await;
    let end = decided(&server, &ALLOWED).await;
    assert_eq!(
        (end.path(), parameter(&end, "keep").as_deref()),
        ("/in", Some("1"))
    );
    let body = json!({
        "userId": parameter(&end, "userId").unwrap(),
        "secret": parameter(&end, "secret").unwrap(),
    });
    let path = "/account/sessions/token";
    let asked = (0..10).map(|_| call(&server, Method::POST, path, &[], body.clone()));
    let answers = futures::future::join_all(asked).await;
    let made = answers.iter().filter(|answer| answer.status() == 201);
    assert_eq!(made.count(), 1);
    for answer in answers.into_iter().filter(|answer| answer.status() != 201) {
        let expected = (401, "user_invalid_token".to_owned());
        assert_eq!(error_of(answer).await, expected);
    }
    let key = [("x-appwrite-key", KEY)];
    let identities = call(&server, Method::GET, "/users/identities", &key, Value::Null).await;
    let identities = json_of(identities).await;
    assert_eq!(identities["total"], 1);
    assert_eq!(identities["identities"][0]["provider"], "github");
}

#[tokio::test]
async fn denying_access_leads_back_with_appwrites_error() {
    let server = start().await;
    let end = decided(&server, &[("decision", "deny")]).await;
    assert_eq!(end.path(), "/out");
    let error: Value = serde_json::from_str(&parameter(&end, "error").unwrap()).unwrap();
    assert_eq!(error["type"], "user_oauth2_provider_error");
    assert!(parameter(&end, "secret").is_none());
}

#[tokio::test]
async fn an_unverified_address_opens_nobodys_account() {
    let server = start().await;
    sign_up(&server, "ada@example.com").await;
    let unverified = [("decision", "allow"), ("email", "ada@example.com")];
    let end = decided(&server, &unverified).await;
    assert_eq!(end.path(), "/out", "{end}");
    let end = decided(&server, &ALLOWED).await;
    assert_eq!(end.path(), "/in", "{end}");
}

#[tokio::test]
async fn a_flow_ends_only_on_the_projects_pages() {
    let server = start().await;
    let page = provider(&server, "sessions").await;
    let state = parameter(&page, "state").unwrap();
    let evil = state.replace("http://localhost/in", "http://evil.example/in");
    assert_ne!(state, evil);
    let endpoint = server.endpoint();
    let redirect = format!("{endpoint}/account/sessions/oauth2/github/redirect");
    let pairs = [("project", "local"), ("code", "any"), ("state", &evil)];
    let url = Url::parse_with_params(&redirect, pairs).unwrap();
    let refused = get(url.as_str()).await;
    assert_eq!(refused.status(), 400);
    let text = refused.text().await.unwrap();
    assert!(text.contains("project_invalid_success_url"), "{text}");

    let asked = format!("{endpoint}/account/sessions/oauth2/github?project=local&success=");
    let refused = get(&format!("{asked}https%3A%2F%2Fevil.example%2F")).await;
    assert_eq!(refused.status(), 400);

    let mut away = page.clone();
    let pairs: Vec<(String, String)> = page
        .query_pairs()
        .into_owned()
        .filter(|(name, _)| name != "redirect_uri")
        .collect();
    away.query_pairs_mut()
        .clear()
        .extend_pairs(pairs)
        .extend_pairs(ALLOWED)
        .append_pair("redirect_uri", "http://evil.example/callback");
    let refused = get(away.as_str()).await;
    assert_eq!(refused.status(), 400);
    assert!(!refused.headers().contains_key("location"));
}

#[tokio::test]
async fn a_session_flow_ends_with_cookies() {
    let server = start().await;
    let mut page = provider(&server, "sessions").await;
    page.query_pairs_mut().extend_pairs(ALLOWED);
    let callback = location(&get(page.as_str()).await);
    let redirect = location(&get(callback.as_str()).await);
    let end = get(redirect.as_str()).await;
    assert_eq!(location(&end).as_str(), "http://localhost/in?keep=1");
    let cookie = end.headers()["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let headers = [("cookie", cookie.as_str())];
    let account = call(&server, Method::GET, "/account", &headers, Value::Null).await;
    assert_eq!(json_of(account).await["email"], "ada@example.com");
    let again = get(redirect.as_str()).await;
    assert!(location(&again).path() == "/out", "a code is used once");
}

#[tokio::test]
async fn extending_a_session_gets_new_provider_tokens() {
    let server = start().await;
    let mut page = provider(&server, "sessions").await;
    page.query_pairs_mut().extend_pairs(ALLOWED);
    let callback = location(&get(page.as_str()).await);
    let redirect = location(&get(callback.as_str()).await);
    let end = get(redirect.as_str()).await;
    let cookie = end.headers()["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let headers = [("cookie", cookie.as_str())];
    let path = "/account/sessions/current";
    let before = json_of(call(&server, Method::GET, path, &headers, Value::Null).await).await;
    let answered = call(&server, Method::PATCH, path, &headers, Value::Null).await;
    let answered = json_of(answered).await;
    let after = json_of(call(&server, Method::GET, path, &headers, Value::Null).await).await;
    for name in ["providerAccessToken", "providerRefreshToken"] {
        assert_ne!(before[name], after[name], "{name}");
        assert_eq!(answered[name], after[name], "{name}");
    }
    // The answer has the same date, but writes it differently.
    let expiry = after["providerAccessTokenExpiry"].as_str().unwrap();
    assert_ne!(before["providerAccessTokenExpiry"], expiry);
    let unformatted = expiry.replace('T', " ").replace("+00:00", "");
    assert_eq!(answered["providerAccessTokenExpiry"], unformatted);
}
