//! The kinds of requests.

use std::{
    io::Write as _,
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::{Context as _, Result, bail};

use crate::{http::Connection, upstream::NAME};

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
        write: |request, _| get(request, "/signin", ""),
    },
    Case {
        name: "GET /account",
        status: 200,
        write: |request, visitor| get(request, "/account", &visitor.cookies),
    },
    Case {
        name: "POST /signin",
        status: 303,
        write: |request, _| sign_in(request),
    },
];

/// Somebody who is signed in, with what their browser has seen.
pub struct Visitor {
    /// As the header `Cookie` has them.
    cookies: String,
    /// The page `/signin`.
    pub sign_in_page: String,
    /// The page `/account`.
    pub account_page: String,
}

impl Visitor {
    /// Signs in to the app, and looks at its pages.
    pub async fn sign_in(app: &mut Connection) -> Result<Self> {
        let mut request = Vec::new();
        get(&mut request, "/signin", "");
        let (_, sign_in_page) = ask(app, &request, 200).await?;

        request.clear();
        sign_in(&mut request);
        let (mut cookies, _) = ask(app, &request, 303).await?;

        // The page notes what it finds out in cookies of its own.
        request.clear();
        get(&mut request, "/account", &cookies.join("; "));
        let (more, account_page) = ask(app, &request, 200).await?;
        if !account_page.contains(NAME) {
            bail!("/account isn't {NAME}'s page");
        }
        cookies.extend(more);
        Ok(Self {
            cookies: cookies.join("; "),
            sign_in_page,
            account_page,
        })
    }
}

/// Sends a request. Returns the cookies that the answer sets, and its body.
async fn ask(app: &mut Connection, request: &[u8], status: u16) -> Result<(Vec<String>, String)> {
    app.send(request).await?;
    let answer = app.receive().await?.context("the app hung up")?;
    if answer.status() != Some(status) {
        bail!("not {status} but {}", answer.head);
    }
    let cookies = answer
        .headers("set-cookie")
        .filter_map(|cookie| Some(cookie.split(';').next()?.to_owned()));
    let body = String::from_utf8_lossy(answer.body).into_owned();
    Ok((cookies.collect(), body))
}

/// As a browser asks for a page.
fn get(request: &mut Vec<u8>, path: &str, cookies: &str) {
    start(request, "GET", path, cookies);
    request.extend_from_slice(b"\r\n");
}

/// As a browser posts the form at `/signin`, each time from another address, for another account and
/// from another page.
fn sign_in(request: &mut Vec<u8>) {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let [_, a, b, c] = number.to_be_bytes();
    let body = format!(
        "once={number:032x}&email=user-{number}%40example.com&password=correct-horse-{number}"
    );
    start(request, "POST", "/signin", "");
    write(
        request,
        &format!(
            "sec-fetch-site: same-origin\r\nx-forwarded-for: 10.{a}.{b}.{c}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ),
    );
}

fn start(request: &mut Vec<u8>, method: &str, path: &str, cookies: &str) {
    write(
        request,
        &format!(
            "{method} {path} HTTP/1.1\r\nhost: bench\r\n\
             user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0\r\n\
             accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n\
             accept-language: en-US,en;q=0.5\r\naccept-encoding: gzip, deflate, br, zstd\r\n"
        ),
    );
    if !cookies.is_empty() {
        write(request, &format!("cookie: {cookies}\r\n"));
    }
}

fn write(request: &mut Vec<u8>, text: &str) {
    // Writing to memory can't fail.
    let _ = request.write_all(text.as_bytes());
}
