//! cargo-leptos, which builds server and bundle together.

use anyhow::Result;
use xshell::{Shell, cmd};

use super::{
    install::{CargoProgram, cargo_install},
    say,
};
use crate::paths::find;

const TOOL: &str = "cargo-leptos";
/// The newest that an older stable Rust can still build.
const VERSION: &str = "0.3.10";

/// Makes sure that there is one.
pub fn ensure(sh: &Shell) -> Result<()> {
    if let Some(file) = find(TOOL) {
        say(TOOL, &format!("present ({})", file.display()));
        return Ok(());
    }
    say(
        TOOL,
        "installing it (some minutes), to build server and bundle together",
    );
    let has_openssl = cmd!(sh, "pkg-config --exists openssl").quiet().run();
    // Else OpenSSL is compiled too, for what is never called here.
    let _no_vendor = has_openssl
        .is_ok()
        .then(|| sh.push_env("OPENSSL_NO_VENDOR", "1"));
    cargo_install(
        sh,
        &CargoProgram {
            name: TOOL,
            version: VERSION,
            options: &[
                // Compressing is its one piece of real work.
                "--config",
                "profile.dev.package.brotli.opt-level=3",
                // The tools it would download are set up here, in versions that fit.
                "--features",
                "no_downloads",
            ],
        },
    )
}
