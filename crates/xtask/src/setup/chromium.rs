//! A Chromium for the browser tests.

use super::{apt_install, say};
use crate::{
    Result,
    env::{find, root},
    process,
};

const TOOL: &str = "chromium";
const INSTALLED: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Makes sure that there is one; says where, unless Playwright has its own.
pub fn ensure() -> Result<Option<String>> {
    if let Some(path) = process::output(
        process::command("node")
            .current_dir(root().join("end2end"))
            .args(["-e", OWN_BROWSER]),
    )
    .filter(|path| !path.is_empty())
    {
        say(TOOL, &format!("present ({path})"));
        return Ok(None);
    }
    if let Some(file) = installed() {
        say(TOOL, &format!("present ({file})"));
        return Ok(Some(file));
    }
    say(TOOL, "Playwright downloads its own, for the browser tests");
    // Where its server cannot be reached it would try for many minutes.
    let downloaded = process::succeeds(
        process::command("timeout")
            .current_dir(root().join("end2end"))
            .args([
                "300",
                "npx",
                "playwright",
                "install",
                "--with-deps",
                "chromium",
            ]),
    );
    if downloaded {
        return Ok(None);
    }
    say(
        TOOL,
        "not to be downloaded; the distribution's package is installed instead",
    );
    apt_install(&["chromium"])?;
    installed()
        .map(Some)
        .ok_or_else(|| "chromium was installed but is not in PATH".to_owned())
}

/// Prints the path of Playwright's own Chromium, if it is there.
const OWN_BROWSER: &str = "const p = require('@playwright/test').chromium.executablePath(); \
     if (require('fs').existsSync(p)) console.log(p)";

fn installed() -> Option<String> {
    INSTALLED
        .into_iter()
        .find_map(find)
        .map(|file| file.to_string_lossy().into_owned())
}
