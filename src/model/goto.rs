//! Where a server function sends the browser.

use serde::{Deserialize, Serialize};

/// Where the browser goes when a server function is done: a path on this site. On the wire, it's
/// that path as a string.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Goto(String);

impl Goto {
    /// This page.
    pub fn page(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    /// The page people were on their way to, if the untrusted `next` is safe to follow.
    pub fn back(next: &str) -> Self {
        Self::page(return_to(next))
    }

    /// The path and its query.
    pub fn path(&self) -> &str {
        &self.0
    }
}

/// Where people land if there's nowhere else to go.
const DEFAULT: &str = "/account";
/// More bytes than any page of ours needs for where to go afterwards. It keeps the redirect's header small.
pub const LONGEST_NEXT: usize = 1024;

/// How paths begin that nobody wants to come back to.
const ON_THE_WAY: [&str; 5] = ["signin", "signup", "signout", "mfa", "api"];

/// Turns an untrusted `next` into a safe redirect target: a path on this site, or the account page.
///
/// Browsers read `//host`, `/\host` and a path with a tab or newline in it as another site's
/// address, so none of these passes. Neither do the pages for signing in and out, which would lead
/// straight back.
pub fn return_to(next: &str) -> &str {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let ours = next.len() <= LONGEST_NEXT
        && next.starts_with('/')
        && !next.starts_with("//")
        && next
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && !ON_THE_WAY.contains(&path.split('/').nth(1).unwrap_or_default());
    if ours { next } else { DEFAULT }
}

#[cfg(test)]
mod tests {
    use super::return_to;

    #[test]
    fn paths_of_this_site_pass() {
        for next in ["/", "/account", "/account/sessions?page=2#top", "/a%20b"] {
            assert_eq!(return_to(next), next);
        }
    }

    #[test]
    fn anything_else_becomes_the_account_page() {
        for next in [
            "",
            "account",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x=y",
            "/ä",
            "/signin",
            "/signin/?next=/signin",
            "/signup",
            "/signin/code",
            "/mfa",
            "/mfa/totp?next=/",
            "/signout",
            "/api/auth/sign-out",
            &format!("/{}", "a".repeat(1100)),
        ] {
            assert_eq!(return_to(next), "/account", "{next:?}");
        }
    }
}
