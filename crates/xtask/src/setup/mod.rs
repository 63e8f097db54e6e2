//! Finding or getting every tool, each in a file of its own.
//!
//! A step says in a line what it found or does and why. What's there already is left alone.

mod cargo_leptos;
mod chromium;
mod install;
mod npm;
mod wasm_bindgen;
mod wasm_opt;
mod wasm_target;

use anyhow::Result;
use xshell::Shell;

use crate::shell;

/// A shell with all that building and serving needs.
pub fn for_builds(release: bool) -> Result<Shell> {
    let sh = shell::open()?;
    wasm_target::ensure(&sh)?;
    wasm_bindgen::ensure(&sh)?;
    cargo_leptos::ensure(&sh)?;
    if release {
        npm::ensure(&sh)?;
        wasm_opt::ensure(&sh)?;
    }
    Ok(sh)
}

/// A shell with all that the tests need.
pub fn for_tests() -> Result<Shell> {
    let sh = for_builds(true)?;
    chromium::ensure(&sh)?;
    Ok(sh)
}

/// Prints what a step found or does.
fn say(tool: &str, what: &str) {
    println!("set-up  {tool:<14}  {what}");
}
