//! Recorded answers of a real Appwrite 1.9.6, played against the local one.
//!
//! Each file in `tests/golden` is a story of requests with the whole of what answered them. The
//! format is `scenario`'s; `placeholder` has what stands for values that differ from run to run.
//!
//! The files in `tests/documented` are like them, but nobody recorded them: they have what Appwrite's
//! documentation says of routes that no recording asks for.

mod answer;
mod compare;
mod placeholder;
mod replay;
mod request;
mod scenario;
mod variables;
mod window;

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use appwrite_local::{Config, MockNumber, PasswordCost, Server, Settings};
use serde_json::Value;

use replay::{MOCK_PHONE, Outcome, replay};
use scenario::Scenario;

use crate::support::http_client;

/// As many mismatches as a failure shows.
const SHOWN: usize = 20;

#[tokio::test]
async fn every_answer_is_as_recorded() {
    let texts = read_files();
    let (server, limited) = (start(false).await, start(true).await);
    let client = http_client();
    let mut outcomes = Vec::new();
    for (file, text) in &texts {
        let scenario: Scenario =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let server = if scenario.needs_limits() {
            &limited
        } else {
            &server
        };
        outcomes.extend(replay(&scenario, server, &client).await);
    }
    let played = outcomes.iter().filter(|outcome| outcome.scored).count();
    let recorded: usize = texts.iter().map(|(_, text)| scored_steps(text)).sum();
    assert_eq!(played, recorded);
    assert!(played > 0, "there is nothing to play");
    let wrong = |outcome: &&Outcome| outcome.scored && !outcome.differences.is_empty();
    let wrong: Vec<&Outcome> = outcomes.iter().filter(wrong).collect();
    assert!(wrong.is_empty(), "{}", report(&outcomes, &wrong));
}

/// The scenario files, by name.
fn read_files() -> Vec<(String, String)> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut files: Vec<_> = ["golden", "documented"]
        .into_iter()
        .flat_map(|folder| fs::read_dir(tests.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|file| {
            (
                file.display().to_string(),
                fs::read_to_string(&file).unwrap(),
            )
        })
        .collect()
}

/// How many steps of a file have to match, read apart from the player's own reading.
fn scored_steps(text: &str) -> usize {
    let scenario: Value = serde_json::from_str(text).unwrap();
    let steps = scenario["steps"].as_array().unwrap();
    let unscored = |step: &Value| {
        ["purge", "quirk", "unscored"]
            .iter()
            .any(|key| step.get(key).is_some())
    };
    steps.iter().filter(|step| !unscored(step)).count()
}

/// A server set up like the one that was recorded.
async fn start(limits: bool) -> Server {
    let (phone, otp) = MOCK_PHONE;
    Server::start(Config {
        password_cost: PasswordCost::Least,
        limits,
        settings: Settings {
            name: "Recorded".to_owned(),
            auth_mock_numbers: vec![MockNumber::new(phone, otp).unwrap()],
            oauth_providers: vec!["mock".to_owned()],
            ..Settings::default()
        },
        ..Config::default()
    })
    .await
    .unwrap()
}

/// How many steps of each group match, and the first that don't.
fn report(outcomes: &[Outcome], wrong: &[&Outcome]) -> String {
    let mut groups: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|outcome| outcome.scored) {
        let (steps, matched) = groups.entry(&outcome.group).or_default();
        *steps += 1;
        *matched += usize::from(outcome.differences.is_empty());
    }
    let mut text = format!("{} steps differ\n\n", wrong.len());
    for (group, (steps, matched)) in groups {
        writeln!(text, "{group:<26} {matched:>4} of {steps:>4}").unwrap();
    }
    for outcome in wrong.iter().take(SHOWN) {
        writeln!(text, "\n{}", outcome.step).unwrap();
        for difference in &outcome.differences {
            writeln!(text, "{difference}").unwrap();
        }
    }
    if wrong.len() > SHOWN {
        writeln!(text, "\nand {} more", wrong.len() - SHOWN).unwrap();
    }
    text
}
