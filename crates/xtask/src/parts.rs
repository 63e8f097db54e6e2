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
    /// The official SDKs for JavaScript against the local Appwrite.
    Contract,
    /// The official SDK for Rust against it: only when asked, since it takes minutes to compile.
    Sdk,
    /// A real browser.
    E2e,
    /// The app that the tutorial builds.
    Tutorial,
    /// What pages weigh in it.
    Size,
}

const PARTS: [(&str, Part); 13] = [
    ("fmt", Part::Fmt),
    ("wasm-deps", Part::WasmDeps),
    ("clippy", Part::Clippy),
    ("doc", Part::Doc),
    ("unit", Part::Unit),
    ("router", Part::Router),
    ("local", Part::Local),
    ("golden", Part::Golden),
    ("contract", Part::Contract),
    ("sdk", Part::Sdk),
    ("e2e", Part::E2e),
    ("tutorial", Part::Tutorial),
    ("size", Part::Size),
];

impl Part {
    /// The parts that are named; when none is, all but those that run only when asked.
    pub fn parse(names: &[&str]) -> Result<Vec<Self>> {
        let known = |name: &&str| PARTS.iter().any(|(known, _)| known == name);
        if let Some(unknown) = names.iter().find(|name| !known(name)) {
            return Err(format!("there is no part \"{unknown}\""));
        }
        Ok(PARTS
            .iter()
            .filter(|(name, part)| {
                if names.is_empty() {
                    *part != Self::Sdk
                } else {
                    names.contains(name)
                }
            })
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

#[cfg(test)]
mod tests {
    use super::Part;

    #[test]
    fn what_takes_minutes_is_run_only_when_asked() {
        let all = Part::parse(&[]).unwrap();
        assert!(all.contains(&Part::E2e) && !all.contains(&Part::Sdk));
        assert_eq!(Part::parse(&["sdk"]), Ok(vec![Part::Sdk]));
        assert!(Part::parse(&["nope"]).is_err());
    }

    #[test]
    fn parts_run_in_their_own_order() {
        assert_eq!(
            Part::parse(&["size", "fmt", "e2e"]),
            Ok(vec![Part::Fmt, Part::E2e, Part::Size])
        );
        assert_eq!(Part::parse(&[]).unwrap().last(), Some(&Part::Size));
    }
}
