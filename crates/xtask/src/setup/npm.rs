//! The npm packages of `end2end/`.

use std::fs;

use super::say;
use crate::{
    Result,
    env::{find, root},
    process,
};

/// Makes sure that they are as the lock file says.
pub fn ensure() -> Result<()> {
    if find("npm").is_none() {
        return Err("npm is not here; install Node.js 20 or newer".to_owned());
    }
    let folder = root().join("end2end");
    let wanted = fs::read(folder.join("package-lock.json"))
        .map_err(|error| format!("end2end/package-lock.json cannot be read: {error}"))?;
    // A copy of the lock file that was installed from; npm keeps no record that compares.
    let record = folder.join("node_modules/.installed-lock.json");
    if fs::read(&record).is_ok_and(|installed| installed == wanted) {
        say("npm packages", "present");
        return Ok(());
    }
    say(
        "npm packages",
        "installing Playwright, the SDKs and wasm-opt into end2end/node_modules",
    );
    let mut install = process::command("npm");
    install
        .current_dir(&folder)
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::run(&mut install)?;
    fs::write(&record, wanted)
        .map_err(|error| format!("{} cannot be written: {error}", record.display()))
}
