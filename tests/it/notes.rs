//! Notes: rows that belong to one person.

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use reqwest::Method;
use serde_json::Value;
use tokio::sync::Barrier;

use crate::support::{
    Answer, Browser, Log, SESSION_COOKIE, SOME_SECRET, TestApp, Upstream, appwrite_error, json,
    texts::{self, value},
};

const EDITED: &str = "?flash=saved";
const NOT_FOUND: &str = "Page not found";
const SIGN_IN_ELSEWHERE: &str = r#"<a href="/signin" target="_blank">"#;

/// Makes a note on its page, and returns its ID.
async fn make(browser: &mut Browser, fields: &[(&str, &str)]) -> String {
    let answer = browser.post("/notes/new", fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let (list, id) = answer.header("location").split_once('#').unwrap();
    assert_eq!(list, "/notes");
    id.to_owned()
}

/// Makes notes with these titles, and returns their IDs.
async fn make_all<const COUNT: usize>(
    browser: &mut Browser,
    titles: [&str; COUNT],
) -> [String; COUNT] {
    let mut ids = Vec::new();
    for title in titles {
        ids.push(make(browser, &[("title", title)]).await);
    }
    ids.try_into().unwrap()
}

/// The IDs of the notes in a list, in its order.
fn listed(page: &Answer) -> Vec<String> {
    let rows = page.text.split(r#"<li id=""#).skip(1);
    let ids = rows.filter_map(|row| row.split('"').next());
    ids.filter(|id| *id != "blank").map(str::to_owned).collect()
}

/// How many notes the list says there are.
fn count(page: &Answer) -> &str {
    page.between(r#"id="count" class="badge">"#, "<")
}

/// What the form of a note has in a hidden field.
fn hidden<'a>(page: &'a Answer, name: &str) -> &'a str {
    page.between(&format!(r#"name="{name}" value=""#), "\"")
}

/// What a browser has in the field with several lines.
#[track_caller]
fn multiline(page: &Answer) -> String {
    let field = page.between("<textarea", "</textarea>");
    let text = field.split_once(">\n").unwrap().1;
    text.replace("&lt;", "<").replace("&amp;", "&")
}

/// Where a link with this text leads.
fn link(page: &Answer, text: &str) -> String {
    let before = page.text.split_once(&format!(">{text}</a>")).unwrap().0;
    let address = before.rsplit_once("href=\"").unwrap().1;
    address.split('"').next().unwrap().replace("&amp;", "&")
}

/// A note as Appwrite has it.
async fn row(app: &TestApp, browser: &Browser, id: &str) -> Value {
    let path = format!("/tablesdb/app/tables/notes/rows/{id}");
    let answer = app.call_appwrite(browser, Method::GET, &path);
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

#[tokio::test]
async fn a_note_is_made_read_changed_and_deleted() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let page = ada.get("/notes").await;
    page.shows(200, &["No notes yet.", r#"<a href="/notes">Notes</a>"#]);
    assert_eq!(count(&page), "0");

    let fields = [
        ("title", "Buy milk"),
        ("text", "Two liters.\r\nNo sugar."),
        ("tag", "shop"),
        ("due", "2031-02-03"),
    ];
    let id = make(&mut ada, &fields).await;
    let page = ada.get("/notes").await;
    page.shows(200, &["Buy milk", ">shop<", "3 February 2031"]);
    assert_eq!((listed(&page), count(&page)), (vec![id.clone()], "1"));
    page.hides(&["Two liters."]);

    let here = format!("/notes/{id}");
    let page = ada.get(&here).await;
    let texts = [
        "Buy milk</h1>",
        "Two liters.\nNo sugar.",
        ">shop<",
        "3 February 2031",
    ];
    page.shows(200, &texts);
    let edit = format!("{here}/edit");
    let page = ada.get(&edit).await;
    page.shows(
        200,
        &[
            &value("Buy milk"),
            ">\nTwo liters.\nNo sugar.",
            &value("shop"),
        ],
    );
    page.shows(200, &[&value("2031-02-03")]);

    let fields = [
        ("id", id.as_str()),
        ("title", "Buy oat milk"),
        ("updated_at", hidden(&page, "updated_at")),
    ];
    ada.post(&edit, &fields)
        .await
        .leads_to(&format!("{here}{EDITED}"));
    let page = ada.get(&here).await;
    page.shows(200, &["Buy oat milk</h1>", "Saved."]);
    page.hides(&["Two liters.", ">shop<", "February"]);

    let to = |name, to| [("id", id.as_str()), (name, to), ("next", here.as_str())];
    ada.post("/notes/done", &to("done", "true"))
        .await
        .leads_to(&here);
    ada.post("/notes/pinned", &to("pinned", "true"))
        .await
        .leads_to(&here);
    let page = ada.get(&here).await;
    page.shows(200, &[">done<", ">pinned<", "Mark as not done", "Unpin"]);
    ada.post("/notes/done", &to("done", "false"))
        .await
        .leads_to(&here);
    ada.post("/notes/pinned", &to("pinned", "false"))
        .await
        .leads_to(&here);
    ada.get(&here).await.hides(&[">done<", ">pinned<"]);

    ada.post("/notes/delete", &[("id", &id)])
        .await
        .leads_to("/notes?flash=deleted");
    ada.get("/notes")
        .await
        .shows(200, &["Deleted.", "No notes yet."]);
    for path in [here, edit] {
        ada.get(&path).await.shows(404, &[NOT_FOUND]);
    }
}

#[tokio::test]
async fn a_note_belongs_to_the_session_that_made_it_whatever_the_form_says() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let bob = app.signed_up("bob@example.com").await;
    let (ada_id, bob_id) = (ada.account_id().await, bob.account_id().await);
    let everybody = format!("read(\"user:{bob_id}\")");
    let fields = [
        ("title", "Mine"),
        ("permissions", everybody.as_str()),
        ("permissions[]", "read(\"any\")"),
        ("$permissions", "read(\"any\")"),
        ("$id", "chosen"),
        ("owner", bob_id.as_str()),
        ("user_id", bob_id.as_str()),
        ("userId", bob_id.as_str()),
    ];
    let id = make(&mut ada, &fields).await;
    assert_ne!(id, "chosen");
    let row = row(&app, &ada, &id).await;
    assert_eq!(row["userId"], ada_id);
    let permissions = &row["$permissions"];
    let all = ["read", "update", "delete"].map(|action| format!("{action}(\"user:{ada_id}\")"));
    assert_eq!(*permissions, serde_json::json!(all));
}

#[tokio::test]
async fn somebody_elses_note_is_not_there() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mut bob = app.signed_up("bob@example.com").await;
    let fields = [
        ("title", "Adas secret"),
        ("text", "Hers alone"),
        ("tag", "private"),
    ];
    let id = make(&mut ada, &fields).await;
    let before = row(&app, &ada, &id).await;
    let time = before["$updatedAt"].as_str().unwrap();
    let hers = ["Adas secret", "Hers alone"];

    // Hers, one that never was, and what can't be one: the answers are the same.
    for id in [id.as_str(), "68aef0c4000cb0b1a3f5", "..", "a/b", ""] {
        let whole = [("id", id), ("title", "Bobs"), ("updated_at", time)];
        for (name, more) in [("done", "true"), ("pinned", "true"), ("next", "/notes")] {
            let fields = [("id", id), (name, more)];
            let path = if name == "next" { "delete" } else { name };
            bob.post(&format!("/notes/{path}"), &fields)
                .await
                .leads_to("/notes?flash=gone");
            bob.get("/notes")
                .await
                .shows(200, &["deleted in the meantime"]);
            let call = if name == "next" {
                name.replace("next", "delete")
            } else {
                format!("set-{name}")
            };
            bob.post(&format!("/api/notes/{call}"), &fields)
                .await
                .is_error(404, "NotFound");
        }
        bob.post("/api/notes/update", &whole)
            .await
            .is_error(404, "NotFound");
        if id.len() < 3 || id.contains('/') {
            continue;
        }
        for path in [format!("/notes/{id}"), format!("/notes/{id}/edit")] {
            let page = bob.get(&path).await;
            page.shows(404, &[NOT_FOUND]);
            page.hides(&hers);
        }
        let page = bob.post(&format!("/notes/{id}/edit"), &whole).await;
        page.shows(404, &["Save as a new note", &value("Bobs")]);
        page.hides(&hers);
    }
    for query in ["", "?q=secret", "?q=Hers", "?tag=private", "?done=false"] {
        let page = bob.get(&format!("/notes{query}")).await;
        page.shows(200, &[]);
        page.hides(&hers);
        assert_eq!((listed(&page), count(&page)), (Vec::new(), "0"));
    }
    assert_eq!(row(&app, &ada, &id).await, before);
}

/// Makes notes with these columns past the app, with a session of somebody who lets everybody do
/// everything with them. Returns their IDs.
async fn share<const COUNT: usize>(
    app: &TestApp,
    browser: &Browser,
    all: [Value; COUNT],
) -> [String; COUNT] {
    let mut ids = Vec::new();
    for data in all {
        let actions = ["read", "update", "delete"];
        let row = serde_json::json!({
            "rowId": "unique()",
            "data": data,
            "permissions": actions.map(|action| format!("{action}(\"users\")")),
        });
        let path = "/tablesdb/app/tables/notes/rows";
        let made = app.call_appwrite(browser, Method::POST, path).json(&row);
        let made = Answer::of(made.send().await.unwrap()).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let made: Value = serde_json::from_str(&made.text).unwrap();
        ids.push(made["$id"].as_str().unwrap().to_owned());
    }
    ids.try_into().unwrap()
}

#[tokio::test]
async fn a_note_that_somebody_shares_with_everybody_is_not_there() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mallory = app.signed_up("mallory@example.com").await;
    let (ada_id, mallory_id) = (ada.account_id().await, mallory.account_id().await);
    let [own] = make_all(&mut ada, ["Own"]).await;
    // With the ID of whoever made it, and with the one of whom it's meant for.
    let spam = |id: &str| serde_json::json!({ "userId": id, "title": "URGENT", "tag": "spam", "pinned": true });
    let shared = share(&app, &mallory, [spam(&mallory_id), spam(&ada_id)]).await;
    for query in ["", "?q=urgent", "?tag=spam", "?done=false"] {
        let page = ada.get(&format!("/notes{query}")).await;
        page.shows(200, &[]);
        page.hides(&["URGENT"]);
        let found = if ["", "?done=false"].contains(&query) {
            vec![own.clone()]
        } else {
            Vec::new()
        };
        assert_eq!(count(&page), found.len().to_string(), "{query}");
        assert_eq!(listed(&page), found, "{query}");
    }
    for id in &shared {
        let before = row(&app, &mallory, id).await;
        for path in [format!("/notes/{id}"), format!("/notes/{id}/edit")] {
            let page = ada.get(&path).await;
            page.shows(404, &[NOT_FOUND]);
            page.hides(&["URGENT"]);
        }
        // What's typed there doesn't reach who shares the note.
        let typed = [
            ("id", id.as_str()),
            ("title", "My secret"),
            ("updated_at", before["$updatedAt"].as_str().unwrap()),
        ];
        let page = ada.post(&format!("/notes/{id}/edit"), &typed).await;
        page.shows(404, &["Save as a new note", &value("My secret")]);
        page.hides(&["URGENT"]);
        let time = ("updated_at", "");
        for typed in [typed, [typed[0], typed[1], time]] {
            ada.post("/api/notes/update", &typed)
                .await
                .is_error(404, "NotFound");
        }
        assert_eq!(row(&app, &mallory, id).await, before);
    }
}

#[tokio::test]
async fn shared_notes_do_not_push_ones_own_away() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mallory = app.signed_up("mallory@example.com").await;
    let (ada_id, mallory_id) = (ada.account_id().await, mallory.account_id().await);
    let own = make_all(&mut ada, ["Older", "Newer"]).await;
    let spam = |id: &str| serde_json::json!({ "userId": id, "title": "URGENT", "pinned": true });
    share(&app, &mallory, [(); 30].map(|()| spam(&mallory_id))).await;
    let page = ada.get("/notes").await;
    assert_eq!(
        (listed(&page), count(&page)),
        (vec![own[1].clone(), own[0].clone()], "2")
    );
    page.hides(&["Older notes"]);

    // Who knows an ID can fill the first page with nothing, but the next one is still there.
    share(&app, &mallory, [(); 30].map(|()| spam(&ada_id))).await;
    let page = ada.get("/notes").await;
    page.hides(&["URGENT"]);
    let later = ada.get(&link(&page, "Older notes")).await;
    assert_eq!(listed(&later), [own[1].as_str(), own[0].as_str()]);
    assert!(listed(&ada.get(&link(&later, "Newer notes")).await).is_empty());
}

#[tokio::test]
async fn a_note_made_while_the_session_ends_is_kept_in_its_form() {
    let upstream = {
        let guarded = AtomicBool::new(false);
        let guarded = Arc::new(guarded);
        Upstream::answering(move |request| {
            ready(match request.uri().path() {
                "/v1/account" if !guarded.swap(true, Ordering::SeqCst) => {
                    json(200, r#"{"$id":"u1","email":"ada@example.com"}"#)
                }
                "/v1/account" => appwrite_error(401, "general_unauthorized_scope"),
                // What Appwrite says to a guest.
                _ => appwrite_error(401, "user_unauthorized"),
            })
        })
        .await
    };
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    app.browser_with_session()
        .post("/notes/new", &[("title", "Typed"), ("text", "Long")])
        .await
        .shows(401, &[&value("Typed"), ">\nLong<", SIGN_IN_ELSEWHERE]);
    assert_eq!(upstream.calls(), 3);
}

#[tokio::test]
async fn a_cursor_of_somebody_elses_shows_nothing_of_theirs() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mut bob = app.signed_up("bob@example.com").await;
    let [older] = make_all(&mut bob, ["Older"]).await;
    let [hers] = make_all(&mut ada, ["Adas secret"]).await;
    let [newer] = make_all(&mut bob, ["Newer"]).await;
    let page = bob.get(&format!("/notes?after={hers}")).await;
    page.shows(200, &[]);
    page.hides(&["Adas secret"]);
    assert_eq!((listed(&page), count(&page)), (vec![older], "2"));
    let page = bob.get(&format!("/notes?before={hers}")).await;
    page.hides(&["Adas secret"]);
    assert_eq!(listed(&page), [newer]);
}

#[tokio::test]
async fn what_is_typed_is_checked_and_kept() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let long_text = format!("{}e", "d".repeat(10_000));
    let cases = [
        ("title", "\u{200b}".to_owned(), "Fill this in."),
        ("title", "t".repeat(201), "Use at most 200 characters."),
        ("text", long_text, "Use at most 10000 characters."),
        ("tag", "g".repeat(37), "Use at most 36 characters."),
        ("due", "2026-02-30".to_owned(), "This isn't valid."),
    ];
    for (field, typed, message) in &cases {
        let mut fields = vec![("title", "A title"), ("text", "A text"), ("tag", "work")];
        fields.retain(|(name, _)| name != field);
        fields.push((field, typed));
        let page = ada.post("/notes/new", &fields).await;
        page.shows(422, &[message, texts::INVALID]);
        for (name, typed) in &fields {
            let again = match *name {
                "text" => format!(">\n{typed}<"),
                _ => value(typed),
            };
            page.shows(422, &[&again]);
        }
        let answer = ada.post("/api/notes/create", &fields).await;
        assert_eq!(answer.status, 422, "{field}");
    }
    let all: Vec<_> = cases[1..]
        .iter()
        .map(|(name, typed, _)| (*name, typed.as_str()))
        .collect();
    let page = ada.post("/notes/new", &all).await;
    assert_eq!(page.text.matches(texts::INVALID).count(), 4, "all at once");
    // The list has a form with a title only.
    ada.post("/notes", &[("title", "")])
        .await
        .shows(422, &["Fill this in.", "No notes yet."]);
    assert_eq!(count(&ada.get("/notes").await), "0");
}

#[tokio::test]
async fn a_note_that_is_sent_again_is_made_once() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let proposed = hidden(&ada.get("/notes/new").await, "id").to_owned();
    assert_ne!(hidden(&ada.get("/notes").await, "id"), proposed);
    let fields = [("title", "Once"), ("text", "Long"), ("id", &proposed)];
    let here = format!("/notes#{proposed}");
    ada.post("/notes/new", &fields).await.leads_to(&here);
    ada.post("/notes/new", &fields).await.leads_to(&here);
    let again = ada.post("/api/notes/create", &fields).await;
    assert_eq!(again.status, 200, "{}", again.text);
    again.shows(200, &[&here]);
    assert_eq!(count(&ada.get("/notes").await), "1");

    // Another note doesn't replace it, whoever's it is.
    let mut mallory = app.signed_up("mallory@example.com").await;
    let other = [("title", "Other"), ("id", &proposed)];
    for (browser, count_after) in [(&mut ada, "2"), (&mut mallory, "1")] {
        let id = make(browser, &other).await;
        assert_ne!(id, proposed);
        assert_eq!(count(&browser.get("/notes").await), count_after);
    }
    ada.get(&format!("/notes/{proposed}"))
        .await
        .shows(200, &["Once", "Long"]);
    // What can't be an ID is no reason to lose a note.
    for id in ["..", "", "unique()", &"x".repeat(37)] {
        make(&mut mallory, &[("title", "Any"), ("id", id)]).await;
    }
    assert_eq!(count(&mallory.get("/notes").await), "5");
    // What's refused keeps its ID.
    let refused = [("title", ""), ("id", proposed.as_str())];
    let page = ada.post("/notes/new", &refused).await;
    assert_eq!(hidden(&page, "id"), proposed);
}

#[tokio::test]
async fn the_longest_text_fits_in_any_script_and_more_does_not() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let title = "\u{1f4a1}".repeat(200);
    for letter in ["a", "\u{416}", "\u{6f22}", "\u{1f4a1}"] {
        let text = letter.repeat(10_000);
        let fields = [
            ("title", title.as_str()),
            ("text", text.as_str()),
            ("tag", &title[..144]),
        ];
        let id = make(&mut ada, &fields).await;
        let page = ada.get(&format!("/notes/{id}")).await;
        page.shows(200, &[&text, &title]);
        // The form sends what it has got.
        let edit = format!("/notes/{id}/edit");
        let time = hidden(&ada.get(&edit).await, "updated_at").to_owned();
        let mut fields = fields.to_vec();
        fields.extend([("id", id.as_str()), ("updated_at", &time)]);
        ada.post(&edit, &fields)
            .await
            .leads_to(&format!("/notes/{id}{EDITED}"));
    }
    let huge = "a".repeat(10 * 1024 * 1024);
    for path in ["/notes", "/notes/new", "/api/notes/create"] {
        let fields = [("title", "Huge"), ("text", huge.as_str())];
        let request = ada.request(Method::POST, path).form(&fields);
        let request = request.header("cookie", ada.cookies());
        let answer = request.header("sec-fetch-site", "same-origin").send().await;
        // The server needn't wait for all of it, so the connection may end first.
        let status = answer.map_or(413, |answer| answer.status().as_u16());
        assert_eq!(status, 413, "{path}");
    }
    let page = ada.get("/notes").await;
    assert_eq!(count(&page), "4");
    page.hides(&["Huge"]);
}

#[tokio::test]
async fn a_text_is_shown_as_it_was_typed_and_does_nothing() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let nasty = "<script>alert(1)</script>\"'&";
    let fields = [
        ("title", nasty),
        (
            "text",
            "\u{202e}RTL\0\u{1b}[31m\r\n\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
        ),
        ("tag", "<b>"),
    ];
    let id = make(&mut ada, &fields).await;
    let here = format!("/notes/{id}");
    for path in ["/notes", &here, &format!("{here}/edit")] {
        let page = ada.get(path).await;
        page.shows(200, &["&lt;script&gt;alert(1)"]);
        page.hides(&["<script>alert", "<b>", "\0", "\u{1b}"]);
    }
    // Its direction is its own, and ends with it.
    let page = ada.get(&here).await;
    page.shows(200, &["\u{202e}RTL[31m\n\u{5e9}\u{5dc}\u{5d5}\u{5dd}"]);
    assert!(
        page.between("<article", "RTL")
            .contains(r#"dir="auto" class="note-text""#)
    );
    // A text that looks like an operator of Appwrite's stays a text, or is refused.
    let operator = r#"{"method":"increment","values":[1]}"#;
    let time = hidden(&ada.get(&format!("{here}/edit")).await, "updated_at").to_owned();
    let fields = [
        ("id", id.as_str()),
        ("title", "t"),
        ("text", operator),
        ("updated_at", &time),
    ];
    let answer = ada.post(&format!("{here}/edit"), &fields).await;
    assert!(
        [303, 500, 422].contains(&answer.status),
        "{}",
        answer.status
    );
}

#[tokio::test]
async fn a_text_with_html_in_it_stays_in_its_field_on_every_page() {
    let text = "\n\n a < b &amp; c &lt;d\"</textarea><b>'";
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    #[track_caller]
    fn holds(page: &Answer, status: u16, text: &str) {
        page.shows(status, &[]);
        page.hides(&["<b>"]);
        assert_eq!(multiline(page), text, "{}", page.text);
    }

    let refused = ada
        .post("/notes/new", &[("title", ""), ("text", text)])
        .await;
    holds(&refused, 422, text);
    let id = make(&mut ada, &[("title", "Start"), ("text", text)]).await;
    assert_eq!(row(&app, &ada, &id).await["text"], text);
    ada.get(&format!("/notes/{id}")).await.hides(&["<b>"]);
    let edit = format!("/notes/{id}/edit");
    let page = ada.get(&edit).await;
    holds(&page, 200, text);
    let opened = hidden(&page, "updated_at").to_owned();

    // What the field has is saved as it is, however often.
    let same = multiline(&page);
    let form = |title, text, time| {
        [
            ("id", id.as_str()),
            ("title", title),
            ("text", text),
            ("updated_at", time),
        ]
    };
    ada.post(&edit, &form("Again", &same, &opened))
        .await
        .leads_to(&format!("/notes/{id}{EDITED}"));
    assert_eq!(row(&app, &ada, &id).await["text"], text);

    holds(&ada.post(&edit, &form("", text, &opened)).await, 422, text);
    let typed = [text, "2"].concat();
    let conflict = ada.post(&edit, &form("Mine", &typed, &opened)).await;
    holds(&conflict, 409, &typed);
    let nowhere = ada
        .post("/notes/68aef0c4000cb0b1a3f5/edit", &form("Mine", text, ""))
        .await;
    holds(&nowhere, 409, text);
    ada.post("/notes/delete", &[("id", &id)]).await;
    let gone = ada.post(&edit, &form("Mine", text, &opened)).await;
    holds(&gone, 404, text);
    let mut nobody = app.browser();
    let signed_out = nobody.post(&edit, &form("Mine", text, &opened)).await;
    holds(&signed_out, 401, text);
}

#[tokio::test]
async fn a_draft_with_html_in_it_is_back_in_its_field_after_the_second_step() {
    let text = "\n &lt; </textarea><b>";
    let app = TestApp::start().await;
    let (_, authenticator) = app.signed_up_with_mfa("ada@example.com").await;
    let mut ada = app.signed_in("ada@example.com").await;
    ada.post("/notes/new", &[("title", "Typed"), ("text", text)])
        .await
        .leads_to("/mfa?flash=nothing-saved&next=/notes/new");
    authenticator
        .post_code(&mut ada, "/mfa/totp?next=/notes/new")
        .await
        .leads_to("/notes/new");
    let page = ada.get("/notes/new").await;
    page.shows(200, &[&value("Typed")]);
    page.hides(&["<b>"]);
    assert_eq!(multiline(&page), text);
}

#[tokio::test]
async fn the_list_is_searched_and_filtered() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let milk = make(&mut ada, &[("title", "Buy milk"), ("tag", "shop")]).await;
    let book = make(
        &mut ada,
        &[("title", "Read"), ("text", "A book about milk")],
    )
    .await;
    let bread = make(&mut ada, &[("title", "Buy bread"), ("tag", "shop")]).await;
    let done = [("id", bread.as_str()), ("done", "true")];
    ada.post("/notes/done", &done).await.leads_to("/notes");

    for (query, found) in [
        ("", vec![&bread, &book, &milk]),
        ("?q=milk", vec![&book, &milk]),
        ("?q=MILK&tag=shop", vec![&milk]),
        ("?tag=Shop", vec![&bread, &milk]),
        ("?done=true", vec![&bread]),
        ("?done=false&tag=shop", vec![&milk]),
        ("?q=nothing", vec![]),
        // What nobody can ask for doesn't count.
        ("?done=maybe", vec![&bread, &book, &milk]),
        ("?tag=", vec![&bread, &book, &milk]),
        ("?q=%00%E2%80%8B", vec![&bread, &book, &milk]),
        (
            "?limit=1&offset=2&queries[]=x&order=title",
            vec![&bread, &book, &milk],
        ),
        ("?after=..&before=a/b", vec![&bread, &book, &milk]),
    ] {
        let page = ada.get(&format!("/notes{query}")).await;
        page.shows(200, &[]);
        assert_eq!(
            listed(&page),
            found.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "{query}"
        );
        assert_eq!(count(&page), found.len().to_string(), "{query}");
    }
    let page = ada.get("/notes?q=nothing&tag=shop&done=false").await;
    page.shows(200, &["No notes like that.", &value("nothing")]);
    // Another filter keeps what was searched for, and leads to the first page.
    assert_eq!(link(&page, "Done"), "/notes?q=nothing&tag=shop&done=true");
    for hostile in [
        "%22%27%2B-*()~<>@",
        "%7B%22method%22:%22equal%22%7D",
        &"a".repeat(5000),
    ] {
        ada.get(&format!("/notes?q={hostile}"))
            .await
            .shows(200, &["No notes like that."]);
    }
    // What's added while a tag is shown gets the tag.
    ada.post("/notes?tag=shop", &[("title", "Buy tea")]).await;
    assert_eq!(count(&ada.get("/notes?tag=shop").await), "3");
}

#[tokio::test]
async fn the_list_has_pages_with_pinned_notes_first() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mut ids = Vec::new();
    for number in 0..52 {
        let title = format!("Note {number}");
        ids.insert(0, make(&mut ada, &[("title", &title)]).await);
    }
    let pinned = ids.remove(50);
    ada.post("/notes/pinned", &[("id", &pinned), ("pinned", "true")])
        .await
        .leads_to("/notes");
    ids.insert(0, pinned);

    let first = ada.get("/notes").await;
    assert_eq!((listed(&first), count(&first)), (ids[..25].to_vec(), "52"));
    first.hides(&["Newer notes"]);
    let second = ada.get(&link(&first, "Older notes")).await;
    assert_eq!(
        (listed(&second), count(&second)),
        (ids[25..50].to_vec(), "52")
    );
    let third = ada.get(&link(&second, "Older notes")).await;
    assert_eq!(listed(&third), ids[50..]);
    third.hides(&["Older notes"]);
    let back = ada.get(&link(&third, "Newer notes")).await;
    assert_eq!(listed(&back), ids[25..50]);
    let back = ada.get(&link(&back, "Newer notes")).await;
    assert_eq!(listed(&back), ids[..25]);
    back.hides(&["Newer notes"]);

    // Its buttons lead back to the page they're on.
    let next = hidden(&second, "next").replace("&amp;", "&");
    assert_eq!(next, link(&first, "Older notes"));
    let done = [("id", ids[30].as_str()), ("done", "true"), ("next", &next)];
    ada.post("/notes/done", &done).await.leads_to(&next);
    // The note is gone that the page begins after.
    ada.post("/notes/delete", &[("id", &ids[24]), ("next", &next)])
        .await
        .leads_to(&next);
    ada.get(&format!("{next}&q=Note"))
        .await
        .leads_to("/notes?q=Note");
    ada.get("/notes?after=68aef0c4000cb0b1a3f5")
        .await
        .leads_to("/notes");
}

#[tokio::test]
async fn a_long_list_is_compressed_unless_another_site_asked_for_it() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let modern = |browser: &Browser| browser.clone().with_header("accept-encoding", "br, gzip");
    let encoding = async |mut browser: Browser, path: &str| {
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        page.header("content-encoding").to_owned()
    };
    for number in 0..25 {
        make(&mut ada, &[("title", &format!("Note {number}"))]).await;
    }
    assert_eq!(encoding(modern(&ada), "/notes").await, "gzip");
    assert_eq!(encoding(modern(&ada), "/account").await, "");
    assert_eq!(encoding(ada.clone(), "/notes").await, "");
    assert_eq!(encoding(modern(&ada).on_another_site(), "/notes").await, "");
    let page = ada.get("/notes").await;
    let vary: Vec<_> = page.headers.get_all("vary").iter().collect();
    assert_eq!(vary, ["cookie", "accept-encoding", "sec-fetch-site"]);
}

#[tokio::test]
async fn a_button_leads_nowhere_else() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let [id] = make_all(&mut ada, ["One"]).await;
    for next in [
        "",
        "https://evil.example/notes",
        "//evil.example",
        "/\\evil",
        "/account",
        "/notes\r\nx: y",
    ] {
        let fields = [("id", id.as_str()), ("done", "true"), ("next", next)];
        ada.post("/notes/done", &fields).await.leads_to("/notes");
    }
}

#[tokio::test]
async fn a_page_costs_one_call_besides_the_visitors() {
    let upstream = Upstream::answering(|request| {
        let path = request.uri().path().to_owned();
        let note = r#""$id":"n1","$createdAt":"2026-01-02T03:04:05.678+00:00",
            "$updatedAt":"2026-01-02T03:04:05.678+00:00","$permissions":["read(\"user:u1\")"],"$sequence":1,
            "title":"One","tag":null,"due":null,"pinned":false,"done":false"#;
        ready(match path.as_str() {
            "/v1/account" => json(200, r#"{"$id":"u1","email":"ada@example.com"}"#),
            "/v1/tablesdb/app/tables/notes/rows" => {
                json(200, format!(r#"{{"total":5000,"rows":[{{{note}}}]}}"#))
            }
            "/v1/tablesdb/app/tables/notes/rows/n1" => json(200, format!("{{{note}}}")),
            _ => json(500, "{}"),
        })
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let mut ada = app.browser_with_session();
    for (path, calls) in [
        ("/notes", 2),
        ("/notes?q=a&tag=b&done=true", 2),
        ("/notes/n1", 2),
        ("/notes/n1/edit", 2),
        ("/notes/new", 1),
    ] {
        let before = upstream.calls();
        ada.get(path).await.shows(200, &[]);
        assert_eq!(upstream.calls() - before, calls, "{path}");
    }
    assert_eq!(count(&ada.get("/notes").await), "5000+");
}

#[tokio::test]
async fn of_two_tabs_the_second_shows_what_the_first_has_saved() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let id = make(&mut ada, &[("title", "Start"), ("text", "As it was")]).await;
    let here = format!("/notes/{id}");
    let edit = format!("{here}/edit");
    let opened = hidden(&ada.get(&edit).await, "updated_at").to_owned();
    fn form<'a>(id: &'a str, text: &'a str, time: &'a str) -> [(&'static str, &'a str); 4] {
        [
            ("id", id),
            ("title", "Start"),
            ("text", text),
            ("updated_at", time),
        ]
    }
    let saved = format!("{here}{EDITED}");
    let first = form(&id, "From one tab", &opened);
    ada.post(&edit, &first).await.leads_to(&saved);
    // It was sent again, because its answer got lost.
    ada.post(&edit, &first).await.leads_to(&saved);

    let second = form(&id, "From another", &opened);
    ada.post("/api/notes/update", &second)
        .await
        .is_error(409, "Conflict");
    let page = ada.post(&edit, &second).await;
    page.shows(
        409,
        &["From one tab", ">\nFrom another<", "Replace it with mine"],
    );
    // A mistake on the way doesn't hide that there's another version.
    let mistake = [("id", id.as_str()), ("title", ""), ("updated_at", &opened)];
    let again = ada.post(&edit, &mistake).await;
    again.shows(422, &[]);
    assert_eq!(hidden(&again, "updated_at"), opened);
    assert!(row(&app, &ada, &id).await["text"] == "From one tab");

    let seen = hidden(&page, "updated_at").to_owned();
    assert_ne!(seen, opened);
    ada.post(&edit, &form(&id, "From another", &seen))
        .await
        .leads_to(&saved);
    ada.get(&here).await.shows(200, &["From another"]);

    // Without the time, nothing is known of what the writer has seen.
    let blind = [("id", id.as_str()), ("title", "Blind")];
    ada.post("/api/notes/update", &blind)
        .await
        .is_error(409, "Conflict");
}

#[tokio::test]
async fn a_note_that_was_deleted_while_it_was_edited_can_be_saved_anew() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let [id] = make_all(&mut ada, ["Start"]).await;
    let edit = format!("/notes/{id}/edit");
    let time = hidden(&ada.get(&edit).await, "updated_at").to_owned();
    ada.post("/notes/delete", &[("id", &id)]).await;
    let fields = [
        ("id", id.as_str()),
        ("title", "Typed"),
        ("text", "Long"),
        ("updated_at", &time),
    ];
    let page = ada.post(&edit, &fields).await;
    page.shows(
        404,
        &[&value("Typed"), ">\nLong<", r#"action="/notes/new""#],
    );
    make(&mut ada, &fields).await;
    ada.get("/notes").await.shows(200, &["Typed"]);
}

#[tokio::test]
async fn what_was_typed_survives_a_session_that_has_ended() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let [id] = make_all(&mut ada, ["Start"]).await;
    let edit = format!("/notes/{id}/edit");
    let time = hidden(&ada.get(&edit).await, "updated_at").to_owned();
    let fields = [
        ("id", id.as_str()),
        ("title", "Typed"),
        ("text", "Long"),
        ("updated_at", &time),
    ];
    let mut elsewhere = app.signed_in("ada@example.com").await;
    elsewhere.post("/signout/everywhere", &[]).await;
    let never = app.browser();
    for mut browser in [ada, never] {
        for path in ["/notes/new", edit.as_str()] {
            let page = browser.post(path, &fields).await;
            page.shows(401, &[&value("Typed"), ">\nLong<", SIGN_IN_ELSEWHERE]);
            page.hides(&["Sign out"]);
        }
        browser
            .post("/notes", &fields)
            .await
            .shows(401, &[&value("Typed"), SIGN_IN_ELSEWHERE]);
        for call in ["create", "update", "delete", "set-done", "set-pinned"] {
            let mut fields = fields.to_vec();
            fields.extend([("done", "true"), ("pinned", "true")]);
            browser
                .post(&format!("/api/notes/{call}"), &fields)
                .await
                .is_error(401, "SignedOut");
        }
        // There's nothing to keep.
        browser
            .post("/notes/done", &[("id", &id), ("done", "true")])
            .await
            .leads_to("/signin?next=/notes/done&flash=nothing-saved");
        for (path, next) in [("/notes?tag=a", "/notes%3Ftag%3Da"), (&edit, &edit)] {
            browser
                .get(path)
                .await
                .leads_to(&format!("/signin?next={next}"));
        }
    }
    // Signed in again in another tab, the same form is sent again.
    let mut ada = app.signed_in("ada@example.com").await;
    ada.post(&edit, &fields)
        .await
        .leads_to(&format!("/notes/{id}{EDITED}"));
}

/// Appwrite answers each of the two calls only when the other one has come.
#[tokio::test]
async fn notes_are_loaded_while_it_is_found_out_whose_they_are() {
    let both = Arc::new(Barrier::new(2));
    let upstream = Upstream::answering(move |request| {
        let both = Arc::clone(&both);
        async move {
            both.wait().await;
            if request.uri().path() == "/v1/account" {
                return json(200, r#"{"$id":"u1","email":"ada@example.com"}"#);
            }
            let row = |id: &str, role: &str, title: &str| {
                let permission = format!(r#"read(\"{role}\")"#);
                format!(
                    r#"{{"$id":"{id}","$createdAt":"2026-01-01T00:00:00.000+00:00","$updatedAt":"",
                    "$sequence":1,"$permissions":["{permission}"],"title":"{title}"}}"#
                )
            };
            let mine = row("n1", "user:u1", "Mine");
            if request.uri().path().ends_with("/n1") {
                return json(200, mine);
            }
            let another = row("n2", "users", "Another's");
            json(200, format!(r#"{{"total":2,"rows":[{mine},{another}]}}"#))
        }
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let mut ada = app.browser_with_session();
    for path in ["/notes", "/notes/n1", "/notes/n1/edit"] {
        let page = ada.get(path).await;
        page.shows(200, &["Mine", r#"aria-label="Your account""#]);
        page.hides(&["Another's"]);
    }
    assert_eq!(upstream.calls(), 6);
}

#[tokio::test]
async fn what_was_typed_survives_a_second_step_that_is_missing() {
    let app = TestApp::start().await;
    let (_, authenticator) = app.signed_up_with_mfa("ada@example.com").await;
    let mut ada = app.signed_in("ada@example.com").await;
    // It's too long for a cookie, so the form is shown again.
    let long = "x".repeat(2000);
    let fields = [("title", "Typed"), ("text", long.as_str())];
    for path in ["/notes/new", "/notes"] {
        ada.post(path, &fields)
            .await
            .shows(401, &[&value("Typed"), SIGN_IN_ELSEWHERE]);
    }
    ada.post("/notes/new", &fields)
        .await
        .shows(401, &[&format!(">\n{long}<")]);
    // So does the bundle.
    ada.post("/api/notes/create", &fields)
        .await
        .is_error(401, "SignedOut");
    // In the other tab, it's only the second step that is asked for.
    ada.get("/signin").await.leads_to("/mfa");
    let fields = [("title", "Typed"), ("text", "Short")];
    ada.post("/notes/new", &fields)
        .await
        .leads_to("/mfa?flash=nothing-saved&next=/notes/new");
    authenticator
        .post_code(&mut ada, "/mfa/totp?next=/notes/new")
        .await
        .leads_to("/notes/new");
    ada.get("/notes/new")
        .await
        .shows(200, &[&value("Typed"), ">\nShort<"]);
    make(&mut ada, &fields).await;
    ada.get("/notes").await.shows(200, &["Typed"]);
}

#[tokio::test]
async fn what_was_typed_survives_an_outage() {
    let (mut app, gate) = TestApp::start_behind_a_gate().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let [id] = make_all(&mut ada, ["Start"]).await;
    let edit = format!("/notes/{id}/edit");
    let time = hidden(&ada.get(&edit).await, "updated_at").to_owned();
    let fields = [
        ("id", id.as_str()),
        ("title", "Typed"),
        ("text", "Long"),
        ("updated_at", &time),
    ];
    let texts = [
        &value("Typed"),
        ">\nLong<",
        "We can't reach the service right now.",
    ];
    gate.refuse(true);
    for path in ["/notes/new", edit.as_str()] {
        ada.post(path, &fields).await.shows(503, &texts);
    }
    ada.post("/notes", &fields)
        .await
        .shows(503, &[&value("Typed")]);
    for path in ["done", "delete"] {
        ada.post(&format!("/notes/{path}"), &[("id", &id), ("done", "true")])
            .await
            .shows(503, &[texts::NOT_REACHABLE]);
    }
    gate.refuse(false);
    ada.post(&edit, &fields)
        .await
        .leads_to(&format!("/notes/{id}{EDITED}"));

    app.end_appwrite().await;
    ada.get("/notes").await.shows(503, &[texts::NOT_REACHABLE]);
    assert!(ada.has_session());
}

#[tokio::test]
async fn what_was_typed_survives_an_appwrite_that_is_gone() {
    let upstream = Upstream::answering(|_| ready(json(502, "<h1>Bad Gateway</h1>"))).await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let mut ada = app.browser_with_session();
    let fields = [("id", "n1"), ("title", "Typed"), ("text", "Long")];
    for path in ["/notes/new", "/notes/n1/edit"] {
        let page = ada.post(path, &fields).await;
        page.shows(503, &[&value("Typed"), ">\nLong<", "Sign out"]);
    }
    let page = ada.post("/notes", &fields).await;
    page.shows(503, &[&value("Typed")]);
    page.hides(&["No notes"]);
    assert!(ada.has_session());
}

#[tokio::test]
async fn a_form_that_is_sent_twice_makes_one_note() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    for page in ["/notes", "/notes/new"] {
        let key = ada.get(page).await.form_key().to_owned();
        let fields = [("title", "Once"), ("once", &key)];
        let (mut same, mut here) = (ada.clone(), ada.clone());
        let (first, second) = tokio::join!(here.post(page, &fields), same.post(page, &fields));
        let to = first.header("location").to_owned();
        first.leads_to(&to);
        second.leads_to(&to);
    }
    assert_eq!(count(&ada.get("/notes").await), "2");
}

#[tokio::test]
async fn two_changes_at_once_leave_a_whole_note() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let [id] = make_all(&mut ada, ["Start"]).await;
    let (mut here, mut there) = (ada.clone(), ada.clone());
    let done = [("id", id.as_str()), ("done", "true")];
    let pinned = [("id", id.as_str()), ("pinned", "true")];
    let both = tokio::join!(
        here.post("/api/notes/set-done", &done),
        there.post("/api/notes/set-pinned", &pinned)
    );
    assert_eq!((both.0.status, both.1.status), (200, 200));
    let row = row(&app, &ada, &id).await;
    assert_eq!((&row["done"], &row["pinned"]), (&true.into(), &true.into()));
    let (mut here, mut there) = (ada.clone(), ada.clone());
    let one = [("id", id.as_str())];
    let both = tokio::join!(
        here.post("/api/notes/delete", &one),
        there.post("/api/notes/delete", &one)
    );
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!([200, 404].contains(&statuses[1]), "{statuses:?}");
}

#[tokio::test]
async fn another_site_changes_nothing() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let [id] = make_all(&mut ada, ["Start"]).await;
    let mut there = ada.clone().on_another_site();
    let fields = [
        ("id", id.as_str()),
        ("title", "Theirs"),
        ("done", "true"),
        ("pinned", "true"),
    ];
    let edit = format!("/notes/{id}/edit");
    for path in [
        "/notes",
        "/notes/new",
        &edit,
        "/notes/done",
        "/notes/pinned",
        "/notes/delete",
    ] {
        there
            .post(path, &fields)
            .await
            .shows(403, &["Request refused"]);
    }
    for call in ["create", "update", "delete", "set-done", "set-pinned"] {
        there
            .post(&format!("/api/notes/{call}"), &fields)
            .await
            .is_error(403, "Forbidden");
    }
    let page = ada.get("/notes").await;
    assert_eq!(count(&page), "1");
    page.hides(&["Theirs", r#"aria-pressed="true" "#]);
}

#[tokio::test]
async fn arguments_that_are_none_are_refused() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let [id] = make_all(&mut ada, ["Start"]).await;
    for fields in [
        vec![("id", id.as_str())],
        vec![("id", &id), ("done", "maybe")],
        vec![("done", "true")],
    ] {
        ada.post("/notes/done", &fields)
            .await
            .shows(400, &["Bad request"]);
        ada.post("/api/notes/set-done", &fields)
            .await
            .is_error(400, "BadRequest");
    }
    for path in ["/notes/done", "/notes/pinned", "/notes/delete"] {
        ada.get(path).await.leads_to("/notes");
    }
    ada.get("/notes/new/edit").await.shows(404, &[NOT_FOUND]);
}

#[tokio::test]
async fn without_its_table_the_site_is_not_set_up_and_the_log_says_what_to_do() {
    let log = Log::start();
    let upstream = Upstream::answering(|request| {
        ready(match request.uri().path() {
            "/v1/account" => json(200, r#"{"$id":"u1","email":"ada@example.com"}"#),
            _ => json(
                404,
                r#"{"message":"Table with the requested ID 'notes' could not be found.",
                    "code":404,"type":"table_not_found"}"#,
            ),
        })
    })
    .await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let mut ada = app.browser_with_session();
    for path in ["/notes", "/notes/n1", "/notes/n1/edit"] {
        ada.get(path).await.shows(503, &["set up yet"]);
    }
    ada.post("/notes/new", &[("title", "Typed")])
        .await
        .shows(503, &["set up yet", &value("Typed")]);
    log.shows("ID 'notes'");
    log.shows("push tables");
}

#[tokio::test]
async fn a_session_that_appwrite_does_not_know_is_nobodys() {
    let upstream =
        Upstream::answering(|_| ready(appwrite_error(401, "general_unauthorized_scope"))).await;
    let app = TestApp::in_front_of(upstream.appwrite.clone()).await;
    let mut somebody = app.browser().with_cookie(SESSION_COOKIE, SOME_SECRET);
    somebody
        .post("/notes/new", &[("title", "Typed")])
        .await
        .shows(401, &[&value("Typed"), SIGN_IN_ELSEWHERE]);
    somebody.get("/notes").await.leads_to("/signin?next=/notes");
}

/// Whoever had the account before its owner came may have shared a note with everybody.
#[tokio::test]
async fn a_note_that_is_changed_is_shared_with_nobody() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let id = ada.account_id().await;
    let note = make(&mut ada, &[("title", "Plans")]).await;
    let path = format!("/tablesdb/app/tables/notes/rows/{note}");
    let named = ["read", "update", "delete"].map(|may| format!("{may}(\"user:{id}\")"));
    let everybody = ["read(\"any\")".to_owned(), "update(\"users\")".to_owned()];
    let all = [&named[..], &everybody].concat();
    let shared = app.call_appwrite(&ada, Method::PATCH, &path);
    let shared = shared.json(&serde_json::json!({ "permissions": all }));
    shared.send().await.unwrap().error_for_status().unwrap();
    let edit = format!("/notes/{note}/edit");
    let form = ada.get(&edit).await;
    let updated_at = hidden(&form, "updated_at").to_owned();
    let fields = [
        ("id", note.as_str()),
        ("title", "Plans"),
        ("text", "Nobody else's"),
        ("updated_at", &updated_at),
    ];
    ada.post(&edit, &fields).await.shows(303, &[]);
    let stranger = app.call_appwrite_as_guest(Method::GET, &path);
    assert_eq!(stranger.send().await.unwrap().status(), 404);
    assert_eq!(
        row(&app, &ada, &note).await["$permissions"],
        serde_json::json!(named)
    );
}

/// Appwrite says of rows only that they may not be changed.
#[tokio::test]
async fn a_change_after_the_session_has_ended_elsewhere_says_so() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let id = make(&mut ada, &[("title", "Start")]).await;
    let id = ("id", id.as_str());
    for (call, form) in [
        ("set-done", vec![id, ("done", "true")]),
        ("set-pinned", vec![id, ("pinned", "true")]),
        ("delete", vec![id]),
    ] {
        let mut there = app.signed_in("ada@example.com").await;
        // The app has seen this session alive.
        there.get("/notes").await.shows(200, &["Start"]);
        app.end_session(&there).await;
        there
            .post(&format!("/api/notes/{call}"), &form)
            .await
            .is_error(401, "SignedOut");
    }
    ada.get("/notes").await.shows(200, &["Start"]);
}

#[tokio::test]
async fn a_last_page_that_has_become_empty_leads_to_the_first() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up("ada@example.com").await;
    let mut ids = Vec::new();
    for number in 0..26 {
        ids.push(make(&mut ada, &[("title", &format!("Note {number}"))]).await);
    }
    let first = ada.get("/notes").await;
    let older = first.between(r#"<a href="/notes?after="#, "\"").to_owned();
    let last = format!("/notes?after={older}");
    assert_eq!(listed(&ada.get(&last).await), [ids[0].as_str()]);
    ada.post("/notes/delete", &[("id", &ids[0]), ("next", &last)])
        .await
        .leads_to(&last);
    ada.get(&last).await.leads_to("/notes");
}
