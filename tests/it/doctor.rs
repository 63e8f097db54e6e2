//! What the doctor says about a good set-up, and about everything that can be wrong with one.

use std::{
    future::ready,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::Duration,
};

use appwrite_local::Settings;
use axum::{
    http::{
        StatusCode,
        header::{CONTENT_TYPE, LOCATION},
    },
    response::{IntoResponse, Response},
};
use leptos_appwrite::{
    model::{SignInMethod, SignInMethods},
    server::{
        appwrite::Probe,
        config::{ApiKey, Appwrite, Config, Vars},
        doctor::{Finding, Verdict, examine, examine_quickly, examine_tables},
        schema::{PROJECT_FILE, Schema},
    },
};
use strum::VariantArray;
use tokio::{task::spawn_blocking, time::timeout};

use crate::support::{
    KEY, Upstream, appwrite, appwrite_error, http_client, json, local_appwrite, local_appwrite_of,
    local_appwrite_with, program, program_folder,
};

/// All sign-in methods, and these providers.
fn config(site_url: &str, providers: &[&str]) -> Config {
    let mut config = Config::read(&Vars::from_pairs([
        ("SITE_URL", site_url),
        ("APPWRITE_ENDPOINT", "http://127.0.0.1:9/v1"),
        ("APPWRITE_PROJECT_ID", "unused"),
        ("APPWRITE_KEY", "unused"),
    ]))
    .unwrap();
    config.sign_in_methods = SignInMethods {
        methods: SignInMethod::VARIANTS.to_vec(),
        providers: providers.iter().map(|id| (*id).to_owned()).collect(),
    };
    config
}

const LOCALHOST: &str = "http://localhost:3000";

/// A local Appwrite whose key has these scopes; none are all.
async fn local_with_scopes(scopes: &[&str]) -> appwrite_local::Server {
    local_appwrite_with(Settings::default(), scopes).await
}

fn find<'a>(findings: &'a [Finding], check: &str) -> &'a Finding {
    findings
        .iter()
        .find(|finding| finding.check == check)
        .unwrap_or_else(|| panic!("{check} was not examined: {findings:?}"))
}

/// A check found a problem that says this and offers a fix.
fn assert_problem(findings: &[Finding], check: &str, says: &str) {
    let finding = find(findings, check);
    assert_eq!(finding.verdict, Verdict::Problem, "{finding}");
    assert!(finding.detail.contains(says), "{finding}");
    assert!(finding.fix.is_some(), "{finding}");
}

fn checks(findings: &[Finding], verdict: Verdict) -> Vec<&str> {
    findings
        .iter()
        .filter(|finding| finding.verdict == verdict)
        .map(|finding| finding.check.as_str())
        .collect()
}

/// The checks of the tables that the app needs, whatever it's about.
fn tables() -> Vec<String> {
    let Schema { tables } = Schema::parse(PROJECT_FILE).unwrap();
    tables
        .iter()
        .map(|table| format!("table {}", table.id))
        .collect()
}

#[tokio::test]
async fn a_good_set_up_has_no_problem() {
    let local = local_appwrite().await;
    let config = config(LOCALHOST, &["github", "mock-unverified"]);
    let findings = examine(&config, &appwrite(&local.endpoint())).await;
    let tables = tables();
    let needed: Vec<&str> = ["endpoint", "project", "key"]
        .into_iter()
        .chain(tables.iter().map(String::as_str))
        .collect();
    let offered = [
        "SITE_URL",
        "password",
        "magic-url",
        "email-otp",
        "phone",
        "github",
        "mock-unverified",
        "mail",
    ];
    assert_eq!(
        checks(&findings, Verdict::Ok),
        [&needed[..], &offered].concat(),
        "{findings:?}"
    );
    assert_eq!(
        checks(&findings, Verdict::CannotTell),
        ["anonymous", "text messages"]
    );
    let endpoint = &find(&findings, "endpoint").detail;
    assert!(endpoint.ends_with("answers, Appwrite 1.9.6"), "{endpoint}");
    assert_eq!(find(&findings, "key").fix, None);
    let quick = examine_quickly(&config, &appwrite(&local.endpoint())).await;
    assert_eq!(checks(&quick, Verdict::Ok), needed, "{quick:?}");
}

/// A project file with one table, with these columns besides `title`, and a full-text index of these.
fn project_file(row_security: bool, columns: &[&str], indexes: &[&str]) -> String {
    let column = |key: &&str| serde_json::json!({ "key": key, "type": "string", "size": 100, "encrypt": false });
    let index =
        |key: &&str| serde_json::json!({ "key": key, "type": "fulltext", "columns": [key] });
    let columns: Vec<_> = ["title"].iter().chain(columns).map(column).collect();
    let indexes: Vec<_> = indexes.iter().map(index).collect();
    let table = serde_json::json!({
        "$id": "things",
        "databaseId": "test",
        "name": "Things",
        "rowSecurity": row_security,
        "columns": columns,
        "indexes": indexes,
    });
    let database = serde_json::json!({ "$id": "test", "name": "Test" });
    serde_json::json!({ "tablesDB": [database], "tables": [table] }).to_string()
}

#[tokio::test]
async fn what_a_table_lacks_is_named_with_the_command_that_mends_it() {
    let needed = project_file(true, &["text", "due"], &["title", "text"]);
    let no_table = r#"{ "tablesDB": [{ "$id": "test", "name": "Test" }] }"#;
    for (there, says) in [
        ("{}", "isn't there: the project has no database \"test\""),
        (no_table, "isn't in the database \"test\""),
        (
            &*project_file(true, &["text"], &["title", "text"]),
            "lacks the column \"due\"",
        ),
        (
            &*project_file(true, &["text", "due"], &["title"]),
            "lacks the full-text index of the column \"text\"",
        ),
    ] {
        let local = local_appwrite_of(there).await;
        let appwrite = appwrite(&local.endpoint());
        let probe = Probe::new(&appwrite, config(LOCALHOST, &[]).timeouts).unwrap();
        let findings = examine_tables(&probe, &needed).await;
        assert_problem(&findings, "table things", says);
        let fix = findings[0].fix.as_deref().unwrap();
        assert!(fix.contains("`appwrite push tables --all`"), "{fix}");
    }
}

#[tokio::test]
async fn a_table_that_is_there_needs_no_scope_to_be_seen() {
    for row_security in [true, false] {
        let needed = project_file(row_security, &["text", "due"], &["title", "text"]);
        let local = local_appwrite_of(&needed).await;
        let appwrite = Appwrite {
            key: ApiKey::new("standard_unused"),
            ..appwrite(&local.endpoint())
        };
        let probe = Probe::new(&appwrite, config(LOCALHOST, &[]).timeouts).unwrap();
        let findings = examine_tables(&probe, &needed).await;
        assert_eq!(
            checks(&findings, Verdict::Ok),
            ["table things"],
            "{findings:?}"
        );
    }
}

#[tokio::test]
async fn what_an_appwrite_without_tables_says_is_put_in_plain_words() {
    for (status, kind, says) in [
        (
            404,
            "general_route_not_found",
            "this Appwrite has no tables",
        ),
        (403, "general_service_disabled", "service is switched off"),
        (400, "general_query_invalid", "lacks a column or an index"),
    ] {
        let upstream = Upstream::answering(move |_| ready(appwrite_error(status, kind))).await;
        let probe = Probe::new(&upstream.appwrite, config(LOCALHOST, &[]).timeouts).unwrap();
        let findings = examine_tables(&probe, &project_file(true, &[], &[])).await;
        assert_problem(&findings, "table things", says);
        assert_eq!(upstream.calls(), 1);
    }
}

#[tokio::test]
async fn tables_that_are_missing_are_named_at_start_and_by_the_doctor() {
    let local = local_appwrite_of("{}").await;
    let endpoint = local.endpoint();
    let vars = [
        ("APPWRITE_ENDPOINT", endpoint.as_str()),
        ("APPWRITE_PROJECT_ID", "local"),
        ("APPWRITE_KEY", KEY),
        ("LEPTOS_SITE_ADDR", "127.0.0.1:0"),
        ("SITE_URL", LOCALHOST),
    ];
    let (_, report) = run(program(&vars, &["doctor"])).await;
    for check in tables() {
        assert!(
            report.contains(&format!("problem      {check}")),
            "{report}"
        );
        let (warning, goes_on) = warning_at_start(&vars, "isn't there: the project has no").await;
        assert!(warning.contains("Appwrite, table "), "{warning}");
        assert!(
            warning.contains("`appwrite push tables --all`"),
            "{warning}"
        );
        assert!(goes_on);
    }
}

#[tokio::test]
async fn an_examination_leaves_nothing_behind() {
    let local = local_with_scopes(&[]).await;
    let appwrite = appwrite(&local.endpoint());
    examine(&config(LOCALHOST, &["github"]), &appwrite).await;
    let users: serde_json::Value = http_client()
        .get(format!("{}/users", local.endpoint()))
        .header("x-appwrite-project", "local")
        .header("x-appwrite-key", KEY)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(users["total"], 0);
}

#[tokio::test]
async fn a_key_that_may_do_more_is_fine_and_mentioned() {
    let local = local_with_scopes(&["sessions.write", "users.read"]).await;
    let findings = examine(&config(LOCALHOST, &[]), &appwrite(&local.endpoint())).await;
    let key = find(&findings, "key");
    assert_eq!(key.verdict, Verdict::Ok, "{key}");
    assert!(
        key.detail.ends_with("more than this app needs: users.read"),
        "{key}"
    );
}

#[tokio::test]
async fn an_unknown_project_is_the_only_problem() {
    let local = local_appwrite().await;
    let appwrite = Appwrite {
        project_id: "other".to_owned(),
        ..appwrite(&local.endpoint())
    };
    let config = config(LOCALHOST, &[]);
    for findings in [
        examine(&config, &appwrite).await,
        examine_quickly(&config, &appwrite).await,
    ] {
        assert_problem(&findings, "project", "no project \"other\"");
        assert_eq!(checks(&findings, Verdict::Problem), ["project"]);
        assert_eq!(find(&findings, "key").verdict, Verdict::CannotTell);
    }
}

#[tokio::test]
async fn a_wrong_key_is_reported_and_never_shown() {
    let local = local_appwrite().await;
    let config = config(LOCALHOST, &[]);
    // Appwrite ignores the second one, which doesn't look like a key.
    for (secret, says) in [
        ("standard_not-the-key", "isn't a key of this project"),
        ("foreign_not-the-key", "doesn't accept it as a key"),
    ] {
        let appwrite = Appwrite {
            key: ApiKey::new(secret),
            ..appwrite(&local.endpoint())
        };
        let findings = examine(&config, &appwrite).await;
        assert_problem(&findings, "key", says);
        assert_eq!(checks(&findings, Verdict::Problem), ["key"]);
        for finding in &findings {
            assert!(!format!("{finding} {finding:?}").contains("not-the-key"));
        }
    }
}

#[tokio::test]
async fn a_key_that_lacks_the_scope_is_a_problem() {
    let local = local_with_scopes(&["users.read"]).await;
    let config = config(LOCALHOST, &[]);
    let appwrite = appwrite(&local.endpoint());
    for findings in [
        examine(&config, &appwrite).await,
        examine_quickly(&config, &appwrite).await,
    ] {
        assert_problem(&findings, "key", "lacks the scope sessions.write");
        assert_eq!(checks(&findings, Verdict::Problem), ["key"]);
    }
}

#[tokio::test]
async fn what_appwrite_says_about_a_key_is_put_in_plain_words() {
    for (status, kind, says) in [
        (401, "project_key_expired", "expired"),
        (403, "project_id_missing", "another project"),
    ] {
        let upstream = Upstream::answering(move |request| {
            ready(match request.uri().path() {
                "/v1/account/sessions/email" => appwrite_error(status, kind),
                _ => version("1.9.6"),
            })
        })
        .await;
        let findings = examine_quickly(&config(LOCALHOST, &[]), &upstream.appwrite).await;
        assert_problem(&findings, "key", says);
        assert_eq!(upstream.calls(), 3 + tables().len());
    }
}

#[tokio::test]
async fn a_site_that_is_no_platform_is_a_problem_that_names_its_host() {
    let local = local_appwrite().await;
    let appwrite = appwrite(&local.endpoint());
    let findings = examine(&config("https://app.example.com", &["github"]), &appwrite).await;
    assert_problem(
        &findings,
        "SITE_URL",
        "https://app.example.com isn't a platform",
    );
    let fix = find(&findings, "SITE_URL").fix.as_deref().unwrap();
    assert!(fix.contains("hostname app.example.com"), "{fix}");
    assert_eq!(find(&findings, "github").verdict, Verdict::Ok);
    assert_eq!(find(&findings, "mail").verdict, Verdict::CannotTell);
    let findings = examine(&config("https://registered.example.com", &[]), &appwrite).await;
    assert_eq!(find(&findings, "SITE_URL").verdict, Verdict::Ok);
}

#[tokio::test]
async fn a_sign_in_method_that_is_offered_but_switched_off_is_a_problem() {
    let settings = Settings {
        auth_phone: false,
        auth_users_auth_magic_url: false,
        oauth_providers: vec!["github".to_owned()],
        ..Settings::default()
    };
    let local = local_appwrite_with(settings, &["sessions.write"]).await;
    let mut config = config(LOCALHOST, &["github", "google", "gibhut"]);
    let appwrite = appwrite(&local.endpoint());
    let findings = examine(&config, &appwrite).await;
    assert_eq!(
        checks(&findings, Verdict::Problem),
        ["magic-url", "phone", "google", "gibhut"]
    );
    assert_problem(&findings, "phone", "switched off");
    assert_problem(&findings, "google", "switched off");
    assert_problem(&findings, "gibhut", "isn't a provider");
    // What isn't offered isn't examined.
    config.sign_in_methods = SignInMethods {
        methods: vec![SignInMethod::Password],
        providers: Vec::new(),
    };
    let findings = examine(&config, &appwrite).await;
    assert!(
        findings
            .iter()
            .all(|finding| finding.verdict == Verdict::Ok),
        "{findings:?}"
    );
}

fn version(version: &str) -> Response {
    json(200, format!(r#"{{"version":"{version}"}}"#))
}

#[tokio::test]
async fn missing_mail_is_a_problem_and_a_rate_limit_is_none() {
    let upstream = Upstream::answering(|request| {
        ready(match request.uri().path() {
            "/v1/health/version" => version("1.5.2"),
            "/v1/account/recovery" => appwrite_error(503, "general_smtp_disabled"),
            "/v1/account/name" => appwrite_error(403, "general_service_disabled"),
            _ => appwrite_error(429, "general_rate_limit_exceeded"),
        })
    })
    .await;
    let findings = examine(&config(LOCALHOST, &["github"]), &upstream.appwrite).await;
    assert_problem(&findings, "endpoint", "Appwrite 1.5.2");
    assert_problem(&findings, "mail", "not set up");
    assert_problem(&findings, "SITE_URL", "switched off");
    for check in ["password", "github", "key"] {
        let finding = find(&findings, check);
        assert_eq!(finding.verdict, Verdict::CannotTell, "{finding}");
        assert!(finding.detail.contains("too often"), "{finding}");
    }
}

#[tokio::test]
async fn where_nothing_listens_there_is_one_problem() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let appwrite = appwrite(&format!("http://{free}/v1"));
    let findings = examine(&config(LOCALHOST, &["github"]), &appwrite).await;
    assert_problem(&findings, "endpoint", "nothing listens there");
    assert_eq!(findings.len(), 2, "{findings:?}");
    assert_eq!(findings[1].verdict, Verdict::CannotTell);
    let quick = examine_quickly(&config(LOCALHOST, &[]), &appwrite).await;
    assert_eq!(checks(&quick, Verdict::Problem), ["endpoint"]);
}

#[tokio::test]
async fn a_server_without_tls_is_not_mistaken_for_one_that_is_down() {
    let upstream = Upstream::answering(|_| async { version("1.9.6") }).await;
    let endpoint = upstream.appwrite.endpoint.as_str();
    let appwrite = appwrite(&endpoint.replace("http://", "https://"));
    let findings = examine(&config(LOCALHOST, &[]), &appwrite).await;
    assert_problem(&findings, "endpoint", "no encrypted connection");
}

#[tokio::test]
async fn a_server_that_never_answers_is_reported() {
    let upstream = Upstream::answering(|_| std::future::pending()).await;
    let mut config = config(LOCALHOST, &[]);
    config.timeouts.total = Duration::from_millis(200);
    let findings = examine(&config, &upstream.appwrite).await;
    assert_problem(&findings, "endpoint", "does not answer in time");
}

#[tokio::test]
async fn a_server_that_is_no_appwrite_is_recognised() {
    let page = || {
        (
            [(CONTENT_TYPE, "text/html; charset=utf-8")],
            "<h1>It works</h1>",
        )
            .into_response()
    };
    let elsewhere = || {
        let location = "https://example.com/v1/health/version?a=b";
        (StatusCode::MOVED_PERMANENTLY, [(LOCATION, location)]).into_response()
    };
    type Answer = fn() -> Response;
    let answers: [(Answer, &str); 5] = [
        (page, "with a web page (status 200), so it isn't Appwrite"),
        (|| json(200, r#"{"hello":"world"}"#), "not like Appwrite"),
        (|| json(404, "[]"), "(status 404), so it isn't Appwrite"),
        (elsewhere, "redirects to https://example.com/v1"),
        (|| StatusCode::BAD_GATEWAY.into_response(), "is down"),
    ];
    for (answer, says) in answers {
        let upstream = Upstream::answering(move |_| ready(answer())).await;
        let findings = examine(&config(LOCALHOST, &[]), &upstream.appwrite).await;
        assert_problem(&findings, "endpoint", says);
        assert_eq!(upstream.calls(), 1, "{says}");
    }
}

/// What it printed, and how it ended.
async fn run(mut program: Command) -> (Option<i32>, String) {
    let output = spawn_blocking(move || program.output())
        .await
        .unwrap()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[tokio::test]
async fn the_exit_code_says_whether_there_is_a_problem() {
    let local = local_appwrite().await;
    let endpoint = local.endpoint();
    for (project, code, last) in [("local", 0, " 0 problems, "), ("other", 1, " 1 problem, ")] {
        let vars = [
            ("APPWRITE_ENDPOINT", endpoint.as_str()),
            ("APPWRITE_PROJECT_ID", project),
            ("APPWRITE_KEY", KEY),
            ("SITE_URL", LOCALHOST),
        ];
        let (ended, text) = run(program(&vars, &["doctor"])).await;
        assert_eq!(ended, Some(code), "{text}");
        assert!(text.lines().last().unwrap().contains(last), "{text}");
        assert!(!text.contains(KEY));
    }
}

#[cfg(feature = "local")]
#[tokio::test]
async fn a_local_appwrite_is_started_for_the_doctor_or_found_running() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    let data = std::env::temp_dir().join(format!("doctor-{}", std::process::id()));
    let data = data.to_str().unwrap();
    let vars = |addr| {
        [
            ("APPWRITE_LOCAL", "true"),
            ("APPWRITE_LOCAL_ADDR", addr),
            ("APPWRITE_LOCAL_DATA", data),
        ]
    };
    let (ended, text) = run(program(&vars(&free), &["doctor"])).await;
    std::fs::remove_dir_all(data).unwrap();
    assert_eq!(ended, Some(0), "{text}");
    assert!(text.contains("more than this app needs"), "{text}");
    let running = local_appwrite().await;
    let addr = running.addr().to_string();
    let (ended, text) = run(program(&vars(&addr), &["doctor"])).await;
    assert_eq!(ended, Some(0), "{text}");
    assert!(text.contains("keeps its key to itself"), "{text}");
}

#[tokio::test]
async fn an_unknown_argument_is_one_line_and_exit_code_2() {
    for arguments in [&["serve"][..], &["doctor", "serve"]] {
        let (ended, text) = run(program(&[], arguments)).await;
        assert_eq!(ended, Some(2));
        assert!(
            text.starts_with("error: unknown argument \"serve\""),
            "{text}"
        );
        assert_eq!(text.lines().count(), 1);
    }
}

#[cfg(feature = "local")]
#[tokio::test]
async fn links_of_the_built_in_appwrite_may_lead_to_the_sites_own_host() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    let data = std::env::temp_dir().join(format!("platform-{}", std::process::id()));
    for (name, value, origin) in [
        (
            "SITE_URL",
            "http://192.168.1.5:3000",
            "http://192.168.1.5:3000",
        ),
        ("LEPTOS_SITE_ADDR", "0.0.0.0:3000", "http://localhost:3000"),
        ("LEPTOS_SITE_ADDR", "[::1]:3000", "http://[::1]:3000"),
    ] {
        let vars = [
            ("APPWRITE_LOCAL", "true"),
            ("APPWRITE_LOCAL_ADDR", free.as_str()),
            ("APPWRITE_LOCAL_DATA", data.to_str().unwrap()),
            (name, value),
        ];
        let (_, text) = run(program(&vars, &["doctor"])).await;
        let platform = format!("{origin} is a platform of the project");
        assert!(text.contains(&platform), "{value}: {text}");
        assert!(text.contains("mail           is set up"), "{value}: {text}");
    }
    std::fs::remove_dir_all(data).unwrap();
}

/// The first warning that contains this when the program starts with these variables, and whether
/// the program goes on.
async fn warning_at_start(vars: &[(&str, &str)], text: &'static str) -> (String, bool) {
    let mut child = program(vars, &[])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let warning = spawn_blocking(move || {
        lines
            .map_while(Result::ok)
            .find(|line| line.contains("WARN") && line.contains(text))
    });
    let warning = timeout(Duration::from_secs(30), warning).await;
    let goes_on = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    (warning.unwrap().unwrap().unwrap(), goes_on)
}

/// What the program needs to start, without an Appwrite that answers.
const CONFIGURED: [(&str, &str); 3] = [
    ("APPWRITE_ENDPOINT", "http://127.0.0.1:9/v1"),
    ("APPWRITE_PROJECT_ID", "local"),
    ("APPWRITE_KEY", KEY),
];

#[tokio::test]
async fn an_address_that_nobody_can_type_is_named_at_start_and_by_the_doctor() {
    let everywhere = [("LEPTOS_SITE_ADDR", "0.0.0.0:0")];
    let vars = [&CONFIGURED[..], &everywhere].concat();
    let (warning, _) = warning_at_start(&vars, "address:").await;
    assert!(warning.contains("SITE_URL isn't set"), "{warning}");
    assert!(warning.contains("Set SITE_URL"), "{warning}");
    let (ended, text) = run(program(&vars, &["doctor"])).await;
    assert_eq!(ended, Some(1), "{text}");
    assert!(text.contains("problem      address"), "{text}");
}

#[tokio::test]
async fn a_built_file_that_is_missing_is_named_at_start_and_by_the_doctor() {
    let root = std::env::temp_dir().join(format!("site-{}", std::process::id()));
    std::fs::create_dir_all(root.join("pkg")).unwrap();
    let site = [
        ("LEPTOS_SITE_ADDR", "127.0.0.1:0"),
        ("LEPTOS_SITE_ROOT", root.to_str().unwrap()),
    ];
    let vars = [&CONFIGURED[..], &site].concat();
    let hashes = program_folder().join("hash.txt");
    let says = format!("{} isn't there", hashes.display());
    let (warning, _) = warning_at_start(&vars, "files:").await;
    assert!(warning.contains(&says), "{warning}");
    let (ended, text) = run(program(&vars, &["doctor"])).await;
    std::fs::remove_dir_all(root).unwrap();
    assert_eq!(ended, Some(1), "{text}");
    assert!(text.contains(&says), "{text}");
}

#[tokio::test]
async fn the_server_warns_at_start_and_serves_all_the_same() {
    let local = local_with_scopes(&["users.read"]).await;
    let endpoint = local.endpoint();
    let vars = [
        ("APPWRITE_ENDPOINT", endpoint.as_str()),
        ("APPWRITE_PROJECT_ID", "local"),
        ("APPWRITE_KEY", KEY),
        ("LEPTOS_SITE_ADDR", "127.0.0.1:0"),
    ];
    let (warning, goes_on) = warning_at_start(&vars, "Appwrite,").await;
    assert!(
        warning.contains(
            "Appwrite, key: belongs to the project, but lacks the scope sessions.write. Add"
        ),
        "{warning}"
    );
    assert!(!warning.contains(KEY));
    assert!(goes_on);
}
