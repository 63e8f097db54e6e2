//! What a server can do at most that answers as the app does: axum, one `reqwest` call where the app
//! makes one, a page's calls all at the same time, and nothing else. It has no layers, and its pages are
//! made already.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Result;
use axum::{
    Form, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse},
    routing::get,
};
use clap::Parser;
use reqwest::{Client, RequestBuilder};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[derive(Parser)]
struct Options {
    addr: SocketAddr,
    /// Where Appwrite's API is.
    endpoint: String,
    sign_in_page: String,
    /// With `{name}` where the name goes.
    account_page: String,
    // notes: begin
    /// With `{name}`, and `{title}` where the title of each note goes.
    notes_page: String,
    // notes: end
}

struct Limit {
    client: Client,
    options: Options,
}

#[derive(Deserialize)]
struct Account {
    name: String,
}

// notes: begin
#[derive(Deserialize)]
struct Notes {
    rows: Vec<Note>,
}

#[derive(Deserialize)]
struct Note {
    title: String,
}
// notes: end

#[derive(Deserialize, Serialize)]
struct Credentials {
    email: String,
    password: String,
}

#[derive(Deserialize)]
struct Session {
    secret: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    let listener = TcpListener::bind(options.addr).await?;
    let limit = Arc::new(Limit {
        client: Client::builder()
            .no_proxy()
            .tcp_nodelay(true)
            .timeout(Duration::from_secs(10))
            .build()?,
        options,
    });
    let router = Router::new()
        .route("/healthz", get("ok"))
        .route("/signin", get(sign_in_page).post(sign_in))
        .route("/account", get(account))
        .route("/notes", get(notes))
        .with_state(limit);
    Ok(axum::serve(listener, router).await?)
}

impl Limit {
    fn call(&self, request: RequestBuilder, session: &str) -> RequestBuilder {
        request
            .header("x-appwrite-project", "bench")
            .header("x-appwrite-session", session)
    }

    async fn account(&self, session: &str) -> Result<Account, Failed> {
        let url = format!("{}/account", self.options.endpoint);
        let answer = self.call(self.client.get(url), session).send().await?;
        Ok(answer.json().await?)
    }

    // notes: begin
    async fn notes(&self, session: &str) -> Result<Notes, Failed> {
        // A page, and the first row of the next one: `queries[0]={"method":"limit","values":[26]}`.
        let limit = "queries%5B0%5D=%7B%22method%22%3A%22limit%22%2C%22values%22%3A%5B26%5D%7D";
        let endpoint = &self.options.endpoint;
        let url = format!("{endpoint}/tablesdb/app/tables/notes/rows?{limit}");
        let answer = self.call(self.client.get(url), session).send().await?;
        Ok(answer.json().await?)
    }
    // notes: end
}

/// A call that failed.
struct Failed;

impl From<reqwest::Error> for Failed {
    fn from(_: reqwest::Error) -> Self {
        Self
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> axum::response::Response {
        StatusCode::BAD_GATEWAY.into_response()
    }
}

async fn sign_in_page(State(limit): State<Arc<Limit>>) -> Html<String> {
    Html(limit.options.sign_in_page.clone())
}

async fn account(
    State(limit): State<Arc<Limit>>,
    headers: HeaderMap,
) -> Result<Html<String>, Failed> {
    let account = limit.account(session(&headers)).await?;
    let page = &limit.options.account_page;
    Ok(Html(page.replace("{name}", &account.name)))
}

// notes: begin
async fn notes(
    State(limit): State<Arc<Limit>>,
    headers: HeaderMap,
) -> Result<Html<String>, Failed> {
    let session = session(&headers);
    let (account, notes) = tokio::try_join!(limit.account(session), limit.notes(session))?;
    let page = limit.options.notes_page.replace("{name}", &account.name);
    let mut filled = String::with_capacity(page.len() * 2);
    let mut titles = notes.rows.iter().map(|note| note.title.as_str());
    for part in page.split("{title}") {
        filled.push_str(part);
        filled.push_str(titles.next().unwrap_or_default());
    }
    Ok(Html(filled))
}
// notes: end

fn session(headers: &HeaderMap) -> &str {
    let cookies = headers.get(header::COOKIE);
    let mut cookies = cookies
        .and_then(|value| value.to_str().ok())
        .into_iter()
        .flat_map(|value| value.split("; "));
    let session = cookies.find_map(|cookie| cookie.strip_prefix("appwrite-session="));
    session.unwrap_or_default()
}

async fn sign_in(
    State(limit): State<Arc<Limit>>,
    Form(credentials): Form<Credentials>,
) -> Result<impl IntoResponse, Failed> {
    let url = format!("{}/account/sessions/email", limit.options.endpoint);
    let request = limit.client.post(url).json(&credentials);
    let answer = limit.call(request, "").send().await?;
    let session: Session = answer.json().await?;
    limit.account(&session.secret).await?;
    let cookie = format!("session={}; HttpOnly; Path=/", session.secret);
    let headers = [
        (header::LOCATION, "/account".to_owned()),
        (header::SET_COOKIE, cookie),
    ];
    Ok((StatusCode::SEE_OTHER, headers))
}
