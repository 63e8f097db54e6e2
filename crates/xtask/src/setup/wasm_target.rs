//! Rust's standard library for WebAssembly.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};
use xshell::{Shell, cmd};

use super::{install::apt_install, say};
use crate::{
    paths::{find, target},
    shell::cargo,
};

const TOOL: &str = "wasm target";
const TARGET: &str = "wasm32-unknown-unknown";
const TOOLCHAIN: &str = "RUSTUP_TOOLCHAIN";
/// The name under which rustup knows the distribution's Rust.
const DISTRO: &str = "distro";

/// Makes sure that there is one, and has the shell build with the toolchain that it belongs to.
pub fn ensure(sh: &Shell) -> Result<()> {
    if has_target(sh) {
        say(TOOL, "present");
        return Ok(());
    }
    if find("rustup").is_none() {
        return distribution(sh);
    }
    {
        let _toolchain = sh.push_env(TOOLCHAIN, DISTRO);
        if has_target(sh) {
            say(TOOL, "present, with the distribution's Rust");
            sh.set_var(TOOLCHAIN, DISTRO);
            return Ok(());
        }
    }
    say(TOOL, "rustup adds it, to compile the islands");
    let added = cmd!(sh, "rustup target add {TARGET}").run();
    if added.is_ok() && has_target(sh) {
        return Ok(());
    }
    distribution(sh)
}

/// Whether the toolchain has the target's library.
fn has_target(sh: &Shell) -> bool {
    cmd!(sh, "rustc --print target-libdir --target {TARGET}")
        .quiet()
        .ignore_stderr()
        .read()
        .is_ok_and(|folder| has_core(Path::new(&folder)))
}

fn has_core(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut files| {
        files.any(|file| {
            file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with("libcore-"))
        })
    })
}

/// Takes the distribution's Rust, whose sources come along, and builds the library once.
fn distribution(sh: &Shell) -> Result<()> {
    say(
        TOOL,
        "rustup can't get it; the distribution's Rust is used instead",
    );
    apt_install(sh, &["rustc-web", "cargo-web", "rust-web-src", "lld-22"])?;
    if find("rustup").is_some() {
        cmd!(sh, "rustup toolchain link {DISTRO} /usr").run()?;
        sh.set_var(TOOLCHAIN, DISTRO);
    }
    if has_target(sh) {
        return Ok(());
    }
    say(
        TOOL,
        "building the standard library for it, once (about a minute)",
    );
    let empty = target().join("wasm-std");
    let manifest = "[package]\nname = \"wasm-std\"\nedition = \"2021\"\n[workspace]\n";
    sh.write_file(empty.join("src/lib.rs"), "")?;
    sh.write_file(empty.join("Cargo.toml"), manifest)?;
    let folder = sh.push_dir(&empty);
    let build_std = "-Zbuild-std=std,panic_abort";
    cargo(sh)
        .args(["build", "--release", build_std, "--target", TARGET])
        .env("CARGO_TARGET_DIR", empty.join("target"))
        .env("RUSTC_BOOTSTRAP", "1")
        .run()?;
    drop(folder);
    let built = empty.join("target").join(TARGET).join("release/deps");
    let library = Path::new("/usr/lib/rustlib").join(TARGET).join("lib");
    copy_libraries(&built, &library).with_context(|| {
        format!(
            "cannot put the library into {0}; run once as root: mkdir -p {0} && cp {1}/*.rlib {0}",
            library.display(),
            built.display(),
        )
    })
}

fn copy_libraries(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for file in fs::read_dir(from)? {
        let file = file?;
        if file
            .path()
            .extension()
            .is_some_and(|extension| extension == "rlib")
        {
            fs::copy(file.path(), to.join(file.file_name()))?;
        }
    }
    Ok(())
}
