//! `cargo xtask`: everything that has to be typed, in one place.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program speaks on the terminal"
)]

mod bench;
mod doctor;
mod env;
mod golden_update;
mod parts;
mod preflight;
mod process;
mod run;
mod setup;
mod stack;
mod test;
mod tutorial;

use std::process::ExitCode;

/// What a task says when it cannot go on: one line.
pub type Result<T, E = String> = std::result::Result<T, E>;

const HELP: &str = "\
Usage: cargo xtask <task>

  run [--release] [--watch] [--addr ADDR]
                  build and serve the app, after setting up what is missing
  test [PART …]   run every test, or only these parts:
                  fmt wasm-deps clippy doc unit router local golden contract e2e
                  tutorial size, and sdk, which runs only when it is named
  bench [PART …]  measure everything, or only these parts; options need one part:
                  local [--connections N] [--seconds N]
                                    the local Appwrite under load
                  size [--json FILE]
                                    what pages weigh in a browser; fails over the budgets in
                                    end2end/bench/size-budget.json
  golden-update FOLDER
                  take over newer recordings of a real Appwrite from a folder
  doctor          examine the Appwrite that is configured
  setup           only set up what is missing
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        [] | ["help" | "--help" | "-h", ..] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        ["run", options @ ..] => match run::Options::parse(options) {
            Ok(options) => run::run(&options),
            Err(error) => return usage(&error),
        },
        ["test", parts @ ..] => match parts::Part::parse(parts) {
            Ok(parts) => test::test(&parts),
            Err(error) => return usage(&error),
        },
        ["bench", options @ ..] => match bench::Options::parse(options) {
            Ok(options) => bench::bench(&options),
            Err(error) => return usage(&error),
        },
        ["golden-update", folder] => golden_update::golden_update(folder.as_ref()),
        ["doctor"] => doctor::doctor(),
        ["setup"] => setup::for_tests().map(|_| ()),
        [task, ..] => return usage(&format!("there is no task \"{task}\"")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage(error: &str) -> ExitCode {
    eprintln!("error: {error}; `cargo xtask --help` lists what there is");
    ExitCode::from(2)
}
