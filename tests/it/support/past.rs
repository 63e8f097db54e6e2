//! What somebody does past the app, with a session of their own.

use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use super::{Browser, KEY, SESSION_COOKIE, TestApp, forms::PASSWORD, http_client};

impl TestApp {
    /// The browser of somebody who has signed in with the password at Appwrite itself, and has put the
    /// session into the app's cookie.
    pub async fn signed_in_past(&self, email: &str) -> Browser {
        self.signed_in_past_with(email, PASSWORD).await
    }

    /// The same with another password.
    pub async fn signed_in_past_with(&self, email: &str, password: &str) -> Browser {
        let call = self.call_appwrite_as_guest(Method::POST, "/account/sessions/email");
        let call = call.json(&json!({ "email": email, "password": password }));
        let answer = call.send().await.unwrap().error_for_status().unwrap();
        let session = session_set_by(&answer).unwrap();
        self.browser().with_cookie(SESSION_COOKIE, &session)
    }

    /// Puts these into the preferences of their account, instead of what's there.
    pub async fn replace_preferences(&self, browser: &Browser, prefs: &Value) {
        let call = self.call_appwrite(browser, Method::PATCH, "/account/prefs");
        succeed(call.json(&json!({ "prefs": prefs }))).await;
    }

    /// The accounts that are linked to theirs: each one's ID, and its address.
    pub async fn identities(&self, browser: &Browser) -> Vec<(String, String)> {
        let call = self.call_appwrite(browser, Method::GET, "/account/identities");
        let list: Value = call.send().await.unwrap().json().await.unwrap();
        let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
        let list = list["identities"].as_array().unwrap().iter();
        list.map(|one| (text(one, "$id"), text(one, "providerEmail")))
            .collect()
    }

    /// Unlinks one.
    pub async fn unlink(&self, browser: &Browser, identity: &str) {
        let path = format!("/account/identities/{identity}");
        succeed(self.call_appwrite(browser, Method::DELETE, &path)).await;
    }

    /// Links an account at a provider to theirs, whichever address it has there, or signs in by it if
    /// they aren't.
    pub async fn link_past(&self, browser: Browser, provider: &str, decision: &str) -> Browser {
        let session = browser.cookie(SESSION_COOKIE).unwrap_or_default();
        let cookie = format!("a_session_local={}", session.replace('=', "%3D"));
        let path = format!("/account/sessions/oauth2/{provider}?project=local");
        let mut url = format!("{}{path}", self.local().endpoint());
        url.push_str(&format!("&success={0}&failure={0}", self.url));
        while !url.starts_with(&self.url) {
            if url.contains("/_local/oauth2") {
                url.push_str(decision);
            }
            let call = http_client().get(&url).header("cookie", &cookie);
            let answer = call.send().await.unwrap();
            if let Some(session) = session_set_by(&answer) {
                return browser.with_cookie(SESSION_COOKIE, &session);
            }
            url = answer.headers()["location"].to_str().unwrap().to_owned();
        }
        panic!("{url}");
    }

    /// Lets an hour pass for linked accounts at providers, and for addresses.
    pub async fn an_hour_passes(&self) {
        assert!(self.local().an_hour_passes().await);
    }

    /// Changes the address of their account.
    pub async fn change_address(&self, browser: &Browser, email: &str) {
        let call = self.call_appwrite(browser, Method::PATCH, "/account/email");
        succeed(call.json(&json!({ "email": email, "password": PASSWORD }))).await;
    }

    /// Changes the number of their account.
    pub async fn set_phone(&self, browser: &Browser, phone: &str, password: &str) {
        let call = self.call_appwrite(browser, Method::PATCH, "/account/phone");
        succeed(call.json(&json!({ "phone": phone, "password": password }))).await;
    }

    /// Sets the first password of an account that has none.
    pub async fn set_password(&self, browser: &Browser) {
        let call = self.call_appwrite(browser, Method::PATCH, "/account/password");
        succeed(call.json(&json!({ "password": PASSWORD }))).await;
    }

    /// Replaces this password of their account.
    pub async fn change_password(&self, browser: &Browser, old: &str, new: &str) {
        let call = self.call_appwrite(browser, Method::PATCH, "/account/password");
        succeed(call.json(&json!({ "password": new, "oldPassword": old }))).await;
    }

    /// Sets somebody's password, as if it had been asked for long ago and Appwrite had been hashing it since.
    pub async fn set_password_of(&self, user: &str, password: &str) {
        let path = format!("/users/{user}/password");
        let call = self.call_appwrite_as_guest(Method::PATCH, &path);
        let call = call.header("x-appwrite-key", KEY);
        succeed(call.json(&json!({ "password": password }))).await;
    }

    /// Sets somebody's number, as if it had been asked for long ago.
    pub async fn set_phone_of(&self, user: &str, number: &str) {
        let path = format!("/users/{user}/phone");
        let call = self.call_appwrite_as_guest(Method::PATCH, &path);
        let call = call.header("x-appwrite-key", KEY);
        succeed(call.json(&json!({ "number": number }))).await;
    }

    /// Gives somebody's account another address, as if it had been asked for long ago.
    pub async fn set_address_of(&self, user: &str, email: &str) {
        let path = format!("/users/{user}/email");
        let call = self.call_appwrite_as_guest(Method::PATCH, &path);
        let call = call.header("x-appwrite-key", KEY);
        succeed(call.json(&json!({ "email": email }))).await;
    }

    /// Ends the session that this browser has.
    pub async fn end_session(&self, browser: &Browser) {
        let path = "/account/sessions/current";
        succeed(self.call_appwrite(browser, Method::DELETE, path)).await;
    }

    /// A browser with a session of somebody's that has begun late, in whatever way.
    pub async fn late_in(&self, user: &str) -> Browser {
        let path = format!("/users/{user}/sessions");
        let call = self.call_appwrite_as_guest(Method::POST, &path);
        let call = call.header("x-appwrite-key", KEY).json(&json!({}));
        let session: Value = call.send().await.unwrap().json().await.unwrap();
        let secret = session["secret"].as_str().unwrap();
        self.browser().with_cookie(SESSION_COOKIE, secret)
    }

    /// Makes a session of somebody's as the app does to look at their account.
    pub async fn look_at(&self, user: &str) {
        let path = format!("/users/{user}/sessions");
        let call = self.call_appwrite_as_guest(Method::POST, &path);
        succeed(call.header("x-appwrite-key", KEY).json(&json!({}))).await;
    }

    /// How many sessions their account has.
    pub async fn number_of_sessions(&self, browser: &Browser) -> usize {
        let call = self.call_appwrite(browser, Method::GET, "/account/sessions");
        let list: Value = call.send().await.unwrap().json().await.unwrap();
        list["sessions"].as_array().unwrap().len()
    }

    /// Turns two-step verification on or off.
    pub async fn set_mfa(&self, browser: &Browser, on: bool) {
        let call = self.call_appwrite(browser, Method::PATCH, "/account/mfa");
        succeed(call.json(&json!({ "mfa": on }))).await;
    }

    /// Gives an account somebody else's phone number, which Appwrite calls verified, because it has seen a code
    /// for another one by then, and the session a second step.
    pub async fn hide_with_phone(&self, browser: &Browser, phone: &str) {
        const OWN: &str = "+15550100111";
        let id = browser.account_id().await;
        let call = async |method, path, body: Value| {
            let call = self.call_appwrite(browser, method, path).json(&body);
            call.send().await.unwrap().error_for_status().unwrap()
        };
        let number = |phone| json!({ "phone": phone, "password": PASSWORD });
        let send = "/account/verifications/phone";
        call(Method::PATCH, "/account/phone", number(OWN)).await;
        call(Method::POST, send, json!({})).await;
        let code = self.newest_code(OWN).await;
        call(Method::PUT, send, json!({ "userId": id, "secret": code })).await;
        let challenges = "/account/mfa/challenges";
        let challenge = call(Method::POST, challenges, json!({ "factor": "phone" })).await;
        let challenge: Value = challenge.json().await.unwrap();
        let code = self.newest_code(OWN).await;
        let answer = json!({ "challengeId": challenge["$id"], "otp": code });
        call(Method::PUT, challenges, answer).await;
        call(Method::PATCH, "/account/phone", number("+15550100122")).await;
        call(Method::POST, send, json!({})).await;
        let code = self.newest_code("+15550100122").await;
        call(Method::PATCH, "/account/phone", number(phone)).await;
        call(Method::PUT, send, json!({ "userId": id, "secret": code })).await;
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

/// The session that Appwrite begins with this answer.
fn session_set_by(answer: &Response) -> Option<String> {
    let cookies = answer.headers().get_all("set-cookie").iter();
    let session = cookies
        .filter_map(|cookie| cookie.to_str().ok()?.strip_prefix("a_session_local="))
        .find_map(|cookie| cookie.split(';').next())?;
    Some(session.replace("%3D", "="))
}

async fn succeed(call: RequestBuilder) {
    call.send().await.unwrap().error_for_status().unwrap();
}
