//! The real router on a free port, in front of a local Appwrite or of a made-up one, and a browser
//! without script to look at it with.

#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use appwrite_local::{PasswordCost, Settings};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use leptos_appwrite::{
    router::build_router,
    server::{
        auth::cookie::SealedCookie,
        config::{ApiKey, Appwrite, Config, Timeouts, Vars},
        state::AppState,
    },
};
use reqwest::{Client, RequestBuilder, redirect::Policy};
use serde::Deserialize;
use time::OffsetDateTime;
use tokio::net::TcpListener;
use tracing_subscriber::fmt::MakeWriter;

/// The API key of every test; nothing the app says may hold it.
pub const KEY: &str = "standard_5ec2e7-api-key-of-the-tests";

/// The password of everybody that [`TestApp::sign_up`] makes.
pub const PASSWORD: &str = "password-1";

/// Name of the session cookie, without https.
pub const SESSION: &str = "appwrite-session";

/// The running app.
pub struct TestApp {
    pub url: String,
    pub client: Client,
    local: Option<appwrite_local::Server>,
}

impl TestApp {
    /// In front of a local Appwrite of its own, with every way in switched on.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// As [`start`](Self::start), with other variables beside or in place of the usual ones.
    pub async fn start_with(vars: &[(&str, &str)]) -> Self {
        Self::start_on(Settings::default(), vars).await
    }

    /// As [`start_with`](Self::start_with), with a project that has other settings.
    pub async fn start_on(settings: Settings, vars: &[(&str, &str)]) -> Self {
        let local = local_appwrite_with(settings).await;
        let appwrite = appwrite(&local.endpoint());
        Self {
            local: Some(local),
            ..Self::run(appwrite, vars).await
        }
    }

    /// In front of whatever answers there.
    pub async fn in_front_of(appwrite: Appwrite) -> Self {
        Self::run(appwrite, &[]).await
    }

    async fn run(appwrite: Appwrite, vars: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut all = BTreeMap::from([
            ("SITE_URL", url.as_str()),
            ("APPWRITE_ENDPOINT", "http://127.0.0.1:9/v1"),
            ("APPWRITE_PROJECT_ID", "unused"),
            ("APPWRITE_KEY", "unused"),
            (
                "AUTH_METHODS",
                "password,magic-url,email-otp,phone,anonymous,oauth2",
            ),
            ("OAUTH_PROVIDERS", "github,google,mock"),
        ]);
        all.extend(vars.iter().copied());
        let mut config = Config::read(&Vars::from_pairs(all)).unwrap();
        config.timeouts = Timeouts {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(3),
        };
        let app = AppState::new(&config, &appwrite).unwrap();
        serve_on(listener, build_router(app));
        Self {
            url,
            client: Client::builder().redirect(Policy::none()).build().unwrap(),
            local: None,
        }
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url))
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser<'_> {
        Browser {
            app: self,
            cookies: BTreeMap::new(),
        }
    }

    /// Signs somebody up and returns their cookies, as a request sends them.
    pub async fn sign_up(&self, email: &str) -> String {
        self.signed_up(email).await.cookies()
    }

    /// Signs somebody up and returns their browser.
    pub async fn signed_up(&self, email: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let form = [
            ("email", email),
            ("new-password", PASSWORD),
            ("name", "Ada"),
        ];
        browser.post("/signup", &form).await.leads_to("/account");
        browser
    }

    /// Signs somebody in, in another browser, which is returned.
    pub async fn signed_in(&self, email: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let form = [("email", email), ("password", PASSWORD)];
        browser.post("/signin", &form).await.leads_to("/account");
        browser
    }

    /// What the local Appwrite has sent to an address or a number, newest first.
    pub async fn inbox(&self, to: &str, contains: &str) -> Vec<Message> {
        #[derive(Deserialize)]
        struct Inbox {
            messages: Vec<Message>,
        }
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("to", to)
            .append_pair("contains", contains)
            .finish();
        let url = self.local.as_ref().unwrap().inbox_url();
        let response = self.client.get(format!("{url}.json?{query}")).send().await;
        let inbox: Inbox = response.unwrap().json().await.unwrap();
        inbox.messages
    }

    /// The last message to an address or a number.
    pub async fn newest(&self, to: &str) -> Message {
        let messages = self.inbox(to, "").await;
        messages.into_iter().next().unwrap()
    }

    /// A call to the local Appwrite with the session that a browser has, past the app.
    pub fn call_as(&self, browser: &Browser<'_>, method: Method, path: &str) -> RequestBuilder {
        let endpoint = self.local.as_ref().unwrap().endpoint();
        self.client
            .request(method, format!("{endpoint}{path}"))
            .header("x-appwrite-project", "local")
            .header("x-appwrite-session", browser.cookie(SESSION).unwrap())
    }

    /// Follows an answer that leads to an OAuth2 provider, decides there, and returns the address
    /// at which the app is come back to. `decision` is what the local Appwrite's README says.
    pub async fn at_provider(&self, answer: &Answer, decision: &str) -> String {
        assert_eq!(
            answer.status, 200,
            "a page, because of its policy for forms"
        );
        let refresh = answer.header("refresh").strip_prefix("0;url=").unwrap();
        let (home, mut url) = (format!("{}/", self.url), format!("{refresh}{decision}"));
        while !url.starts_with(&home) {
            let response = self.client.get(&url).send().await.unwrap();
            assert!(response.status().is_redirection(), "{url}");
            url = header(&response, "location").to_owned();
        }
        url
    }

    /// Ends the local Appwrite; the app goes on without.
    pub async fn end_appwrite(&mut self) {
        self.local.take().unwrap().shutdown().await;
    }
}

/// A mail or a text message.
#[derive(Deserialize)]
pub struct Message {
    pub kind: String,
    pub subject: String,
    pub text: String,
    link: Option<String>,
    code: Option<String>,
}

impl Message {
    pub fn link(&self) -> &str {
        self.link.as_deref().unwrap()
    }

    pub fn code(&self) -> &str {
        self.code.as_deref().unwrap()
    }

    /// A code that is not the one in it.
    pub fn wrong_code(&self) -> &'static str {
        if self.code() == "123456" {
            "654321"
        } else {
            "123456"
        }
    }

    /// The secret in its link.
    pub fn secret(&self) -> String {
        query_of(self.link(), "secret")
    }
}

/// A parameter of an address.
pub fn query_of(url: &str, name: &str) -> String {
    let query = url.split_once('?').unwrap().1;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let (_, value) = pairs.find(|(key, _)| key == name).unwrap();
    value.into_owned()
}

/// A browser without script. It keeps cookies, and follows no redirect by itself, so that each can
/// be looked at.
#[derive(Clone)]
pub struct Browser<'a> {
    app: &'a TestApp,
    cookies: BTreeMap<String, String>,
}

impl Browser<'_> {
    /// Opens a path, or the whole address of one.
    pub async fn get(&mut self, path: &str) -> Answer {
        let path = path.strip_prefix(&self.app.url).unwrap_or(path);
        self.send(self.app.get(path)).await
    }

    /// Posts a form that stands on a page of the app.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let path = path.strip_prefix(&self.app.url).unwrap_or(path);
        self.send(self.app.post(path).form(form)).await
    }

    /// Sends any request with the cookies, as from a page of the app.
    pub async fn send(&mut self, request: RequestBuilder) -> Answer {
        let request = request.header("sec-fetch-site", "same-origin");
        let request = if self.cookies.is_empty() {
            request
        } else {
            request.header("cookie", self.cookies())
        };
        let response = request.send().await.unwrap();
        for set_cookie in response.headers().get_all("set-cookie") {
            let set_cookie = set_cookie.to_str().unwrap();
            let (name, value) = set_cookie
                .split(';')
                .next()
                .unwrap()
                .split_once('=')
                .unwrap();
            for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
                assert!(set_cookie.contains(part), "{name} has no {part}");
            }
            if set_cookie.contains("Expires=Thu, 01 Jan 1970") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            // Leptos parts neighbouring texts with a mark that nobody sees.
            text: response.text().await.unwrap().replace("<!>", ""),
        }
    }

    /// The value of a cookie, if there is one.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Sets a cookie, or removes it.
    pub fn set_cookie(&mut self, name: &str, value: Option<String>) {
        match value {
            Some(value) => self.cookies.insert(name.to_owned(), value),
            None => self.cookies.remove(name),
        };
    }

    /// All cookies, as a request sends them.
    pub fn cookies(&self) -> String {
        let pairs = self.cookies.iter();
        let pairs: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// The ID of the account that is signed in.
    pub async fn account_id(&mut self) -> String {
        let page = self.get("/account").await;
        assert_eq!(page.status, 200);
        page.between("Account ID</dt><dd><code>", "<").to_owned()
    }

    /// Whether somebody is signed in.
    pub async fn is_signed_in(&mut self) -> bool {
        self.get("/account").await.status == 200
    }
}

/// What the app answered a browser.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// The cookies that it sets, whole.
    pub fn set_cookies(&self) -> Vec<&str> {
        let all = self.headers.get_all("set-cookie").iter();
        all.map(|value| value.to_str().unwrap()).collect()
    }

    /// It is a redirect to this path, and nothing else.
    #[track_caller]
    pub fn leads_to(&self, path: &str) {
        assert_eq!(
            (self.status, self.header("location")),
            (303, path),
            "{}",
            self.text
        );
        assert_eq!(self.text, "");
    }

    /// It is a page with this status and these texts on it.
    #[track_caller]
    pub fn shows(&self, status: u16, texts: &[&str]) {
        assert_eq!(
            self.status,
            status,
            "{} {}",
            self.header("location"),
            self.text
        );
        for text in texts {
            assert!(self.text.contains(text), "no {text:?} in {}", self.text);
        }
    }

    /// None of these texts is on it.
    #[track_caller]
    pub fn hides(&self, texts: &[&str]) {
        for text in texts {
            assert!(!self.text.contains(text), "{text:?} in {}", self.text);
        }
    }

    /// What stands on it between two texts, the first time.
    #[track_caller]
    pub fn between(&self, before: &str, after: &str) -> &str {
        let rest = self.text.split_once(before);
        let found = rest.and_then(|(_, rest)| rest.split_once(after));
        let Some((found, _)) = found else {
            panic!("no {before:?} in {}", self.text);
        };
        found
    }
}

pub async fn local_appwrite() -> appwrite_local::Server {
    local_appwrite_with(Settings::default()).await
}

async fn local_appwrite_with(settings: Settings) -> appwrite_local::Server {
    appwrite_local::Server::start(appwrite_local::Config {
        keys: vec![appwrite_local::Key {
            name: "test".to_owned(),
            secret: KEY.to_owned(),
            // What the README tells people to grant, and no more.
            scopes: vec!["sessions.write".to_owned()],
        }],
        password_cost: PasswordCost::Least,
        settings,
        ..appwrite_local::Config::default()
    })
    .await
    .unwrap()
}

pub fn appwrite(endpoint: &str) -> Appwrite {
    Appwrite {
        endpoint: endpoint.parse().unwrap(),
        project_id: "local".to_owned(),
        key: ApiKey::new(KEY),
    }
}

/// The session cookie that a response sets, as a request sends it. Where it sets several, a browser
/// keeps the last.
pub fn cookie(response: &reqwest::Response) -> Option<String> {
    let all = response.headers().get_all("set-cookie").iter();
    let pairs = all.map(|value| value.to_str().unwrap().split(';').next().unwrap());
    let mut of_session = pairs.filter(|pair| {
        let name = pair.split('=').next().unwrap();
        name.trim_start_matches("__Host-") == SESSION
    });
    let last = of_session.next_back()?;
    (!last.ends_with("session=")).then(|| last.to_owned())
}

pub fn header<'a>(response: &'a reqwest::Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

pub async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    serve_on(listener, router);
    addr
}

fn serve_on(listener: TcpListener, router: Router) {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
}

/// An answer as Appwrite writes it.
pub fn json(status: u16, body: &'static str) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

/// An upstream that answers every request the same, and counts them.
pub struct Upstream {
    pub appwrite: Appwrite,
    calls: Arc<AtomicUsize>,
}

impl Upstream {
    pub async fn answering<F, Answering>(answer: F) -> Self
    where
        F: Fn(Request<Body>) -> Answering + Clone + Send + Sync + 'static,
        Answering: Future<Output = Response> + Send,
    {
        let calls = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&calls);
        let addr = serve(Router::new().fallback(move |request: Request<Body>| {
            counter.fetch_add(1, Ordering::SeqCst);
            answer(request)
        }))
        .await;
        Self {
            appwrite: appwrite(&format!("http://{addr}/v1")),
            calls,
        }
    }

    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

/// A cookie that could be a session's.
pub const SOME_COOKIE: &str = "appwrite-session=eyJpZCI6InUxIiwic2VjcmV0IjoiYWJjIn0=";

/// The secret in it.
pub const SOME_SECRET: &str = "eyJpZCI6InUxIiwic2VjcmV0IjoiYWJjIn0=";

/// A session cookie together with the one that says that the session was extended a moment ago, so
/// that it costs no call.
pub fn just_extended(session: &str) -> String {
    format!("{session}; {SESSION}-extended={}", extended(0))
}

/// What the cookie holds that says how many seconds ago the session was extended.
pub fn extended(seconds_ago: i64) -> String {
    let vars = [
        ("APPWRITE_ENDPOINT", "http://127.0.0.1:9/v1"),
        ("APPWRITE_PROJECT_ID", "unused"),
        ("APPWRITE_KEY", "unused"),
    ];
    let config = Config::read(&Vars::from_pairs(vars)).unwrap();
    // Sealed by what every app has that uses this key.
    let app = AppState::new(&config, &appwrite(vars[0].1)).unwrap();
    let now = OffsetDateTime::now_utc();
    let moment = now.unix_timestamp() - seconds_ago;
    let set = SealedCookie::Extended
        .set(&app.site, &app.cookie_key, &moment, now)
        .unwrap();
    let pair = set.to_str().unwrap().split(';').next().unwrap();
    pair.split_once('=').unwrap().1.to_owned()
}

/// Everything that is logged, in memory.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// What all tests of this process log from now on, in full detail. One for all, because
    /// `tracing` remembers for the whole process whether anybody listens.
    pub fn start() -> Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        let log = LOG.get_or_init(|| {
            let log = Self::default();
            tracing_subscriber::fmt()
                .with_max_level(tracing::Level::TRACE)
                .with_writer(log.clone())
                .init();
            log
        });
        log.clone()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
