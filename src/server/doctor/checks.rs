//! The single checks: what each asks Appwrite, and what the answer means.

use axum::http::{Method as Verb, StatusCode};
use futures::future::join_all;
use serde_json::json;
use url::Url;

use super::finding::{Finding, Verdict};
use crate::{
    model::SignInMethod,
    server::{
        appwrite::{Caller, Failure, FailureKind, Probe, ProbeAnswer},
        config::Appwrite,
    },
};

/// The oldest version that has everything this app asks for.
const OLDEST: (u32, u32) = (1, 6);

/// Whether an Appwrite answers, and which version. This route refuses keys.
pub(super) async fn endpoint(probe: &Probe, url: &Url) -> Result<Finding, Finding> {
    const CHECK: &str = "endpoint";
    const PATH: &str = "/health/version";
    let problem = |detail: String, fix: &str| Finding::problem(CHECK, detail, fix);
    let answer = probe.get(Caller::Anybody, PATH).await;
    let answer = answer.map_err(|Failure { kind, text }| {
        let (what, fix) = match kind {
            FailureKind::UnknownHost => (
                "has a host name that can't be resolved",
                "Check the spelling of APPWRITE_ENDPOINT, and this machine's DNS.",
            ),
            FailureKind::Refused => (
                "refuses the connection: nothing listens there",
                "Check the host and port in APPWRITE_ENDPOINT, and that Appwrite is running.",
            ),
            FailureKind::Tls => (
                "has no encrypted connection that this machine trusts",
                "Give the host a certificate that this machine trusts. If it has none on purpose, \
                 use http:// in APPWRITE_ENDPOINT.",
            ),
            FailureKind::Timeout => (
                "does not answer in time",
                "Check the host and port in APPWRITE_ENDPOINT, and whether a firewall blocks it.",
            ),
            FailureKind::Other => (
                "does not answer",
                "Check APPWRITE_ENDPOINT, and that Appwrite is running.",
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
    // An error of Appwrite's own shows that it is one.
    if !answer.kind.is_empty() && !answer.status.is_server_error() {
        let detail = format!(
            "{url} answers, but doesn't say which version it is ({})",
            answer.kind
        );
        return Ok(Finding::cannot_tell(CHECK, detail));
    }
    Err(if let Some(location) = &answer.location {
        // The query may be long, and is no part of the endpoint's address.
        let location = location.split(['?', '#']).next().unwrap_or_default();
        let location = location.strip_suffix(PATH).unwrap_or(location);
        problem(
            format!("{url} redirects to {location}"),
            "Set APPWRITE_ENDPOINT to the address that really answers; it ends in /v1.",
        )
    } else if answer.status.is_server_error() {
        problem(
            format!("{url} answers with status {status}: Appwrite or something it needs is down"),
            "Check Appwrite's own logs, or wait until it's back.",
        )
    } else {
        let what = if answer.is_page {
            "with a web page"
        } else {
            "but not like Appwrite"
        };
        problem(
            format!("{url} answers {what} (status {status}), so it isn't Appwrite"),
            "Set APPWRITE_ENDPOINT to the \"API endpoint\" from the project's settings in the \
             console; it ends in /v1.",
        )
    })
}

fn judge_version(check: &str, url: &Url, version: &str) -> Finding {
    let mut numbers = version.split('.').map(|number| number.parse().ok());
    let (Some(Some(major)), Some(Some(minor))) = (numbers.next(), numbers.next()) else {
        let detail = format!("{url} answers, but with a version we can't read");
        return Finding::cannot_tell(check, detail);
    };
    // Only the numbers are shown. The rest could be anything.
    let shown = match numbers.next() {
        Some(Some(patch)) => format!("{major}.{minor}.{patch}"),
        _ => format!("{major}.{minor}"),
    };
    let detail = format!("{url} answers, Appwrite {shown}");
    if (major, minor) < OLDEST {
        let (major, minor) = OLDEST;
        let fix = format!("Update Appwrite: this app needs {major}.{minor} or newer.");
        return Finding::problem(check, detail, fix);
    }
    Finding::ok(check, detail)
}

/// Whether the project exists.
pub(super) async fn project(probe: &Probe, appwrite: &Appwrite) -> Finding {
    const CHECK: &str = "project";
    let id = &appwrite.project_id;
    match probe.get(Caller::Guest, "/ping").await {
        Ok(answer) if answer.status == StatusCode::OK => {
            Finding::ok(CHECK, format!("\"{id}\" exists"))
        }
        Ok(answer) if answer.kind == "project_not_found" => Finding::problem(
            CHECK,
            format!("there is no project \"{id}\""),
            "Set APPWRITE_PROJECT_ID to the project ID from the settings in the console. On \
             Appwrite Cloud, the endpoint must be the one for the project's region.",
        ),
        other => unexpected(CHECK, other),
    }
}

/// Lists that a key may be allowed to read, and the scope for each. This app needs none of them.
const READS: [(&str, &str); 5] = [
    ("/users", "users.read"),
    ("/teams", "teams.read"),
    ("/databases", "databases.read"),
    ("/storage/buckets", "buckets.read"),
    ("/functions", "functions.read"),
];

/// `queries[0]={"method":"limit","values":[1]}`
const LIMIT_1: &str = "queries%5B0%5D=%7B%22method%22%3A%22limit%22%2C%22values%22%3A%5B1%5D%7D";

const KEY: &str = "key";

/// Whether the key is one of this project's, and has the scope that sign-in needs.
pub(super) async fn key_can_sign_in(probe: &Probe) -> Finding {
    // Appwrite looks at key and scope first, and only then misses the parameters.
    let answer = probe.ask(
        Caller::Key,
        Verb::POST,
        "/account/sessions/email",
        Some(json!({})),
    );
    judge_key(KEY, answer.await)
}

/// As [`key_can_sign_in`], and also whether Appwrite takes it for a key at all, and what else it
/// may do.
pub(super) async fn key(probe: &Probe) -> Finding {
    let reads = READS.map(|(path, scope)| async move {
        let path = format!("{path}?{LIMIT_1}");
        let answer = probe.get(Caller::Key, &path).await;
        answer
            .is_ok_and(|answer| answer.status == StatusCode::OK)
            .then_some(scope)
    });
    let (finding, version, reads) = tokio::join!(
        key_can_sign_in(probe),
        probe.get(Caller::Key, "/health/version"),
        join_all(reads)
    );
    if finding.verdict != Verdict::Ok {
        return finding;
    }
    // Appwrite shows this to any guest, but to no key.
    if version.is_ok_and(|answer| answer.status == StatusCode::OK) {
        return Finding::problem(
            KEY,
            "Appwrite doesn't accept it as a key, and treats the app as a guest",
            NEW_KEY,
        );
    }
    let wider: Vec<&str> = reads.into_iter().flatten().collect();
    if wider.is_empty() {
        return finding;
    }
    let detail = format!(
        "{}, but allows more than this app needs: {}",
        finding.detail,
        wider.join(", ")
    );
    Finding::ok(KEY, detail).with_fix(
        "It works, but a key with only the scope sessions.write does less harm if it ever leaks.",
    )
}

const NEW_KEY: &str = "Create an API key with the scope sessions.write in the project's settings \
     in the console, and set APPWRITE_KEY to its secret.";

fn judge_key(check: &str, answer: Result<ProbeAnswer, Failure>) -> Finding {
    let kind = answer.as_ref().map_or("", |answer| answer.kind.as_str());
    let problem = match kind {
        "general_argument_invalid" => {
            return Finding::ok(
                check,
                "belongs to the project and has the scope sessions.write",
            );
        }
        "general_unauthorized_scope" => {
            return Finding::problem(
                check,
                "belongs to the project, but lacks the scope sessions.write",
                "Add the scope sessions.write to the API key in the project's settings in the \
                 console. Without it, nobody can sign in.",
            );
        }
        "user_unauthorized" => "isn't a key of this project",
        "project_key_expired" | "api_key_expired" => "has expired",
        "project_id_missing" => "is the key of another project",
        _ => return unexpected(check, answer),
    };
    Finding::problem(check, problem, NEW_KEY)
}

/// Whether links in emails and OAuth2 providers may lead back to this site.
pub(super) async fn platform(probe: &Probe, site: &Url) -> Finding {
    const CHECK: &str = "SITE_URL";
    let origin = site.origin().ascii_serialization();
    // Appwrite only looks at the origin of changes, and looks at it before it looks at who asks. A
    // guest has no name that this could change.
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
                "{origin} isn't a platform of the project, so OAuth2 and links in emails can't lead \
                 here"
            ),
            platform_fix(site),
        ),
        _ => unexpected(CHECK, answer),
    }
}

/// What makes the site's host a platform.
fn platform_fix(site: &Url) -> String {
    let host = site.host_str().unwrap_or_default();
    match host {
        "0.0.0.0" | "[::]" => "Set SITE_URL to the address that people type, like \
            http://192.168.1.5:3000, and add a web platform with its hostname to the project."
            .to_owned(),
        // Older versions of Appwrite don't take them for the same machine.
        "127.0.0.1" | "[::1]" => {
            let port = site.port().map_or(String::new(), |port| format!(":{port}"));
            format!(
                "Set SITE_URL={}://localhost{port}, and open the site there: every project allows \
                 localhost.",
                site.scheme()
            )
        }
        _ => format!(
            "In the console, open the project's overview and add a web platform with the hostname \
             {host}."
        ),
    }
}

/// Whether a method from `AUTH_METHODS` is on. Each OAuth2 provider has a check of its own.
pub(super) async fn method(probe: &Probe, method: SignInMethod) -> Option<Finding> {
    let check: &str = method.into();
    let path = match method {
        SignInMethod::Password => "/account/sessions/email",
        SignInMethod::MagicUrl => "/account/tokens/magic-url",
        SignInMethod::EmailOtp => "/account/tokens/email",
        SignInMethod::Phone => "/account/tokens/phone",
        SignInMethod::Anonymous => {
            let detail = "checking would create a guest; sign in as one to see";
            return Some(Finding::cannot_tell(check, detail));
        }
        SignInMethod::OAuth2 => return None,
    };
    // Appwrite refuses what's switched off before it misses the parameters, but not if a key asks.
    let answer = probe
        .ask(Caller::Guest, Verb::POST, path, Some(json!({})))
        .await;
    let kind = answer.as_ref().map_or("", |answer| answer.kind.as_str());
    Some(match kind {
        "general_argument_invalid" => Finding::ok(check, "is on"),
        "user_auth_method_unsupported" => Finding::problem(
            check,
            "is offered by this app, but switched off in Appwrite",
            format!(
                "Switch it on in the console (Auth, Settings), or remove {check} from AUTH_METHODS."
            ),
        ),
        _ => unexpected(check, answer),
    })
}

/// Whether a provider from `OAUTH_PROVIDERS` is on.
pub(super) async fn provider(probe: &Probe, id: &str) -> Finding {
    // Names no address to come back to, so an unregistered SITE_URL isn't taken for a fault of the
    // provider. This route's errors are web pages, but their status tells.
    let path = format!("/account/tokens/oauth2/{id}");
    let answer = probe.get(Caller::Guest, &path).await;
    let status = answer.as_ref().ok().map(|answer| answer.status);
    match status {
        Some(status) if status.is_redirection() => Finding::ok(id, "is on"),
        Some(StatusCode::PRECONDITION_FAILED) => Finding::problem(
            id,
            "is offered by this app, but switched off or not set up in Appwrite",
            format!(
                "Switch it on in the console (Auth, Settings, OAuth2 providers) with the \
                 provider's app ID and secret, or remove {id} from OAUTH_PROVIDERS."
            ),
        ),
        Some(StatusCode::BAD_REQUEST) => Finding::problem(
            id,
            "isn't a provider that this Appwrite knows",
            "Check the spelling in OAUTH_PROVIDERS: Appwrite's IDs look like github and google.",
        ),
        _ => unexpected(id, answer),
    }
}

/// Whether Appwrite can send email. Asks for a recovery that nobody can get.
pub(super) async fn mail(probe: &Probe, site: &Url) -> Finding {
    const CHECK: &str = "mail";
    // No email can ever reach this domain, and nobody can guess the name in advance.
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
            "is set up, as far as we can see; whether emails arrive, we can't tell",
        ),
        "general_smtp_disabled" => Finding::problem(
            CHECK,
            "is not set up in Appwrite, so it can't email any links or codes",
            "Give Appwrite an SMTP server, in the project's settings in the console (SMTP), or \
             with the variables _APP_SMTP_… if you host it yourself.",
        ),
        "general_argument_invalid" => Finding::cannot_tell(
            CHECK,
            "Appwrite refuses the link before it checks; add SITE_URL as a platform first",
        ),
        _ => unexpected(CHECK, answer),
    }
}

/// The finding for an answer that says nothing about the check, with a guess at why.
fn unexpected(check: &str, answer: Result<ProbeAnswer, Failure>) -> Finding {
    let answer = match answer {
        Ok(answer) => answer,
        Err(failure) => {
            return Finding::cannot_tell(check, format!("no answer ({failure})"));
        }
    };
    let detail = match answer.kind.as_str() {
        "project_not_found" => "this needs a project that exists".to_owned(),
        "user_unauthorized"
        | "general_unauthorized_scope"
        | "project_key_expired"
        | "api_key_expired"
        | "project_id_missing" => "this needs a key that works".to_owned(),
        "general_service_disabled" | "general_api_disabled" => {
            return Finding::problem(
                check,
                "the project's Account service or REST API is switched off",
                "Switch both on in the project's settings in the console (Services, Protocols).",
            );
        }
        _ if answer.status == StatusCode::TOO_MANY_REQUESTS => {
            "Appwrite was asked too often; try again in an hour".to_owned()
        }
        "" => format!("unexpected answer (status {})", answer.status.as_u16()),
        kind => format!(
            "unexpected answer (status {}, {kind})",
            answer.status.as_u16()
        ),
    };
    Finding::cannot_tell(check, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_add_for_a_host_of_this_machine_is_named() {
        for (site, fix) in [
            ("http://0.0.0.0:3000", "Set SITE_URL to the address that"),
            ("http://[::]:3000", "Set SITE_URL to the address that"),
            ("http://[::1]:3000", "Set SITE_URL=http://localhost:3000,"),
            ("http://127.0.0.1", "Set SITE_URL=http://localhost,"),
            ("http://localhost:3000", "the hostname localhost."),
            ("http://192.168.1.5:3000", "the hostname 192.168.1.5."),
        ] {
            let found = platform_fix(&Url::parse(site).unwrap());
            assert!(found.contains(fix), "{site}: {found}");
        }
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
