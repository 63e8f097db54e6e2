//! The kinds of requests.

use std::{
    io::Write as _,
    sync::atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context as _, Result, bail};

use crate::{http::Connection, person::Person};

/// What a browser would like for a page.
const PAGE: &str = "accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n";

/// How an answer may be compressed.
const COMPRESSED: &str = "accept-encoding: gzip, deflate, br, zstd\r\n";

/// A kind of request.
pub struct Case {
    /// What it is, for the table.
    pub name: &'static str,
    /// The status of its answer.
    pub status: u16,
    /// Writes one.
    pub write: fn(&mut Vec<u8>, &Visitor),
}

/// All of them. Signing in comes last, because the app keeps each answer for a minute.
pub const CASES: &[Case] = &[
    Case {
        name: "GET /healthz",
        status: 200,
        write: |request, _| get(request, "/healthz", ""),
    },
    Case {
        name: "GET /signin",
        status: 200,
        write: |request, _| get_as_browser(request, "/signin", ""),
    },
    Case {
        name: "GET /account",
        status: 200,
        write: |request, visitor| get_as_browser(request, "/account", &visitor.cookies),
    },
    // notes: begin
    Case {
        name: "GET /notes",
        status: 200,
        write: |request, visitor| get_as_browser(request, "/notes", &visitor.cookies),
    },
    Case {
        name: "GET /notes gzip",
        status: 200,
        write: |request, visitor| get_compressed(request, "/notes", &visitor.cookies),
    },
    // notes: end
    Case {
        name: "POST /signin",
        status: 303,
        write: |request, _| {
            static NUMBER: AtomicUsize = AtomicUsize::new(0);
            sign_in(request, NUMBER.fetch_add(1, Ordering::Relaxed));
        },
    },
];

/// Somebody who is signed in.
pub struct Visitor {
    /// Who it is.
    pub person: Person,
    /// As the header `Cookie` has them.
    pub cookies: String,
}

impl Visitor {
    /// Signs somebody in to the app.
    pub async fn sign_in(app: &mut Connection, person: Person) -> Result<Self> {
        let mut request = Vec::new();
        sign_in(&mut request, person.number());
        let (mut cookies, _) = ask(app, &request, 303).await?;

        // The page notes what it finds out in cookies of its own.
        request.clear();
        get(&mut request, "/account", &cookies.join("; "));
        let (more, page) = ask(app, &request, 200).await?;
        let page = String::from_utf8_lossy(&page);
        if !page.contains(&person.name()) {
            bail!("/account isn't {}'s page", person.name());
        }
        cookies.extend(more);
        Ok(Self {
            person,
            cookies: cookies.join("; "),
        })
    }
}

/// A page of the app, without the end of its style sheet: as many bytes as a browser gets, for which that's
/// compressed.
pub async fn page(app: &mut Connection, path: &str, cookies: &str) -> Result<String> {
    let mut request = Vec::new();
    get(&mut request, path, cookies);
    let (_, page) = ask(app, &request, 200).await?;
    request.clear();
    get_as_browser(&mut request, path, cookies);
    let (_, sent) = ask(app, &request, 200).await?;
    Ok(shortened(&String::from_utf8(page)?, sent.len()))
}

/// A page with so much less of its style sheet that it has this length.
fn shortened(page: &str, length: usize) -> String {
    let end = page.find("</style>").unwrap_or_default();
    let cut = end.saturating_sub(page.len().saturating_sub(length));
    let (kept, _) = page.split_at(page.floor_char_boundary(cut));
    [kept, &page[end..]].concat()
}

/// Sends a request. Returns the cookies that the answer sets, and its body.
async fn ask(app: &mut Connection, request: &[u8], status: u16) -> Result<(Vec<String>, Vec<u8>)> {
    app.send(request).await?;
    let answer = app.receive().await?.context("the app hung up")?;
    if answer.status() != Some(status) {
        bail!("not {status} but {}", answer.head);
    }
    let cookies = answer
        .headers("set-cookie")
        .filter_map(|cookie| Some(cookie.split(';').next()?.to_owned()));
    Ok((cookies.collect(), answer.body.to_vec()))
}

/// As a browser asks for a page, but for the headers without which the app compresses nothing.
pub fn get(request: &mut Vec<u8>, path: &str, cookies: &str) {
    start(request, "GET", path, cookies);
    write(request, PAGE);
    request.extend_from_slice(b"\r\n");
}

/// As a browser asks for a page that another site has linked to, in which the app only compresses the style
/// sheet.
fn get_as_browser(request: &mut Vec<u8>, path: &str, cookies: &str) {
    start(request, "GET", path, cookies);
    write(request, PAGE);
    write(request, COMPRESSED);
    request.extend_from_slice(b"\r\n");
}

// notes: begin
/// As a browser asks for a page from within the site, which is compressed as a whole if it's large.
fn get_compressed(request: &mut Vec<u8>, path: &str, cookies: &str) {
    start(request, "GET", path, cookies);
    write(request, PAGE);
    write(request, COMPRESSED);
    write(request, "sec-fetch-site: same-origin\r\n\r\n");
}
// notes: end

/// As the script of a form calls a server function.
pub fn call(request: &mut Vec<u8>, path: &str, cookies: &str, arguments: &str) {
    start(request, "POST", path, cookies);
    write(
        request,
        "accept: application/json\r\norigin: http://bench\r\nreferer: http://bench/account\r\n\
         sec-fetch-dest: empty\r\nsec-fetch-mode: cors\r\n",
    );
    form(request, arguments);
}

/// As a browser posts the form at `/signin`: for each number from another address, for another account
/// and from another page.
fn sign_in(request: &mut Vec<u8>, number: usize) {
    let [.., a, b, c] = number.to_be_bytes();
    start(request, "POST", "/signin", "");
    write(request, PAGE);
    write(request, &format!("x-forwarded-for: 10.{a}.{b}.{c}\r\n"));
    form(
        request,
        &format!(
            "once={number:032x}&email=user-{number}%40example.com&password=correct-horse-{number}"
        ),
    );
}

fn start(request: &mut Vec<u8>, method: &str, path: &str, cookies: &str) {
    write(
        request,
        &format!(
            "{method} {path} HTTP/1.1\r\nhost: bench\r\n\
             user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0\r\n\
             accept-language: en-US,en;q=0.5\r\n"
        ),
    );
    if !cookies.is_empty() {
        write(request, &format!("cookie: {cookies}\r\n"));
    }
}

/// The rest of a request that one of the site's pages posts.
fn form(request: &mut Vec<u8>, fields: &str) {
    write(
        request,
        &format!(
            "sec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{fields}",
            fields.len()
        ),
    );
}

fn write(request: &mut Vec<u8>, text: &str) {
    // Writing to memory can't fail.
    let _ = request.write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_loses_only_what_it_has_too_much_of_its_style_sheet() {
        let page = "<style>a{}b{}</style><p>Ada";
        assert_eq!(shortened(page, 24), "<style>a{}</style><p>Ada");
        assert_eq!(shortened(page, 100), page);
        assert_eq!(shortened("<p>Ada", 1), "<p>Ada");
    }
}
