//! The pages for people, and for tests that read emails.

use crate::support::{KEY, call, http_client, messages, start};
use appwrite_local::Server;
use reqwest::{Method, Response};
use serde_json::json;

async fn page(server: &Server, path: &str, host: Option<&str>) -> Response {
    let mut request = http_client().get(format!("http://{}{path}", server.addr()));
    if let Some(host) = host {
        request = request.header("host", host);
    }
    request.send().await.unwrap()
}

async fn code_for(server: &Server, email: &str) {
    let body = json!({ "userId": "unique()", "email": email });
    let sent = call(server, Method::POST, "/account/tokens/email", &[], body).await;
    assert_eq!(sent.status(), 201);
}

#[tokio::test]
async fn other_hosts_see_neither_the_key_nor_the_emails() {
    let server = start().await;
    code_for(&server, "ada@example.com").await;
    for path in [
        "/",
        "/_local/inbox",
        "/_local/inbox.json",
        "/_local/inbox.txt",
        "/_local/tables",
        "/_local/users",
    ] {
        for host in [
            "evil.example",
            "evil.example:80",
            "localhost.evil.example",
            "",
        ] {
            let refused = page(&server, path, Some(host)).await;
            assert_eq!(refused.status(), 421, "{host}{path}");
            let text = refused.text().await.unwrap();
            assert!(!text.contains(KEY) && !text.contains("ada"), "{text}");
        }
        for host in [
            "localhost",
            "localhost:9080",
            "127.0.0.1",
            "[::1]:9080",
            "app.example.com",
        ] {
            assert_eq!(
                page(&server, path, Some(host)).await.status(),
                200,
                "{host}{path}"
            );
        }
    }
}

#[tokio::test]
async fn the_status_page_shows_what_an_app_needs() {
    let server = start().await;
    code_for(&server, "ada@example.com").await;
    let text = page(&server, "/", None).await.text().await.unwrap();
    for line in [
        format!("APPWRITE_ENDPOINT={}", server.endpoint()),
        "APPWRITE_PROJECT_ID=local".to_owned(),
        format!("APPWRITE_KEY={KEY}"),
        "href=\"/_local/inbox\"".to_owned(),
        appwrite_local::APPWRITE_VERSION.to_owned(),
    ] {
        assert!(text.contains(&line), "{line} is not in {text}");
    }
}

#[tokio::test]
async fn the_inbox_filters_messages() {
    let server = start().await;
    code_for(&server, "ada@example.com").await;
    code_for(&server, "bea@example.com").await;
    code_for(&server, "ada@example.com").await;
    let ada = messages(&server, "ada@example.com").await;
    assert_eq!(ada.len(), 2);
    assert!(ada[0]["createdAt"].as_str() >= ada[1]["createdAt"].as_str());
    let code = ada[0]["code"].as_str().unwrap();
    let newest = page(&server, "/_local/inbox.txt?to=ada@example.com", None).await;
    assert!(newest.text().await.unwrap().contains(code));
    let path = format!("/_local/inbox.json?contains={code}");
    let containing = page(&server, &path, None).await.text().await.unwrap();
    assert!(containing.contains("\"total\":1"), "{containing}");
    let none = page(&server, "/_local/inbox.txt?to=nobody@example.com", None).await;
    assert_eq!(none.status(), 404);

    let list = page(&server, "/_local/inbox?to=bea@example.com", None).await;
    let list = list.text().await.unwrap();
    assert!(list.contains("bea@example.com") && !list.contains("ada@example.com"));
    let open = format!("/_local/inbox/{}", ada[0]["id"].as_str().unwrap());
    assert!(
        page(&server, &open, None)
            .await
            .text()
            .await
            .unwrap()
            .contains(code)
    );
    let gone = page(&server, "/_local/inbox/nosuch", None).await;
    assert_eq!(gone.status(), 404);
}

#[tokio::test]
async fn input_is_escaped() {
    let server = start().await;
    let text = page(&server, "/_local/inbox?to=%3Cscript%3E%22", None).await;
    let text = text.text().await.unwrap();
    assert!(
        text.contains("&lt;script&gt;&quot;") && !text.contains("<script>"),
        "{text}"
    );
    let error = "/console/auth/oauth2/failure?error=%3Cscript%3E";
    let text = page(&server, error, None).await.text().await.unwrap();
    assert!(
        text.contains("&lt;script&gt;") && !text.contains("<script>"),
        "{text}"
    );
}
