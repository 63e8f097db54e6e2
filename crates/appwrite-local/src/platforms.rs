//! The hosts that belong to the project. Their pages may call the API, and links may lead to them.

use url::Url;

use crate::error::ApiError;

/// The project's platforms.
#[derive(Clone, Debug)]
pub struct Platforms {
    hosts: Vec<String>,
    project: String,
}

/// The schemes for which the host decides.
const WITH_HOST: &[&str] = &[
    "http",
    "https",
    "chrome-extension",
    "moz-extension",
    "safari-web-extension",
    "ms-browser-extension",
    "tauri",
];

impl Platforms {
    /// Platforms for these hosts, besides `localhost`.
    pub fn new(hosts: Vec<String>, project: &str) -> Self {
        let hosts = hosts.iter().map(|host| host.to_lowercase()).collect();
        Self {
            hosts,
            project: project.to_owned(),
        }
    }

    /// Whether a host is one of the platforms, or `localhost` in any form. `*.example.com` covers
    /// all subdomains.
    pub fn has(&self, host: &str) -> bool {
        matches!(host, "localhost" | "127.0.0.1" | "[::1]")
            || self
                .hosts
                .iter()
                .any(|platform| match platform.strip_prefix("*.") {
                    Some(parent) => host
                        .strip_suffix(parent)
                        .is_some_and(|rest| rest.ends_with('.')),
                    None => host == platform,
                })
    }

    /// Parses a URL that a link or a redirect is to lead to.
    ///
    /// # Errors
    ///
    /// Appwrite's error for the parameter with this name, if nothing may lead there.
    pub fn redirect(&self, param: &str, url: &str) -> Result<Url, ApiError> {
        self.parse(url).map_err(|host| {
            let about = host.map_or(String::new(), |host| {
                let (client, kind) = if host.is_empty() {
                    (String::new(), "")
                } else {
                    (format!("({host})"), "Web")
                };
                format!(
                    " Register your new client {client} as a new {kind} platform on your project \
                     console dashboard"
                )
            });
            ApiError::invalid(param, &format!("Invalid URI.{about}"))
        })
    }

    /// Parses a URL. The error is the host that isn't allowed, or nothing if it's no URL.
    pub fn parse(&self, url: &str) -> Result<Url, Option<String>> {
        let parsed = Url::parse(url).map_err(|_| None)?;
        let scheme = parsed.scheme();
        if WITH_HOST.contains(&scheme) {
            let host = parsed.host_str().unwrap_or_default().to_lowercase();
            return if self.has(&host) {
                Ok(parsed)
            } else {
                Err(Some(host))
            };
        }
        let own = format!("appwrite-callback-{}", self.project).to_lowercase();
        if scheme == "exp" || scheme == own {
            Ok(parsed)
        } else {
            Err(Some(parsed.host_str().unwrap_or_default().to_owned()))
        }
    }
}

/// Adds parameters to a URL's query. Ones that it has already are replaced.
pub fn with_query(mut url: Url, pairs: &[(&str, &str)]) -> String {
    let (taken, kept): (Vec<_>, Vec<_>) = url
        .query_pairs()
        .into_owned()
        .partition(|(name, _)| pairs.iter().any(|(added, _)| added == name));
    if !taken.is_empty() {
        url.query_pairs_mut().clear().extend_pairs(kept);
    }
    url.query_pairs_mut().extend_pairs(pairs);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_links_own_parameters_do_not_hide_the_added_ones() {
        for (url, link) in [
            ("http://localhost/a", "http://localhost/a?secret=b+c"),
            (
                "http://localhost/?secret=x&d=e%20f&secret=y#g",
                "http://localhost/?d=e+f&secret=b+c#g",
            ),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(with_query(url, &[("secret", "b c")]), link);
        }
    }

    #[test]
    fn links_lead_only_to_localhost_and_platforms() {
        let platforms = Platforms::new(
            vec!["app.example.com".into(), "*.Example.org".into()],
            "Shop",
        );
        for (url, allowed) in [
            ("http://localhost:3000/a?b=c", true),
            ("https://127.0.0.1/", true),
            ("http://[::1]:8080/", true),
            ("https://app.example.com", true),
            ("https://a.b.example.org/x", true),
            ("appwrite-callback-shop://done", true),
            ("exp://192.168.0.2", true),
            ("https://example.org", false),
            ("https://badexample.org", false),
            ("https://localhost.evil.example", false),
            ("http://localhost@evil.example/", false),
            ("appwrite-callback-other://done", false),
            ("javascript:alert(1)", false),
            ("//localhost/", false),
            ("foo", false),
            ("", false),
        ] {
            assert_eq!(platforms.redirect("url", url).is_ok(), allowed, "{url}");
        }
    }
}
