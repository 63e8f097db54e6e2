//! `cargo xtask test tutorial`: follows `docs/tutorial.md` as its reader would.
//!
//! The listings are written as the text says, the server is built and the browser's side checked after each step
//! that changed them, and `end2end/tutorial/walk.js` tries in the end what the text promises. What an unchanged
//! text builds on the way isn't built again. The bundle is a release's, because the app's has left most of what
//! it takes.

mod same_features;

use std::{
    fs,
    path::{Component, Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, anyhow, bail};
use xshell::{Cmd, Shell, cmd};

use crate::{
    passed::Check,
    paths::{root, target},
    shell::{self, Server},
    stack::{KEY, free_addr, local_appwrite},
    test::TO_WASM,
};

const TEXT: &str = "docs/tutorial.md";
const WALK: &str = "end2end/tutorial/walk.js";

/// Every command of the text, in its order. What runs in its stead stands beside it.
const COMMANDS: [&str; 10] = [
    // Set-up does both.
    "rustup target add wasm32-unknown-unknown",
    "cargo install cargo-leptos --locked",
    // These leave a folder with nothing of the template that matters, so this starts with none.
    "cargo leptos new --git leptos-rs/start-axum --name tutorial",
    "cd tutorial",
    "rm -rf src style end2end Cargo.lock rust-toolchain.toml",
    // The same server after every step, and both at the end.
    "cargo leptos watch",
    // The same server, on a free port.
    "cargo run --release -p appwrite-local",
    // The same server, which has the file from the start.
    "cargo run --release -p appwrite-local -- --schema <PATH>/tutorial/appwrite.config.json",
    // Both are in `push`.
    "appwrite client --endpoint https://<REGION>.cloud.appwrite.io/v1 --project-id <PROJECT_ID> --key <KEY>",
    "appwrite push tables --all",
];

/// Listings for files whose values are the reader's own.
const DOT_ENV: &str = ".env";

/// The listing that the local Appwrite reads, and that Appwrite's command line pushes.
const SCHEMA: &str = "appwrite.config.json";

/// Builds the tutorial's app and walks through it.
pub fn test(sh: &Shell) -> Result<()> {
    let text = sh.read_file(TEXT)?;
    let steps = read(&text)?;
    check_commands(&steps)?;
    same_features::check_listings(&steps)?;

    let project = target().join("tutorial");
    begin(sh, &project)?;
    same_features::write(&project)?;
    let schema = write_schema(&steps, &project)?;
    let (appwrite, appwrite_addr) = local_appwrite(sh, &["--schema".as_ref(), schema.as_os_str()])?;
    let endpoint = format!("http://localhost:{}/v1", appwrite_addr.port());
    push(sh, &project, &endpoint)?;

    let addr = free_addr()?;
    let values = [
        ("APPWRITE_ENDPOINT", endpoint.clone()),
        ("APPWRITE_PROJECT_ID", "local".to_owned()),
        ("APPWRITE_KEY", KEY.to_owned()),
        ("SITE_URL", format!("http://localhost:{}", addr.port())),
    ];

    let versions = fs::read(root().join("Cargo.lock"))?;
    let every_step = Check::new("tutorial", [text.clone().into_bytes(), versions])?;
    let project_dir = sh.push_dir(&project);
    for step in &steps {
        let mut changed = false;
        for listing in step.listings() {
            changed |= listing.write_to(&project, &values)?;
        }
        if changed && !every_step.has_passed() {
            println!("{}", step.title);
            build_server(sh)?;
            let browser = cargo(sh).args(["check", "--lib", "--features", "hydrate"]);
            browser.args(TO_WASM).run()?;
        }
    }
    same_features::check_packages(sh)?;
    build_server(sh)?;
    let bundle = ["leptos", "build", "--release", "--frontend-only"];
    cargo(sh).args(bundle).run()?;
    // A server that cargo-leptos hasn't built asks for it by wasm-bindgen's name.
    let files = project.join("target/site/pkg");
    sh.copy_file(files.join("tutorial.wasm"), files.join("tutorial_bg.wasm"))?;
    cargo(sh).args(["fmt", "--check"]).run()?;
    every_step.pass()?;

    let server = sh.cmd(target().join("debug/tutorial")).envs([
        ("LEPTOS_OUTPUT_NAME", "tutorial"),
        ("LEPTOS_SITE_ROOT", "target/site"),
        ("LEPTOS_SITE_ADDR", &addr.to_string()),
    ]);
    let mut server = Command::from(server);
    for (name, _) in &values {
        // They are in the project's `.env`, and the environment would override that.
        server.env_remove(name);
    }
    let _server = Server::start(server, addr)?;
    drop(project_dir);

    let base_url = format!("http://localhost:{}", addr.port());
    let walk = |part: &str| {
        cmd!(sh, "node {WALK} {part}")
            .env("BASE_URL", &base_url)
            .env("APPWRITE_ENDPOINT", &endpoint)
            .run()
    };
    walk("through")?;
    drop(appwrite);
    Ok(walk("outage")?)
}

/// Without cargo-leptos: for a debug build, that compiles all packages in a way of its own.
fn build_server(sh: &Shell) -> Result<()> {
    let server = cargo(sh).args(["build", "--bin", "tutorial"]);
    Ok(server.args(["--features", "ssr"]).run()?)
}

/// A cargo command in the tutorial's project. It builds where the app does, and with the same profile, since most
/// of what it needs is then built already.
fn cargo(sh: &Shell) -> Cmd<'_> {
    shell::cargo(sh).env("CARGO_TARGET_DIR", target())
}

/// An empty project, with the versions of this repository.
fn begin(sh: &Shell, project: &Path) -> Result<()> {
    sh.remove_path(project)?;
    // The template's folder of files to serve.
    sh.create_dir(project.join("public"))?;
    Ok(sh.copy_file("Cargo.lock", project.join("Cargo.lock"))?)
}

/// Writes the tables' file, which the text has in a later step.
fn write_schema(steps: &[Step], project: &Path) -> Result<PathBuf> {
    let mut listings = steps.iter().flat_map(Step::listings);
    let listing = listings.find(|listing| listing.path == SCHEMA);
    let listing = listing.with_context(|| format!("{TEXT} has no {SCHEMA}"))?;
    listing.write_to(project, &[])?;
    Ok(project.join(SCHEMA))
}

/// Pushes the tables to a server that was started with their file. If that changed anything, the
/// command line would do so again at every push, and perhaps delete what's in them.
fn push(sh: &Shell, project: &Path, endpoint: &str) -> Result<()> {
    let program = root().join("end2end/node_modules/appwrite-cli/index.js");
    let _project_dir = sh.push_dir(project);
    // What it's told with `client` is kept in the home folder.
    let appwrite = || cmd!(sh, "node {program}").env("HOME", project);
    let client = appwrite().args(["client", "--endpoint", endpoint]);
    client.args(["--project-id", "local", "--key", KEY]).run()?;
    let said = appwrite()
        .args(["push", "tables", "--all", "--force"])
        .read()?;
    if !said.contains("Successfully pushed 0 tables") {
        bail!("{TEXT}: pushing {SCHEMA} again changes something:\n{said}");
    }
    Ok(())
}

fn check_commands(steps: &[Step]) -> Result<()> {
    let found: Vec<&str> = steps.iter().flat_map(Step::commands).collect();
    if let Some(unknown) = found.iter().find(|command| !COMMANDS.contains(command)) {
        bail!("{TEXT}: nothing checks the command `{unknown}`");
    }
    if found != COMMANDS {
        bail!("{TEXT} doesn't have every known command, in the known order: {found:?}");
    }
    Ok(())
}

/// What stands below one heading.
#[derive(Debug, Default, PartialEq, Eq)]
struct Step<'a> {
    title: &'a str,
    blocks: Vec<Block<'a>>,
}

#[derive(Debug, PartialEq, Eq)]
enum Block<'a> {
    Commands(Vec<&'a str>),
    Listing(Listing<'a>),
}

/// A file, or what is added to it.
#[derive(Debug, PartialEq, Eq)]
struct Listing<'a> {
    path: &'a str,
    is_addition: bool,
    lines: Vec<&'a str>,
}

impl<'a> Step<'a> {
    fn listings(&self) -> impl Iterator<Item = &Listing<'a>> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Listing(listing) => Some(listing),
            Block::Commands(_) => None,
        })
    }

    fn commands(&self) -> impl Iterator<Item = &'a str> {
        self.blocks
            .iter()
            .filter_map(|block| match block {
                Block::Commands(commands) => Some(commands),
                Block::Listing(_) => None,
            })
            .flatten()
            .copied()
    }
}

impl Listing<'_> {
    /// Writes it, and says whether that changes what is built.
    fn write_to(&self, project: &Path, values: &[(&str, String)]) -> Result<bool> {
        let file = project.join(self.path);
        let mut text = self.lines.join("\n") + "\n";
        match self.path {
            DOT_ENV => text = fill_in(&self.lines, values)?,
            // The folder lies inside this repository's, but is none of its packages.
            "Cargo.toml" => {
                text.push_str("\n[workspace]\n");
                text.push_str(same_features::ADDED);
            }
            _ => {}
        }
        if self.is_addition {
            let before = fs::read_to_string(&file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            text = format!("{before}\n{text}");
        }
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(self.path != DOT_ENV)
    }
}

/// The lines of `.env` with real values, which must be for the variables that are known.
fn fill_in(lines: &[&str], values: &[(&str, String)]) -> Result<String> {
    let names = lines
        .iter()
        .map(|line| line.split_once('=').map_or(*line, |(name, _)| name));
    if !names.eq(values.iter().map(|(name, _)| *name)) {
        bail!("{TEXT}: {DOT_ENV} has other variables than the known ones");
    }
    Ok(values
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"))
        .collect())
}

/// Reads the text: its headings of the second level, and the fenced blocks below each.
fn read(text: &str) -> Result<Vec<Step<'_>>> {
    let mut steps = vec![Step::default()];
    let mut label = "";
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            steps.push(Step {
                title,
                blocks: Vec::new(),
            });
        } else if let Some(language) = line.strip_prefix("```") {
            let block: Vec<&str> = lines
                .by_ref()
                .map(|(_, line)| line)
                .take_while(|line| *line != "```")
                .collect();
            let block = if language == "sh" {
                Block::Commands(block)
            } else {
                let (path, is_addition) = file_name(label).ok_or_else(|| {
                    anyhow!("{TEXT}, line {}: the listing has no file name", index + 1)
                })?;
                Block::Listing(Listing {
                    path,
                    is_addition,
                    lines: block,
                })
            };
            if let Some(step) = steps.last_mut() {
                step.blocks.push(block);
            }
        }
        if !line.trim().is_empty() {
            label = line;
        }
    }
    Ok(steps)
}

/// The file that a line above a listing names, and whether the listing is added to it.
fn file_name(label: &str) -> Option<(&str, bool)> {
    let (path, rest) = label.strip_prefix("**`")?.split_once("`**")?;
    let is_inside = Path::new(path)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let is_addition = match rest {
        "" => false,
        ", added at the end" => true,
        _ => return None,
    };
    is_inside.then_some((path, is_addition))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_of_the_text_is_known_and_every_listing_has_a_name() {
        let text = fs::read_to_string(root().join(TEXT)).unwrap();
        let steps = read(&text).unwrap();
        check_commands(&steps).unwrap();
        assert_eq!(steps.len(), 1 + 9);
    }

    #[test]
    fn blocks_are_read_with_what_they_are() {
        let text = "# T\n## 1. A\n```sh\ncd a\n```\n**`a/b.rs`**, added at the end\n\n```rust\nx\n\ny\n```\n";
        let steps = read(text).unwrap();
        assert_eq!(steps[1].title, "1. A");
        assert_eq!(steps[1].commands().collect::<Vec<_>>(), ["cd a"]);
        let listing = Listing {
            path: "a/b.rs",
            is_addition: true,
            lines: vec!["x", "", "y"],
        };
        assert_eq!(steps[1].listings().collect::<Vec<_>>(), [&listing]);
    }

    #[test]
    fn what_nothing_would_check_is_an_error() {
        let steps = read("## 1\n```sh\nmake\n```\n").unwrap();
        assert!(
            check_commands(&steps)
                .unwrap_err()
                .to_string()
                .contains("`make`")
        );
        for label in ["", "**`a.rs`** again", "**`../a.rs`**", "**`/a.rs`**"] {
            assert!(read(&format!("{label}\n\n```rust\n```\n")).is_err());
        }
    }

    #[test]
    fn the_readers_values_are_filled_in() {
        let values = [("A", "1".to_owned()), ("B", "2".to_owned())];
        assert_eq!(fill_in(&["A=<a>", "B=<b>"], &values).unwrap(), "A=1\nB=2\n");
        assert!(fill_in(&["A=<a>"], &values).is_err());
    }
}
