//! Which Appwrite to use, and how.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use axum::http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    error::{ConfigError, ENDPOINT, KEY, PROJECT},
    vars::Vars,
};

/// An API key of an Appwrite project. `Debug` shows nothing of it.
#[derive(Clone, Debug)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// Wraps the key's secret.
    pub fn new(secret: impl Into<SecretString>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, to derive another key from.
    pub(in crate::server) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The header's value, marked as sensitive. `None` if the secret doesn't fit into a header.
    pub(in crate::server) fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(self.expose()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// The Appwrite project that keeps the users.
#[derive(Clone, Debug)]
pub struct Appwrite {
    /// Address of its API. Ends in `/v1`, without a slash.
    pub endpoint: Url,
    /// The project's ID.
    pub project_id: String,
    /// A key of the project, with the scope `sessions.write`.
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
        /// The folder for its data.
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

impl Timeouts {
    pub(super) fn read(vars: &Vars) -> Result<Self, ConfigError> {
        let seconds = |name, default| {
            let expected = "a number of seconds from 1 to 300";
            vars.parsed(name, default, expected, |value| {
                let seconds: u64 = value.parse().ok()?;
                (1..=300)
                    .contains(&seconds)
                    .then(|| Duration::from_secs(seconds))
            })
        };
        let defaults = Self::default();
        Ok(Self {
            connect: seconds("APPWRITE_CONNECT_TIMEOUT", defaults.connect)?,
            total: seconds("APPWRITE_TIMEOUT", defaults.total)?,
        })
    }
}

impl Backend {
    pub(super) fn read(vars: &Vars) -> Result<Self, ConfigError> {
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
        Ok(Self::Configured(Appwrite {
            endpoint: parse_endpoint(endpoint.1).ok_or_else(|| ConfigError::Invalid {
                name: endpoint.0,
                // What stands before an `@` may be a password.
                value: match endpoint.1.rsplit_once('@') {
                    Some((_, host)) => format!("…@{host}"),
                    None => endpoint.1.to_owned(),
                },
                expected: "an address like https://fra.cloud.appwrite.io/v1 (it ends in /v1, \
                           and has no user name or password)",
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
                    expected: "an API key (it contains a space or another unusual character)",
                })?,
        }))
    }
}

fn parse_endpoint(value: &str) -> Option<Url> {
    let url = Url::parse(value.trim_end_matches('/')).ok()?;
    let usable = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.path().ends_with("/v1")
        && url.query().is_none()
        && url.fragment().is_none();
    usable.then_some(url)
}

/// A debug build starts a local Appwrite unasked. A release build has to be told: a forgotten
/// variable mustn't put real people's accounts into a development server.
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
