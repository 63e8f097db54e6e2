//! wasm-bindgen's program, in the version of the library.

use std::fs;

use super::say;
use crate::{
    Result,
    env::{find, root},
    process,
};

const TOOL: &str = "wasm-bindgen";

/// Makes sure that there is one that fits.
pub fn ensure() -> Result<()> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))
        .map_err(|error| format!("Cargo.lock cannot be read: {error}"))?;
    let version = locked_version(&lock, TOOL).ok_or("Cargo.lock does not name wasm-bindgen")?;
    let installed = find(TOOL).and_then(|file| {
        process::output(process::command(&file.to_string_lossy()).arg("--version"))
    });
    if installed.as_deref().and_then(|line| line.split(' ').nth(1)) == Some(version) {
        say(TOOL, &format!("present ({version})"));
        return Ok(());
    }
    say(
        TOOL,
        &format!("installing {version}, the version in Cargo.lock"),
    );
    if find("cargo-binstall").is_some() {
        let mut binstall = process::command("cargo");
        binstall.args([
            "binstall",
            "--no-confirm",
            "--disable-strategies",
            "compile",
        ]);
        binstall.args(["wasm-bindgen-cli", "--version", version]);
        if process::status(&mut binstall)?.success() {
            return Ok(());
        }
    }
    let install = |locked: bool| {
        let mut command = process::command("cargo");
        command
            .args([
                "install",
                "wasm-bindgen-cli",
                "--version",
                version,
                "--quiet",
                "--debug",
            ])
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
            .env_remove("CARGO_TARGET_DIR");
        if locked {
            command.arg("--locked");
        }
        process::run(&mut command)
    };
    // A registry that lags behind lacks a version that the lock file names.
    install(true).or_else(|_| install(false)).map_err(|error| {
        format!("{error}; install wasm-bindgen-cli {version} by hand and try again")
    })
}

/// The version of a package in a Cargo.lock.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines
        .nth(1)?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn the_version_of_the_very_package_is_found() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "other"), None);
    }
}
