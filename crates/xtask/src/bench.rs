//! `cargo xtask bench`

use crate::{
    Result, process,
    setup::{self, Tools},
    stack::Stack,
};

/// Something to be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The local Appwrite under load.
    Local,
    /// What pages weigh in a browser.
    Size,
}

const PARTS: [(&str, Part); 2] = [("local", Part::Local), ("size", Part::Size)];

/// What to measure, and how.
#[derive(Debug, PartialEq, Eq)]
pub struct Options<'a> {
    parts: Vec<Part>,
    /// For the part's program, as they were typed.
    rest: &'a [&'a str],
}

impl<'a> Options<'a> {
    /// Reads the command line: names of parts, all of them when none is named, and from the first
    /// option on what the part's program is told. Each program has options of its own, so they are
    /// for one part.
    pub fn parse(arguments: &'a [&'a str]) -> Result<Self> {
        let first = arguments
            .iter()
            .position(|argument| argument.starts_with('-'));
        let (names, rest) = arguments.split_at(first.unwrap_or(arguments.len()));
        let rest = rest.strip_prefix(&["--"]).unwrap_or(rest);
        let known = |name: &&str| PARTS.iter().any(|(known, _)| known == name);
        if let Some(unknown) = names.iter().find(|name| !known(name)) {
            return Err(format!("there is no part \"{unknown}\""));
        }
        let parts: Vec<Part> = PARTS
            .iter()
            .filter(|(name, _)| names.is_empty() || names.contains(name))
            .map(|(_, part)| *part)
            .collect();
        match rest {
            [option, ..] if parts.len() > 1 => {
                Err(format!("name the one part that \"{option}\" is for"))
            }
            _ => Ok(Self { parts, rest }),
        }
    }
}

/// Measures the parts, up to the first that fails.
pub fn bench(options: &Options) -> Result<()> {
    for part in &options.parts {
        match part {
            // Nothing has to be set up for it: cargo alone builds the server and the load.
            Part::Local => process::run(
                process::command("cargo")
                    .args(["bench", "-p", "appwrite-local", "--bench", "load", "--"])
                    .args(options.rest),
            )?,
            Part::Size => size(&setup::for_tests()?, options.rest)?,
        }
    }
    Ok(())
}

/// Weighs each page of the release build, and fails over the budgets.
pub fn size(tools: &Tools, options: &[&str]) -> Result<()> {
    let stack = Stack::start(tools)?;
    process::run(
        stack
            .browser_command(tools, "node")
            .arg("end2end/bench/size.js")
            .args(options),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(parts: &[Part], rest: &'static [&'static str]) -> Result<Options<'static>> {
        Ok(Options {
            parts: parts.to_vec(),
            rest,
        })
    }

    #[test]
    fn all_parts_are_measured_when_none_is_named() {
        assert_eq!(
            Options::parse(&[]),
            measured(&[Part::Local, Part::Size], &[])
        );
        assert_eq!(Options::parse(&["size"]), measured(&[Part::Size], &[]));
    }

    #[test]
    fn options_follow_the_part() {
        assert_eq!(
            Options::parse(&["local", "--seconds", "1"]),
            measured(&[Part::Local], &["--seconds", "1"])
        );
        assert_eq!(
            Options::parse(&["size", "--", "--json", "size.json"]),
            measured(&[Part::Size], &["--json", "size.json"])
        );
    }

    #[test]
    fn options_for_several_parts_are_refused() {
        for arguments in [
            &["--seconds", "1"][..],
            &["local", "size", "--seconds", "1"],
        ] {
            assert_eq!(
                Options::parse(arguments),
                Err("name the one part that \"--seconds\" is for".to_owned())
            );
        }
    }

    #[test]
    fn an_unknown_part_is_named() {
        assert_eq!(
            Options::parse(&["remote", "--seconds", "1"]),
            Err("there is no part \"remote\"".to_owned())
        );
    }
}
