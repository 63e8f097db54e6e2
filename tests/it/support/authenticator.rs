use time::OffsetDateTime;
use totp_rs::{Algorithm, Secret, TOTP};

use super::{Answer, Browser};

/// An authenticator app.
pub struct Authenticator(TOTP);

impl Authenticator {
    /// Takes the secret that the set-up page shows.
    pub fn new(secret: &str) -> Self {
        let secret = Secret::Encoded(secret.to_owned()).to_bytes().unwrap();
        Self(TOTP::new(Algorithm::SHA1, 6, 1, 30, secret, None, String::new()).unwrap())
    }

    /// A code that it'll show hours from now.
    pub fn wrong_code(&self) -> String {
        self.0.generate(seconds() + 30_000)
    }

    /// Posts the code that it shows now, and again if it went out of date on the way.
    pub async fn post_code(&self, browser: &mut Browser, path: &str) -> Answer {
        loop {
            let now = seconds();
            let code = self.0.generate(now);
            let answer = browser.post(path, &[("code", &code)]).await;
            if answer.status != 422 || self.0.generate(seconds()) == code {
                return answer;
            }
        }
    }
}

fn seconds() -> u64 {
    u64::try_from(OffsetDateTime::now_utc().unix_timestamp()).unwrap()
}
