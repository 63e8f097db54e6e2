//! The parts of `cargo xtask test`.

use crate::Result;

/// A part of the tests, in the order they run: the quick ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Formatting.
    Fmt,
    /// The bundle does not pull in the server.
    WasmDeps,
    /// Lints, for the server, the browser and the whole workspace.
    Clippy,
    /// Documentation without warnings.
    Doc,
    /// Unit and documentation tests.
    Unit,
    /// The router against a local Appwrite.
    Router,
    /// The local Appwrite by itself.
    Local,
    /// The local Appwrite against recorded answers of a real one.
    Golden,
    /// The official SDKs against the local Appwrite.
    Contract,
    /// A real browser.
    E2e,
}

const PARTS: [(&str, Part); 10] = [
    ("fmt", Part::Fmt),
    ("wasm-deps", Part::WasmDeps),
    ("clippy", Part::Clippy),
    ("doc", Part::Doc),
    ("unit", Part::Unit),
    ("router", Part::Router),
    ("local", Part::Local),
    ("golden", Part::Golden),
    ("contract", Part::Contract),
    ("e2e", Part::E2e),
];

impl Part {
    /// The parts that are named; all of them when none is.
    pub fn parse(names: &[&str]) -> Result<Vec<Self>> {
        let known = |name: &&str| PARTS.iter().any(|(known, _)| known == name);
        if let Some(unknown) = names.iter().find(|name| !known(name)) {
            return Err(format!("there is no part \"{unknown}\""));
        }
        Ok(PARTS
            .iter()
            .filter(|(name, _)| names.is_empty() || names.contains(name))
            .map(|(_, part)| *part)
            .collect())
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        PARTS
            .iter()
            .find(|(_, part)| *part == self)
            .map_or("", |(name, _)| name)
    }
}
