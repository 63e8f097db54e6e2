use std::collections::BTreeMap;

use reqwest::{Client, Method, RequestBuilder};

use super::{Answer, FLOW_COOKIE, SESSION_COOKIE};

/// A browser without JavaScript. It keeps cookies, and follows no redirect by itself, so that a
/// test can look at each. A clone goes on with the same cookies, like one restored from a backup.
#[derive(Clone)]
pub struct Browser {
    site: String,
    client: Client,
    cookies: BTreeMap<String, String>,
    headers: BTreeMap<&'static str, String>,
    /// The last page of each flow that it was led to, by its path.
    flow_pages: BTreeMap<String, String>,
}

impl Browser {
    /// One that has never been at this site.
    pub fn new(site: &str, client: Client) -> Self {
        Self {
            site: site.to_owned(),
            client,
            cookies: BTreeMap::new(),
            headers: BTreeMap::from([("sec-fetch-site", "same-origin".to_owned())]),
            flow_pages: BTreeMap::new(),
        }
    }

    /// The same with a header in every request.
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.to_owned());
        self
    }

    /// The same on a page of another site, whose links and forms lead here.
    pub fn on_another_site(self) -> Self {
        self.with_header("sec-fetch-site", "cross-site")
    }

    /// The same with a cookie.
    pub fn with_cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Forgets a cookie.
    pub fn forget(&mut self, name: &str) {
        self.cookies.remove(name);
    }

    /// Opens a page, by its path or its whole address.
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.request(Method::GET, path);
        self.send(request).await
    }

    /// Posts a form, or calls a server function as its island does: the bodies are the same.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = self.request(Method::POST, path).form(form);
        self.send(request).await
    }

    /// A request to be completed and sent, where [`get`](Self::get) and [`post`](Self::post) don't do.
    /// Where a flow goes on at this path, it's the page that the browser was last led to.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let path = path.strip_prefix(&self.site).unwrap_or(path);
        let path = self.flow_pages.get(path).map_or(path, String::as_str);
        self.client.request(method, format!("{}{path}", self.site))
    }

    /// Sends a request with the cookies, and keeps those that the answer sets.
    pub async fn send(&mut self, mut request: RequestBuilder) -> Answer {
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if !self.cookies.is_empty() {
            request = request.header("cookie", self.cookies());
        }
        let answer = Answer::of(request.send().await.unwrap()).await;
        self.receive(&answer);
        answer
    }

    /// Keeps the cookies of an answer, which may be one to an older request.
    pub fn receive(&mut self, answer: &Answer) {
        let to = answer.header("location");
        if let Some((path, query)) = to.split_once('?')
            && query.starts_with("flow=")
        {
            self.flow_pages.insert(path.to_owned(), to.to_owned());
        }
        for set_cookie in answer.set_cookies() {
            let pair = set_cookie.split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(set_cookie.contains(part), "{name} lacks {part}");
            }
            // Over plain http Safari would drop it.
            let is_https = name.starts_with("__Host-");
            assert_eq!(set_cookie.contains("Secure"), is_https, "{name}");
            if set_cookie.contains("Expires=Thu, 01 Jan 1970") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// The value of a cookie, if there is one.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// All cookies, as a request sends them.
    pub fn cookies(&self) -> String {
        let pairs = self.cookies.iter();
        let pairs: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// The names of the cookies of its flows, also of those that are done.
    pub fn flows(&self) -> Vec<&str> {
        let names = self.cookies.keys().map(String::as_str);
        names.filter(|name| name.starts_with(FLOW_COOKIE)).collect()
    }

    /// Whether it holds a session, which may have ended.
    pub fn has_session(&self) -> bool {
        self.cookie(SESSION_COOKIE).is_some()
    }

    /// Whether its session still lets it in. A browser whose session has ended keeps its cookie
    /// here, so that it can be asked again.
    pub async fn is_signed_in(&self) -> bool {
        self.clone().get("/account").await.status == 200
    }

    /// The ID of the account that is signed in.
    pub async fn account_id(&self) -> String {
        let page = self.clone().get("/account").await;
        page.shows(200, &[]);
        page.between("Account ID</dt><dd><code>", "<").to_owned()
    }
}
