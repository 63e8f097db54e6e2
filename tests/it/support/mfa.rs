use super::{Authenticator, Browser, TestApp, forms::PASSWORD};

impl TestApp {
    /// Signs somebody up who then has an authenticator app and a second step.
    pub async fn signed_up_with_mfa(&self, email: &str) -> (Browser, Authenticator) {
        let mut browser = self.signed_up(email).await;
        let authenticator = browser.set_up_authenticator().await;
        browser.switch_on_mfa().await;
        (browser, authenticator)
    }
}

impl Browser {
    /// Confirms with the password that it's them.
    pub async fn confirm_password(&mut self) {
        let form = [("password", PASSWORD)];
        let answer = self.post("/account/confirm", &form).await;
        answer.leads_to("/account?flash=proved");
    }

    /// Begins to set up an authenticator app. Returns the page where its first code is entered, and the app.
    pub async fn begin_authenticator(&mut self) -> (String, Authenticator) {
        self.confirm_password().await;
        let set_up = self
            .post("/account/security/totp/begin", &[])
            .await
            .leads_to_flow("/account/security/totp");
        let page = self.get(&set_up).await;
        let authenticator = Authenticator::new(&page.authenticator_secret());
        (set_up, authenticator)
    }

    /// Sets up an authenticator app.
    pub async fn set_up_authenticator(&mut self) -> Authenticator {
        let (set_up, authenticator) = self.begin_authenticator().await;
        authenticator
            .post_code(self, &set_up)
            .await
            .leads_to("/account/security/recovery-codes?flash=totp-added");
        authenticator
    }

    /// Has signing in take a second step from now on, and makes recovery codes where it takes some.
    pub async fn switch_on_mfa(&mut self) {
        let on = [("on", "true")];
        let mut answer = self.post("/account/security/mfa", &on).await;
        if answer.header("location").starts_with("/account/confirm") {
            self.confirm_password().await;
            answer = self.post("/account/security/mfa", &on).await;
        }
        if answer.header("location") == "/account/security/recovery-codes" {
            self.make_recovery_codes().await;
            answer = self.post("/account/security/mfa", &on).await;
        }
        answer.leads_to("/account/security?flash=mfa-on");
    }

    /// Makes recovery codes and reads them off the page.
    pub async fn make_recovery_codes(&mut self) -> Vec<String> {
        let page = self.post("/account/security/recovery-codes", &[]).await;
        page.shows(200, &[r#"class="codes">"#]);
        let list = page.between(r#"class="codes">"#, "</ul>");
        let codes = list.split("<code>").skip(1);
        codes
            .map(|code| code.split('<').next().unwrap().to_owned())
            .collect()
    }
}
