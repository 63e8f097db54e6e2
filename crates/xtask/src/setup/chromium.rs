//! A Chromium for the browser tests.

use anyhow::{Context as _, Result};
use xshell::{Shell, cmd};

use super::{install::apt_install, say};
use crate::paths::find;

const TOOL: &str = "chromium";
/// The headless shell draws the same pages with less work.
const SHELL: &str = "chromium-headless-shell";
const INSTALLED: [&str; 5] = [
    SHELL,
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Makes sure that there is one, and tells what runs in the shell where it is.
pub fn ensure(sh: &Shell) -> Result<()> {
    if let Some(browser) = own_browser(sh).or_else(installed) {
        say(TOOL, &format!("present ({browser})"));
        sh.set_var("CHROMIUM_PATH", browser);
        return Ok(());
    }
    if find("apt-get").is_some() {
        say(TOOL, "apt-get installs it, for the browser tests");
        if apt_install(sh, &[SHELL]).is_ok() {
            return use_installed(sh);
        }
    }
    say(TOOL, "Playwright downloads its own, for the browser tests");
    let folder = sh.push_dir("end2end");
    // Where its server can't be reached it would try for many minutes.
    let download = "timeout 300 npx playwright install --with-deps chromium";
    let mut words = download.split(' ');
    let download = sh.cmd(words.next().unwrap_or_default()).args(words);
    let downloaded = download.ignore_stdout().ignore_stderr().run();
    drop(folder);
    if downloaded.is_ok() {
        return Ok(());
    }
    say(TOOL, "that failed; apt-get installs the whole browser");
    apt_install(sh, &["chromium"])?;
    use_installed(sh)
}

fn use_installed(sh: &Shell) -> Result<()> {
    let browser = installed().context("chromium was installed but isn't in PATH")?;
    sh.set_var("CHROMIUM_PATH", browser);
    Ok(())
}

/// Playwright's own Chromium, if it's there.
fn own_browser(sh: &Shell) -> Option<String> {
    let _folder = sh.push_dir("end2end");
    let script = "const p = require('@playwright/test').chromium.executablePath(); \
                  if (require('fs').existsSync(p)) console.log(p)";
    let path = cmd!(sh, "node -e {script}").quiet().read().ok()?;
    Some(path).filter(|path| !path.is_empty())
}

fn installed() -> Option<String> {
    INSTALLED
        .into_iter()
        .find_map(find)
        .map(|file| file.to_string_lossy().into_owned())
}
