//! wasm-bindgen's program, in the version of the library.

use anyhow::{Context as _, Result};
use xshell::{Shell, cmd};

use super::{
    install::{CargoProgram, cargo_install},
    say,
};

const TOOL: &str = "wasm-bindgen";

/// Makes sure that there is one that fits.
pub fn ensure(sh: &Shell) -> Result<()> {
    let lock = sh.read_file("Cargo.lock")?;
    let version = locked_version(&lock, TOOL).context("Cargo.lock doesn't name wasm-bindgen")?;
    let installed = cmd!(sh, "wasm-bindgen --version").quiet().read();
    if installed.is_ok_and(|line| line.split(' ').nth(1) == Some(version)) {
        say(TOOL, &format!("present ({version})"));
        return Ok(());
    }
    say(
        TOOL,
        &format!("installing {version}, the version in Cargo.lock"),
    );
    cargo_install(
        sh,
        &CargoProgram {
            name: "wasm-bindgen-cli",
            version,
            options: &[
                // Without the test runner, and without TLS, which only that needs. Optimised, it takes a second less for
                // each bundle, and three minutes longer to compile.
                "--bin",
                TOOL,
                "--no-default-features",
            ],
        },
    )
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
