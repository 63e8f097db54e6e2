//! The configuration, read once at start from the environment and the file `.env`.
//!
//! Nothing else in the project reads the environment. `.env.example` lists every variable.

mod answer_floor;
mod appwrite;
mod error;
mod sign_in_methods;
mod site;
mod trusted_proxies;
mod vars;

pub use answer_floor::AnswerFloor;
pub use appwrite::{ApiKey, Appwrite, Backend, Timeouts};
pub use error::ConfigError;
pub use site::Site;
pub use trusted_proxies::TrustedProxies;
pub use vars::Vars;

use std::time::Duration;

use crate::model::SignInMethods;

/// The whole configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// This app.
    pub site: Site,
    /// Appwrite.
    pub backend: Backend,
    /// The sign-in methods that the site offers.
    pub sign_in_methods: SignInMethods,
    /// How long to wait for Appwrite.
    pub timeouts: Timeouts,
    /// How long answers take that mustn't tell whether an account exists.
    pub answer_floor: AnswerFloor,
    /// How long it's remembered whose a session is; zero is not at all.
    pub visitor_cache: Duration,
    /// What to log: levels and targets, as in `info,hyper=debug`.
    pub log: String,
}

impl Config {
    /// Reads every variable.
    ///
    /// # Errors
    ///
    /// One line about the first variable that can't be used.
    pub fn read(vars: &Vars) -> Result<Self, ConfigError> {
        let backend = Backend::read(vars)?;
        let site = Site::read(vars)?;
        let is_local = match &backend {
            Backend::Configured(_) => false,
            Backend::Local { .. } if site.is_https() => return Err(ConfigError::LocalOnHttps),
            Backend::Local { addr, .. } if !addr.ip().is_loopback() => {
                return Err(ConfigError::LocalForOthers(*addr));
            }
            Backend::Local { .. } => true,
        };
        Ok(Self {
            site,
            sign_in_methods: sign_in_methods::read(vars, is_local)?,
            backend,
            timeouts: Timeouts::read(vars)?,
            answer_floor: AnswerFloor::default(),
            visitor_cache: vars.parsed(
                "VISITOR_CACHE_SECONDS",
                Duration::ZERO,
                "a number of seconds from 0 to 60",
                |value| {
                    let seconds: u64 = value.parse().ok()?;
                    (0..=60)
                        .contains(&seconds)
                        .then(|| Duration::from_secs(seconds))
                },
            )?,
            log: vars.get("RUST_LOG").unwrap_or("info").to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SignInMethod;

    const APPWRITE: [(&str, &str); 3] = [
        ("APPWRITE_ENDPOINT", "https://fra.cloud.appwrite.io/v1/"),
        ("APPWRITE_PROJECT_ID", "my-project"),
        ("APPWRITE_KEY", "standard_0123"),
    ];

    fn read(pairs: &[(&str, &str)]) -> Result<Config, String> {
        Config::read(&Vars::from_pairs(pairs.iter().copied())).map_err(|error| error.to_string())
    }

    fn read_with(extra: &[(&str, &str)]) -> Result<Config, String> {
        read(&[&APPWRITE, extra].concat())
    }

    #[test]
    fn a_whole_configuration_is_taken() {
        let config = read(&APPWRITE).unwrap();
        let Backend::Configured(appwrite) = config.backend else {
            panic!("not configured");
        };
        assert_eq!(
            appwrite.endpoint.as_str(),
            "https://fra.cloud.appwrite.io/v1"
        );
        assert_eq!(appwrite.project_id, "my-project");
        assert_eq!(config.site.url.as_str(), "http://127.0.0.1:3000/");
        assert_eq!(config.timeouts.connect, Duration::from_secs(5));
        assert_eq!(config.timeouts.total, Duration::from_secs(10));
    }

    #[test]
    fn the_tutorials_names_are_taken_as_they_are() {
        let config = read(&[
            (
                "NEXT_PUBLIC_APPWRITE_ENDPOINT",
                "https://cloud.appwrite.io/v1",
            ),
            ("NEXT_PUBLIC_APPWRITE_PROJECT", "my-project"),
            ("NEXT_APPWRITE_KEY", "standard_0123"),
        ]);
        assert!(matches!(config.unwrap().backend, Backend::Configured(_)));
    }

    #[test]
    fn both_names_with_one_value_are_fine_and_with_two_are_not() {
        assert!(read_with(&[("NEXT_APPWRITE_KEY", "standard_0123")]).is_ok());
        assert_eq!(
            read_with(&[("NEXT_APPWRITE_KEY", "other")]).unwrap_err(),
            "APPWRITE_KEY and NEXT_APPWRITE_KEY are both set, to different values; keep one of them"
        );
    }

    #[test]
    fn half_a_configuration_names_what_is_missing() {
        assert_eq!(
            read(&APPWRITE[..2]).unwrap_err(),
            "APPWRITE_KEY is not set, but APPWRITE_ENDPOINT is; to use Appwrite, set \
             APPWRITE_ENDPOINT, APPWRITE_PROJECT_ID and APPWRITE_KEY"
        );
    }

    #[test]
    fn an_empty_value_counts_as_not_set() {
        let error = read(&[
            ("APPWRITE_ENDPOINT", " "),
            ("APPWRITE_PROJECT_ID", "p"),
            ("APPWRITE_KEY", "k"),
        ]);
        assert!(
            error
                .unwrap_err()
                .starts_with("APPWRITE_ENDPOINT is not set, but APPWRITE_PROJECT_ID is")
        );
    }

    #[test]
    fn a_value_that_cannot_be_used_is_named_with_what_it_must_be() {
        for (name, value) in [
            ("LEPTOS_SITE_ADDR", "localhost"),
            ("SITE_URL", "app.example.com"),
            ("SITE_URL", "https://app.example.com/path"),
            ("SESSION_COOKIE", "a b"),
            ("SESSION_MAX_DAYS", "0"),
            ("VISITOR_CACHE_SECONDS", "61"),
            ("TRUSTED_PROXIES", "localhost"),
            ("OAUTH_PROVIDERS", "git hub"),
            ("APPWRITE_TIMEOUT", "0"),
            ("APPWRITE_CONNECT_TIMEOUT", "soon"),
        ] {
            let error = read_with(&[(name, value)]).unwrap_err();
            assert!(
                error.starts_with(&format!("{name}={value} is not ")),
                "{error}"
            );
        }
        let error = read(&[
            ("APPWRITE_ENDPOINT", "https://cloud.appwrite.io"),
            ("APPWRITE_PROJECT_ID", "p"),
            ("APPWRITE_KEY", "k"),
        ]);
        assert!(error.unwrap_err().contains("it ends in /v1"));
        let error = read(&[
            (
                "APPWRITE_ENDPOINT",
                "https://ada:s3cret@appwrite.example/v1",
            ),
            ("APPWRITE_PROJECT_ID", "p"),
            ("APPWRITE_KEY", "k"),
        ]);
        let error = error.unwrap_err();
        assert!(error.contains("no user name or password"), "{error}");
        assert!(!error.contains("s3cret"), "{error}");
    }

    #[cfg(feature = "local")]
    #[test]
    fn a_local_appwrite_is_for_this_machine_only() {
        let local = |name: &'static str, value: &'static str| {
            read(&[("APPWRITE_LOCAL", "true"), (name, value)]).map(drop)
        };
        assert_eq!(local("APPWRITE_LOCAL_ADDR", "[::1]:9080"), Ok(()));
        let public = local("SITE_URL", "https://app.example.com").unwrap_err();
        assert!(public.contains("SITE_URL is https"), "{public}");
        let open = local("APPWRITE_LOCAL_ADDR", "0.0.0.0:9080").unwrap_err();
        assert!(open.contains("APPWRITE_LOCAL_ADDR=0.0.0.0:9080"), "{open}");
    }

    #[test]
    fn the_sign_in_methods_are_those_that_are_named() {
        let methods =
            |extra: &[(&str, &str)]| read_with(extra).map(|config| config.sign_in_methods);
        assert_eq!(methods(&[]).unwrap().methods, [SignInMethod::Password]);
        let github = methods(&[("OAUTH_PROVIDERS", "github, google")]).unwrap();
        assert_eq!(
            github.methods,
            [SignInMethod::Password, SignInMethod::OAuth2]
        );
        assert_eq!(github.providers, ["github", "google"]);
        let named = methods(&[("AUTH_METHODS", "email-otp,anonymous")]).unwrap();
        assert_eq!(
            named.methods,
            [SignInMethod::EmailOtp, SignInMethod::Anonymous]
        );
        assert!(methods(&[("AUTH_METHODS", "passkey")]).is_err());
        assert!(
            methods(&[("AUTH_METHODS", "oauth2")])
                .unwrap_err()
                .contains("OAUTH_PROVIDERS is not set")
        );
        let off = [("AUTH_METHODS", "password"), ("OAUTH_PROVIDERS", "github")];
        assert!(methods(&off).unwrap().providers.is_empty());
    }

    #[test]
    fn the_key_is_never_printed() {
        let config = read(&APPWRITE).unwrap();
        assert!(!format!("{config:?}").contains("standard_0123"));
        let error = read(&[APPWRITE[0], APPWRITE[1], ("APPWRITE_KEY", "standard 0123")]);
        assert!(!error.unwrap_err().contains("0123"));
    }
}
