//! Finding or getting every tool, each in a file of its own.
//!
//! A step says in a line what it found or does and why. What is there already is left alone.

mod cargo_leptos;
mod chromium;
mod npm;
mod wasm_bindgen;
mod wasm_opt;
mod wasm_target;

use std::process::Command;

use crate::{Result, process};

/// How to call the tools once they are there.
pub struct Tools {
    /// The toolchain to build with, where it is not the default one.
    toolchain: Option<String>,
    /// The browser that the tests drive, where Playwright has none of its own.
    pub chromium: Option<String>,
}

impl Tools {
    /// A program that builds with the right toolchain.
    pub fn command(&self, program: &str) -> Command {
        let mut command = process::command(program);
        if let Some(toolchain) = &self.toolchain {
            command.env("RUSTUP_TOOLCHAIN", toolchain);
        }
        command
    }
}

/// What building and serving needs.
pub fn for_builds(release: bool) -> Result<Tools> {
    let toolchain = wasm_target::ensure()?;
    wasm_bindgen::ensure()?;
    cargo_leptos::ensure()?;
    if release {
        npm::ensure()?;
        wasm_opt::ensure()?;
    }
    Ok(Tools {
        toolchain,
        chromium: None,
    })
}

/// What the tests need.
pub fn for_tests() -> Result<Tools> {
    let tools = for_builds(true)?;
    Ok(Tools {
        chromium: chromium::ensure()?,
        ..tools
    })
}

/// A step's line.
fn say(tool: &str, what: &str) {
    println!("set-up  {tool:<14}  {what}");
}

/// Debian packages: installed as root, or through sudo where it asks for no password.
fn apt_install(packages: &[&str]) -> Result<()> {
    let is_root = process::output(process::command("id").arg("-u")).as_deref() == Some("0");
    let remedy = format!(
        "install them by hand: sudo apt-get install {}",
        packages.join(" ")
    );
    let apt = |arguments: &[&str]| -> Result<()> {
        let mut command = if is_root {
            process::command("apt-get")
        } else {
            let mut sudo = process::command("sudo");
            sudo.args(["-n", "apt-get"]);
            sudo
        };
        command
            .args(arguments)
            .args(["-qq", "-y"])
            .env("DEBIAN_FRONTEND", "noninteractive");
        command.stdout(std::process::Stdio::null());
        process::run(&mut command).map_err(|error| format!("{error}; {remedy}"))
    };
    apt(&["update"])?;
    apt(&[&["install", "--no-install-recommends"], packages].concat())
}
