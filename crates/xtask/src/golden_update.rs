//! `cargo xtask golden-update`: takes over newer recordings of a real Appwrite.

use std::{collections::BTreeMap, ffi::OsString, fs, path::Path};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::paths::root;

/// The groups of scenarios that the local Appwrite can answer. A star stands for any end.
const GROUPS: [&str; 8] = [
    "account.*",
    "users",
    "users.*",
    "http",
    "http.limits",
    "locale",
    "tablesdb.*",
    "databases",
];

/// Files by name.
type Files = BTreeMap<OsString, String>;

/// Puts a folder's scenarios in the place of those that the tests have, and says what's different.
///
/// # Errors
///
/// When a folder can't be read or written, or holds no scenario for the tests.
pub fn golden_update(folder: &Path) -> Result<()> {
    let tests = root().join("crates/appwrite-local/tests/golden");
    let mut new = read(folder)?;
    let mut unanswered = 0;
    for (name, text) in std::mem::take(&mut new) {
        if is_answered(&text).with_context(|| name.display().to_string())? {
            new.insert(name, text);
        } else {
            unanswered += 1;
        }
    }
    if new.is_empty() {
        bail!("{} holds no scenario for the tests", folder.display());
    }
    let old = read(&tests)?;
    for (name, change) in changes(&old, &new) {
        let file = tests.join(name);
        match new.get(name) {
            Some(text) => fs::write(&file, text),
            None => fs::remove_file(&file),
        }
        .with_context(|| file.display().to_string())?;
        println!("{change}  {}", name.display());
    }
    println!(
        "{} scenarios; {unanswered} more are left out: the local Appwrite can't answer them",
        new.len()
    );
    Ok(())
}

fn read(folder: &Path) -> Result<Files> {
    let failed = || format!("{} can't be read", folder.display());
    let mut files = Files::new();
    for entry in fs::read_dir(folder).with_context(failed)? {
        let path = entry.with_context(failed)?.path();
        let name = path.file_name().map(OsString::from);
        if let (Some(name), Some("json")) = (name, path.extension().and_then(|end| end.to_str())) {
            files.insert(name, fs::read_to_string(&path).with_context(failed)?);
        }
    }
    Ok(files)
}

/// Whether a scenario's group is one of those that can be answered.
fn is_answered(text: &str) -> Result<bool> {
    let scenario: Value = serde_json::from_str(text)?;
    let group = scenario["group"].as_str().context("it's in no group")?;
    Ok(GROUPS.iter().any(|known| match known.strip_suffix('*') {
        Some(start) => group.starts_with(start),
        None => group == *known,
    }))
}

/// What differs, by name.
fn changes<'a>(old: &'a Files, new: &'a Files) -> BTreeMap<&'a OsString, &'static str> {
    let mut changes = BTreeMap::new();
    for (name, text) in new {
        match old.get(name) {
            None => changes.insert(name, "added  "),
            Some(before) if before != text => changes.insert(name, "changed"),
            Some(_) => None,
        };
    }
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        changes.insert(name, "removed");
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_answered_is_taken_over() {
        for (group, answered) in [
            ("account.core", true),
            ("users", true),
            ("users.validation", true),
            ("http.limits", true),
            ("http.sdk", false),
            ("tablesdb.rows", true),
            ("databases", true),
            ("storage.files", false),
            ("realtime.account", false),
        ] {
            let scenario = format!(r#"{{"id": "x", "group": "{group}"}}"#);
            assert_eq!(is_answered(&scenario).unwrap(), answered, "{group}");
        }
        assert!(is_answered("{}").is_err());
    }

    #[test]
    fn every_change_is_told() {
        let files = |files: &[(&str, &str)]| -> Files {
            files
                .iter()
                .map(|(name, text)| (name.into(), (*text).to_owned()))
                .collect()
        };
        let old = files(&[("a", "1"), ("b", "1"), ("c", "1")]);
        let new = files(&[("b", "1"), ("c", "2"), ("d", "1")]);
        let changes = changes(&old, &new);
        let told: Vec<_> = changes
            .iter()
            .map(|(name, change)| (name.to_str(), change.trim_end()))
            .collect();
        assert_eq!(
            told,
            [
                (Some("a"), "removed"),
                (Some("c"), "changed"),
                (Some("d"), "added")
            ]
        );
    }
}
