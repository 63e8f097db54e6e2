//! The parts of `cargo xtask test`.

use clap::ValueEnum;

use crate::setup::Tool;

/// A part of the tests, in the order they run: the quick ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Part {
    /// Formatting
    Fmt,
    /// The bundle doesn't pull in the server, nor tests features
    WasmDeps,
    /// Lints, for the server, the browser and the whole workspace
    Clippy,
    /// Documentation without warnings
    Doc,
    /// Unit and documentation tests
    Unit,
    /// The router against a local Appwrite
    Router,
    /// The local Appwrite by itself
    Local,
    /// The local Appwrite against recorded answers of a real one
    Golden,
    /// The official JavaScript SDKs and command line against the local Appwrite
    Contract,
    /// The official Rust SDK against the local Appwrite
    Sdk,
    /// The app in a real browser
    E2e,
    /// The app that the tutorial builds
    Tutorial,
    /// The app without its example, the notes
    WithoutNotes,
    /// What pages weigh in a browser
    Size,
}

impl Part {
    /// The parts that were named, in their own order; if none was, all that don't have to be.
    pub fn wanted(mut named: Vec<Self>) -> Vec<Self> {
        if named.is_empty() {
            let all = Self::value_variants().iter().copied();
            return all.filter(|part| *part != Self::Sdk).collect();
        }
        named.sort_unstable();
        named.dedup();
        named
    }

    /// What has to be set up for it.
    pub fn tools(self) -> &'static [Tool] {
        match self {
            Self::Fmt => &[],
            Self::WasmDeps
            | Self::Clippy
            | Self::Doc
            | Self::Unit
            | Self::Router
            | Self::Local
            | Self::Golden
            | Self::WithoutNotes
            | Self::Sdk => Tool::TO_COMPILE,
            Self::Contract => &[Tool::WasmTarget, Tool::Npm, Tool::Chromium],
            Self::E2e | Self::Tutorial | Self::Size => Tool::ALL,
        }
    }

    /// Its name on the command line.
    pub fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, Tool};

    #[test]
    fn the_slow_part_runs_only_when_it_is_named() {
        let all = Part::wanted(Vec::new());
        assert!(all.contains(&Part::E2e) && !all.contains(&Part::Sdk));
        assert_eq!(all.last(), Some(&Part::Size));
        assert_eq!(Part::wanted(vec![Part::Sdk]), [Part::Sdk]);
    }

    #[test]
    fn a_part_sets_up_only_what_it_needs() {
        assert!(Part::Fmt.tools().is_empty());
        for part in [Part::Unit, Part::Router, Part::Golden] {
            assert!(!part.tools().contains(&Tool::Npm), "{part:?}");
        }
        assert!(!Part::Contract.tools().contains(&Tool::CargoLeptos));
        assert!(Part::E2e.tools().contains(&Tool::WasmOpt));
    }

    #[test]
    fn parts_run_once_and_in_their_own_order() {
        assert_eq!(
            Part::wanted(vec![Part::Size, Part::Fmt, Part::E2e, Part::Fmt]),
            [Part::Fmt, Part::E2e, Part::Size]
        );
        assert_eq!(Part::WasmDeps.name(), "wasm-deps");
        assert_eq!(Part::E2e.name(), "e2e");
    }
}
