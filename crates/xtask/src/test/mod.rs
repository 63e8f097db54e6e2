//! `cargo xtask test`

mod part;

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use xshell::{Shell, cmd};

pub use part::Part;

use crate::remove_notes;

use crate::{
    bench, paths, setup,
    shell::cargo,
    stack::{KEY, SERVERS, Stack, local_appwrite},
    test_programs::{self, TestProgram, WORKSPACE, other_features},
    tutorial,
};

/// Packages outside the workspace.
const SDK_TESTS: &str = "crates/sdk-tests/Cargo.toml";
const FUZZ: &str = "crates/appwrite-local/fuzz/Cargo.toml";

/// The module that plays recorded answers of a real Appwrite against the local one.
const GOLDEN: &str = "golden::";

/// A project file of Appwrite's command line, with a column of every type.
const EVERY_COLUMN: &str = "end2end/contract/fixtures/appwrite.config.json";

/// What makes cargo build for the browser.
pub const TO_WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];
const BUNDLE: [&str; 3] = ["--no-default-features", "--features", "hydrate"];

/// Runs the parts, all of them even when one fails, and sums up.
pub fn test(parts: Vec<Part>) -> Result<()> {
    let start = Instant::now();
    let parts = Part::wanted(parts);
    let tools = parts.iter().flat_map(|part| part.tools()).copied();
    let sh = setup::shell_with(tools)?;
    let mut report = vec![line("set-up", "done", start.elapsed())];
    let mut passed = 0;
    let mut failures = Vec::new();
    for part in parts {
        println!("\n── {}", part.name());
        let start = Instant::now();
        let result = run(part, &sh);
        let word = match result {
            Ok(()) => {
                passed += 1;
                "passed"
            }
            Err(error) => {
                println!("{error:#}");
                failures.push(format!("{}: {error:#}", part.name()));
                "FAILED"
            }
        };
        report.push(line(&part.name(), word, start.elapsed()));
    }
    report.push(line("all", "", start.elapsed()));
    let failed = failures.len();
    println!(
        "\n{}\n\n{passed} passed, {failed} failed",
        report.join("\n")
    );
    if failed > 0 {
        bail!("not everything passed\n\n{}", failures.join("\n"));
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
        Part::WasmDeps => {
            wasm_deps(sh)?;
            same_features(sh)?;
        }
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
            test_programs::run(sh, &[], |program| !program.is_integration)?;
            cargo(sh).args(["test", "--doc"]).args(WORKSPACE).run()?;
        }
        Part::Router => test_programs::run(sh, &[], |program| {
            program.is_integration && program.package == paths::root()
        })?,
        Part::Local => test_programs::run(sh, &["--skip", GOLDEN], is_of_appwrite_local)?,
        Part::Golden => test_programs::run(sh, &[GOLDEN], is_of_appwrite_local)?,
        Part::Contract => {
            let (_appwrite, addr) = local_appwrite(sh, &[])?;
            // The command line deletes what its file doesn't have, so it gets others.
            let (_empty, empty) = local_appwrite(sh, &[])?;
            let (_with_schema, with_schema) =
                local_appwrite(sh, &["--schema".as_ref(), EVERY_COLUMN.as_ref()])?;
            let contract = cmd!(sh, "npm --prefix end2end run --silent contract")
                .env("CONTRACT_EMPTY_ENDPOINT", endpoint(empty))
                .env("CONTRACT_SCHEMA_ENDPOINT", endpoint(with_schema));
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
            let tests = cmd!(sh, "npx playwright test").envs(stack.vars());
            // Again at the end, because they are hard to find in what a browser test prints.
            tests.run().with_context(|| failed_tests(sh))?;
        }
        Part::Tutorial => tutorial::test(sh)?,
        Part::WithoutNotes => remove_notes::test(sh)?,
        Part::Size => bench::size(sh, &bench::Size::BYTES)?,
    }
    Ok(())
}

/// What the browser tests left about those that failed.
fn failed_tests(sh: &Shell) -> String {
    sh.read_file("test-results/failures.txt")
        .unwrap_or_default()
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

/// Tests must not bring features to what the programs are built of: all of it would be compiled a second time.
fn same_features(sh: &Shell) -> Result<()> {
    let tree = |packages: &[&str], edges: &str| {
        let format = ["--prefix", "none", "--format", "{p} {f}"];
        let tree = cargo(sh).arg("tree").args(packages).args(format);
        tree.args(["--edges", edges]).read()
    };
    let tests = tree(&WORKSPACE, "normal,build,dev")?;
    let programs = tree(&SERVERS, "normal,build")?;
    let others = other_features(&programs, &tests);
    if !others.is_empty() {
        bail!(
            "these are compiled twice, because tests need more features:\n{}",
            others.join("\n")
        );
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

fn is_of_appwrite_local(program: &TestProgram) -> bool {
    program.is_integration && program.package.ends_with("appwrite-local")
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
