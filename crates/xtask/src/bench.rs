//! `cargo xtask bench`

use crate::{Result, process};

/// Something to be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The local Appwrite under load.
    Local,
}

const PARTS: [(&str, Part); 1] = [("local", Part::Local)];

/// What to measure, and how.
#[derive(Debug, PartialEq, Eq)]
pub struct Options<'a> {
    parts: Vec<Part>,
    /// For the load, as it was typed.
    load: &'a [&'a str],
}

impl<'a> Options<'a> {
    /// Reads the command line: names of parts, all of them when none is named, and from the first
    /// option on what the load is told.
    pub fn parse(arguments: &'a [&'a str]) -> Result<Self> {
        let first = arguments
            .iter()
            .position(|argument| argument.starts_with('-'));
        let (names, load) = arguments.split_at(first.unwrap_or(arguments.len()));
        let known = |name: &&str| PARTS.iter().any(|(known, _)| known == name);
        if let Some(unknown) = names.iter().find(|name| !known(name)) {
            return Err(format!("there is no part \"{unknown}\""));
        }
        Ok(Self {
            parts: PARTS
                .iter()
                .filter(|(name, _)| names.is_empty() || names.contains(name))
                .map(|(_, part)| *part)
                .collect(),
            load: load.strip_prefix(&["--"]).unwrap_or(load),
        })
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
                    .args(options.load),
            )?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_follow_the_parts() {
        let local = |load| {
            Ok(Options {
                parts: vec![Part::Local],
                load,
            })
        };
        assert_eq!(Options::parse(&[]), local(&[]));
        assert_eq!(
            Options::parse(&["local", "--seconds", "1"]),
            local(&["--seconds", "1"])
        );
        assert_eq!(
            Options::parse(&["--", "--seconds", "1"]),
            local(&["--seconds", "1"])
        );
    }

    #[test]
    fn an_unknown_part_is_named() {
        assert_eq!(
            Options::parse(&["remote", "--seconds", "1"]),
            Err("there is no part \"remote\"".to_owned())
        );
    }
}
