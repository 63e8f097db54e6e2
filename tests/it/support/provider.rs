use super::{Answer, Browser, TestApp, http_client};

/// Ada lets the app know who she is; the local Appwrite's README explains these parameters.
pub const ADA_AT_PROVIDER: &str = "&decision=allow&email=ada@example.com&name=Ada&verified=1";

/// Somebody doesn't.
pub const DENIED: &str = "&decision=deny";

impl TestApp {
    /// The browser of Ada, who has signed in at a provider and has no password.
    pub async fn signed_in_at_provider(&self) -> Browser {
        let mut browser = self.browser();
        let form = [("provider", "github")];
        let leaving = browser.post("/signin/oauth2", &form).await;
        let back = self.through_provider(&leaving, ADA_AT_PROVIDER).await;
        browser.get(&back).await.leads_to("/account");
        browser
    }

    /// Links Ada's account at a provider to hers here.
    pub async fn link(&self, browser: &mut Browser, provider: &str) {
        let form = [("provider", provider)];
        let leaving = browser.post("/account/identities/link", &form).await;
        let back = self.through_provider(&leaving, ADA_AT_PROVIDER).await;
        browser.get(&back).await.leads_to(&format!(
            "/account/identities?flash=identity-linked&provider={provider}"
        ));
    }

    /// Follows an answer that leads to an OAuth2 provider, decides there, and returns the address
    /// at which the browser comes back to the app.
    pub async fn through_provider(&self, leaving: &Answer, decision: &str) -> String {
        // A page and not a redirect: the policy for forms would stop that.
        leaving.shows(200, &[]);
        let client = http_client();
        let refresh = leaving.header("refresh").strip_prefix("0;url=").unwrap();
        let (home, mut url) = (format!("{}/", self.url), format!("{refresh}{decision}"));
        while !url.starts_with(&home) {
            let response = client.get(&url).send().await.unwrap();
            assert!(response.status().is_redirection(), "{url}");
            url = response.headers()["location"].to_str().unwrap().to_owned();
        }
        url
    }
}
