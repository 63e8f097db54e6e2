//! The configuration: read once at start, from the environment and the file `.env`.
//!
//! Nothing else in the project reads the environment. `.env.example` lists every variable.

use std::{
    collections::HashMap,
    fmt, io,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use url::Url;

use super::client_addr::TrustedProxies;
use strum::VariantArray;

use crate::model::{SignInMethod, SignInMethods};

/// Where configuration comes from: the process environment laid over the file `.env`.
///
/// A variable that is set to nothing counts as not set, so that a copied `.env.example` works.
#[derive(Default)]
pub struct Vars(HashMap<String, String>);

impl Vars {
    /// Reads the environment, and `.env` in the working directory if there is one.
    pub fn load() -> Result<Self, ConfigError> {
        Self::load_from(Path::new(".env"))
    }

    fn load_from(file: &Path) -> Result<Self, ConfigError> {
        let mut vars = HashMap::new();
        match dotenvy::from_path_iter(file) {
            Ok(lines) => {
                for line in lines {
                    let (name, value) = line.map_err(|error| unreadable(file, &error))?;
                    vars.insert(name, value);
                }
            }
            Err(dotenvy::Error::Io(error)) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(file, &error)),
        }
        #[expect(clippy::disallowed_methods, reason = "this is the one place that may")]
        let environment = std::env::vars_os();
        vars.extend(environment.filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        }));
        Ok(Self(vars))
    }

    /// Variables given directly, for tests.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        )
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// The value of the first of these names that is set, with that name. Two of them with
    /// different values are an error.
    fn one_of(&self, names: &[&'static str]) -> Result<Option<(&'static str, &str)>, ConfigError> {
        let mut set = names
            .iter()
            .filter_map(|name| Some((*name, self.get(name)?)));
        let Some((first, value)) = set.next() else {
            return Ok(None);
        };
        match set.find(|(_, other)| *other != value) {
            Some((second, _)) => Err(ConfigError::Conflict(first, second)),
            None => Ok(Some((first, value))),
        }
    }

    fn parsed<T>(
        &self,
        name: &'static str,
        default: T,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, ConfigError> {
        match self.get(name) {
            None => Ok(default),
            Some(value) => parse(value).ok_or(ConfigError::Invalid {
                name,
                value: value.to_owned(),
                expected,
            }),
        }
    }
}

fn unreadable(file: &Path, error: &dotenvy::Error) -> ConfigError {
    // dotenvy quotes the offending line, which may hold a secret; where it went wrong is enough.
    let reason = match error {
        dotenvy::Error::Io(error) => error.to_string(),
        dotenvy::Error::LineParse(line, _) => {
            let name = line.split('=').next().unwrap_or_default().trim();
            format!("the line that begins with \"{name}\" is not of the form NAME=value")
        }
        _ => "a line is not of the form NAME=value".to_owned(),
    };
    ConfigError::DotEnv(file.to_owned(), reason)
}

/// Why the configuration cannot be used: one line that names the variable.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is there but cannot be read or parsed.
    #[error("{} cannot be read: {}", .0.display(), .1)]
    DotEnv(PathBuf, String),
    /// Two names of the same setting disagree.
    #[error("{0} and {1} are both set, to different values; keep one of them")]
    Conflict(&'static str, &'static str),
    /// A value that cannot be what it must be.
    #[error("{name}={value} is not {expected}")]
    Invalid {
        /// The variable.
        name: &'static str,
        /// Its value.
        value: String,
        /// What it must be.
        expected: &'static str,
    },
    /// Part of a configuration of Appwrite.
    #[error("{missing} is not set, but {set} is; an Appwrite needs {ENDPOINT}, {PROJECT} and {KEY}", set = .set, missing = .missing, ENDPOINT = ENDPOINT[0], PROJECT = PROJECT[0], KEY = KEY[0])]
    Half {
        /// A variable that is set.
        set: &'static str,
        /// One that is not.
        missing: &'static str,
    },
    /// Nothing is configured, and this build does not start a local Appwrite by itself.
    #[error(
        "no Appwrite is configured: set {}, {} and {} (or APPWRITE_LOCAL=true to use the local one)",
        ENDPOINT[0], PROJECT[0], KEY[0]
    )]
    NoAppwrite,
    /// OAuth2 is switched on, but with nobody.
    #[error(
        "AUTH_METHODS has oauth2, but OAUTH_PROVIDERS is not set; name the providers that the project has switched on, like github,google"
    )]
    NoProviders,
    /// A local Appwrite is asked for, but not built in.
    #[error(
        "APPWRITE_LOCAL=true, but this program was built without the feature \"local\"; set {}, {} and {} instead",
        ENDPOINT[0], PROJECT[0], KEY[0]
    )]
    NoLocal,
}

/// Our name, then the tutorial's for Next.js, so that its `.env` carries over as it is.
const ENDPOINT: [&str; 2] = ["APPWRITE_ENDPOINT", "NEXT_PUBLIC_APPWRITE_ENDPOINT"];
const PROJECT: [&str; 2] = ["APPWRITE_PROJECT_ID", "NEXT_PUBLIC_APPWRITE_PROJECT"];
const KEY: [&str; 2] = ["APPWRITE_KEY", "NEXT_APPWRITE_KEY"];

/// An API key of an Appwrite project. It cannot be printed.
#[derive(Clone)]
pub struct ApiKey(String);

impl ApiKey {
    /// Wraps the secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for the one header that carries it.
    pub(in crate::server) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(hidden)")
    }
}

/// The Appwrite project that keeps the users.
#[derive(Clone, Debug)]
pub struct Appwrite {
    /// Address of its API, with `/v1` and without a slash at the end.
    pub endpoint: Url,
    /// The project's ID.
    pub project_id: String,
    /// A key of the project with the scope `sessions.write`.
    pub key: ApiKey,
}

/// Which Appwrite to use.
#[derive(Clone, Debug)]
pub enum Backend {
    /// The one that the variables name.
    Configured(Appwrite),
    /// A local one that the app starts itself, for development.
    Local {
        /// Where it listens.
        addr: SocketAddr,
        /// Its SQLite file.
        data: PathBuf,
    },
}

/// How long to wait for Appwrite.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For the connection.
    pub connect: Duration,
    /// For the whole call, connection included.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(10),
        }
    }
}

/// Where this app is, and how it presents itself.
#[derive(Clone, Debug)]
pub struct Site {
    /// Address the server listens on.
    pub addr: SocketAddr,
    /// Address people type: scheme, host and port. Cookies, redirects and links in mails follow it.
    pub url: Url,
    /// Folder that cargo-leptos builds: the bundle, the style sheet, the files of `public/`.
    pub root: PathBuf,
    /// Name of the session cookie, without the `__Host-` that https adds.
    pub session_cookie: String,
    /// Whose word about the client's address is taken.
    pub trusted_proxies: TrustedProxies,
    /// Port on which `cargo leptos watch` tells pages to reload; `None` when nothing watches.
    pub reload_port: Option<u16>,
}

impl Site {
    /// Whether people reach the site by https.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether cookies can be `Secure`: browsers keep such a cookie on https, and by http on the
    /// machine itself, but drop it from any other http site.
    pub fn can_be_secure(&self) -> bool {
        self.is_https()
            || match self.url.host() {
                Some(url::Host::Domain(name)) => {
                    name == "localhost" || name.ends_with(".localhost")
                }
                Some(url::Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
                Some(url::Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
                None => false,
            }
    }
}

/// The whole configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// This app.
    pub site: Site,
    /// Appwrite.
    pub backend: Backend,
    /// The ways in that the site offers.
    pub ways: SignInMethods,
    /// Patience with Appwrite.
    pub timeouts: Timeouts,
    /// What to log, in the syntax of `RUST_LOG`.
    pub log: String,
}

impl Config {
    /// Reads every variable.
    ///
    /// # Errors
    ///
    /// The first variable that cannot be used, in one line.
    pub fn read(vars: &Vars) -> Result<Self, ConfigError> {
        let seconds = |value: &str| {
            let seconds: u64 = value.parse().ok()?;
            (1..=300)
                .contains(&seconds)
                .then(|| Duration::from_secs(seconds))
        };
        let defaults = Timeouts::default();
        let backend = backend(vars)?;
        Ok(Self {
            site: site(vars)?,
            ways: ways(vars, matches!(backend, Backend::Local { .. }))?,
            backend,
            timeouts: Timeouts {
                connect: vars.parsed(
                    "APPWRITE_CONNECT_TIMEOUT",
                    defaults.connect,
                    "a number of seconds from 1 to 300",
                    seconds,
                )?,
                total: vars.parsed(
                    "APPWRITE_TIMEOUT",
                    defaults.total,
                    "a number of seconds from 1 to 300",
                    seconds,
                )?,
            },
            log: vars.get("RUST_LOG").unwrap_or("info").to_owned(),
        })
    }
}

fn site(vars: &Vars) -> Result<Site, ConfigError> {
    let addr: SocketAddr = vars.parsed(
        "LEPTOS_SITE_ADDR",
        SocketAddr::from(([127, 0, 0, 1], 3000)),
        "an address with a port, like 127.0.0.1:3000",
        |value| value.parse().ok(),
    )?;
    let default_url = Url::parse(&format!("http://{addr}")).map_err(|_| ConfigError::Invalid {
        name: "LEPTOS_SITE_ADDR",
        value: addr.to_string(),
        expected: "an address that makes a URL",
    })?;
    let url = vars.parsed(
        "SITE_URL",
        default_url,
        "an address like https://app.example.com, without a path",
        |value| {
            let url = Url::parse(value).ok()?;
            let plain = matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.path() == "/"
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty();
            plain.then_some(url)
        },
    )?;
    let session_cookie = vars.parsed(
        "SESSION_COOKIE",
        "appwrite-session".to_owned(),
        "a cookie name (letters, digits, - and _)",
        |value| {
            value
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
                .then(|| value.to_owned())
        },
    )?;
    Ok(Site {
        addr,
        url,
        root: vars.get("LEPTOS_SITE_ROOT").unwrap_or("target/site").into(),
        session_cookie,
        trusted_proxies: vars.parsed(
            "TRUSTED_PROXIES",
            TrustedProxies::default(),
            "a list of addresses and networks, like 10.0.0.0/8,::1",
            TrustedProxies::parse,
        )?,
        reload_port: match vars.get("LEPTOS_WATCH") {
            None => None,
            Some(_) => vars.parsed("LEPTOS_RELOAD_PORT", Some(3001), "a port", |value| {
                value.parse().ok().map(Some)
            })?,
        },
    })
}

/// Providers that a site with a local Appwrite shows unasked; every one of them leads to its consent
/// page.
const LOCAL_PROVIDERS: [&str; 2] = ["github", "google"];

/// What is not said: with a local Appwrite everything, since it has everything switched on; with
/// another one e-mail and password, as in a new project, and OAuth2 where providers are named.
fn ways(vars: &Vars, is_local: bool) -> Result<SignInMethods, ConfigError> {
    let list = |value: &str| -> Vec<String> {
        let names = value.split(',').map(|name| name.trim().to_owned());
        names.filter(|name| !name.is_empty()).collect()
    };
    let providers = vars.parsed(
        "OAUTH_PROVIDERS",
        None,
        "a list of providers as Appwrite names them, like github,google",
        |value| {
            let names = list(value);
            let known = |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric());
            names.iter().all(known).then_some(Some(names))
        },
    )?;
    let methods = vars.parsed(
        "AUTH_METHODS",
        None,
        "a list of password, magic-url, email-otp, phone, anonymous and oauth2",
        |value| {
            let methods = list(value)
                .iter()
                .map(|name| name.parse().ok())
                .collect::<Option<Vec<_>>>()?;
            (!methods.is_empty()).then_some(Some(methods))
        },
    )?;
    let methods = methods.unwrap_or_else(|| match (is_local, &providers) {
        (true, _) => SignInMethod::VARIANTS.to_vec(),
        (false, Some(_)) => vec![SignInMethod::Password, SignInMethod::OAuth2],
        (false, None) => vec![SignInMethod::Password],
    });
    let oauth2 = methods.contains(&SignInMethod::OAuth2);
    let providers = match providers {
        Some(providers) if oauth2 => providers,
        None if oauth2 && is_local => LOCAL_PROVIDERS.map(str::to_owned).to_vec(),
        None if oauth2 => return Err(ConfigError::NoProviders),
        _ => Vec::new(),
    };
    Ok(SignInMethods { methods, providers })
}

fn backend(vars: &Vars) -> Result<Backend, ConfigError> {
    let names = [ENDPOINT, PROJECT, KEY];
    let mut values = Vec::with_capacity(names.len());
    for names in &names {
        values.push(vars.one_of(names)?);
    }
    let [Some(endpoint), Some(project), Some(key)] = values[..] else {
        let set = values.iter().flatten().next();
        let missing = names.iter().zip(&values).find(|(_, value)| value.is_none());
        return match (set, missing) {
            (Some((set, _)), Some((missing, _))) => Err(ConfigError::Half {
                set,
                missing: missing[0],
            }),
            _ => local(vars),
        };
    };
    Ok(Backend::Configured(Appwrite {
        endpoint: parse_endpoint(endpoint.1).ok_or_else(|| ConfigError::Invalid {
            name: endpoint.0,
            value: endpoint.1.to_owned(),
            expected: "an address like https://fra.cloud.appwrite.io/v1 (it ends in /v1)",
        })?,
        project_id: Some(project.1)
            .filter(|id| {
                id.bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
            })
            .ok_or_else(|| ConfigError::Invalid {
                name: project.0,
                value: project.1.to_owned(),
                expected: "a project ID (letters, digits, full stop, - and _)",
            })?
            .to_owned(),
        key: Some(key.1)
            .filter(|secret| secret.bytes().all(|byte| byte.is_ascii_graphic()))
            .map(ApiKey::new)
            .ok_or_else(|| ConfigError::Invalid {
                name: key.0,
                value: "…".to_owned(),
                expected: "an API key's secret (it holds a space or an odd character)",
            })?,
    }))
}

fn parse_endpoint(value: &str) -> Option<Url> {
    let url = Url::parse(value.trim_end_matches('/')).ok()?;
    let usable = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path().ends_with("/v1")
        && url.query().is_none()
        && url.fragment().is_none();
    usable.then_some(url)
}

/// A debug build may start a local Appwrite unasked; a release build only when told to, because a
/// forgotten variable must not put real people's accounts into a development server.
fn local(vars: &Vars) -> Result<Backend, ConfigError> {
    let asked = vars.parsed("APPWRITE_LOCAL", None, "true or false", |value| {
        value.parse().ok().map(Some)
    })?;
    match asked {
        Some(true) if !cfg!(feature = "local") => return Err(ConfigError::NoLocal),
        Some(true) => {}
        None if cfg!(all(debug_assertions, feature = "local")) => {}
        _ => return Err(ConfigError::NoAppwrite),
    }
    Ok(Backend::Local {
        addr: vars.parsed(
            "APPWRITE_LOCAL_ADDR",
            SocketAddr::from(([127, 0, 0, 1], 9080)),
            "an address with a port, like 127.0.0.1:9080",
            |value| value.parse().ok(),
        )?,
        data: vars
            .get("APPWRITE_LOCAL_DATA")
            .unwrap_or(".appwrite-local")
            .into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "APPWRITE_KEY is not set, but APPWRITE_ENDPOINT is; an Appwrite needs \
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
    }

    #[test]
    fn the_ways_in_are_those_that_are_named() {
        let ways = |extra: &[(&str, &str)]| read_with(extra).map(|config| config.ways);
        assert_eq!(ways(&[]).unwrap().methods, [SignInMethod::Password]);
        let github = ways(&[("OAUTH_PROVIDERS", "github, google")]).unwrap();
        assert_eq!(
            github.methods,
            [SignInMethod::Password, SignInMethod::OAuth2]
        );
        assert_eq!(github.providers, ["github", "google"]);
        let named = ways(&[("AUTH_METHODS", "email-otp,anonymous")]).unwrap();
        assert_eq!(
            named.methods,
            [SignInMethod::EmailOtp, SignInMethod::Anonymous]
        );
        assert!(ways(&[("AUTH_METHODS", "passkey")]).is_err());
        assert!(
            ways(&[("AUTH_METHODS", "oauth2")])
                .unwrap_err()
                .contains("OAUTH_PROVIDERS is not set")
        );
        let off = [("AUTH_METHODS", "password"), ("OAUTH_PROVIDERS", "github")];
        assert!(ways(&off).unwrap().providers.is_empty());
    }

    #[test]
    fn the_key_is_never_printed() {
        let config = read(&APPWRITE).unwrap();
        assert!(!format!("{config:?}").contains("standard_0123"));
        let error = read(&[APPWRITE[0], APPWRITE[1], ("APPWRITE_KEY", "standard 0123")]);
        assert!(!error.unwrap_err().contains("0123"));
    }

    #[test]
    fn cookies_are_secure_on_https_and_on_this_machine() {
        for (url, secure) in [
            ("https://app.example.com", true),
            ("http://localhost:3000", true),
            ("http://127.0.0.1:3000", true),
            ("http://[::1]:3000", true),
            ("http://192.168.1.5:3000", false),
            ("http://localhost.example.com", false),
        ] {
            let config = read_with(&[("SITE_URL", url)]).unwrap();
            assert_eq!(config.site.can_be_secure(), secure, "{url}");
        }
    }

    #[test]
    fn a_dot_env_that_cannot_be_parsed_names_the_line_and_not_the_value() {
        let file = std::env::temp_dir().join(format!("dot-env-{}", std::process::id()));
        std::fs::write(&file, "A=1\nAPPWRITE_KEY='unclosed secret\n").unwrap();
        let error = Vars::load_from(&file).err().unwrap().to_string();
        std::fs::remove_file(&file).unwrap();
        assert!(error.contains("APPWRITE_KEY"), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}
