//! wasm-opt, which makes the release bundle small.

use anyhow::{Context as _, Result};
use xshell::Shell;

use super::say;
use crate::paths::{cargo_bin, find, root};

const TOOL: &str = "wasm-opt";

/// Makes sure that cargo-leptos finds one, also when it's called without us.
pub fn ensure(sh: &Shell) -> Result<()> {
    if let Some(file) = find(TOOL) {
        say(TOOL, &format!("present ({})", file.display()));
        return Ok(());
    }
    let program = root().join("end2end/node_modules/.bin").join(TOOL);
    let link = cargo_bin().join(TOOL);
    let what = format!(
        "linking npm's into {}, to shrink release bundles",
        link.display()
    );
    say(TOOL, &what);
    // A link to a project that has moved is in the way.
    sh.remove_path(&link)?;
    symlink(&program, &link).with_context(|| format!("cannot link {}", link.display()))
}

#[cfg(unix)]
fn symlink(program: &std::path::Path, link: &std::path::Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(program, link)
}

#[cfg(not(unix))]
fn symlink(_: &std::path::Path, _: &std::path::Path) -> std::io::Result<()> {
    Err(std::io::Error::other(
        "install binaryen and put wasm-opt into PATH",
    ))
}
