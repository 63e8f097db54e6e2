//! The setup doctor: whether the Appwrite that is configured can do what this app needs of it.
//!
//! Nothing that it asks changes anything at Appwrite. Where only an act would tell, such as whether
//! text messages arrive, it says that it cannot tell.

use std::fmt;

use axum::http::{Method as Verb, StatusCode};
use futures::future::join_all;
use serde_json::json;
use url::Url;

use super::{
    appwrite::{Answer, Caller, Failure, Probe, Trouble},
    config::{Appwrite, Config},
};
use crate::model::Method;

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is as it must be.
    Ok,
    /// Something will not work.
    Problem,
    /// From outside it cannot be seen.
    CannotTell,
}

/// One thing that was examined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was examined, in a word or two.
    pub check: String,
    /// What it came to.
    pub verdict: Verdict,
    /// What was seen.
    pub detail: String,
    /// What to do about it.
    pub fix: Option<String>,
}

impl Finding {
    fn ok(check: &str, detail: impl Into<String>) -> Self {
        Self {
            check: check.to_owned(),
            verdict: Verdict::Ok,
            detail: detail.into(),
            fix: None,
        }
    }

    fn problem(check: &str, detail: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Problem,
            fix: Some(fix.into()),
            ..Self::ok(check, detail)
        }
    }

    fn cannot_tell(check: &str, detail: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::CannotTell,
            ..Self::ok(check, detail)
        }
    }

    fn with_fix(self, fix: impl Into<String>) -> Self {
        Self {
            fix: Some(fix.into()),
            ..self
        }
    }
}

/// As lines for people: verdict, check and detail, and below them what to do.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Problem => "problem",
            Verdict::CannotTell => "cannot tell",
        };
        write!(f, "{verdict:<11}  {:<13}  {}", self.check, self.detail)?;
        match &self.fix {
            Some(fix) => write!(f, "\n{:28}→ {fix}", ""),
            None => Ok(()),
        }
    }
}

/// The last line of a report.
pub fn summary(findings: &[Finding]) -> String {
    let count = |verdict| findings.iter().filter(|one| one.verdict == verdict).count();
    let (ok, problems, unclear) = (
        count(Verdict::Ok),
        count(Verdict::Problem),
        count(Verdict::CannotTell),
    );
    let s = if problems == 1 { "" } else { "s" };
    format!("{ok} ok, {problems} problem{s}, {unclear} cannot be told")
}

/// Whether something will not work.
pub fn has_problem(findings: &[Finding]) -> bool {
    findings.iter().any(|one| one.verdict == Verdict::Problem)
}

/// Examines everything.
pub async fn examine(config: &Config, appwrite: &Appwrite) -> Vec<Finding> {
    let (probe, first) = match begin(config, appwrite).await {
        Ok(begun) => begun,
        Err(finding) => {
            let rest = "not asked, since no Appwrite answers";
            return vec![finding, Finding::cannot_tell("the rest", rest)];
        }
    };
    let (probe, site, ways) = (&probe, &config.site.url, &config.sign_in_methods);
    let methods = ways.methods.iter().map(|way| method(probe, *way));
    let providers = ways.providers.iter().map(|id| provider(probe, id));
    let (project, key, platform, methods, providers, mail) = tokio::join!(
        project(probe, appwrite),
        key(probe, true),
        platform(probe, site),
        join_all(methods),
        join_all(providers),
        mail(probe, site),
    );
    let mut findings = vec![first, project, key, platform];
    findings.extend(methods.into_iter().flatten());
    findings.extend(providers);
    findings.push(mail);
    if ways.has(Method::Phone) {
        findings.push(Finding::cannot_tell(
            "text messages",
            "only a message that arrives would tell; sign in by phone once to see",
        ));
    }
    findings
}

/// Examines what decides whether the app works at all: endpoint, project and key, with at most
/// three calls.
pub async fn examine_quickly(config: &Config, appwrite: &Appwrite) -> Vec<Finding> {
    match begin(config, appwrite).await {
        Ok((probe, first)) => {
            let (project, key) = tokio::join!(project(&probe, appwrite), key(&probe, false));
            vec![first, project, key]
        }
        Err(finding) => vec![finding],
    }
}

/// Examines the local Appwrite of another process, which keeps its key to itself: whether it is one.
pub async fn examine_running(config: &Config, appwrite: &Appwrite) -> Vec<Finding> {
    match begin(config, appwrite).await {
        Ok((_, first)) => {
            let rest = "a local Appwrite that runs already keeps its key to itself";
            let fix = "Stop the server that started it, and ask again.";
            vec![first, Finding::cannot_tell("the rest", rest).with_fix(fix)]
        }
        Err(finding) => vec![finding],
    }
}

/// Logs what will not work, each in one line. For the start of the server, which goes on meanwhile.
pub async fn warn(config: Config, appwrite: Appwrite) {
    for finding in examine_quickly(&config, &appwrite).await {
        if finding.verdict == Verdict::Problem {
            let Finding {
                check, detail, fix, ..
            } = finding;
            let fix = fix.unwrap_or_default();
            tracing::warn!("Appwrite, {check}: {detail}. {fix}");
        }
    }
}

/// Makes a probe, and asks the endpoint. What is wrong with it would be wrong with every other
/// check.
async fn begin(config: &Config, appwrite: &Appwrite) -> Result<(Probe, Finding), Finding> {
    let probe = Probe::new(appwrite, config.timeouts).map_err(|error| {
        Finding::problem(
            "endpoint",
            error,
            "See .env.example for what each value is.",
        )
    })?;
    let finding = endpoint(&probe, &appwrite.endpoint).await?;
    Ok((probe, finding))
}

/// The oldest version that has everything this app asks for.
const OLDEST: (u32, u32) = (1, 6);

/// Whether an Appwrite answers, and which. A key would be refused here.
async fn endpoint(probe: &Probe, url: &Url) -> Result<Finding, Finding> {
    const CHECK: &str = "endpoint";
    const PATH: &str = "/health/version";
    let problem = |detail: String, fix: &str| Finding::problem(CHECK, detail, fix);
    let answer = probe.get(Caller::Anybody, PATH).await;
    let answer = answer.map_err(|Failure { trouble, text }| {
        let (what, fix) = match trouble {
            Trouble::Name => (
                "has a host name that cannot be resolved",
                "Check the spelling of APPWRITE_ENDPOINT, and that this machine can look up names.",
            ),
            Trouble::Refused => (
                "refuses the connection: nothing listens there",
                "Check host and port of APPWRITE_ENDPOINT, and that Appwrite runs.",
            ),
            Trouble::Tls => (
                "offers no encrypted connection that can be trusted",
                "Give the host a certificate that this machine trusts, or, where it has none on \
                 purpose, write http:// in APPWRITE_ENDPOINT.",
            ),
            Trouble::Late => (
                "does not answer in time",
                "Check host and port of APPWRITE_ENDPOINT, and whether a firewall is between.",
            ),
            Trouble::Other => (
                "does not answer",
                "Check APPWRITE_ENDPOINT, and that Appwrite runs.",
            ),
        };
        problem(format!("{url} {what} ({text})"), fix)
    })?;
    let status = answer.status.as_u16();
    let version = answer
        .body
        .as_ref()
        .and_then(|body| body["version"].as_str());
    if let (StatusCode::OK, Some(version)) = (answer.status, version) {
        return Ok(judge_version(CHECK, url, version));
    }
    // An error of its own shows that it is one.
    if !answer.kind.is_empty() && !answer.status.is_server_error() {
        let detail = format!(
            "{url} answers, but does not tell its version ({})",
            answer.kind
        );
        return Ok(Finding::cannot_tell(CHECK, detail));
    }
    Err(if let Some(location) = &answer.location {
        // A query may be long, and says nothing about the address.
        let location = location.split(['?', '#']).next().unwrap_or_default();
        let location = location.strip_suffix(PATH).unwrap_or(location);
        problem(
            format!("{url} leads on to {location}"),
            "Write the address that really answers into APPWRITE_ENDPOINT; it ends in /v1.",
        )
    } else if answer.status.is_server_error() {
        problem(
            format!("{url} answers with status {status}: Appwrite, or what it needs, is down"),
            "Look at Appwrite's own logs, or wait until it is back.",
        )
    } else {
        let what = if answer.is_page {
            "with a web page"
        } else {
            "but not as Appwrite does"
        };
        problem(
            format!("{url} answers {what} (status {status}), so it is no Appwrite"),
            "APPWRITE_ENDPOINT is the address of the API, which the project's settings in the \
             console show as \"API endpoint\"; it ends in /v1.",
        )
    })
}

fn judge_version(check: &str, url: &Url, version: &str) -> Finding {
    let mut numbers = version.split('.').map(|number| number.parse().ok());
    let (Some(Some(major)), Some(Some(minor))) = (numbers.next(), numbers.next()) else {
        let detail = format!("{url} answers, with a version that cannot be read");
        return Finding::cannot_tell(check, detail);
    };
    // Only the numbers are shown: the rest could be anything.
    let shown = match numbers.next() {
        Some(Some(patch)) => format!("{major}.{minor}.{patch}"),
        _ => format!("{major}.{minor}"),
    };
    let detail = format!("{url} answers, Appwrite {shown}");
    if (major, minor) < OLDEST {
        let (major, minor) = OLDEST;
        let fix = format!("Update Appwrite: this app is made for {major}.{minor} and newer.");
        return Finding::problem(check, detail, fix);
    }
    Finding::ok(check, detail)
}

/// Whether there is such a project.
async fn project(probe: &Probe, appwrite: &Appwrite) -> Finding {
    const CHECK: &str = "project";
    let id = &appwrite.project_id;
    match probe.get(Caller::Guest, "/ping").await {
        Ok(answer) if answer.status == StatusCode::OK => {
            Finding::ok(CHECK, format!("\"{id}\" exists"))
        }
        Ok(answer) if answer.kind == "project_not_found" => Finding::problem(
            CHECK,
            format!("there is no project \"{id}\""),
            "Copy the project's ID from its settings in the console into APPWRITE_PROJECT_ID. On \
             Appwrite Cloud the endpoint must be that of the project's region.",
        ),
        other => unexpected(CHECK, other),
    }
}

/// A list of one item of each kind that a key may be allowed to read, with the scope for it. This
/// app asks for none of them.
const READS: [(&str, &str); 5] = [
    ("/users", "users.read"),
    ("/teams", "teams.read"),
    ("/databases", "databases.read"),
    ("/storage/buckets", "buckets.read"),
    ("/functions", "functions.read"),
];

/// `queries[0]={"method":"limit","values":[1]}`
const LIMIT_1: &str = "queries%5B0%5D=%7B%22method%22%3A%22limit%22%2C%22values%22%3A%5B1%5D%7D";

/// Whether the key is one of the project, and has the scope that sign-in needs. Thoroughly: also
/// whether it is taken for a key at all, and what else it may do.
async fn key(probe: &Probe, thoroughly: bool) -> Finding {
    const CHECK: &str = "key";
    // Appwrite looks at key and scope first, and then misses the parameters.
    let sign_in = probe.ask(
        Caller::Key,
        Verb::POST,
        "/account/sessions/email",
        Some(json!({})),
    );
    if !thoroughly {
        return judge_key(CHECK, sign_in.await);
    }
    let reads = READS.map(|(path, scope)| async move {
        let path = format!("{path}?{LIMIT_1}");
        let answer = probe.get(Caller::Key, &path).await;
        answer
            .is_ok_and(|answer| answer.status == StatusCode::OK)
            .then_some(scope)
    });
    let (sign_in, version, reads) = tokio::join!(
        sign_in,
        probe.get(Caller::Key, "/health/version"),
        join_all(reads)
    );
    let finding = judge_key(CHECK, sign_in);
    if finding.verdict != Verdict::Ok {
        return finding;
    }
    // What any guest may see is refused to every key.
    if version.is_ok_and(|answer| answer.status == StatusCode::OK) {
        return Finding::problem(
            CHECK,
            "Appwrite does not take it for a key, and the app for a guest",
            NEW_KEY,
        );
    }
    let wider: Vec<&str> = reads.into_iter().flatten().collect();
    if wider.is_empty() {
        return finding;
    }
    let detail = format!(
        "{}, but may do more than this app needs: {}",
        finding.detail,
        wider.join(", ")
    );
    Finding::ok(CHECK, detail).with_fix(
        "It works. A key with the scope sessions.write alone does less harm if it is ever lost.",
    )
}

const NEW_KEY: &str = "Make an API key with the scope sessions.write in the project's settings in \
     the console, and put its secret into APPWRITE_KEY.";

fn judge_key(check: &str, answer: Result<Answer, Failure>) -> Finding {
    let kind = answer.as_ref().map_or("", |answer| answer.kind.as_str());
    let problem = match kind {
        "general_argument_invalid" => {
            return Finding::ok(check, "is the project's, with the scope sessions.write");
        }
        "general_unauthorized_scope" => {
            return Finding::problem(
                check,
                "is the project's, but lacks the scope sessions.write",
                "Add the scope sessions.write to the API key in the project's settings in the \
                 console. Without it nobody can sign in.",
            );
        }
        "user_unauthorized" => "is no key of this project",
        "project_key_expired" | "api_key_expired" => "has expired",
        "project_id_missing" => "is the key of another project",
        _ => return unexpected(check, answer),
    };
    Finding::problem(check, problem, NEW_KEY)
}

/// Whether links in mails and OAuth2 providers may lead back to this site.
async fn platform(probe: &Probe, site: &Url) -> Finding {
    const CHECK: &str = "SITE_URL";
    let origin = site.origin().ascii_serialization();
    // Appwrite looks at the origin of changes only, and only then at who asks: a guest has no name
    // that could be changed.
    let answer = probe
        .ask(
            Caller::Page(&origin),
            Verb::PATCH,
            "/account/name",
            Some(json!({})),
        )
        .await;
    let kind = answer.as_ref().map_or("", |answer| answer.kind.as_str());
    match kind {
        "general_unauthorized_scope" => {
            Finding::ok(CHECK, format!("{origin} is a platform of the project"))
        }
        "general_unknown_origin" => Finding::problem(
            CHECK,
            format!(
                "{origin} is no platform of the project: links in mails and OAuth2 cannot lead here"
            ),
            format!(
                "In the console: the project's overview, Add platform, Web, hostname {}.",
                site.host_str().unwrap_or_default()
            ),
        ),
        _ => unexpected(CHECK, answer),
    }
}

/// Whether a method of `AUTH_METHODS` is on. The providers of OAuth2 are checks of their own.
async fn method(probe: &Probe, method: Method) -> Option<Finding> {
    let check = method.name();
    let path = match method {
        Method::Password => "/account/sessions/email",
        Method::MagicUrl => "/account/tokens/magic-url",
        Method::EmailOtp => "/account/tokens/email",
        Method::Phone => "/account/tokens/phone",
        Method::Anonymous => {
            let detail = "asking would make a guest; sign in as one to see";
            return Some(Finding::cannot_tell(check, detail));
        }
        Method::OAuth2 => return None,
    };
    // What is switched off is refused before the missing parameters are, but not to a key.
    let answer = probe
        .ask(Caller::Guest, Verb::POST, path, Some(json!({})))
        .await;
    let kind = answer.as_ref().map_or("", |answer| answer.kind.as_str());
    Some(match kind {
        "general_argument_invalid" => Finding::ok(check, "is on"),
        "user_auth_method_unsupported" => Finding::problem(
            check,
            "is offered by this app, but switched off at Appwrite",
            format!(
                "Switch it on in the console (Auth, Settings), or take {check} out of AUTH_METHODS."
            ),
        ),
        _ => unexpected(check, answer),
    })
}

/// Whether a provider of `OAUTH_PROVIDERS` is on.
async fn provider(probe: &Probe, id: &str) -> Finding {
    // Without addresses to come back to, so that an unregistered SITE_URL is not taken for a fault
    // of the provider. Errors of this route are pages; the status tells.
    let path = format!("/account/tokens/oauth2/{id}");
    let answer = probe.get(Caller::Guest, &path).await;
    let status = answer.as_ref().ok().map(|answer| answer.status);
    match status {
        Some(status) if status.is_redirection() => Finding::ok(id, "is on"),
        Some(StatusCode::PRECONDITION_FAILED) => Finding::problem(
            id,
            "is offered by this app, but switched off or not set up at Appwrite",
            format!(
                "Switch it on in the console (Auth, Settings, OAuth2 providers) with the \
                 provider's app ID and secret, or take {id} out of OAUTH_PROVIDERS."
            ),
        ),
        Some(StatusCode::BAD_REQUEST) => Finding::problem(
            id,
            "is no provider that this Appwrite knows",
            "Check its spelling in OAUTH_PROVIDERS: Appwrite's IDs are like github and google.",
        ),
        _ => unexpected(id, answer),
    }
}

/// Whether Appwrite can send mail, by asking for a recovery that nobody can get.
async fn mail(probe: &Probe, site: &Url) -> Finding {
    const CHECK: &str = "mail";
    // No mail can ever go to this domain, and nobody can guess the name before.
    let email = format!("doctor-{:016x}@example.invalid", rand::random::<u64>());
    let url = format!("{}/recover/confirm", site.as_str().trim_end_matches('/'));
    let body = json!({ "email": email, "url": url });
    let answer = probe
        .ask(Caller::Key, Verb::POST, "/account/recovery", Some(body))
        .await;
    let kind = answer.as_ref().map_or("", |answer| answer.kind.as_str());
    match kind {
        "user_not_found" => Finding::ok(
            CHECK,
            "is set up as far as can be seen; whether it arrives cannot be told",
        ),
        "general_smtp_disabled" => Finding::problem(
            CHECK,
            "is not set up at Appwrite: no link and no code can be sent",
            "Give Appwrite an SMTP server: the variables _APP_SMTP_… of a self-hosted one, or the \
             project's settings in the console (SMTP).",
        ),
        "general_argument_invalid" => Finding::cannot_tell(
            CHECK,
            "Appwrite refuses the link before it looks; make SITE_URL a platform first",
        ),
        _ => unexpected(CHECK, answer),
    }
}

/// An answer that says nothing about the check, and why that may be.
fn unexpected(check: &str, answer: Result<Answer, Failure>) -> Finding {
    let answer = match answer {
        Ok(answer) => answer,
        Err(Failure { text, .. }) => {
            return Finding::cannot_tell(check, format!("there was no answer ({text})"));
        }
    };
    let detail = match answer.kind.as_str() {
        "project_not_found" => "only a project that exists can be asked".to_owned(),
        "user_unauthorized"
        | "general_unauthorized_scope"
        | "project_key_expired"
        | "api_key_expired"
        | "project_id_missing" => "only a key that works can ask".to_owned(),
        "general_service_disabled" | "general_api_disabled" => {
            return Finding::problem(
                check,
                "the project's Account service or REST API is switched off",
                "Switch both on in the project's settings in the console (Services, Protocols).",
            );
        }
        _ if answer.status == StatusCode::TOO_MANY_REQUESTS => {
            "it was asked too often; Appwrite answers again within an hour".to_owned()
        }
        "" => format!(
            "there was an odd answer (status {})",
            answer.status.as_u16()
        ),
        kind => format!(
            "there was an odd answer (status {}, {kind})",
            answer.status.as_u16()
        ),
    };
    Finding::cannot_tell(check, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_a_line_and_its_fix_another() {
        let ok = Finding::ok("endpoint", "https://example.com/v1 answers, Appwrite 1.9.6");
        assert_eq!(
            ok.to_string(),
            "ok           endpoint       https://example.com/v1 answers, Appwrite 1.9.6"
        );
        let problem = Finding::problem("key", "has expired", "Make another.");
        assert_eq!(
            problem.to_string(),
            "problem      key            has expired\n                            → Make another."
        );
        let unclear = Finding::cannot_tell("text messages", "try it");
        assert_eq!(unclear.to_string(), "cannot tell  text messages  try it");
    }

    #[test]
    fn the_last_line_counts() {
        let findings = [
            Finding::ok("a", ""),
            Finding::ok("b", ""),
            Finding::problem("c", "", ""),
            Finding::cannot_tell("d", ""),
        ];
        assert_eq!(summary(&findings), "2 ok, 1 problem, 1 cannot be told");
        assert_eq!(
            summary(&findings[..2]),
            "2 ok, 0 problems, 0 cannot be told"
        );
        assert!(has_problem(&findings));
        assert!(!has_problem(&findings[..2]));
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        let url = Url::parse("https://example.com/v1").unwrap();
        for (version, verdict) in [
            ("1.9.6", Verdict::Ok),
            ("1.6", Verdict::Ok),
            ("1.10.0-RC1", Verdict::Ok),
            ("2.0.0", Verdict::Ok),
            ("1.5.11", Verdict::Problem),
            ("0.15.3", Verdict::Problem),
            ("main", Verdict::CannotTell),
            ("\u{1b}[2J", Verdict::CannotTell),
        ] {
            let finding = judge_version("endpoint", &url, version);
            assert_eq!(finding.verdict, verdict, "{version}");
            assert!(!finding.detail.contains('\u{1b}'));
        }
    }
}
