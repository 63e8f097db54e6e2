//! cargo-leptos, which builds server and bundle together.

use super::say;
use crate::{Result, env::find, process};

const TOOL: &str = "cargo-leptos";
/// The newest that an older stable Rust can still build.
const VERSION: &str = "0.3.10";

/// Makes sure that there is one.
pub fn ensure() -> Result<()> {
    if let Some(file) = find(TOOL) {
        say(TOOL, &format!("present ({})", file.display()));
        return Ok(());
    }
    if find("cargo-binstall").is_some() {
        say(
            TOOL,
            "cargo binstall fetches it, to build server and bundle together",
        );
        let mut binstall = process::command("cargo");
        binstall.args([
            "binstall",
            "--no-confirm",
            "--disable-strategies",
            "compile",
        ]);
        if process::status(binstall.args([TOOL, "--version", VERSION]))?.success() {
            return Ok(());
        }
    }
    say(
        TOOL,
        "compiling it, once (5 to 10 minutes), to build server and bundle together",
    );
    let mut install = process::command("cargo");
    install
        .args(["install", TOOL, "--version", VERSION, "--locked", "--quiet"])
        // It only shuffles files, so a debug build does, in a third of the time. Compressing is
        // its one piece of real work.
        .args([
            "--debug",
            "--config",
            "profile.dev.package.brotli.opt-level=3",
        ])
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        // The tools it would download are set up here, in versions that fit.
        .args(["--features", "no_downloads"])
        .env_remove("CARGO_TARGET_DIR");
    process::run(&mut install)
        .map_err(|error| format!("{error}; install cargo-leptos {VERSION} by hand and try again"))
}
