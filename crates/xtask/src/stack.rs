//! What a browser is pointed at: the app, in front of a local Appwrite of its own or of the one that
//! `APPWRITE_TEST_*` name.
//!
//! The bundle is the one that's released, since its size and its speed are tested too. The server is
//! the one that the other tests have already compiled: optimising it takes longer than all its tests.

use std::{
    ffi::OsStr,
    fs,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use xshell::{Cmd, Shell};

use crate::{
    paths,
    shell::{Server, cargo},
};

/// The key of the local Appwrites that are started here.
pub const KEY: &str = "test-key";

/// The app's server, and its local Appwrite where it has one.
pub struct Stack {
    base_url: String,
    behind: Behind,
    // Fields are dropped in this order: the server ends before its Appwrite.
    _server: Server,
    _appwrite: Option<Server>,
}

impl Stack {
    /// Builds the app and starts what's needed, on free ports.
    pub fn start(sh: &Shell) -> Result<Self> {
        let given = Behind::given(|name| std::env::var(name).ok())?;
        let program = build_app(sh)?;
        let addr = free_addr()?;
        let (behind, appwrite, base_url) = match given {
            // Every Appwrite allows links to localhost, and only newer ones to 127.0.0.1 as well.
            Some(given) => (given, None, format!("http://localhost:{}", addr.port())),
            None => {
                let schema = paths::schema();
                let schema = ["--schema".as_ref(), schema.as_os_str()];
                let (appwrite, at) = local_appwrite(sh, &schema)?;
                (Behind::local(at), Some(appwrite), format!("http://{addr}"))
            }
        };
        let app = configured(sh.cmd(program))
            .env("LEPTOS_SITE_ADDR", addr.to_string())
            .env("SITE_URL", &base_url)
            .env("APPWRITE_ENDPOINT", &behind.endpoint)
            .env("APPWRITE_PROJECT_ID", &behind.project)
            .env("APPWRITE_KEY", &behind.key)
            .env("AUTH_METHODS", &behind.methods)
            .env("OAUTH_PROVIDERS", &behind.providers);
        let server = Server::start(app.into(), addr)?;
        Ok(Self {
            base_url,
            behind,
            _server: server,
            _appwrite: appwrite,
        })
    }

    /// Tells a program that drives a browser where the app is, what it offers and where the emails
    /// are, so that the program can leave out what isn't there.
    pub fn vars(&self) -> [(&'static str, &str); 4] {
        [
            ("BASE_URL", &self.base_url),
            ("APPWRITE_METHODS", &self.behind.methods),
            ("APPWRITE_PROVIDERS", &self.behind.providers),
            ("INBOX_URL", &self.behind.inbox),
        ]
    }
}

/// Builds the app: the bundle as for a release, the server as for the other tests. Returns the
/// server's program, with the names of the bundle's files beside it.
fn build_app(sh: &Shell) -> Result<PathBuf> {
    let bundle = ["--release", "--precompress", "--frontend-only"];
    cargo(sh).args(["leptos", "build"]).args(bundle).run()?;
    build_servers(sh)?;
    let target = paths::target();
    // A folder of its own: beside the original, the hashes would be taken for the debug bundle's.
    let folder = target.join("stack");
    fs::create_dir_all(&folder)?;
    for (from, name) in [("debug", "leptos-appwrite"), ("dist", "hash.txt")] {
        let from = target.join(from).join(name);
        fs::copy(&from, folder.join(name))
            .with_context(|| format!("cannot copy {}", from.display()))?;
    }
    Ok(folder.join("leptos-appwrite"))
}

/// Builds both servers. Together, because cargo would compile what they share once for each of them
/// if it only knew about one.
fn build_servers(sh: &Shell) -> Result<()> {
    Ok(cargo(sh).args(["build", "--bins"]).args(SERVERS).run()?)
}

/// Both servers, with the feature that the tests have, too.
pub const SERVERS: [&str; 6] = [
    "-p",
    "leptos-appwrite",
    "-p",
    "appwrite-local",
    "--features",
    "local",
];

/// The Appwrite behind the app, and what the app offers of it.
struct Behind {
    endpoint: String,
    project: String,
    key: String,
    /// The sign-in methods, as in `AUTH_METHODS`.
    methods: String,
    /// As in `OAUTH_PROVIDERS`.
    providers: String,
    /// Where the messages are, as JSON, with `{to}` and `{contains}` to be filled in; empty where
    /// nobody can read them.
    inbox: String,
}

impl Behind {
    /// The Appwrite that `APPWRITE_TEST_*` name, if they do. Naming half of one is an error: the
    /// tests would say that they passed, and mean another one.
    fn given(var: impl Fn(&str) -> Option<String>) -> Result<Option<Self>> {
        let var = |name: &str| var(name).filter(|value| !value.is_empty());
        let names = [
            "APPWRITE_TEST_ENDPOINT",
            "APPWRITE_TEST_PROJECT_ID",
            "APPWRITE_TEST_KEY",
        ];
        match names.map(var) {
            [None, None, None] => Ok(None),
            [Some(endpoint), Some(project), Some(key)] => Ok(Some(Self {
                endpoint,
                project,
                key,
                // What every new project has.
                methods: var("APPWRITE_TEST_METHODS").unwrap_or_else(|| "password".to_owned()),
                providers: var("APPWRITE_TEST_PROVIDERS").unwrap_or_default(),
                inbox: var("APPWRITE_TEST_INBOX").unwrap_or_default(),
            })),
            _ => bail!("set all of {} or none", names.join(", ")),
        }
    }

    /// A local Appwrite, which has everything.
    fn local(addr: SocketAddr) -> Self {
        Self {
            endpoint: format!("http://{addr}/v1"),
            project: "local".to_owned(),
            key: KEY.to_owned(),
            methods: "password,magic-url,email-otp,phone,anonymous,oauth2".to_owned(),
            providers: "github,google,mock".to_owned(),
            inbox: format!("http://{addr}/_local/inbox.json?to={{to}}&contains={{contains}}"),
        }
    }
}

/// Gives the app the tests' configuration and not the developer's own. What should have its default
/// is set to nothing, because a variable that isn't set would be read from `.env`.
fn configured(app: Cmd<'_>) -> Cmd<'_> {
    let defaults = [
        "SESSION_COOKIE",
        "NEXT_PUBLIC_APPWRITE_ENDPOINT",
        "NEXT_PUBLIC_APPWRITE_PROJECT",
        "NEXT_APPWRITE_KEY",
        "APPWRITE_TIMEOUT",
        "APPWRITE_CONNECT_TIMEOUT",
    ];
    app.envs(defaults.map(|name| (name, "")))
        // Each test sends an `X-Forwarded-For` of its own, so that it meets no other's rate limits.
        .env("TRUSTED_PROXIES", "127.0.0.1,::1")
}

/// Starts a local Appwrite in memory, on a free port.
pub fn local_appwrite(sh: &Shell, options: &[&OsStr]) -> Result<(Server, SocketAddr)> {
    build_servers(sh)?;
    let addr = free_addr()?;
    let appwrite = sh
        .cmd(paths::target().join("debug/appwrite-local"))
        .args(["--ephemeral", "--cheap-passwords", "--log", "warn"])
        .args(["--key", KEY, "--addr", &addr.to_string()])
        .args(options);
    let mut command = Command::from(appwrite);
    command.stdout(Stdio::null());
    Ok((Server::start(command, addr)?, addr))
}

/// A port that nothing listens on.
pub fn free_addr() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no port is free")?;
    Ok(listener.local_addr()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(vars: &[(&str, &str)]) -> Result<Option<Behind>> {
        Behind::given(|name| {
            let found = vars.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    const ALL: [(&str, &str); 3] = [
        ("APPWRITE_TEST_ENDPOINT", "https://appwrite.example/v1"),
        ("APPWRITE_TEST_PROJECT_ID", "p"),
        ("APPWRITE_TEST_KEY", "k"),
    ];

    #[test]
    fn a_given_appwrite_has_what_a_new_project_has() {
        assert!(given(&[]).unwrap().is_none());
        let behind = given(&ALL).unwrap().unwrap();
        assert_eq!(behind.endpoint, "https://appwrite.example/v1");
        assert_eq!(behind.methods, "password");
        assert_eq!(behind.providers, "");
        assert_eq!(behind.inbox, "");
        let more = [("APPWRITE_TEST_METHODS", "password,phone")];
        let behind = given(&[&ALL[..], &more].concat()).unwrap().unwrap();
        assert_eq!(behind.methods, "password,phone");
    }

    #[test]
    fn half_of_an_appwrite_is_an_error() {
        assert!(given(&ALL[..2]).is_err());
        assert!(given(&[ALL[0], ALL[1], ("APPWRITE_TEST_KEY", "")]).is_err());
    }
}
