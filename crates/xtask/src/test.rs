//! `cargo xtask test`

use std::{net::SocketAddr, process::Command, time::Instant};

use crate::{
    Result, bench,
    env::{root, target},
    parts::Part,
    process,
    setup::{self, Tools},
    stack::{KEY, Stack, local_appwrite},
    tutorial,
};

/// The features with which the server is built, here and by cargo-leptos, so that nothing is
/// compiled twice.
const SERVER: [&str; 2] = ["--features", "local"];

/// Packages outside the workspace.
const SDK_TESTS: &str = "crates/sdk-tests/Cargo.toml";
const FUZZ: &str = "crates/appwrite-local/fuzz/Cargo.toml";

/// Runs the parts, all of them even when one fails, and sums up.
pub fn test(parts: &[Part]) -> Result<()> {
    let tools = setup::for_tests()?;
    let mut results = Vec::new();
    for part in parts {
        println!("\n── {}", part.name());
        let start = Instant::now();
        let result = one(*part, &tools);
        if let Err(error) = &result {
            println!("{error}");
        }
        results.push((part, result.is_ok(), start.elapsed()));
    }
    println!();
    for (part, passed, took) in &results {
        let word = if *passed { "passed" } else { "FAILED" };
        println!("{:<10}  {word}  {:>4} s", part.name(), took.as_secs());
    }
    let passed = results.iter().filter(|(_, passed, _)| *passed).count();
    let failed = results.len() - passed;
    println!("\n{passed} passed, {failed} failed");
    if failed == 0 {
        Ok(())
    } else {
        Err("not everything passed".to_owned())
    }
}

fn one(part: Part, tools: &Tools) -> Result<()> {
    match part {
        Part::Fmt => {
            for manifest in ["Cargo.toml", SDK_TESTS, FUZZ] {
                let arguments = ["fmt", "--manifest-path", manifest, "--all", "--check"];
                cargo(tools, &arguments)?;
            }
            Ok(())
        }
        Part::WasmDeps => wasm_deps(tools),
        Part::Clippy => {
            let deny = ["--", "-D", "warnings"];
            let server = [
                "clippy",
                "--workspace",
                "--all-targets",
                "--features",
                "local",
            ];
            let browser = [
                "clippy",
                "--lib",
                "--no-default-features",
                "--features",
                "hydrate",
                "--target",
                "wasm32-unknown-unknown",
            ];
            cargo(tools, &[&server[..], &deny].concat())?;
            cargo(tools, &[&browser[..], &deny].concat())
        }
        Part::Doc => process::run(
            tools
                .command("cargo")
                .args(["doc", "--no-deps", "--workspace", "--quiet"])
                .args(SERVER)
                .env("RUSTDOCFLAGS", "-D warnings"),
        ),
        Part::Unit => {
            cargo(
                tools,
                &[&["test", "--workspace", "--lib", "--bins"][..], &SERVER].concat(),
            )?;
            cargo(
                tools,
                &[&["test", "--workspace", "--doc"][..], &SERVER].concat(),
            )
        }
        Part::Router => cargo(tools, &[&["test", "--test", "*"][..], &SERVER].concat()),
        Part::Local => cargo(tools, &["test", "-p", "appwrite-local", "--test", "*"]),
        Part::Golden => golden(tools),
        Part::Contract => contract(tools),
        Part::Sdk => sdk(tools),
        Part::E2e => e2e(tools),
        Part::Tutorial => tutorial::test(tools),
        Part::Size => bench::size(tools, &["--bytes-only"]),
    }
}

fn cargo(tools: &Tools, arguments: &[&str]) -> Result<()> {
    process::run(tools.command("cargo").args(arguments))
}

/// The bundle must not pull in what only the server uses.
fn wasm_deps(tools: &Tools) -> Result<()> {
    let tree = process::output(tools.command("cargo").args([
        "tree",
        "--target",
        "wasm32-unknown-unknown",
        "--no-default-features",
        "--features",
        "hydrate",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))
    .ok_or("`cargo tree` failed")?;
    if !tree.contains("leptos v") {
        return Err("`cargo tree` does not show the app's dependencies".to_owned());
    }
    let found = server_only(&tree);
    if found.is_empty() {
        return Ok(());
    }
    Err(format!("the bundle depends on {}", found.join(", ")))
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

/// Recorded answers of a real Appwrite, played against the local one.
fn golden(tools: &Tools) -> Result<()> {
    cargo(
        tools,
        &["test", "-p", "appwrite-local", "--test", "it", "golden"],
    )
}

/// Says where a local Appwrite is to the tests of an SDK.
fn tell(command: &mut Command, addr: SocketAddr) {
    command
        .env("CONTRACT_ENDPOINT", endpoint(addr))
        .env("CONTRACT_PROJECT", "local")
        .env("CONTRACT_KEY", KEY);
}

/// The official SDKs for JavaScript against the local Appwrite.
fn contract(tools: &Tools) -> Result<()> {
    let (_server, addr) = local_appwrite(tools, &[])?;
    let mut npm = process::command("npm");
    npm.current_dir(root().join("end2end"))
        .args(["run", "--silent", "contract"]);
    if let Some(chromium) = &tools.chromium {
        npm.env("CHROMIUM_PATH", chromium);
    }
    tell(&mut npm, addr);
    process::run(&mut npm)
}

/// The official SDK for Rust against the local Appwrite.
fn sdk(tools: &Tools) -> Result<()> {
    let (_server, addr) = local_appwrite(tools, &[])?;
    let mut tests = tools.command("cargo");
    tests
        .args(["test", "--no-fail-fast", "--manifest-path", SDK_TESTS])
        .arg("--target-dir")
        .arg(target().join("sdk-tests"));
    tell(&mut tests, addr);
    process::run(&mut tests)
}

/// Playwright against the app.
fn e2e(tools: &Tools) -> Result<()> {
    let stack = Stack::start(tools)?;
    process::run(
        stack
            .browser_command(tools, "npx")
            .current_dir(root().join("end2end"))
            .args(["playwright", "test"]),
    )
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
