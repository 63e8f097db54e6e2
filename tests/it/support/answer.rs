use reqwest::{Response, header::HeaderMap};

use super::session::{FLASH_COOKIE, flash};

/// What the app answered.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn of(response: Response) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            // Leptos marks where two texts meet; nobody sees that.
            text: response.text().await.unwrap().replace("<!>", ""),
        }
    }

    /// A header's value; empty if it isn't there.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// The cookies that it sets, with their attributes.
    pub fn set_cookies(&self) -> Vec<&str> {
        let all = self.headers.get_all("set-cookie").iter();
        all.map(|value| value.to_str().unwrap()).collect()
    }

    /// Everything it says to scripts and people, which its cookies aren't.
    pub fn without_cookies(&self) -> String {
        let mut headers = self.headers.clone();
        headers.remove("set-cookie");
        format!("{headers:?} {}", self.text)
    }

    /// It's a redirect to this path, with nothing in its body. `?flash=` stands for the message that
    /// the answer's cookie brings to that page; it's not in the address. The order of parameters
    /// doesn't matter, and the ID of a flow only does if there's one in `path`.
    #[track_caller]
    pub fn leads_to(&self, path: &str) {
        let with_flow = path.contains("flow=");
        let (to, path) = (self.destination(), normal(path, true));
        let to = normal(&to, with_flow);
        assert_eq!((self.status, to), (303, path), "{}", self.text);
        assert_eq!(self.text, "");
    }

    /// It's a redirect to this page, with the ID of the flow that continues there. Returns the whole
    /// address.
    #[track_caller]
    pub fn leads_to_flow(&self, page: &str) -> String {
        let to = self.header("location");
        self.leads_to(to);
        let id = to.strip_prefix(&format!("{page}?flow="));
        let is_id = |id: &str| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(id.is_some_and(is_id), "{to}");
        to.to_owned()
    }

    fn destination(&self) -> String {
        let mut path = self.header("location").to_owned();
        let start = format!("{FLASH_COOKIE}=");
        let cookies = self.set_cookies();
        // The last one counts.
        let mut set = cookies.iter().filter_map(|set| set.strip_prefix(&start));
        let set = set.next_back();
        let value = set.and_then(|set| set.split(';').next());
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let (name, provider) = flash(value);
            let name = serde_json::to_value(name).unwrap();
            path.push(if path.contains('?') { '&' } else { '?' });
            path.push_str(&format!("flash={}", name.as_str().unwrap()));
            if let Some(provider) = provider {
                path.push_str(&format!("&provider={provider}"));
            }
        }
        path
    }

    /// It's a page with this status and these texts.
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

    /// None of these texts is in it.
    #[track_caller]
    pub fn hides(&self, texts: &[&str]) {
        for text in texts {
            assert!(!self.text.contains(text), "{text:?} in {}", self.text);
        }
    }

    /// It's a server function's error, and nothing but its name.
    #[track_caller]
    pub fn is_error(&self, status: u16, name: &str) {
        assert_eq!(
            (self.status, self.text.as_str()),
            (status, format!("\"{name}\"").as_str())
        );
        assert_eq!(self.header("content-type"), "application/json");
    }

    /// It's refused for now with a page that says so, and says for how long.
    #[track_caller]
    pub fn is_rate_limited(&self) {
        self.shows(429, &[super::texts::RATE_LIMITED]);
        let seconds: u32 = self.header("retry-after").parse().unwrap();
        assert!((1..=3600).contains(&seconds), "{seconds}");
    }

    /// What is between two texts, the first time.
    #[track_caller]
    pub fn between(&self, before: &str, after: &str) -> &str {
        let rest = self.text.split_once(before);
        let found = rest.and_then(|(_, rest)| rest.split_once(after));
        let Some((found, _)) = found else {
            panic!("no {before:?} in {}", self.text);
        };
        found
    }

    /// The key of the page's forms.
    #[track_caller]
    pub fn form_key(&self) -> &str {
        self.between(r#"name="once" value=""#, "\"")
    }

    /// The account that the page's forms are for.
    #[track_caller]
    pub fn shown_to(&self) -> &str {
        self.between(r#"name="shown_to" value=""#, "\"")
    }

    /// The IDs in the forms of a list: each session's or linked account's.
    pub fn ids(&self) -> Vec<String> {
        let rests = self.text.split(r#"name="id" value=""#).skip(1);
        rests
            .filter_map(|rest| rest.split('"').next().map(str::to_owned))
            .collect()
    }

    /// The secret that an authenticator app is set up with.
    #[track_caller]
    pub fn authenticator_secret(&self) -> String {
        let secret = self.between(r#"<code class="secret">"#, "<");
        secret.replace(' ', "")
    }

    /// The words by which people know a mail of ours.
    #[track_caller]
    pub fn security_phrase(&self) -> &str {
        self.between("trust it.</span><strong>", "<")
    }
}

/// An address with its parameters in the order of their names.
fn normal(address: &str, with_flow: bool) -> String {
    let Some((path, query)) = address.split_once('?') else {
        return address.to_owned();
    };
    let pairs = query.split('&');
    let mut pairs: Vec<&str> = pairs
        .filter(|pair| with_flow || !pair.starts_with("flow="))
        .collect();
    pairs.sort_unstable();
    match pairs.join("&").as_str() {
        "" => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}
