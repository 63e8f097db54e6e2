//! Installing with the package managers of cargo and of Debian.

use anyhow::{Context as _, Result};
use xshell::{Shell, cmd};

use super::say;
use crate::{paths::find, shell::cargo};

/// A program on crates.io.
pub struct CargoProgram<'a> {
    pub name: &'a str,
    pub version: &'a str,
    /// Further arguments of `cargo install`.
    pub options: &'a [&'a str],
}

/// Installs a program: from a binary where cargo-binstall is there to fetch one, else by compiling
/// it in a debug build, which takes a third of the time.
pub fn cargo_install(sh: &Shell, program: &CargoProgram<'_>) -> Result<()> {
    let CargoProgram {
        name,
        version,
        options,
    } = program;
    if find("cargo-binstall").is_some() {
        let binary_only = ["--no-confirm", "--disable-strategies", "compile"];
        let binstall = cargo(sh).arg("binstall").args(binary_only);
        let binstall = binstall.args([name, "--version", version]);
        if binstall.run().is_ok() {
            return Ok(());
        }
    }
    let install = || {
        cargo(sh)
            .args(["install", name, "--version", version, "--debug", "--quiet"])
            .args(*options)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env_remove("CARGO_TARGET_DIR")
    };
    if install().arg("--locked").run().is_ok() {
        return Ok(());
    }
    say(
        name,
        "trying again with other versions of what it needs: the registry may lack a locked one",
    );
    install()
        // The newest versions may need a newer Rust than this one.
        .env("CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS", "fallback")
        .run()
        .with_context(|| format!("install {name} {version} by hand and try again"))
}

/// Installs Debian packages: as root, or through sudo where it asks for no password.
pub fn apt_install(sh: &Shell, packages: &[&str]) -> Result<()> {
    let is_root = cmd!(sh, "id -u").quiet().read().is_ok_and(|id| id == "0");
    let sudo: &[&str] = if is_root { &[] } else { &["sudo", "-n"] };
    let apt = |arguments: &[&str]| {
        let command = [sudo, &["apt-get", "-qq", "-y"], arguments].concat();
        sh.cmd(command[0])
            .args(&command[1..])
            .env("DEBIAN_FRONTEND", "noninteractive")
            .ignore_stdout()
            .run()
            .with_context(|| format!("install by hand: {}", packages.join(" ")))
    };
    apt(&["update"])?;
    apt(&[&["install", "--no-install-recommends"], packages].concat())
}
