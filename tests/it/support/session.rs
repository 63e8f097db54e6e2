use std::sync::Arc;

use leptos_appwrite::server::{
    auth::{cookie::SealedCookie, flash::Message},
    config::{Config, Vars},
    state::AppState,
};
use reqwest::header::{COOKIE, HeaderMap};
use time::OffsetDateTime;

use super::appwrite;

/// The cookies' names on a site without https.
pub const SESSION_COOKIE: &str = "appwrite-session";
pub const EXTENDED_COOKIE: &str = "appwrite-session-extended";
pub const FLASH_COOKIE: &str = "appwrite-session-flash";
pub const FLOW_COOKIE: &str = "appwrite-session-flow";
pub const OAUTH2_COOKIE: &str = "appwrite-session-oauth2";

/// What could be a session's secret; a made-up Appwrite takes any.
pub const SOME_SECRET: &str = "eyJpZCI6InUxIiwic2VjcmV0IjoiYWJjIn0=";

/// What is needed to seal cookies as the apps do, and to open theirs: all apps with the same API key
/// seal their cookies alike.
fn sealing() -> Arc<AppState> {
    let vars = [
        ("APPWRITE_ENDPOINT", "http://127.0.0.1:9/v1"),
        ("APPWRITE_PROJECT_ID", "unused"),
        ("APPWRITE_KEY", "unused"),
    ];
    let config = Config::read(&Vars::from_pairs(vars)).unwrap();
    AppState::new(&config, &appwrite(vars[0].1)).unwrap()
}

/// The value of the cookie that says that the session was extended so many seconds ago.
pub fn extended(seconds_ago: i64) -> String {
    let app = sealing();
    let now = OffsetDateTime::now_utc();
    let moment = now.unix_timestamp() - seconds_ago;
    let set = SealedCookie::Extended
        .set(&app.site, &app.cookie_key, &moment, now)
        .unwrap();
    let pair = set.to_str().unwrap().split(';').next().unwrap();
    pair.split_once('=').unwrap().1.to_owned()
}

/// The message that a cookie brings to the next page.
pub fn flash(cookie: &str) -> Message {
    let app = sealing();
    let cookie = format!("{FLASH_COOKIE}={cookie}");
    let headers = HeaderMap::from_iter([(COOKIE, cookie.parse().unwrap())]);
    let message = SealedCookie::Flash.read(&app.site, &app.cookie_key, &headers);
    message.unwrap()
}
