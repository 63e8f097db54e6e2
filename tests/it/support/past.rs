//! What somebody does past the app, with a session of their own.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::{Browser, TestApp, forms::PASSWORD};

impl TestApp {
    /// Changes the address of their account.
    pub async fn change_address(&self, browser: &Browser, email: &str) {
        let call = self.call_appwrite(browser, Method::PATCH, "/account/email");
        succeed(call.json(&json!({ "email": email, "password": PASSWORD }))).await;
    }

    /// Turns two-step verification on or off.
    pub async fn set_mfa(&self, browser: &Browser, on: bool) {
        let call = self.call_appwrite(browser, Method::PATCH, "/account/mfa");
        succeed(call.json(&json!({ "mfa": on }))).await;
    }

    /// Signs somebody up at one address, whose account then has another one. Appwrite calls it verified,
    /// because it has seen a code for the first one by then.
    pub async fn signed_up_elsewhere(&self, first: &str, email: &str) -> Browser {
        let browser = self.signed_up(first).await;
        self.take_address(&browser, first, email).await;
        browser
    }

    /// The same for somebody who has signed up.
    pub async fn take_address(&self, browser: &Browser, first: &str, email: &str) {
        let id = browser.account_id().await;
        let call = self.call_appwrite_as_guest(Method::POST, "/account/tokens/email");
        succeed(call.json(&json!({ "userId": id, "email": first }))).await;
        let code = self.newest_code(first).await;
        self.change_address(browser, email).await;
        let call = self.call_appwrite_as_guest(Method::POST, "/account/sessions/token");
        succeed(call.json(&json!({ "userId": id, "secret": code }))).await;
    }
}

async fn succeed(call: RequestBuilder) {
    call.send().await.unwrap().error_for_status().unwrap();
}
