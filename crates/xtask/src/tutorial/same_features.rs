//! Builds the tutorial's app of the very packages that the app is built of.
//!
//! Cargo compiles a package once more for other features, and everything that uses it. So the tutorial's app gets the
//! app's features, and no listing may use what it wouldn't have without them.

use std::{fmt::Write as _, fs, path::Path};

use anyhow::{Result, bail};
use xshell::Shell;

use super::{Step, TEXT, cargo};
use crate::test_programs::{WORKSPACE, other_features};

/// A package of which the app has other features than the tutorial.
struct Package {
    name: &'static str,
    version: &'static str,
    /// Those that the tutorial lacks.
    features: &'static [&'static str],
    /// What a listing can only use with them. Empty for packages that the tutorial doesn't name.
    words: &'static [&'static str],
}

/// Those of the server.
const ON_SERVER: [Package; 14] = [
    Package {
        name: "cookie",
        version: "0.18",
        features: &["private", "key-expansion", "percent-encode"],
        words: &["cookie::Key", ".private", ".signed", "encoded()"],
    },
    Package {
        name: "reqwest",
        version: "0.13",
        features: &["form", "query", "stream"],
        words: &[".form(&", ".query(&", "bytes_stream"],
    },
    Package {
        name: "serde_json",
        version: "1",
        features: &["preserve_order"],
        words: &["shift_remove", "swap_remove"],
    },
    Package {
        name: "time",
        version: "0.3",
        features: &["serde"],
        words: &["time::serde"],
    },
    Package {
        name: "tokio",
        version: "1",
        features: &["signal"],
        words: &["tokio::signal", "ctrl_c"],
    },
    unnamed("crypto-common", "0.1", &["getrandom"]),
    unnamed("digest", "0.10", &["mac"]),
    unnamed("log", "0.4", &["std"]),
    unnamed(
        "regex-automata",
        "0.4",
        &["dfa", "nfa", "perf", "syntax", "unicode"],
    ),
    // All that it adds is in what the tutorial names of it.
    unnamed("serde", "1", &["alloc"]),
    unnamed("serde_spanned", "1", &["serde"]),
    unnamed("subtle", "2", &["default"]),
    unnamed("tracing", "0.1", &["default"]),
    unnamed("tracing-core", "0.1", &["default"]),
];

/// Those of both.
const IN_BROWSER_TOO: [Package; 1] = [Package {
    name: "web-sys",
    version: "0.3",
    features: &["Clipboard", "Navigator", "NodeList"],
    words: &["clipboard", "navigator", "query_selector_all"],
}];

const fn unnamed(
    name: &'static str,
    version: &'static str,
    features: &'static [&'static str],
) -> Package {
    Package {
        name,
        version,
        features,
        words: &[],
    }
}

/// What's added to the tutorial's `Cargo.toml`: an empty package, which has the features.
pub const ADDED: &str = "\n[dependencies.beyond]\npath = \"beyond\"\n";

/// Writes that package into the tutorial's folder. In a package of its own, because cargo knows none by two names.
pub fn write(project: &Path) -> Result<()> {
    let mut manifest = "[package]\nname = \"beyond\"\nedition = \"2024\"\n".to_owned();
    for (condition, packages) in [
        ("not(target_family = \"wasm\")", &ON_SERVER[..]),
        ("all()", &IN_BROWSER_TOO),
    ] {
        let _ = writeln!(manifest, "\n[target.'cfg({condition})'.dependencies]");
        for package in packages {
            let Package {
                name,
                version,
                features,
                ..
            } = package;
            let _ = writeln!(
                manifest,
                "{name} = {{ version = \"{version}\", default-features = false, features = {features:?} }}"
            );
        }
    }
    let source = project.join("beyond/src");
    fs::create_dir_all(&source)?;
    fs::write(source.join("lib.rs"), "//! Nothing but features.\n")?;
    Ok(fs::write(project.join("beyond/Cargo.toml"), manifest)?)
}

/// Makes sure that no listing uses what it only has by that package.
pub fn check_listings(steps: &[Step]) -> Result<()> {
    let listings = steps.iter().flat_map(Step::listings);
    for listing in listings.filter(|listing| listing.path.ends_with(".rs")) {
        for line in &listing.lines {
            for Package { name, words, .. } in ON_SERVER.iter().chain(&IN_BROWSER_TOO) {
                if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                    bail!(
                        "{TEXT}, {}: `{word}` may take a feature of {name} that its Cargo.toml doesn't name",
                        listing.path
                    );
                }
            }
        }
    }
    Ok(())
}

/// Makes sure that it has all that it takes. To be called in the tutorial's folder.
pub fn check_packages(sh: &Shell) -> Result<()> {
    let format = ["--prefix", "none", "--format", "{p} {f}"];
    let tutorial = cargo(sh).args(["tree", "--features", "ssr"]).args(format);
    let tutorial = tutorial.args(["--edges", "normal,build"]).read()?;
    let app = {
        let _root = sh.push_dir(crate::paths::root());
        let app = cargo(sh).arg("tree").args(WORKSPACE).args(format);
        app.args(["--edges", "normal,build,dev"]).read()?
    };
    let mut others = other_features(&tutorial, &app);
    others.retain(|package| !package.starts_with("tutorial ") && !package.starts_with("beyond "));
    if !others.is_empty() {
        bail!(
            "the tutorial's app is built of packages with other features than the app's; add those to \
             crates/xtask/src/tutorial/same_features.rs:\n{}",
            others.join("\n")
        );
    }
    Ok(())
}
