//! `cargo xtask test`

mod part;

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use xshell::{Shell, cmd};

pub use part::Part;

use crate::{
    bench, paths, setup,
    shell::cargo,
    stack::{KEY, Stack, local_appwrite},
    test_programs::{self, WORKSPACE},
    tutorial,
};

/// Packages outside the workspace.
const SDK_TESTS: &str = "crates/sdk-tests/Cargo.toml";
const FUZZ: &str = "crates/appwrite-local/fuzz/Cargo.toml";

const TO_WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];
const BUNDLE: [&str; 3] = ["--no-default-features", "--features", "hydrate"];

/// Runs the parts, all of them even when one fails, and sums up.
pub fn test(parts: Vec<Part>) -> Result<()> {
    let start = Instant::now();
    let sh = setup::for_tests()?;
    let mut report = vec![line("set-up", "done", start.elapsed())];
    let mut failed = 0;
    for part in Part::wanted(parts) {
        println!("\n── {}", part.name());
        let start = Instant::now();
        let result = run(part, &sh);
        if let Err(error) = &result {
            println!("{error:#}");
            failed += 1;
        }
        let word = if result.is_ok() { "passed" } else { "FAILED" };
        report.push(line(&part.name(), word, start.elapsed()));
    }
    report.push(line("all", "", start.elapsed()));
    println!("\n{}", report.join("\n"));
    if failed > 0 {
        bail!("{failed} failed");
    }
    Ok(())
}

/// A line of the report.
fn line(name: &str, word: &str, took: Duration) -> String {
    format!("{name:<10}  {word:<6}  {:>4} s", took.as_secs())
}

fn run(part: Part, sh: &Shell) -> Result<()> {
    match part {
        Part::Fmt => {
            for manifest in ["Cargo.toml", SDK_TESTS, FUZZ] {
                let check = ["fmt", "--manifest-path", manifest, "--all", "--check"];
                cargo(sh).args(check).run()?;
            }
        }
        Part::WasmDeps => wasm_deps(sh)?,
        Part::Clippy => {
            let deny = ["--", "-D", "warnings"];
            let server = cargo(sh).args(["clippy", "--all-targets"]).args(WORKSPACE);
            server.args(deny).run()?;
            let browser = cargo(sh).args(["clippy", "--lib"]).args(BUNDLE);
            browser.args(TO_WASM).args(deny).run()?;
        }
        Part::Doc => {
            let doc = cargo(sh).args(["doc", "--no-deps", "--quiet"]);
            doc.args(WORKSPACE)
                .env("RUSTDOCFLAGS", "-D warnings")
                .run()?;
        }
        Part::Unit => {
            test_programs::run(sh, |program| !program.is_integration)?;
            cargo(sh).args(["test", "--doc"]).args(WORKSPACE).run()?;
        }
        Part::Router => test_programs::run(sh, |program| {
            program.is_integration && program.package == paths::root()
        })?,
        Part::Local => test_programs::run(sh, |program| {
            program.is_integration && program.package.ends_with("appwrite-local")
        })?,
        Part::Golden => golden(sh)?,
        Part::Contract => {
            let (_appwrite, addr) = local_appwrite(sh, &[])?;
            let contract = cmd!(sh, "npm --prefix end2end run --silent contract");
            contract.envs(contract_vars(addr)).run()?;
        }
        Part::Sdk => {
            let (_appwrite, addr) = local_appwrite(sh, &[])?;
            let target = paths::target().join("sdk-tests");
            let test = cargo(sh).args(["test", "--no-fail-fast", "--manifest-path", SDK_TESTS]);
            let test = test.arg("--target-dir").arg(target);
            test.envs(contract_vars(addr)).run()?;
        }
        Part::E2e => {
            let stack = Stack::start(sh)?;
            let _folder = sh.push_dir("end2end");
            cmd!(sh, "npx playwright test").envs(stack.vars()).run()?;
        }
        Part::Tutorial => tutorial::test(sh)?,
        Part::Size => bench::size(sh, &bench::Size::BYTES)?,
    }
    Ok(())
}

/// The bundle must not pull in what only the server uses.
fn wasm_deps(sh: &Shell) -> Result<()> {
    let format = ["--edges", "normal", "--prefix", "none", "--format", "{p}"];
    let tree = cargo(sh)
        .arg("tree")
        .args(TO_WASM)
        .args(BUNDLE)
        .args(format);
    let tree = tree.read()?;
    if !tree.contains("leptos v") {
        bail!("`cargo tree` doesn't show the app's dependencies");
    }
    let found = server_only(&tree);
    if !found.is_empty() {
        bail!("the bundle depends on {}", found.join(", "));
    }
    Ok(())
}

/// The packages in a dependency tree that belong to the server only.
fn server_only(tree: &str) -> Vec<&str> {
    const SERVER_ONLY: [&str; 5] = ["reqwest", "tokio", "axum", "hyper", "appwrite-local"];
    let mut found: Vec<&str> = tree
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| SERVER_ONLY.contains(name))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Where SDKs find a local Appwrite. By name, since cookies and origins are about names.
fn endpoint(addr: SocketAddr) -> String {
    format!("http://localhost:{}/v1", addr.port())
}

/// Tells the tests of an SDK where a local Appwrite is.
fn contract_vars(addr: SocketAddr) -> [(&'static str, String); 3] {
    [
        ("CONTRACT_ENDPOINT", endpoint(addr)),
        ("CONTRACT_PROJECT", "local".to_owned()),
        ("CONTRACT_KEY", KEY.to_owned()),
    ]
}

/// Replays recorded answers of a real Appwrite. They lie beside the project, not in it; without
/// them there is nothing to replay.
fn golden(sh: &Shell) -> Result<()> {
    let replayer = paths::root().join("../shared/appwrite/golden/replay.py");
    if !replayer.exists() || paths::find("python3").is_none() {
        println!("left out: no recordings beside the project, or no python3");
        return Ok(());
    }
    let settings = paths::root().join("crates/appwrite-local/tests/recorded.toml");
    let settings = settings.to_string_lossy();
    let recorded = [
        "--settings",
        &settings,
        "--mock-phone",
        "+15005550006=123456",
    ];
    let (_appwrite, addr) = local_appwrite(sh, &recorded)?;
    let (_limited, limited) = local_appwrite(sh, &[&recorded[..], &["--limits"]].concat())?;
    let inbox = format!("http://{addr}/_local/inbox.txt?to={{to}}&contains={{contains}}");
    let replay = cmd!(
        sh,
        "python3 {replayer} --project local --key {KEY} --api 1.9"
    );
    replay
        .args(["--endpoint", &endpoint(addr)])
        .args(["--limits-endpoint", &endpoint(limited)])
        .args(["--mail-url", &inbox])
        .args([
            "--group", "account*", "--group", "users*", "--group", "http*",
        ])
        .run()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::server_only;

    #[test]
    fn a_server_package_in_the_tree_is_found() {
        let tree = "leptos-appwrite v0.1.0\nleptos v0.8.23\ntokio v1.48.0\ntokio v1.48.0 (*)\n";
        assert_eq!(server_only(tree), ["tokio"]);
        assert!(server_only("leptos v0.8.23\nhttp v1.4.0\n").is_empty());
    }
}
