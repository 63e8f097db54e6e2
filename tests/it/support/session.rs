use std::sync::Arc;

use leptos_appwrite::server::{
    appwrite::SessionSecret,
    auth::{
        cookie::SealedCookie,
        flash::{Kept, Message},
        session::Note,
    },
    state::AppState,
};
use reqwest::header::{COOKIE, HeaderMap};
use serde::Serialize;
use time::{Duration, OffsetDateTime};

use super::project::client_state;

/// The cookies' names on a site without https.
pub const SESSION_COOKIE: &str = "appwrite-session";
pub const EXTENDED_COOKIE: &str = "appwrite-session-extended";
/// What the name of each flow's cookie begins with; its ID follows.
pub const FLOW_COOKIE: &str = "appwrite-session-flow-";
pub const DEVICE_COOKIE: &str = "appwrite-session-device";
pub const PROOF_COOKIE: &str = "appwrite-session-proof";
pub const FLASH_COOKIE: &str = "appwrite-session-flash";
/// The cookie that says that somebody has signed out here.
pub const SIGNED_OUT_COOKIE: &str = "appwrite-session-signed-out";

/// What could be a session's secret; a made-up Appwrite takes any.
pub const SOME_SECRET: &str = "eyJpZCI6InUxIiwic2VjcmV0IjoiYWJjIn0=";

/// The value of the cookie that says that a session was extended so many seconds ago.
pub fn extended(secret: &str, seconds_ago: i64) -> String {
    let secret = SessionSecret::decode(secret).unwrap();
    let at = OffsetDateTime::now_utc() - Duration::seconds(seconds_ago);
    sealed(SealedCookie::Extended, &Note::new(&secret, at))
}

/// The value of a cookie that an app of the tests has sealed.
pub fn sealed<T: Serialize>(cookie: SealedCookie, value: &T) -> String {
    let app = sealing();
    let set = cookie
        .set(&app.site, &app.cookie_key, value, OffsetDateTime::now_utc())
        .unwrap();
    let pair = set.to_str().unwrap().split(';').next().unwrap();
    pair.split_once('=').unwrap().1.to_owned()
}

/// What is needed to seal cookies as the apps do, and to open theirs: all apps with the same API key
/// seal their cookies alike.
fn sealing() -> Arc<AppState> {
    client_state("http://127.0.0.1:9/v1").1
}

/// The message that a cookie brings to the next page.
pub fn flash(cookie: &str) -> Message {
    let app = sealing();
    let cookie = format!("{FLASH_COOKIE}={cookie}");
    let headers = HeaderMap::from_iter([(COOKIE, cookie.parse().unwrap())]);
    let kept = SealedCookie::Flash.read(&app.site, &app.cookie_key, &headers);
    let Kept { message, .. } = kept.unwrap();
    message
}
