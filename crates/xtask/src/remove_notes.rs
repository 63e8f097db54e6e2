//! `cargo xtask remove-notes`, and the test of what it leaves.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use xshell::{Shell, cmd};

use crate::{
    passed::Check,
    paths::{root, target},
    shell,
};

/// What belongs to the notes and to nothing else.
const FILES: [&str; 10] = [
    "src/actions/notes",
    "src/islands/notes",
    "src/pages/notes",
    "src/model/note.rs",
    "style/notes.css",
    "tests/it/notes.rs",
    "end2end/tests/notes.spec.js",
    "end2end/tests/notes.hydrate.spec.js",
    "crates/app-bench/src/notes.rs",
    "crates/xtask/src/remove_notes.rs",
];

/// Where a line that names them goes, and everything from `notes: begin` to `notes: end`.
const LINES: [&str; 24] = [
    "src/routes.rs",
    "src/document.rs",
    "src/actions/mod.rs",
    "src/islands/mod.rs",
    "src/pages/mod.rs",
    "src/model/mod.rs",
    "src/server/http/guard.rs",
    "tests/it/attacks.rs",
    "tests/it/guard.rs",
    "tests/it/main.rs",
    "tests/it/shown_to.rs",
    "end2end/bench/size.js",
    "end2end/bench/size-budget.json",
    "end2end/tests/accessibility.hydrate.spec.js",
    "end2end/tests/layout.spec.js",
    "end2end/tests/pages.js",
    "crates/app-bench/src/bin/app-bench-limit.rs",
    "crates/app-bench/src/cases.rs",
    "crates/app-bench/src/main.rs",
    "crates/app-bench/src/people.rs",
    "crates/app-bench/src/upstream.rs",
    "crates/xtask/src/main.rs",
    "crates/xtask/src/test/mod.rs",
    "crates/xtask/src/test/part.rs",
];

/// Texts for people: what's between the two marks goes, and the line about the test below.
const TEXTS: [&str; 2] = ["README.md", "ARCHITECTURE.md"];

/// What takes the place of something that names them, in one file.
const REPLACED: [(&str, &str, &str); 2] = [
    (
        "src/server/http/guard.rs",
        "const DRAFTS: &[&str] = &[\"/notes\"]",
        "const DRAFTS: &[&str] = &[]",
    ),
    (
        "src/server/http/guard.rs",
        "&[\"/notes/done\", \"/notes/pinned\", \"/notes/delete\"]",
        "&[]",
    ),
];

/// The databases and tables, where theirs goes.
const SCHEMA: &str = "appwrite.config.json";

/// Removes the notes from the project in the shell's folder.
pub fn remove_notes(sh: &Shell) -> Result<()> {
    for (file, from, to) in REPLACED {
        replace(sh, file, from, to)?;
    }
    for file in LINES {
        change(sh, file, names_notes)?;
    }
    for file in TEXTS {
        change(sh, file, |line| line.contains("`without-notes`"))?;
    }
    let mut schema: Value = serde_json::from_str(&sh.read_file(SCHEMA)?)?;
    if let Some(tables) = schema["tables"].as_array_mut() {
        tables.retain(|table| table["$id"] != "notes");
    }
    sh.write_file(SCHEMA, format!("{schema:#}\n"))?;
    for file in FILES {
        sh.remove_path(file)?;
    }
    // Where a line stood by itself, there are two empty ones now.
    shell::cargo(sh).args(["fmt", "--all"]).run()?;
    println!("The notes are gone. `cargo xtask test` says whether all is well.");
    println!("A database that had them keeps them; delete the table in Appwrite's console.");
    Ok(())
}

fn change(sh: &Shell, file: &str, goes: impl Fn(&str) -> bool) -> Result<()> {
    let text = sh.read_file(file)?;
    let left = without(&text, goes).with_context(|| file.to_owned())?;
    Ok(sh.write_file(file, left)?)
}

/// A text without what's between the marks, and without the lines that go.
fn without(text: &str, goes: impl Fn(&str) -> bool) -> Result<String> {
    let mut left = String::new();
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        match (line.contains("notes: begin"), line.contains("notes: end")) {
            (true, _) if inside => bail!("`notes: begin` stands inside another one"),
            (_, true) if !inside => bail!("`notes: end` has no beginning"),
            (true, _) => inside = true,
            (_, true) => inside = false,
            _ if inside || goes(line) => {}
            _ => left.push_str(line),
        }
    }
    if inside {
        bail!("`notes: begin` has no end");
    }
    Ok(left)
}

/// Whether a line is about them: a path, a module, or a name in this program.
fn names_notes(line: &str) -> bool {
    const NAMES: [&str; 8] = [
        "/notes",
        "notes::",
        "notes;",
        "notes }",
        "mod note;",
        "the notes",
        "RemoveNotes",
        "WithoutNotes",
    ];
    NAMES.iter().any(|name| line.contains(name))
}

/// Removes them from a copy of the project, and checks and tests what's left.
pub fn test(sh: &Shell) -> Result<()> {
    let copy = target().join("without-notes");
    make_copy(sh, &copy)?;
    let _folder = sh.push_dir(&copy);
    let files = files(sh)?.into_iter().map(|file| fs::read(copy.join(file)));
    let check = Check::new("without-notes", files.collect::<Result<Vec<_>, _>>()?)?;
    if check.has_passed() {
        println!("passed before, and nothing has changed since");
        return Ok(());
    }
    let cargo = || shell::cargo(sh).env("CARGO_TARGET_DIR", target());
    cargo().args(["fmt", "--all", "--check"]).run()?;
    let strict = ["--", "-D", "warnings"];
    let local = ["--all-targets", "--features", "local"];
    let server = cargo().args(["clippy", "--workspace"]).args(local);
    server.args(strict).run()?;
    let bundle = ["--lib", "--no-default-features", "--features", "hydrate"];
    let wasm = ["--target", "wasm32-unknown-unknown"];
    let browser = cargo().arg("clippy").args(bundle).args(wasm);
    browser.args(strict).run()?;
    let test = cargo().args(["test", "--features", "local", "--lib", "--test", "it"]);
    test.run()?;
    check.pass()
}

/// Makes this folder the project without the notes. A file that is so already isn't touched, because
/// cargo compiles anew what has been written anew.
fn make_copy(sh: &Shell, copy: &Path) -> Result<()> {
    let fresh = target().join("without-notes.new");
    sh.remove_path(&fresh)?;
    for file in files(sh)? {
        copy_file(&root().join(&file), &fresh.join(&file))?;
    }
    let _folder = sh.push_dir(&fresh);
    cmd!(sh, "git init --quiet").run()?;
    remove_notes(sh)?;
    apart(sh)?;
    let left = files(sh)?;
    for file in &left {
        let (from, to) = (fresh.join(file), copy.join(file));
        if fs::read(&to).ok() != Some(fs::read(&from)?) {
            copy_file(&from, &to)?;
        }
        if file.starts_with(UNCHANGED) {
            // Of the same age, too, it isn't compiled again.
            let age = fs::metadata(root().join(file))?.modified()?;
            fs::File::options()
                .write(true)
                .open(&to)?
                .set_modified(age)?;
        }
    }
    if !copy.join(".git").exists() {
        cmd!(sh, "git init --quiet {copy}").run()?;
    }
    let _folder = sh.push_dir(copy);
    for file in files(sh)?.iter().filter(|file| !left.contains(file)) {
        sh.remove_path(file)?;
    }
    sh.remove_path(&fresh)
        .with_context(|| format!("cannot remove {}", fresh.display()))
}

/// The packages that are others without the notes.
const CHANGED: [&str; 3] = [
    "Cargo.toml",
    "crates/app-bench/Cargo.toml",
    "crates/xtask/Cargo.toml",
];

/// The one that's the same, and compiled already.
const UNCHANGED: &str = "crates/appwrite-local/";

/// Keeps what's compiled here apart from what's compiled of the project, since both use one target folder:
/// cargo tells packages apart by their versions, and writes a `cdylib` and whatever is compiled with it
/// under the same name for all of them.
fn apart(sh: &Shell) -> Result<()> {
    const VERSION: &str = "version.workspace = true";
    const ANOTHER: &str = concat!(
        "version = \"",
        env!("CARGO_PKG_VERSION"),
        "+without-notes\""
    );
    for manifest in CHANGED {
        replace(sh, manifest, VERSION, ANOTHER)?;
    }
    let (both, one) = (
        r#"crate-type = ["cdylib", "rlib"]"#,
        r#"crate-type = ["rlib"]"#,
    );
    replace(sh, "Cargo.toml", both, one)
}

/// Replaces the first of these words in a file.
fn replace(sh: &Shell, file: &str, from: &str, to: &str) -> Result<()> {
    let text = sh.read_file(file)?;
    if !text.contains(from) {
        bail!("{file} doesn't have `{from}`");
    }
    Ok(sh.write_file(file, text.replacen(from, to, 1))?)
}

/// The project's files, below the shell's folder.
fn files(sh: &Shell) -> Result<Vec<String>> {
    let files = cmd!(sh, "git ls-files --cached --others --exclude-standard").read()?;
    let files = files.lines().map(str::to_owned);
    // A file may have been deleted, and not yet committed as such.
    Ok(files.filter(|file| sh.path_exists(file)).collect())
}

fn copy_file(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_name_them_go_and_so_does_what_is_marked() {
        let text = "a\nmod notes;\n// notes: begin\nb\n// notes: end\npub mod note;\nc\n";
        assert_eq!(without(text, names_notes).unwrap(), "a\nc\n");
        assert_eq!(
            without(text, |_| false).unwrap(),
            "a\nmod notes;\npub mod note;\nc\n"
        );
        for broken in [
            "notes: begin\n",
            "notes: end\n",
            "notes: begin\nnotes: begin\n",
        ] {
            assert!(without(broken, names_notes).is_err(), "{broken}");
        }
    }

    #[test]
    fn every_file_is_there() {
        for file in FILES.iter().chain(&LINES).chain(&TEXTS) {
            assert!(root().join(file).exists(), "{file}");
        }
        for (file, from, _) in REPLACED {
            let text = fs::read_to_string(root().join(file)).unwrap();
            assert!(text.contains(from), "{file}");
        }
    }

    #[test]
    fn nothing_else_of_the_app_names_them() {
        let mut folders = vec![root().join("src"), root().join("tests/it")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
                if FILES.contains(&name) {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = fs::read_to_string(&path).unwrap();
                let is_known = LINES.contains(&name);
                let found = text.lines().find(|line| names_notes(line));
                assert_eq!(found.filter(|_| !is_known), None, "{name}");
            }
        }
    }
}
