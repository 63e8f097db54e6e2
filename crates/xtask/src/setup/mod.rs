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

use std::collections::BTreeSet;

use anyhow::Result;
use xshell::Shell;

use crate::shell;

/// Something that building or testing takes besides cargo, in the order in which it's set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// Rust's library for the browser, and the toolchain that it belongs to.
    WasmTarget,
    WasmBindgen,
    CargoLeptos,
    /// npm's packages, among them the SDKs and Playwright.
    Npm,
    WasmOpt,
    Chromium,
}

impl Tool {
    /// Compiling anything. All of it takes the toolchain that has the browser's library, or else
    /// everything would be compiled again for the parts that need that.
    pub const TO_COMPILE: &[Self] = &[Self::WasmTarget];
    /// The app in a debug build.
    pub const TO_BUILD: &[Self] = &[Self::WasmTarget, Self::WasmBindgen, Self::CargoLeptos];
    /// The app as it's released.
    pub const TO_RELEASE: &[Self] = &[
        Self::WasmTarget,
        Self::WasmBindgen,
        Self::CargoLeptos,
        Self::Npm,
        Self::WasmOpt,
    ];
    /// Everything.
    pub const ALL: &[Self] = &[
        Self::WasmTarget,
        Self::WasmBindgen,
        Self::CargoLeptos,
        Self::Npm,
        Self::WasmOpt,
        Self::Chromium,
    ];

    fn ensure(self, sh: &Shell) -> Result<()> {
        match self {
            Self::WasmTarget => wasm_target::ensure(sh),
            Self::WasmBindgen => wasm_bindgen::ensure(sh),
            Self::CargoLeptos => cargo_leptos::ensure(sh),
            Self::Npm => npm::ensure(sh),
            Self::WasmOpt => wasm_opt::ensure(),
            Self::Chromium => chromium::ensure(sh),
        }
    }
}

/// A shell with these tools, each set up if it's missing.
pub fn shell_with(tools: impl IntoIterator<Item = Tool>) -> Result<Shell> {
    let sh = shell::open()?;
    let tools: BTreeSet<Tool> = tools.into_iter().collect();
    tools.into_iter().try_for_each(|tool| tool.ensure(&sh))?;
    Ok(sh)
}

/// Prints what a step found or does.
fn say(tool: &str, what: &str) {
    println!("set-up  {tool:<14}  {what}");
}
