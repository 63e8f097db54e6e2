//! A Chromium for the browser tests.

use anyhow::{Result, bail};
use xshell::{Shell, cmd};

use super::{install::apt_install, say};
use crate::paths::find;

const TOOL: &str = "chromium";

/// Makes sure that there is one that `end2end/chromium.js` finds.
pub fn ensure(sh: &Shell) -> Result<()> {
    if let Some(browser) = installed(sh) {
        say(TOOL, &format!("present ({browser})"));
        return Ok(());
    }
    if find("apt-get").is_some() {
        say(TOOL, "apt-get installs it, for the browser tests");
        // The headless shell draws the same pages with less work.
        if apt_install(sh, &["chromium-headless-shell"]).is_ok() {
            return check(sh);
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
        return check(sh);
    }
    say(TOOL, "that failed; apt-get installs the whole browser");
    apt_install(sh, &["chromium"])?;
    check(sh)
}

fn check(sh: &Shell) -> Result<()> {
    if installed(sh).is_none() {
        bail!("chromium was installed, but end2end/chromium.js doesn't find it");
    }
    Ok(())
}

/// The one that the browser tests use, if there is one.
fn installed(sh: &Shell) -> Option<String> {
    let _folder = sh.push_dir("end2end");
    let script = "import('./chromium.js').then((found) => console.log(found.executablePath ?? ''))";
    let node = cmd!(sh, "node -e {script}").quiet().ignore_stderr();
    let path = node.read().ok()?;
    Some(path).filter(|path| !path.is_empty())
}
