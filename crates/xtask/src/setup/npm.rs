//! The npm packages of `end2end/`.

use anyhow::{Result, bail};
use xshell::{Shell, cmd};

use super::say;
use crate::paths::find;

/// Makes sure that they are what the lock file says.
pub fn ensure(sh: &Shell) -> Result<()> {
    if find("npm").is_none() {
        bail!("npm isn't here; install Node.js 20 or newer");
    }
    let _folder = sh.push_dir("end2end");
    let wanted = sh.read_file("package-lock.json")?;
    // A copy of the lock file that was installed from; npm keeps no record that compares.
    let record = "node_modules/.installed-lock.json";
    if sh
        .read_file(record)
        .is_ok_and(|installed| installed == wanted)
    {
        say("npm packages", "present");
        return Ok(());
    }
    say(
        "npm packages",
        "installing Playwright, the SDKs and wasm-opt into end2end/node_modules",
    );
    cmd!(sh, "npm ci --no-audit --no-fund --loglevel=error")
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .run()?;
    Ok(sh.write_file(record, wanted)?)
}
