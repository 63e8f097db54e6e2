//! The style sheet, which stands in every page.

use std::{fs, io::Read, path::Path};

use axum::http::{Method, header::ACCEPT_ENCODING};
use flate2::read::GzDecoder;

use crate::support::TestApp;

const STYLE: &str = "body { color: red } p { color: green } main { color: blue }";

/// An app whose bundle is only this style sheet.
async fn app_with(style: &str, name: &str) -> TestApp {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(root.join("pkg")).unwrap();
    fs::write(root.join("pkg/app.css"), style).unwrap();
    TestApp::start_with(&[("LEPTOS_SITE_ROOT", root.to_str().unwrap())]).await
}

#[tokio::test]
async fn a_page_has_the_style_sheet_in_it_and_needs_no_file() {
    let app = app_with(STYLE, "style-in-pages").await;
    for path in ["/", "/signin", "/nowhere"] {
        let page = app.browser().get(path).await;
        let style = page.between("<style nonce=\"", "</style>");
        let (nonce, style) = style.split_once("\">").unwrap();
        assert_eq!(style, STYLE, "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.contains(nonce), "{path}: {policy}");
        page.hides(&["rel=\"stylesheet\""]);
    }
}

#[tokio::test]
async fn a_browser_that_takes_gzip_gets_the_same_page_whoever_asked_for_it() {
    let style = STYLE.repeat(200);
    let app = app_with(&style, "style-compressed").await;
    for site in ["none", "same-origin", "cross-site"] {
        let request = app.browser().request(Method::GET, "/recover");
        let request = request.header("sec-fetch-site", site);
        let answer = request.header(ACCEPT_ENCODING, "br, gzip").send().await;
        let answer = answer.unwrap();
        assert_eq!(answer.headers()["content-encoding"], "gzip", "{site}");
        let vary: Vec<_> = answer.headers().get_all("vary").iter().collect();
        assert_eq!(vary, ["cookie", "accept-encoding"], "{site}");
        let bytes = answer.bytes().await.unwrap();
        let mut page = String::new();
        GzDecoder::new(&bytes[..])
            .read_to_string(&mut page)
            .unwrap();
        assert!(page.contains(&style) && page.ends_with("</html>"), "{page}");
        assert!(bytes.len() < page.len() - style.len() + 500, "{site}");
    }
    let plain = app.browser().get("/recover").await;
    assert_eq!(plain.header("content-encoding"), "");
    assert!(plain.text.contains(&style));
}

#[tokio::test]
async fn a_style_sheet_with_files_beside_it_stays_a_file() {
    let style = "body { background: url(paper.png) }";
    let app = app_with(style, "style-with-files").await;
    let page = app.browser().get("/").await;
    page.shows(200, &["<link rel=\"stylesheet\" href=\"/pkg/app.css\""]);
    page.hides(&["paper.png"]);
}
