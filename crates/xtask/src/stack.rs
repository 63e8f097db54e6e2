//! What a browser is pointed at: the app's release build, in front of a local Appwrite of its own or
//! of the one that `APPWRITE_TEST_*` name.

use std::{
    net::{SocketAddr, TcpListener},
    process::{Command, Stdio},
    time::Duration,
};

use crate::{
    Result,
    env::target,
    process::{self, Background},
    run,
    setup::Tools,
};

/// The key of the local Appwrites that are started here.
pub const KEY: &str = "test-key";

/// A cold start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// The app's server, and its local Appwrite where it has one. Both end with this value, the server
/// first.
pub struct Stack {
    base_url: String,
    behind: Behind,
    _server: Background,
    _appwrite: Option<Background>,
}

impl Stack {
    /// Builds the app and starts what is needed, on free ports.
    pub fn start(tools: &Tools) -> Result<Self> {
        let given = Behind::given(|name| std::env::var(name).ok())?;
        process::run(&mut run::leptos(tools, "build", true))?;
        let addr = free_addr()?;
        let (behind, appwrite, base_url) = match given {
            // Every Appwrite lets links lead to localhost, and only newer ones to 127.0.0.1 as well.
            Some(given) => (given, None, format!("http://localhost:{}", addr.port())),
            None => {
                let (appwrite, at) = local_appwrite(tools, &[])?;
                (Behind::local(at), Some(appwrite), format!("http://{addr}"))
            }
        };
        let mut command = run::server(&target().join("release"));
        configure(&mut command);
        command
            .env("LEPTOS_SITE_ADDR", addr.to_string())
            .env("SITE_URL", &base_url)
            .env("APPWRITE_ENDPOINT", &behind.endpoint)
            .env("APPWRITE_PROJECT_ID", &behind.project)
            .env("APPWRITE_KEY", &behind.key)
            .env("AUTH_METHODS", &behind.methods)
            .env("OAUTH_PROVIDERS", &behind.providers);
        let mut server = Background::start(&mut command)?;
        server.wait_for(addr, PATIENCE)?;
        Ok(Self {
            base_url,
            behind,
            _server: server,
            _appwrite: appwrite,
        })
    }

    /// A program that drives a browser against the app. It is told what the app offers and where
    /// the mails are, so that it can leave out what is not there.
    pub fn browser_command(&self, tools: &Tools, program: &str) -> Command {
        let mut command = process::command(program);
        command
            .env("BASE_URL", &self.base_url)
            .env("APPWRITE_METHODS", &self.behind.methods)
            .env("APPWRITE_PROVIDERS", &self.behind.providers)
            .env("INBOX_URL", &self.behind.inbox);
        if let Some(chromium) = &tools.chromium {
            command.env("CHROMIUM_PATH", chromium);
        }
        command
    }
}

/// The Appwrite behind the app, and what the app offers of it.
struct Behind {
    endpoint: String,
    project: String,
    key: String,
    /// The ways in, as in `AUTH_METHODS`.
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
            _ => Err(format!("set all of {} or none", names.join(", "))),
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

/// The configuration that is the tests' and not the developer's own. What is to have its default is
/// set to nothing, because a variable that is not set would be read from `.env`.
fn configure(command: &mut Command) {
    for name in [
        "SESSION_COOKIE",
        "NEXT_PUBLIC_APPWRITE_ENDPOINT",
        "NEXT_PUBLIC_APPWRITE_PROJECT",
        "NEXT_APPWRITE_KEY",
        "APPWRITE_TIMEOUT",
        "APPWRITE_CONNECT_TIMEOUT",
    ] {
        command.env(name, "");
    }
    // Each test sends an `X-Forwarded-For` of its own, so that the rate limits of one do not meet
    // another.
    command.env("TRUSTED_PROXIES", "127.0.0.1,::1");
}

/// A local Appwrite in memory, on a free port.
pub fn local_appwrite(tools: &Tools, options: &[&str]) -> Result<(Background, SocketAddr)> {
    process::run(
        tools
            .command("cargo")
            .args(["build", "--quiet", "-p", "appwrite-local"]),
    )?;
    let addr = free_addr()?;
    let program = target().join("debug/appwrite-local");
    let mut command = process::command(&program.to_string_lossy());
    command
        .args(["--ephemeral", "--cheap-passwords", "--log", "warn"])
        .args(["--key", KEY, "--addr", &addr.to_string()])
        .args(options)
        .stdout(Stdio::null());
    let mut server = Background::start(&mut command)?;
    server.wait_for(addr, PATIENCE)?;
    Ok((server, addr))
}

/// A port that nothing listens on.
pub fn free_addr() -> Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map_err(|error| format!("no port is free: {error}"))
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
