//! wasm-opt, which makes the release bundle small.

use std::{fs, io, path::Path};

use anyhow::{Context as _, Result};

use super::say;
use crate::paths::{cargo_bin, find, root};

const TOOL: &str = "wasm-opt";

/// Makes sure that cargo-leptos finds one, also when it's called without us.
pub fn ensure() -> Result<()> {
    if let Some(file) = find(TOOL) {
        say(TOOL, &format!("present ({})", file.display()));
        return Ok(());
    }
    let program = root().join("end2end/node_modules/.bin").join(TOOL);
    let link = cargo_bin().join(TOOL);
    let what = format!(
        "linking npm's into {}, to shrink release bundles",
        link.display()
    );
    say(TOOL, &what);
    relink(&program, &link).with_context(|| format!("cannot link {}", link.display()))
}

/// Links a program. A link to a project that has moved is in the way, though there's no file behind it.
fn relink(program: &Path, link: &Path) -> io::Result<()> {
    match fs::remove_file(link) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => symlink(program, link),
    }
}

#[cfg(unix)]
fn symlink(program: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(program, link)
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::Error::other(
        "install binaryen and put wasm-opt into PATH",
    ))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::paths::target;

    #[test]
    fn a_link_to_a_project_that_has_moved_is_replaced() {
        let folder = target().join("tmp/relink");
        fs::create_dir_all(&folder).unwrap();
        let (program, link) = (folder.join("program"), folder.join("link"));
        fs::write(&program, "").unwrap();
        let _ = fs::remove_file(&link);
        for there in [folder.join("moved"), program] {
            relink(&there, &link).unwrap();
            assert_eq!(fs::read_link(&link).unwrap(), there);
        }
        assert!(link.is_file());
    }
}
