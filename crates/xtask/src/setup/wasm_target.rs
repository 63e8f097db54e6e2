//! Rust's standard library for WebAssembly.

use std::{fs, path::Path};

use super::{apt_install, say};
use crate::{
    Result,
    env::{find, target},
    process,
};

const TOOL: &str = "wasm target";
const TARGET: &str = "wasm32-unknown-unknown";
/// The name under which rustup knows the distribution's Rust.
const DISTRO: &str = "distro";

/// Makes sure that there is one, and says with which toolchain it goes, unless with the default.
pub fn ensure() -> Result<Option<String>> {
    if has_target(None) {
        say(TOOL, "present");
        return Ok(None);
    }
    if find("rustup").is_none() {
        return distribution(false);
    }
    if has_target(Some(DISTRO)) {
        say(TOOL, "present, with the distribution's Rust");
        return Ok(Some(DISTRO.to_owned()));
    }
    say(TOOL, "rustup adds it, to compile the islands");
    let added = process::status(process::command("rustup").args(["target", "add", TARGET]))
        .is_ok_and(|status| status.success());
    if added && has_target(None) {
        return Ok(None);
    }
    distribution(true)
}

/// Whether a toolchain has the target's library.
fn has_target(toolchain: Option<&str>) -> bool {
    let mut rustc = process::command("rustc");
    if let Some(toolchain) = toolchain {
        rustc.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    rustc.args(["--print", "target-libdir", "--target", TARGET]);
    process::output(&mut rustc).is_some_and(|folder| has_core(Path::new(&folder)))
}

fn has_core(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut files| {
        files.any(|file| {
            file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with("libcore-"))
        })
    })
}

/// Takes the distribution's Rust, whose sources come along, and builds the library once.
fn distribution(has_rustup: bool) -> Result<Option<String>> {
    say(
        TOOL,
        "rustup cannot get it; the distribution's Rust is taken instead",
    );
    apt_install(&["rustc-web", "cargo-web", "rust-web-src", "lld-22"])?;
    if has_rustup {
        process::run(process::command("rustup").args(["toolchain", "link", DISTRO, "/usr"]))?;
    }
    let toolchain = has_rustup.then(|| DISTRO.to_owned());
    if has_target(toolchain.as_deref()) {
        return Ok(toolchain);
    }
    say(
        TOOL,
        "building the standard library for it, once (about a minute)",
    );
    let empty = target().join("wasm-std");
    fs::create_dir_all(empty.join("src"))
        .and_then(|()| fs::write(empty.join("src/lib.rs"), ""))
        .and_then(|()| {
            fs::write(
                empty.join("Cargo.toml"),
                "[package]\nname = \"wasm-std\"\nedition = \"2021\"\n[workspace]\n",
            )
        })
        .map_err(|error| format!("{} cannot be written: {error}", empty.display()))?;
    let mut build = process::command("cargo");
    build
        .current_dir(&empty)
        .args([
            "build",
            "--release",
            "-Zbuild-std=std,panic_abort",
            "--target",
            TARGET,
        ])
        .env("CARGO_TARGET_DIR", empty.join("target"))
        .env("RUSTC_BOOTSTRAP", "1");
    if let Some(toolchain) = &toolchain {
        build.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    process::run(&mut build)?;
    let built = empty.join("target").join(TARGET).join("release/deps");
    let library = Path::new("/usr/lib/rustlib").join(TARGET).join("lib");
    copy_libraries(&built, &library).map_err(|error| {
        format!(
            "the library cannot be put into {} ({error}); run once as root: mkdir -p {0} && cp {}/*.rlib {0}",
            library.display(),
            built.display(),
        )
    })?;
    Ok(toolchain)
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
