//! The workspace's test programs, built by one cargo command.
//!
//! Cargo compiles a package with the features that the packages it's told about need together. So if
//! each part of the tests named only its own package, most of what they share would be compiled
//! again for each of them.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use xshell::Shell;

use crate::{paths, shell::cargo};

/// The packages and features that every test is built with.
pub const WORKSPACE: [&str; 3] = ["--workspace", "--features", "local"];

/// A program that runs the tests of a library, of a program or of a file in `tests/`.
#[derive(Debug, PartialEq, Eq)]
pub struct TestProgram {
    file: PathBuf,
    /// Its package's folder.
    pub package: PathBuf,
    /// Whether it comes from `tests/`.
    pub is_integration: bool,
}

/// Builds all of them.
pub fn build(sh: &Shell) -> Result<Vec<TestProgram>> {
    let format = ["--no-run", "--message-format=json-render-diagnostics"];
    let messages = cargo(sh).arg("test").args(WORKSPACE).args(format).read()?;
    messages
        .lines()
        .filter_map(|line| parse(line).transpose())
        .collect()
}

/// Reads a line of cargo's messages, if it's about a test program.
fn parse(line: &str) -> Result<Option<TestProgram>> {
    let message: Value = serde_json::from_str(line).context("cannot read cargo's messages")?;
    if message["profile"]["test"] != true {
        return Ok(None);
    }
    let (Some(file), Some(manifest)) = (
        message["executable"].as_str(),
        message["manifest_path"].as_str(),
    ) else {
        return Ok(None);
    };
    Ok(Some(TestProgram {
        file: file.into(),
        package: Path::new(manifest).parent().unwrap_or(paths::root()).into(),
        is_integration: message["target"]["kind"][0] == "test",
    }))
}

/// Builds all of them, and runs those that are wanted with these arguments, up to the first that
/// fails.
pub fn run(sh: &Shell, arguments: &[&str], is_wanted: impl Fn(&TestProgram) -> bool) -> Result<()> {
    let programs = build(sh)?;
    let mut wanted = programs
        .iter()
        .filter(|program| is_wanted(program))
        .peekable();
    if wanted.peek().is_none() {
        bail!("there is no such test program");
    }
    for program in wanted {
        let _package = sh.push_dir(&program.package);
        sh.cmd(&program.file).args(arguments).run()?;
    }
    Ok(())
}

/// The packages of a tree with features that they don't have in another.
pub fn other_features<'a>(programs: &'a str, tests: &str) -> Vec<&'a str> {
    fn packages(tree: &str) -> BTreeSet<&str> {
        tree.lines()
            .map(|line| line.trim_end_matches(" (*)").trim_end())
            .filter(|line| !line.is_empty())
            .collect()
    }
    let tests = packages(tests);
    let mut programs = packages(programs);
    programs.retain(|package| !tests.contains(package));
    programs.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_is_compiled_twice_is_found() {
        let tests = "a v1.0.0 default\nb v2.0.0 \nc v1.0.0 x\n";
        let programs = "a v1.0.0 default (*)\nb v2.0.0\nc v1.0.0 \n\n";
        assert_eq!(other_features(programs, tests), ["c v1.0.0"]);
    }

    #[test]
    fn only_test_programs_are_taken() {
        let integration = r#"{"reason":"compiler-artifact","manifest_path":"/p/Cargo.toml","target":{"kind":["test"],"name":"it"},"profile":{"test":true},"executable":"/p/target/debug/deps/it-0"}"#;
        let expected = TestProgram {
            file: "/p/target/debug/deps/it-0".into(),
            package: "/p".into(),
            is_integration: true,
        };
        assert_eq!(parse(integration).unwrap(), Some(expected));
        let unit = integration.replace(r#"["test"]"#, r#"["cdylib","rlib"]"#);
        assert!(!parse(&unit).unwrap().unwrap().is_integration);
        let program = integration.replace(r#""test":true"#, r#""test":false"#);
        assert_eq!(parse(&program).unwrap(), None);
        let end = r#"{"reason":"build-finished","success":true}"#;
        assert_eq!(parse(end).unwrap(), None);
        assert!(parse("nonsense").is_err());
    }
}
