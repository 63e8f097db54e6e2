use std::{collections::BTreeMap, future::pending, time::Duration};

use appwrite_local::Settings;
use leptos_appwrite::server::{
    config::{AnswerFloor, Appwrite, Config, Timeouts, Vars},
    http::serve::{Limits, serve_until},
    state::AppState,
};
use reqwest::{Client, Method, RequestBuilder};
use tokio::net::TcpListener;

use super::{
    Browser, EXTENDED_COOKIE, Gate, Message, SESSION_COOKIE, SOME_SECRET, appwrite, extended,
    forms::{self, PASSWORD},
    http_client, inbox, local_appwrite, local_appwrite_with, texts,
};

/// The running app.
pub struct TestApp {
    /// Where it is, without a slash at the end.
    pub url: String,
    client: Client,
    local: Option<appwrite_local::Server>,
}

impl TestApp {
    /// In front of a local Appwrite of its own, with every sign-in method switched on.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Like [`start`](Self::start), with these variables added to the usual ones or replacing them.
    pub async fn start_with(vars: &[(&str, &str)]) -> Self {
        Self::start_on(local_appwrite().await, vars).await
    }

    /// Like [`start`](Self::start), in front of a project with these settings.
    pub async fn start_with_settings(settings: Settings) -> Self {
        Self::start_on(
            local_appwrite_with(settings, &["sessions.write"]).await,
            &[],
        )
        .await
    }

    /// Like [`start`](Self::start), with a key that has these scopes.
    pub async fn start_with_scopes(scopes: &[&str]) -> Self {
        Self::start_on(local_appwrite_with(Settings::default(), scopes).await, &[]).await
    }

    /// In front of this local Appwrite, which ends with it.
    pub async fn start_on(local: appwrite_local::Server, vars: &[(&str, &str)]) -> Self {
        let appwrite = appwrite(&local.endpoint());
        Self {
            local: Some(local),
            ..Self::run(appwrite, vars).await
        }
    }

    /// Like [`start`](Self::start), with a gate between the app and its Appwrite.
    pub async fn start_behind_a_gate() -> (Self, Gate) {
        Self::start_behind_a_gate_with(Settings::default()).await
    }

    /// Like [`start_behind_a_gate`](Self::start_behind_a_gate), with a project with these settings.
    pub async fn start_behind_a_gate_with(settings: Settings) -> (Self, Gate) {
        Self::start_behind_a_gate_as(settings, &["sessions.write"]).await
    }

    /// The same, with a key that has these scopes.
    pub async fn start_behind_a_gate_as(settings: Settings, scopes: &[&str]) -> (Self, Gate) {
        let local = local_appwrite_with(settings, scopes).await;
        let (gate, appwrite) = Gate::in_front_of(&local).await;
        let app = Self {
            local: Some(local),
            ..Self::run(appwrite, &[]).await
        };
        (app, gate)
    }

    /// In front of whatever answers there.
    pub async fn in_front_of(appwrite: Appwrite) -> Self {
        Self::run(appwrite, &[]).await
    }

    /// Like [`in_front_of`](Self::in_front_of), with these variables.
    pub async fn in_front_of_with(appwrite: Appwrite, vars: &[(&str, &str)]) -> Self {
        Self::run(appwrite, vars).await
    }

    /// Like [`start`](Self::start), but what mustn't tell whether an account exists is answered at this
    /// time at the earliest.
    pub async fn start_with_floor(floor: Duration) -> Self {
        let local = local_appwrite().await;
        let appwrite = appwrite(&local.endpoint());
        Self {
            local: Some(local),
            ..Self::run_as(appwrite, &[], answering_after(floor), Limits::default()).await
        }
    }

    /// Like [`start_behind_a_gate_as`](Self::start_behind_a_gate_as), with these waits for Appwrite.
    pub async fn start_with_waits(
        settings: Settings,
        scopes: &[&str],
        waits: AnswerFloor,
    ) -> (Self, Gate) {
        let local = local_appwrite_with(settings, scopes).await;
        let (gate, appwrite) = Gate::in_front_of(&local).await;
        let app = Self {
            local: Some(local),
            ..Self::run_as(appwrite, &[], waits, Limits::default()).await
        };
        (app, gate)
    }

    /// In front of nothing, with these limits to its connections.
    pub async fn with_connections(limits: Limits) -> Self {
        let nothing = appwrite("http://127.0.0.1:1/v1");
        Self::run_as(nothing, &[], answering_after(Duration::ZERO), limits).await
    }

    async fn run(appwrite: Appwrite, vars: &[(&str, &str)]) -> Self {
        Self::run_as(
            appwrite,
            vars,
            answering_after(Duration::ZERO),
            Limits::default(),
        )
        .await
    }

    async fn run_as(
        appwrite: Appwrite,
        vars: &[(&str, &str)],
        waits: AnswerFloor,
        limits: Limits,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut all = BTreeMap::from([
            ("SITE_URL", url.as_str()),
            // What was built last is no matter of the tests.
            (
                "LEPTOS_SITE_ROOT",
                concat!(env!("CARGO_TARGET_TMPDIR"), "/no-bundle"),
            ),
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
        config.answer_floor = waits;
        let app = AppState::new(&config, &appwrite).unwrap();
        let router = leptos_appwrite::router::build_router(app);
        tokio::spawn(serve_until(pending(), listener, router, limits));
        Self {
            url,
            client: http_client(),
            local: None,
        }
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url, self.client.clone())
    }

    /// The browser of somebody whose session a made-up Appwrite accepts. The session has just been
    /// extended, so that doing so costs no call.
    pub fn browser_with_session(&self) -> Browser {
        self.browser()
            .with_cookie(SESSION_COOKIE, SOME_SECRET)
            .with_cookie(EXTENDED_COOKIE, &extended(SOME_SECRET, 0))
    }

    /// Signs somebody up in a new browser.
    pub async fn signed_up(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        browser
            .post("/signup", &forms::sign_up(email, PASSWORD))
            .await
            .leads_to(&texts::link_sent(email));
        browser
    }

    /// Signs somebody in, in a new browser. With a second step they're only halfway in.
    pub async fn signed_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        browser
            .post("/signin", &forms::sign_in(email, PASSWORD))
            .await
            .leads_to("/account");
        browser
    }

    /// What the local Appwrite has sent to an address or a number, newest first.
    pub async fn inbox(&self, to: &str) -> Vec<Message> {
        inbox::messages(&self.client, self.local(), to).await
    }

    /// The last message to an address or a number.
    pub async fn newest(&self, to: &str) -> Message {
        let messages = self.inbox(to).await;
        messages.into_iter().next().unwrap()
    }

    /// The link in the last mail to an address.
    pub async fn newest_link(&self, to: &str) -> String {
        self.newest(to).await.link().to_owned()
    }

    /// The code in the last message to an address or a number.
    pub async fn newest_code(&self, to: &str) -> String {
        self.newest(to).await.code().to_owned()
    }

    /// Gives somebody's account a verified number.
    pub async fn verify_number(&self, browser: &mut Browser, number: &str) {
        browser
            .post("/account/phone", &forms::change_phone(number, PASSWORD))
            .await
            .leads_to("/account/phone/verify");
        browser.post("/account/phone/send", &[]).await;
        let code = self.newest_code(number).await;
        browser
            .post("/account/phone/verify", &[("code", &code)])
            .await
            .leads_to("/account?flash=phone-verified");
    }

    /// The browser of somebody who has come as a guest.
    pub async fn guest(&self) -> Browser {
        let mut guest = self.browser();
        guest
            .post("/signin/anonymous", &[])
            .await
            .leads_to("/account");
        guest
    }

    /// Verifies the address of whoever is signed in.
    pub async fn verify_email(&self, browser: &mut Browser, email: &str) {
        browser
            .post("/account/email/verify", &[])
            .await
            .leads_to(&texts::link_sent(email));
        browser
            .post(&self.newest_link(email).await, &[])
            .await
            .leads_to("/account?flash=email-verified");
    }

    /// Confirms with a code by email that the account is theirs.
    pub async fn confirm_by_email(&self, browser: &mut Browser, email: &str) {
        browser
            .post("/account/confirm/send", &[])
            .await
            .leads_to("/account/confirm/code");
        let code = self.newest_code(email).await;
        browser
            .post("/account/confirm/code", &[("code", &code)])
            .await
            .leads_to("/account?flash=proved");
    }

    /// A call that goes past the app to the local Appwrite, with a browser's session.
    pub fn call_appwrite(&self, browser: &Browser, method: Method, path: &str) -> RequestBuilder {
        let session = browser.cookie(SESSION_COOKIE).unwrap();
        self.call_appwrite_as_guest(method, path)
            .header("x-appwrite-session", session)
    }

    /// The same without a session.
    pub fn call_appwrite_as_guest(&self, method: Method, path: &str) -> RequestBuilder {
        let endpoint = self.local().endpoint();
        self.client
            .request(method, format!("{endpoint}{path}"))
            .header("x-appwrite-project", "local")
    }

    /// Ends the local Appwrite; the app goes on without it.
    pub async fn end_appwrite(&mut self) {
        self.local.take().unwrap().shutdown().await;
    }

    pub(super) fn local(&self) -> &appwrite_local::Server {
        self.local.as_ref().unwrap()
    }
}

/// What mustn't tell whether an account exists is answered after this, at the earliest.
fn answering_after(floor: Duration) -> AnswerFloor {
    AnswerFloor {
        at_first: floor,
        at_most: floor,
        ..AnswerFloor::default()
    }
}
