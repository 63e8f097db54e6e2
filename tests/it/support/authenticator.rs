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

    /// A code that it shows at no time near this one.
    pub fn wrong_code(&self) -> String {
        let now = seconds();
        let near: Vec<String> = (0..300)
            .map(|step| self.0.generate(now - 4500 + 30 * step))
            .collect();
        let others = (0..1_000_000).map(|code| format!("{code:06}"));
        let mut wrong = others.filter(|code| !near.contains(code));
        wrong.next().unwrap()
    }

    /// The code that it would show if its clock were some minutes fast.
    pub fn code_of_a_wrong_clock(&self) -> String {
        self.0.generate(seconds() + 20 * 60)
    }

    /// Posts the code that it shows now, and again if it went out of date on the way.
    pub async fn post_code(&self, browser: &mut Browser, path: &str) -> Answer {
        loop {
            let code = self.code();
            let answer = browser.post(path, &[("code", &code)]).await;
            if answer.status != 422 || self.code() == code {
                return answer;
            }
        }
    }

    /// The code that it shows now.
    pub fn code(&self) -> String {
        self.0.generate(seconds())
    }
}

fn seconds() -> u64 {
    u64::try_from(OffsetDateTime::now_utc().unix_timestamp()).unwrap()
}
